"""Edits on the wire: made, recognised, put back, and refused in every way that Azure refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from shared.adapters.arm_content import image_of
from shared.adapters.arm_endpoint import arm_endpoint
from shared.adapters.arm_writes import ArmWriter, classified
from shared.adapters.edit_actions import actions_for
from shared.adapters.identity import SimulatorCredential
from shared.network.ids import ResourceId
from shared.packetset.addresses import AddressSet
from shared.packetset.intervals import IntervalSet
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
from shared.usecases.plan_record import Absent, Image, Seen
from shared.usecases.remediation_interfaces import (
    EditImpossibleError,
    Failed,
    FailureKind,
    Forgotten,
    Running,
    Standing,
    Succeeded,
    WriteFailedError,
)
from tests.door_estate import (
    COLLECTION,
    FIREWALL,
    LB,
    NAT_NIC,
    NIC,
    NSG,
    PIP,
    POLICY_GROUP,
    door_estate,
)
from tests.simulated_azure import SimulatedAzure, simulated_azure

GROUP = ResourceId(NSG)
SSH = IntervalSet.of([(22, 22)])
DENY = AddRule(GROUP, deny_rule("portcullis-deny", 100, None, SSH))
NARROW = NarrowRule(GROUP, "ssh", AddressSet.of(["203.0.113.0/24", "198.51.100.0/25"]))
EDITS: list[Edit] = [
    RemoveRule(GROUP, "ssh"),
    NARROW,
    NarrowRule(GROUP, "ssh", AddressSet.of(["203.0.113.0/24"])),
    MoveRule(GROUP, "ssh", 150),
    AddRule(GROUP, deny_rule("portcullis-deny", 101, None, SSH)),
    AddRule(
        GROUP,
        deny_rule(
            "portcullis-deny",
            101,
            AddressSet.of(["1.0.0.0/8", "2.0.0.0/8"]),
            IntervalSet.of([(22, 22), (2222, 2230)]),
        ),
    ),
    DissociatePublicIp(ResourceId(NIC), "IPCONFIG1", ResourceId(PIP.upper())),
    DetachNatRule(ResourceId(NAT_NIC), "ipconfig1", ResourceId(f"{LB}/inboundNatRules/ssh")),
    RemoveDnatRule(ResourceId(FIREWALL), ResourceId(COLLECTION), "ssh"),
    RemoveDnatRule(ResourceId(POLICY_GROUP), ResourceId(POLICY_GROUP), "SSH"),
]
REMOVE = EDITS[0]


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*door_estate()) as running:
        yield running


def writer_at(azure: SimulatedAzure) -> ArmWriter:
    return ArmWriter(arm_endpoint(override=azure.url), SimulatorCredential())


@pytest.fixture
def writer(azure: SimulatedAzure) -> ArmWriter:
    return writer_at(azure)


def bare(seen: Seen) -> bytes:
    """Give Azure's own text without its etags."""
    assert isinstance(seen, Image)
    return re.sub(rb'"etag": "[^"]*"', b"", seen.text.replace(b'W/\\"', b"").replace(b'\\"', b""))


def make(writer: ArmWriter, edit: Edit) -> tuple[Seen, Seen]:
    """Make an edit; give what was there before and after it."""
    before = writer.image(edit.target)
    token = writer.begin(writer.request(edit, before))
    assert writer.resume(token) == Succeeded()
    return before, writer.image(edit.target)


def put_back(writer: ArmWriter, before: Seen, now: Seen) -> Seen:
    request = writer.restoration(before, now)
    assert request is not None
    assert writer.resume(writer.begin(request)) == Succeeded()
    return writer.image(before.resource)


def ids(edit: Edit) -> str:
    return type(edit).__name__


@pytest.mark.parametrize("edit", EDITS, ids=ids)
def test_edit_is_recognised_before_and_after_it_is_made(writer: ArmWriter, edit: Edit) -> None:
    before, after = make(writer, edit)
    assert writer.standing(edit, before, before) is Standing.BEFORE
    assert writer.standing(edit, before, after) is Standing.AFTER
    assert after.is_settled


@pytest.mark.parametrize("edit", EDITS, ids=ids)
def test_restored_resource_is_what_it_was_byte_by_byte_but_for_etags(
    writer: ArmWriter, edit: Edit
) -> None:
    before, after = make(writer, edit)
    again = put_back(writer, before, after)
    if isinstance(before, Absent):
        assert again == before
    else:
        assert (bare(again), again.digest) == (bare(before), before.digest)


def test_nat_rule_goes_once_its_interface_has_let_go_and_both_come_back(writer: ArmWriter) -> None:
    detach = EDITS[7]
    remove = RemoveNatRule(ResourceId(LB), "ssh")
    images = [writer.image(one.target) for one in (detach, remove)]
    _, freed = make(writer, detach)
    rule, gone = make(writer, remove)
    assert writer.standing(remove, rule, gone) is Standing.AFTER
    put_back(writer, rule, gone)
    put_back(writer, images[0], freed)
    again = [writer.image(one.target) for one in (detach, remove)]
    assert [bare(one) for one in again] == [bare(one) for one in images]


def test_members_of_later_versions_stay(azure: SimulatedAzure, writer: ArmWriter) -> None:
    make(writer, EDITS[8])
    firewall = azure.request("GET", FIREWALL).json()["properties"]
    assert firewall["aNewMember"] == {"of": "a later version"}
    assert [one["name"] for one in firewall["natRuleCollections"][0]["properties"]["rules"]] == [
        "web"
    ]


def test_emptied_collection_goes_with_its_last_rule(
    azure: SimulatedAzure, writer: ArmWriter
) -> None:
    make(writer, EDITS[9])
    group = azure.request("GET", POLICY_GROUP).json()["properties"]
    assert [one["name"] for one in group["ruleCollections"]] == ["ssh"]


def test_deny_is_written_with_every_member_that_azure_asks_for(
    azure: SimulatedAzure, writer: ArmWriter
) -> None:
    make(writer, EDITS[5])
    rule = azure.request("GET", f"{NSG}/securityRules/portcullis-deny").json()["properties"]
    assert {
        "access": "Deny",
        "direction": "Inbound",
        "priority": 101,
        "protocol": "Tcp",
        "sourceAddressPrefixes": ["1.0.0.0/8", "2.0.0.0/8"],
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRanges": ["22", "2222-2230"],
    }.items() <= rule.items()


@pytest.mark.parametrize(
    ("edit", "path", "member", "value"),
    [
        (NARROW, f"{NSG}/securityRules/ssh", "priority", 170),
        (EDITS[4], f"{NSG}/securityRules/portcullis-deny", "destinationPortRange", "23"),
        (EDITS[6], NIC, "enableIPForwarding", True),
        (EDITS[8], FIREWALL, "threatIntelMode", "Deny"),
    ],
    ids=str,
)
def test_edit_of_somebody_else_on_top_is_neither_before_nor_after(
    azure: SimulatedAzure, edit: Edit, path: str, member: str, value: object
) -> None:
    writer = writer_at(azure)
    before, _ = make(writer, edit)
    body = azure.request("GET", path).json()
    body["properties"][member] = value
    azure.request("PUT", path, json=body).raise_for_status()
    assert writer.standing(edit, before, writer.image(edit.target)) is Standing.OTHER


@pytest.mark.parametrize(
    "edit",
    [
        RemoveRule(GROUP, "nothing"),
        AddRule(GROUP, deny_rule("portcullis-deny", 101, None, SSH)),
        DissociatePublicIp(ResourceId(NIC), "ipconfig1", ResourceId(f"{PIP}-other")),
        DissociatePublicIp(ResourceId(NIC), "nothing", ResourceId(PIP)),
        DetachNatRule(ResourceId(NIC), "ipconfig1", ResourceId(f"{LB}/inboundNatRules/ssh")),
        RemoveDnatRule(ResourceId(FIREWALL), ResourceId(COLLECTION), "nothing"),
        RemoveDnatRule(ResourceId(FIREWALL), ResourceId(f"{COLLECTION}-other"), "ssh"),
    ],
    ids=ids,
)
def test_edit_of_what_is_not_there_is_impossible(writer: ArmWriter, edit: Edit) -> None:
    seen = writer.image(edit.target)
    if isinstance(edit, AddRule):
        _, seen = make(writer, edit)
    with pytest.raises(EditImpossibleError):
        writer.request(edit, seen)


def test_every_write_holds_for_the_version_that_was_read(writer: ArmWriter) -> None:
    seen = [(edit, writer.image(edit.target)) for edit in EDITS]
    headers = [writer.request(edit, image).headers for edit, image in seen]
    etags = [{"If-Match": one.etag} if isinstance(one, Image) else {} for _, one in seen]
    assert [sent for sent in headers if "If-Match" in sent] == [one for one in etags if one]
    assert [sent for sent in headers if "If-Match" not in sent] == [{"If-None-Match": "*"}] * 2


def failure_of(writer: ArmWriter, edit: Edit = REMOVE) -> WriteFailedError:
    request = writer.request(edit, writer.image(edit.target))
    with pytest.raises(WriteFailedError) as caught:
        writer.begin(request)
    return caught.value


def test_editor_in_between_makes_a_write_stale(azure: SimulatedAzure, writer: ArmWriter) -> None:
    request = writer.request(REMOVE, writer.image(REMOVE.target))
    azure.request("PATCH", NSG, json={"tags": {"team": "web"}}).raise_for_status()
    with pytest.raises(WriteFailedError) as caught:
        writer.begin(request)
    assert caught.value.failure.kind is FailureKind.STALE
    assert isinstance(writer.image(REMOVE.target), Image)


def test_write_during_another_one_is_told_when_to_come_back(
    azure: SimulatedAzure, writer: ArmWriter
) -> None:
    azure.set(operation_seconds=60, retry_after_seconds=7)
    rule = f"{NSG}/securityRules/ssh"
    azure.request("PUT", rule, json=azure.request("GET", rule).json()).raise_for_status()
    failure = failure_of(writer).failure
    assert (failure.kind, failure.retry_after_seconds) == (FailureKind.BUSY, 7.0)


def test_taken_priority_is_a_conflict(writer: ArmWriter) -> None:
    failure = failure_of(writer, DENY).failure
    assert (failure.kind, failure.code) == (FailureKind.CONFLICT, "SecurityRuleConflict")


def test_lock_is_told_as_one(azure: SimulatedAzure, writer: ArmWriter) -> None:
    lock = f"{NSG}/providers/Microsoft.Authorization/locks/keep"
    azure.request("PUT", lock, json={"properties": {"level": "ReadOnly"}})
    assert failure_of(writer).failure.kind is FailureKind.LOCKED


@pytest.mark.parametrize(
    ("granted", "edit", "missing"),
    [
        ([], REMOVE, "Microsoft.Network/networkSecurityGroups/securityRules/delete"),
        (
            ["Microsoft.Network/networkInterfaces/write"],
            EDITS[6],
            "Microsoft.Network/networkSecurityGroups/join/action",
        ),
    ],
)
def test_missing_permission_is_named(
    azure: SimulatedAzure, writer: ArmWriter, granted: list[str], edit: Edit, missing: str
) -> None:
    azure.set(granted_actions=["*/read", *granted])
    failure = failure_of(writer, edit).failure
    assert (failure.kind, failure.missing_action) == (FailureKind.DENIED, missing)
    assert missing in failure.words


def test_operation_is_followed_by_its_token_from_another_process(azure: SimulatedAzure) -> None:
    azure.set(operation_polls=1, retry_after_seconds=9)
    first = writer_at(azure)
    token = first.begin(first.request(REMOVE, first.image(REMOVE.target)))
    later = writer_at(azure)
    assert [later.resume(token), later.resume(token)] == [Running(9.0), Succeeded()]


def test_accepted_write_that_fails_is_told_with_its_reason(
    azure: SimulatedAzure, writer: ArmWriter
) -> None:
    body = {"code": "Canceled", "message": "Operation was canceled: superseded by another one."}
    azure.break_with({"after_accept": True, "body": body, "match": {"method": "DELETE"}})
    before = writer.image(REMOVE.target)
    progress = writer.resume(writer.begin(writer.request(REMOVE, before)))
    assert isinstance(progress, Failed)
    assert progress.failure.kind is FailureKind.SUPERSEDED
    assert writer.standing(REMOVE, before, writer.image(REMOVE.target)) is Standing.BEFORE


def test_operation_that_azure_forgot_is_told_as_such(
    azure: SimulatedAzure, writer: ArmWriter
) -> None:
    token = writer.begin(writer.request(REMOVE, writer.image(REMOVE.target)))
    address = re.sub(r"operations/[^?]+", "operations/unknown", token)
    assert writer.resume(address) == Forgotten()
    assert azure.url in address


def test_token_of_another_host_gets_no_request_of_ours(writer: ArmWriter) -> None:
    with pytest.raises(WriteFailedError, match="ForeignOperation"):
        writer.resume("https://elsewhere.example/operations/1")


@pytest.mark.parametrize("lost", ["close_connection", "lose_answer"])
def test_lost_answer_leaves_only_the_image_to_ask(
    azure: SimulatedAzure, writer: ArmWriter, lost: str
) -> None:
    before = writer.image(REMOVE.target)
    azure.break_with({"match": {"method": "DELETE"}, lost: True, "times": 1})
    assert failure_of(writer).failure.kind is FailureKind.UNREACHABLE
    stands = writer.standing(REMOVE, before, writer.image(REMOVE.target))
    assert stands is (Standing.BEFORE if lost == "close_connection" else Standing.AFTER)


def test_write_is_sent_once_however_it_fails(azure: SimulatedAzure, writer: ArmWriter) -> None:
    azure.break_with({"match": {"method": "DELETE"}, "status": 503})
    assert failure_of(writer).failure.kind is FailureKind.UNREACHABLE
    log = azure.http.get(f"{azure.url}/simulator/requests", timeout=10).json()["requests"]
    assert [one["method"] for one in log].count("DELETE") == 1


@pytest.mark.parametrize("edit", EDITS, ids=ids)
def test_least_privilege_lets_every_edit_and_its_undoing_through(
    azure: SimulatedAzure, writer: ArmWriter, edit: Edit
) -> None:
    azure.set(granted_actions=actions_for([type(edit)]))
    before, after = make(writer, edit)
    assert put_back(writer, before, after).digest == before.digest


def test_least_privilege_lets_a_nat_rule_go_and_come_back(
    azure: SimulatedAzure, writer: ArmWriter
) -> None:
    make(writer, EDITS[7])
    azure.set(granted_actions=actions_for([RemoveNatRule]))
    rule, gone = make(writer, RemoveNatRule(ResourceId(LB), "ssh"))
    assert put_back(writer, rule, gone).digest == rule.digest


def _details(code: str) -> dict[str, object]:
    return {"code": "RetryableError", "message": "again", "details": [{"code": code}]}


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (429, _details("RetryableErrorDueToAnotherOperation"), FailureKind.BUSY),
        (429, _details("ReferencedResourceNotProvisioned"), FailureKind.BUSY),
        (409, {"code": "AnotherOperationInProgress"}, FailureKind.BUSY),
        (400, {"code": "AnotherOperationInProgress"}, FailureKind.BUSY),
        (429, {"code": "TooManyRequests"}, FailureKind.THROTTLED),
        (429, {}, FailureKind.THROTTLED),
        (409, {"code": "ScopeLocked"}, FailureKind.LOCKED),
        (409, {"code": "Conflict"}, FailureKind.REFUSED),
        (412, {"code": "PreconditionFailed"}, FailureKind.STALE),
        (400, {"code": "SecurityRuleConflict"}, FailureKind.CONFLICT),
        (400, {"code": "InvalidResourceReference"}, FailureKind.REFUSED),
        (
            409,
            {"code": "Canceled", "message": "Operation was canceled, superseded by x"},
            FailureKind.SUPERSEDED,
        ),
        (403, {"code": "AuthorizationFailed"}, FailureKind.DENIED),
        (500, {"code": "InternalServerError"}, FailureKind.UNREACHABLE),
    ],
)
def test_answers_are_told_apart_by_what_is_to_be_done(
    status: int, error: dict[str, object], kind: FailureKind
) -> None:
    assert classified(status, error).kind is kind


def test_waiting_time_is_kept_where_waiting_helps() -> None:
    assert classified(429, {}, 17.0).retry_after_seconds == 17.0
    assert classified(409, {"code": "ScopeLocked"}, 17.0).retry_after_seconds is None


def test_answer_that_is_no_resource_is_no_image() -> None:
    with pytest.raises(ValueError, match="no resource"):
        image_of(GROUP, json.dumps([1]).encode())
