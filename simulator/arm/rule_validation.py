"""What Azure refuses in the security rules of a network security group.

Source: Microsoft Learn, "Network security groups", Security rules; the error codes and texts are
those that the service answers with.
"""

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from simulator.arm.errors import ArmError
from simulator.exchange import JsonObject

PRIORITIES: Final = range(100, 4097)
_PORTS: Final = range(65536)
_TAG: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)?")
_NOT_A_TAG: Final = frozenset({"any"})
_VOCABULARY: Final = {
    "direction": frozenset({"inbound", "outbound"}),
    "access": frozenset({"allow", "deny"}),
    "protocol": frozenset({"*", "tcp", "udp", "icmp", "esp", "ah"}),
}


def check_security_rules(rules: list[JsonObject]) -> None:
    """Refuse impossible rules, and two rules with the same priority and direction.

    Raises:
        ArmError: status 400, with the service's code.
    """
    holders: dict[tuple[int, str], str] = {}
    for rule in rules:
        properties = rule.get("properties") or {}
        _check_vocabulary(rule["name"], properties)
        _check_priority(properties)
        for port in _values(properties, "PortRange"):
            _check_port_range(port)
        for address in _values(properties, "AddressPrefix"):
            _check_address(address)
        slot = (properties["priority"], properties["direction"].lower())
        if slot in holders:
            message = (
                f"Security rule {rule['name']} conflicts with rule {holders[slot]}. Rules cannot "
                "have the same Priority and Direction. To learn more, see aka.ms/nsgrules."
            )
            raise ArmError(400, "SecurityRuleConflict", message)
        holders[slot] = rule["name"]


def _values(properties: JsonObject, kind: str) -> Iterator[str]:
    for side in ("source", "destination"):
        single = properties.get(f"{side}{kind}")
        if single:
            yield single
        plural = f"{side}{kind}es" if kind.endswith("x") else f"{side}{kind}s"
        yield from properties.get(plural) or ()


def _check_vocabulary(name: str, properties: JsonObject) -> None:
    for member, allowed in _VOCABULARY.items():
        value = properties.get(member)
        if not isinstance(value, str) or value.lower() not in allowed:
            message = f"Security rule {name} has an unsupported value for {member}: {value}."
            raise ArmError(400, "SecurityRuleParameterContainsUnsupportedValue", message)


def _check_priority(properties: JsonObject) -> None:
    priority = properties.get("priority")
    if not isinstance(priority, int) or priority not in PRIORITIES:
        message = (
            f"Security rule has invalid Priority. Value provided: {priority}. Priority can be "
            f"between {PRIORITIES.start} and {PRIORITIES.stop - 1}."
        )
        raise ArmError(400, "SecurityRuleInvalidPriority", message)


def _check_port_range(text: str) -> None:
    first, dash, last = text.partition("-")
    bounds = [first, last] if dash else [first]
    numeric = all(bound.isascii() and bound.isdigit() for bound in bounds)
    if text == "*" or (
        numeric
        and all(int(bound) in _PORTS for bound in bounds)
        and int(bounds[0]) <= int(bounds[-1])
    ):
        return
    message = (
        f"Security rule has invalid Port range. Value provided: {text}. Value should be an integer "
        "OR integer range with '-' delimiter. Valid range 0-65535."
    )
    raise ArmError(400, "SecurityRuleInvalidPortRange", message)


def _check_address(text: str) -> None:
    if text == "*" or (_TAG.fullmatch(text) and text.lower() not in _NOT_A_TAG):
        return
    try:
        for bound in text.split("-"):
            ipaddress.ip_network(bound, strict=False)
    except ValueError as error:
        message = f"Security rule has invalid Address prefix. Value provided: {text}"
        raise ArmError(400, "SecurityRuleInvalidAddressPrefix", message) from error
