from collections.abc import Mapping
from typing import Any

import pytest

from shared.checks.result import CheckResult, Severity
from shared.findings.finding import Finding, finding_of
from shared.network.ids import ResourceId
from shared.rendering.finding_line import FindingLine, finding_line, short_names

VM = ResourceId("/subscriptions/s1/resourceGroups/rg-a/providers/P/virtualMachines/vm-1")


def finding(evidence: Mapping[str, Any], title: str = "a title") -> Finding:
    return finding_of(CheckResult("any-check", VM, Severity.HIGH, title, evidence=evidence))


def way_in(**changes: object) -> Finding:
    exposure = {
        "front_door": {"kind": "public-ip", "id": "/a/pip-1", "address": "20.1.2.3", "port": 22},
        "port": 22,
        "verdict": "exposed",
        "reach": "internet",
        "trace": [{"resource": "/a/nsg-1", "rule": "allow-ssh", "priority": 100}],
        "reasons": [],
        **changes,
    }
    return finding({"exposures": [exposure]})


def door(**changes: object) -> dict[str, object]:
    return {
        "front_door": {
            "kind": "load-balancer-nat-rule",
            "id": "/a/nat-ssh",
            "address": "20.1.2.3",
            "port": 50022,
            **changes,
        }
    }


@pytest.mark.parametrize(
    ("told", "line"),
    [
        pytest.param(
            way_in(),
            FindingLine("SSH from the internet", "20.1.2.3:22", "nsg-1: allow-ssh (100)"),
            id="exposed",
        ),
        pytest.param(
            way_in(port=3389, reach="azure-tenants", latent=True, trace=[]),
            FindingLine("RDP from any Azure tenant once it is started", "20.1.2.3:22", ""),
            id="latent-rdp",
        ),
        pytest.param(
            way_in(port=2222, reach="of-a-later-version", **door()),
            FindingLine(
                "port 2222 from of-a-later-version",
                "20.1.2.3:50022 (NAT rule nat-ssh)",
                "nsg-1: allow-ssh (100)",
            ),
            id="nat-rule",
        ),
        pytest.param(
            way_in(**door(port_range=[50000, 50099], port=50000, address="2a01::5"), trace=[]),
            FindingLine("SSH from the internet", "[2a01::5]:50000-50099 (NAT rule nat-ssh)", ""),
            id="range-of-ports-on-ipv6",
        ),
        pytest.param(
            way_in(**door(kind="tunnel", address=None, port=1), port=None, trace=[]),
            FindingLine(
                "a management port from the internet",
                "nat-ssh, no address now, port 1 (tunnel nat-ssh)",
                "",
            ),
            id="unknown-kind-of-door-without-an-address",
        ),
        pytest.param(
            way_in(verdict="undetermined", reasons=[{"text": "a"}, {"text": "b"}]),
            FindingLine("SSH: not known", "20.1.2.3:22", "a; b"),
            id="undetermined",
        ),
        pytest.param(
            way_in(
                trace=[
                    {"resource": "/a/pip-1", "rule": "basic-default-allow", "priority": None},
                    {"resource": "/a/nsg-2", "rule": None, "priority": None},
                    {"resource": "/a/nat-ssh", "rule": "nat-ssh", "priority": None},
                ]
            ),
            FindingLine(
                "SSH from the internet",
                "20.1.2.3:22",
                "pip-1: basic-default-allow, nsg-2: not read, nat-ssh",
            ),
            id="rules-without-priority",
        ),
        pytest.param(
            finding({"front_doors": [{"address": "20.1.2.3"}, {"id": "/a/pip-2"}]}),
            FindingLine("public IP address", "20.1.2.3, pip-2, no address now", ""),
            id="public-addresses",
        ),
        pytest.param(
            finding(
                {
                    "port": 22,
                    "reach": "internet",
                    "attached": False,
                    "rules": [{"resource": "/a/nsg-1", "rule": "all", "priority": 100}],
                }
            ),
            FindingLine(
                "allows SSH from the internet, attached to nothing", "", "nsg-1: all (100)"
            ),
            id="group-attached-to-nothing",
        ),
        pytest.param(
            finding({"port": 22, "rules": []}, "told by its title\x1b"),
            FindingLine(r"told by its title\x1b", "", ""),
            id="unknown-evidence",
        ),
    ],
)
def test_line_tells_the_finding(told: Finding, line: FindingLine) -> None:
    assert finding_line(told) == line


def vm(name: str, group: str = "rg-a", subscription: str = "s1") -> ResourceId:
    return ResourceId(f"/subscriptions/{subscription}/resourceGroups/{group}/vms/{name}")


def test_names_are_no_longer_than_they_must_be() -> None:
    names = short_names(
        [vm("a"), vm("b"), vm("b", "rg-b"), vm("c"), vm("c", subscription="s2"), vm("a")]
    )
    assert list(names.values()).count("a") == 1
    assert sorted(names.values()) == [
        "a",
        "b (rg-a)",
        "b (rg-b)",
        "c (rg-a, s1)",
        "c (rg-a, s2)",
    ]
