"""Service tags as sources: resolved by a list, left opaque, and those that Azure defines itself.

Source: the notes on Azure's semantics, 3; the design of the verdict, "Service tags" and "Reach".
"""

from __future__ import annotations

from typing import Final

from tests.cases.case import EXPOSED, NOT_EXPOSED, UNDETERMINED, Case
from tests.cases.order_and_sources import ALLOW_100, ALLOW_200, DENY_100
from tests.cases.sets import INTERNET, minus
from tests.rows import (
    allow,
    deny,
    one_vm_estate,
    service_tag_list,
)

_OFFICE: Final = "203.0.113.0/24"
_TAGS: Final = service_tag_list(
    {
        "AzureCloud": ["20.0.0.0/8", "52.239.0.0/16"],
        "AzureCloud.westeurope": ["20.50.0.0/15"],
        "AzureCloud.tinyregion": ["20.77.0.0/24"],
        "Storage": ["20.60.0.0/14", "52.239.0.0/16"],
        "Storage.WestEurope": ["20.60.4.0/24"],
    }
)

OPAQUE_CASES: Final = [
    Case(
        "deny-of-a-tag-takes-unknown-addresses-out",
        one_vm_estate([deny(100, source="Storage"), allow(200)]),
        EXPOSED,
        "internet",
        INTERNET,
        [],
        ["Storage"],
        decided_by=ALLOW_200,
    ),
    Case(
        "deny-of-azure-cloud-takes-unknown-addresses-out",
        one_vm_estate([deny(100, source="AzureCloud"), allow(200)]),
        EXPOSED,
        "internet",
        INTERNET,
        [],
        ["AzureCloud"],
        decided_by=ALLOW_200,
    ),
    Case(
        "deny-of-a-tag-before-the-same-tag",
        one_vm_estate([deny(100, source="Storage"), allow(200, source="Storage")]),
        NOT_EXPOSED,
    ),
    Case(
        "deny-of-azure-cloud-takes-storage-with-it",
        one_vm_estate([deny(100, source="AzureCloud"), allow(200, source="Storage")]),
        NOT_EXPOSED,
    ),
    Case(
        "deny-of-azure-cloud-takes-its-regions-with-it",
        one_vm_estate(
            [
                deny(100, source="AzureCloud"),
                allow(200, source="AzureCloud.westeurope"),
            ]
        ),
        NOT_EXPOSED,
    ),
    Case(
        "deny-of-internet-takes-storage-with-it",
        one_vm_estate([deny(100, source="Internet"), allow(200, source="Storage")]),
        NOT_EXPOSED,
        decided_by=DENY_100,
    ),
    Case(
        "deny-of-a-region-leaves-azure-cloud",
        one_vm_estate(
            [
                deny(100, source="AzureCloud.westeurope"),
                allow(200, source="AzureCloud"),
            ]
        ),
        EXPOSED,
        "azure-tenants",
        [],
        ["AzureCloud"],
        None,
    ),
    Case(
        "deny-of-another-tag-leaves-an-unknown-rest",
        one_vm_estate([deny(100, source="Sql"), allow(200, source="Storage")]),
        UNDETERMINED,
        None,
        [],
        ["Storage"],
        None,
    ),
    Case(
        "tag-beside-a-literal-prefix",
        one_vm_estate([allow(100, source=_OFFICE), allow(200, source="Storage")]),
        EXPOSED,
        None,
        [_OFFICE],
        ["Storage"],
    ),
    Case(
        "azure-cloud-beside-a-literal-prefix",
        one_vm_estate([allow(100, source=_OFFICE), allow(200, source="AzureCloud")]),
        EXPOSED,
        "azure-tenants",
        [_OFFICE],
        ["AzureCloud"],
    ),
    Case(
        "tag-beside-a-wide-rule-adds-nothing",
        one_vm_estate([allow(100), allow(200, source="Storage")]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "tag-behind-deny-of-everything",
        one_vm_estate([deny(100), allow(200, source="Storage")]),
        NOT_EXPOSED,
        decided_by=DENY_100,
    ),
    Case(
        "tag-on-one-layer-and-everyone-on-the-other",
        one_vm_estate([allow(100)], nic_rules=[allow(100, source="Storage")]),
        UNDETERMINED,
        None,
        [],
        ["Storage"],
    ),
    Case(
        "azure-cloud-on-one-layer-and-internet-on-the-other",
        one_vm_estate([allow(100, source="Internet")], nic_rules=[allow(100, source="AzureCloud")]),
        EXPOSED,
        "azure-tenants",
        [],
        ["AzureCloud"],
    ),
    Case(
        "azure-cloud-denied-on-one-layer-and-alone-allowed-on-the-other",
        one_vm_estate(
            [deny(100, source="AzureCloud"), allow(200)],
            nic_rules=[allow(100, source="AzureCloud")],
        ),
        NOT_EXPOSED,
    ),
    Case(
        "tag-that-no-list-knows-in-a-given-list",
        one_vm_estate([allow(100, source="NoSuchService")]),
        UNDETERMINED,
        None,
        [],
        ["NoSuchService"],
        service_tags=_TAGS,
    ),
]

RESOLVED_CASES: Final = [
    Case(
        "resolved-azure-cloud-is-milder-than-internet",
        one_vm_estate([allow(100, source="AzureCloud")]),
        EXPOSED,
        "azure-tenants",
        ["20.0.0.0/8", "52.239.0.0/16"],
        service_tags=_TAGS,
    ),
    Case(
        "resolved-region-is-wide-by-size",
        one_vm_estate([allow(100, source="AzureCloud.WESTEUROPE")]),
        EXPOSED,
        "wide",
        ["20.50.0.0/15"],
        service_tags=_TAGS,
    ),
    Case(
        "resolved-region-is-limited-by-size",
        one_vm_estate([allow(100, source="AzureCloud.tinyregion")]),
        EXPOSED,
        "limited",
        ["20.77.0.0/24"],
        service_tags=_TAGS,
    ),
    Case(
        "resolved-service-in-any-case-is-limited-by-size",
        one_vm_estate([allow(100, source="storage.westeurope")]),
        EXPOSED,
        "limited",
        ["20.60.4.0/24"],
        service_tags=_TAGS,
    ),
    Case(
        "resolved-service-is-milder-than-wide",
        one_vm_estate([allow(100, source="Storage")]),
        EXPOSED,
        "service-ranges",
        ["20.60.0.0/14", "52.239.0.0/16"],
        service_tags=_TAGS,
    ),
    Case(
        "resolved-deny-leaves-a-hole",
        one_vm_estate([deny(100, source="Storage"), allow(200)]),
        EXPOSED,
        "internet",
        minus(INTERNET, "20.60.0.0/14", "52.239.0.0/16"),
        service_tags=_TAGS,
    ),
    Case(
        "resolved-deny-covers-the-allowed-prefix",
        one_vm_estate([deny(100, source="AzureCloud"), allow(200, source="20.1.0.0/16")]),
        NOT_EXPOSED,
        service_tags=_TAGS,
    ),
    Case(
        "resolved-tag-meets-a-literal-prefix-on-another-layer",
        one_vm_estate(
            [allow(100, source="AzureCloud")], nic_rules=[allow(100, source="20.1.2.0/24")]
        ),
        EXPOSED,
        "limited",
        ["20.1.2.0/24"],
        service_tags=_TAGS,
    ),
    Case(
        "resolved-tag-and-literal-prefix-of-its-size-on-another-layer",
        one_vm_estate(
            [allow(100, source="AzureCloud")], nic_rules=[allow(100, source="20.0.0.0/8")]
        ),
        EXPOSED,
        "azure-tenants",
        ["20.0.0.0/8"],
        service_tags=_TAGS,
    ),
    Case(
        "unlisted-tag-behind-allow-any-takes-nobody-out",
        one_vm_estate([allow(100), allow(110, source="Sql")]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
        service_tags=_TAGS,
    ),
    Case(
        "deny-of-an-unlisted-tag-behind-allow-any-takes-nobody-out",
        one_vm_estate([allow(100), deny(110, source="Sql")]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
        service_tags=_TAGS,
    ),
    Case(
        "deny-of-an-unlisted-tag-takes-unknown-addresses-out",
        one_vm_estate([deny(100, source="Sql"), allow(110)]),
        EXPOSED,
        "internet",
        INTERNET,
        [],
        ["Sql"],
        service_tags=_TAGS,
    ),
    Case(
        "unlisted-tag-within-listed-azure-cloud",
        one_vm_estate([deny(100, source="AzureCloud"), allow(110, source="Sql")]),
        NOT_EXPOSED,
        service_tags=_TAGS,
    ),
]

TAG_CASES: Final = [*OPAQUE_CASES, *RESOLVED_CASES]
