"""The estate that a simulation starts from."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.arm.identifiers import subscription_of
from simulator.exchange import JsonObject

TENANT_ID: Final = "7e2f6f43-5c1d-4f0a-9d51-3b1f6a3c9a10"
"""The tenant of a subscription that names none."""


class InvalidEstate(ValueError):
    """An estate file that cannot be read."""


@dataclass(frozen=True, slots=True)
class Estate:
    """Resources and subscriptions as documents of Azure Resource Manager.

    A subscription has `subscriptionId` and, where they matter, `displayName`, `state`, `tenantId`,
    `tags` and `managementGroupAncestorsChain`; one that only its resources name is added.
    """

    resources: tuple[JsonObject, ...]
    subscriptions: tuple[JsonObject, ...]

    @classmethod
    def from_resources(
        cls, resources: list[JsonObject], subscriptions: list[JsonObject] | None = None
    ) -> "Estate":
        """Return an estate of these resources."""
        named = {subscription["subscriptionId"].lower() for subscription in subscriptions or ()}
        used = {subscription_of(resource["id"]) for resource in resources} - {""}
        added = [
            {"subscriptionId": subscription, "displayName": subscription}
            for subscription in sorted(used)
            if subscription.lower() not in named
        ]
        return cls(tuple(resources), (*(subscriptions or ()), *added))

    @classmethod
    def sample(cls) -> "Estate":
        """Return the sample estate."""
        from simulator.estate import sample_estate  # noqa: PLC0415 - only when it is wanted

        sample = sample_estate()
        return cls.from_resources(sample.resources, sample.subscriptions)

    @classmethod
    def from_file(cls, path: Path) -> "Estate":
        """Read an array of resources, or an object with `resources` and `subscriptions`.

        Raises:
            InvalidEstate: the file cannot be read, or holds something else.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InvalidEstate(f"{path}: {error}") from error
        if isinstance(content, list):
            content = {"resources": content}
        if not isinstance(content, dict) or not isinstance(content.get("resources"), list):
            raise InvalidEstate(f"{path}: neither an array of resources nor an object with one.")
        return cls.from_resources(content["resources"], content.get("subscriptions"))
