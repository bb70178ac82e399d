"""Azure Resource Manager's error answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.exchange import JsonObject, Response


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """A code that callers branch on, and a message for people."""

    code: str
    message: str

    def as_json(self) -> JsonObject:
        """Return the detail as Azure writes it."""
        return {"code": self.code, "message": self.message}


@dataclass(slots=True, eq=False)
class ArmError(Exception):
    """A request that Azure Resource Manager, or a service behind it, refuses."""

    status: int
    code: str
    message: str
    details: tuple[ErrorDetail, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """Return the answer in the common error format `{"error": {"code", "message"}}`."""
        error: JsonObject = {"code": self.code, "message": self.message}
        if self.details:
            error["details"] = [detail.as_json() for detail in self.details]
        return Response.json({"error": error}, self.status, self.headers)


def resource_not_found(resource_type: str, name: str, group: str) -> ArmError:
    """Return the refusal for a resource that does not exist."""
    message = (
        f"The Resource '{resource_type}/{name}' under resource group '{group}' was not found. For "
        "more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    return ArmError(404, "ResourceNotFound", message)


def child_not_found(resource_id: str) -> ArmError:
    """Return the refusal for a child that its parent does not hold."""
    return ArmError(404, "NotFound", f"Resource {resource_id} not found.")
