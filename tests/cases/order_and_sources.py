"""Tricky cases of order and sources: a Standard public address on a NIC, TCP 22.

The number in a name is the row of the table "Tricky cases" in the notes on Azure's semantics,
where each fact has its source.
"""

from __future__ import annotations

from typing import Final

from tests.cases.case import EXPOSED, NOT_EXPOSED, UNDETERMINED, Case
from tests.cases.sets import INTERNET, common
from tests.rows import (
    allow,
    default_route,
    deny,
    one_vm_estate,
    route,
    rule,
    service_tag_list,
)

SUBNET: Final = "subnet-nsg"
ALLOW_100: Final = (SUBNET, "allow-inbound-100")
ALLOW_200: Final = (SUBNET, "allow-inbound-200")
DENY_100: Final = (SUBNET, "deny-inbound-100")
DENY_200: Final = (SUBNET, "deny-inbound-200")
DEFAULT_DENY: Final = (SUBNET, "DenyAllInBound")

_STORAGE_WIDE: Final = service_tag_list({"Storage": ["20.60.0.0/14", "52.239.0.0/16"]})

ORDER_CASES: Final = [
    Case(
        "01-deny-internet-outranks-allow-any",
        one_vm_estate([deny(100, source="Internet"), allow(200)]),
        NOT_EXPOSED,
        decided_by=DENY_100,
    ),
    Case(
        "02-allow-any-outranks-late-deny",
        one_vm_estate([allow(100), deny(4000)]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
    ),
    Case(
        "03-deny-of-one-source-port-stops-nobody",
        one_vm_estate([deny(100, source_port="53"), allow(200)]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_200,
    ),
    Case(
        "04-source-port-range-is-no-barrier",
        one_vm_estate([allow(100, source_port="1024-65535")]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
    ),
    Case(
        "09-subnet-nsg-with-defaults-stops-what-nic-nsg-allows",
        one_vm_estate([], nic_rules=[allow(100)]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "10-missing-nic-nsg-passes",
        one_vm_estate([allow(100)]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
    ),
    Case(
        "45-late-jit-deny-is-outranked-by-older-allow",
        one_vm_estate(
            [
                deny(
                    4096,
                    name="SecurityCenter-JITRule_-1105480617_0A1B",
                    destination="10.0.0.4",
                    protocol="*",
                ),
                allow(1000, name="older-allow"),
            ]
        ),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=(SUBNET, "older-allow"),
    ),
    Case(
        "46-jit-allow-of-one-address",
        one_vm_estate(
            [
                allow(
                    100,
                    name="SecurityCenter-JITRule-1170687618-0A1B",
                    source="198.51.100.9",
                    destination="10.0.0.4",
                ),
                deny(
                    4096,
                    name="SecurityCenter-JITRule_-1105480617_0A1B",
                    destination="10.0.0.4",
                    protocol="*",
                ),
            ]
        ),
        EXPOSED,
        "limited",
        ["198.51.100.9/32"],
        decided_by=(SUBNET, "SecurityCenter-JITRule-1170687618-0A1B"),
    ),
    Case(
        "54-bastion-prefix-allowed-then-deny-any",
        one_vm_estate([allow(100, source="10.0.255.0/26"), deny(200)]),
        NOT_EXPOSED,
        decided_by=DENY_200,
    ),
]

SOURCE_CASES: Final = [
    Case(
        "05-two-rules-of-half-the-space",
        one_vm_estate([allow(100, source="0.0.0.0/1"), allow(110, source="128.0.0.0/1")]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "05-one-rule-with-both-halves-in-the-plural",
        one_vm_estate([allow(100, source=["0.0.0.0/1", "128.0.0.0/1"])]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
    ),
    Case(
        "06-half-of-the-space",
        one_vm_estate([allow(100, source="0.0.0.0/1")]),
        EXPOSED,
        "internet",
        common(INTERNET, ["0.0.0.0/1"]),
        decided_by=ALLOW_100,
    ),
    Case(
        "21-azure-cloud-is-anyone-who-rents-there",
        one_vm_estate([allow(100, source="AzureCloud")]),
        EXPOSED,
        "azure-tenants",
        [],
        ["AzureCloud"],
        decided_by=ALLOW_100,
    ),
    Case(
        "21-region-of-azure-cloud-likewise",
        one_vm_estate([allow(100, source="AzureCloud.westeurope")]),
        EXPOSED,
        "azure-tenants",
        [],
        ["AzureCloud.westeurope"],
        decided_by=ALLOW_100,
    ),
    Case(
        "22-unresolved-storage",
        one_vm_estate([allow(100, source="Storage")]),
        UNDETERMINED,
        None,
        [],
        ["Storage"],
    ),
    Case(
        "22-unresolved-app-service",
        one_vm_estate([allow(100, source="AppService")]),
        UNDETERMINED,
        None,
        [],
        ["AppService"],
    ),
    Case(
        "22-resolved-storage",
        one_vm_estate([allow(100, source="Storage")]),
        EXPOSED,
        "service-ranges",
        ["20.60.0.0/14", "52.239.0.0/16"],
        decided_by=ALLOW_100,
        service_tags=_STORAGE_WIDE,
    ),
    Case(
        "23-load-balancer-tag-is-the-probe-alone",
        one_vm_estate([allow(100, source="AzureLoadBalancer"), deny(200, source="Internet")]),
        NOT_EXPOSED,
        decided_by=DENY_200,
    ),
    Case(
        "24-virtual-network-without-default-route",
        one_vm_estate([allow(100, source="VirtualNetwork")]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "25-default-rules-with-default-route-to-appliance",
        one_vm_estate([], routes=[default_route()]),
        UNDETERMINED,
        None,
        [],
        None,
        return_path="asymmetric",
    ),
    Case(
        "26-allow-internet-with-default-route-and-one-direct-route",
        one_vm_estate(
            [allow(100, source="Internet")],
            routes=[default_route(), route("198.51.100.0/24", "Internet")],
        ),
        EXPOSED,
        "internet",
        INTERNET,
        None,
        return_path="asymmetric",
        decided_by=ALLOW_100,
    ),
    Case(
        "37-private-sources-cannot-come-from-the-internet",
        one_vm_estate([allow(100, source="10.0.0.0/8")]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "38-one-pinned-address",
        one_vm_estate([allow(100, source="203.0.113.7/32")]),
        EXPOSED,
        "limited",
        ["203.0.113.7/32"],
        decided_by=ALLOW_100,
    ),
    Case(
        "51-deny-internet-takes-azure-cloud-with-it",
        one_vm_estate([deny(100, source="Internet"), allow(200, source="AzureCloud")]),
        NOT_EXPOSED,
        decided_by=DENY_100,
    ),
    Case(
        "52-azure-cloud-allowed-before-deny-internet",
        one_vm_estate([allow(100, source="AzureCloud"), deny(200, source="Internet")]),
        EXPOSED,
        "azure-tenants",
        [],
        ["AzureCloud"],
        decided_by=ALLOW_100,
    ),
    Case(
        "57-tag-in-lower-case",
        one_vm_estate([deny(100, source="internet"), allow(200)]),
        NOT_EXPOSED,
        decided_by=DENY_100,
    ),
    Case(
        "57-rule-words-in-any-case",
        one_vm_estate(
            [
                rule(
                    100,
                    "ALLOW",
                    name="Let-In",
                    direction="INBOUND",
                    protocol="TCP",
                    source="INTERNET",
                ),
            ]
        ),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=(SUBNET, "Let-In"),
    ),
]

ORDER_AND_SOURCE_CASES: Final = [*ORDER_CASES, *SOURCE_CASES]
