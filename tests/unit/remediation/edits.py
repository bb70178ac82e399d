"""One edit of each kind."""

from __future__ import annotations

from typing import Final

from shared.network.ids import ResourceId
from shared.packetset.addresses import AddressSet
from shared.packetset.protocols import ports_of
from shared.remediation.edit import (
    AddRule,
    DetachNatRule,
    DissociatePublicIp,
    Edit,
    MoveRule,
    NarrowRule,
    RemoveDnatRule,
    RemoveNatRule,
    RemoveRule,
    deny_rule,
)
from tests.rows import nat_rule_id, resource_id

GROUP: Final = ResourceId(resource_id("nsg", "nsg-subnet"))
NIC: Final = ResourceId(resource_id("nic", "nic-1"))
PUBLIC_IP: Final = ResourceId(resource_id("pip", "pip-1"))
BALANCER: Final = ResourceId(resource_id("lb", "lb-1"))
NAT_RULE: Final = ResourceId(nat_rule_id())
FIREWALL: Final = ResourceId(resource_id("firewall", "fw-1"))
COLLECTION: Final = FIREWALL.child("natRuleCollections", "nat")

SSH: Final = ports_of(["22"])
OFFICE: Final = AddressSet.of(["203.0.113.0/24"])
DENY: Final = deny_rule("portcullis-deny-internet-22", 199, None, SSH)

EDITS: Final[tuple[Edit, ...]] = (
    RemoveRule(GROUP, "allow-ssh"),
    NarrowRule(GROUP, "allow-ssh", OFFICE),
    MoveRule(GROUP, "allow-ssh", 101),
    AddRule(GROUP, DENY),
    AddRule(GROUP, deny_rule("portcullis-deny-ipv4-22", 199, OFFICE, ports_of(["22", "80-81"]))),
    DissociatePublicIp(NIC, "ipconfig1", PUBLIC_IP),
    DetachNatRule(NIC, "ipconfig1", NAT_RULE),
    RemoveNatRule(BALANCER, "nat-ssh"),
    RemoveDnatRule(FIREWALL, COLLECTION, "dnat-ssh"),
)
