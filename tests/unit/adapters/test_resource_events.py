"""Events of Event Grid are read in every form that they come in; nothing else gets through."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.adapters.resource_events import EVENT_CHARACTERS, read_event
from shared.adapters.watched_changes import ACTIONS, WRITTEN
from shared.findings.finding import Actor, ActorKind
from shared.network.ids import ResourceId
from shared.usecases.interfaces import InvalidEventError

SUBSCRIPTION = "5b4b650e-28b9-4790-b3ab-ddbd88d727c4"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-net"
NSG = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg-web"
RULE = f"{NSG}/securityRules/ssh"
MACHINE = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-web-01"
WRITE = "Microsoft.Network/networkSecurityGroups/securityRules/write"
CORRELATION = "c8b3c1ef-0e8b-4dca-9b1e-3b1f3fb22bd0"
RECEIVED = datetime(2026, 11, 3, 14, 2, 12, tzinfo=UTC)
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

USER = {
    "aud": "https://management.core.windows.net/",
    "name": "Ana Ruiz",
    "ipaddr": "203.0.113.9",
    "appid": CLI,
    f"{CLAIMS}/upn": "ana@contoso.example",
    f"{CLAIMS}/name": "live.com#ana",
    OBJECT_ID: "aaaaaaaa-0000-0000-0000-000000000001",
}


def data(**members: object) -> dict[str, object]:
    return {
        "authorization": {"scope": RULE, "action": WRITE, "evidence": {"role": "Owner"}},
        "claims": USER,
        "correlationId": CORRELATION,
        "httpRequest": {"clientIpAddress": "203.0.113.9", "method": "PUT"},
        "operationName": WRITE,
        "resourceUri": RULE,
        "status": "Succeeded",
        **members,
    }


def event_grid(**members: object) -> dict[str, object]:
    return {
        "id": "4a1c0f9e-0001",
        "topic": f"/subscriptions/{SUBSCRIPTION}",
        "subject": RULE,
        "eventType": "Microsoft.Resources.ResourceWriteSuccess",
        "eventTime": "2026-11-03T14:02:10.1234567Z",
        "dataVersion": "2",
        "metadataVersion": "1",
        "data": data(),
        **members,
    }


def cloud_event() -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": "4a1c0f9e-0001",
        "source": f"/subscriptions/{SUBSCRIPTION}",
        "subject": RULE,
        "type": "Microsoft.Resources.ResourceWriteSuccess",
        "time": "2026-11-03T14:02:10.1234567Z",
        "data": data(),
    }


def notification(kind: str = "CreatedOrUpdated") -> dict[str, object]:
    information = {"id": NSG, "name": "nsg-web", "type": "Microsoft.Network/networkSecurityGroups"}
    return {
        "specversion": "1.0",
        "id": "4a1c0f9e-0001",
        "source": f"/subscriptions/{SUBSCRIPTION}",
        "subject": NSG,
        "type": f"Microsoft.ResourceNotifications.Resources.{kind}",
        "time": "2026-11-03T14:02:11.5Z",
        "data": {
            "resourceInfo": information,
            "operationalInfo": {"resourceEventTime": "2026-11-03T14:02:10.5Z"},
            "apiVersion": "2024-05-01",
        },
    }


def read(event: Mapping[str, object]) -> Any:  # noqa: ANN401 - a change, or the test fails
    return read_event(json.dumps(event), RECEIVED)


def actor(**members: object) -> Actor | None:
    change = read(event_grid(data=data(**members)))
    found: Actor | None = change.actor
    return found


@pytest.mark.parametrize("event", [event_grid(), cloud_event()], ids=["event-grid", "cloud-event"])
def test_both_schemas_tell_the_same_change(event: Mapping[str, object]) -> None:
    change = read(event)
    assert (change.resource.text, change.subject.text) == (RULE, NSG)
    assert change.occurred == datetime(2026, 11, 3, 14, 2, 10, 123456, tzinfo=UTC)
    assert (change.received, change.event_id, change.deleted) == (RECEIVED, "4a1c0f9e-0001", False)
    assert change.actor == Actor(
        "ana@contoso.example", ActorKind.USER, "Azure CLI", WRITE, CORRELATION
    )
    assert change.run == f"event-{CORRELATION}"


def test_resource_notification_tells_a_change_of_nobody_known() -> None:
    change = read(notification())
    assert (change.resource.text, change.actor, change.deleted) == (NSG, None, False)
    assert change.occurred == datetime(2026, 11, 3, 14, 2, 10, 500_000, tzinfo=UTC)
    assert change.run == "event-4a1c0f9e-0001"


def test_deletions_are_told_as_such() -> None:
    assert read(notification("Deleted")).deleted
    assert read(event_grid(eventType="Microsoft.Resources.ResourceDeleteSuccess")).deleted


@pytest.mark.parametrize("member", ["claims", "authorization", "httpRequest"])
def test_members_may_come_as_json_text(member: str) -> None:
    whole = data()
    assert actor(**{member: json.dumps(whole[member])}) == actor()


@pytest.mark.parametrize(
    ("claims", "name", "kind", "client"),
    [
        pytest.param(USER, "ana@contoso.example", ActorKind.USER, "Azure CLI", id="upn"),
        pytest.param(
            {f"{CLAIMS}/name": "live.com#ana"}, "live.com#ana", ActorKind.USER, "", id="user-name"
        ),
        pytest.param({"name": "Ana Ruiz"}, "Ana Ruiz", ActorKind.USER, "", id="display-name"),
        pytest.param(
            {"appid": "3c1b", OBJECT_ID: "ffff"},
            "3c1b",
            ActorKind.SERVICE_PRINCIPAL,
            "",
            id="service-principal",
        ),
        pytest.param(
            {"appid": "3c1b", OBJECT_ID: "ffff", "xms_mirid": f"{GROUP}/providers/x"},
            "3c1b",
            ActorKind.MANAGED_IDENTITY,
            "",
            id="managed-identity",
        ),
        pytest.param({OBJECT_ID: "ffff"}, "ffff", ActorKind.UNKNOWN, "", id="object-id-alone"),
        pytest.param(
            {f"{CLAIMS}/UPN".upper(): "ana@contoso.example"},
            "ana@contoso.example",
            ActorKind.USER,
            "",
            id="another-spelling",
        ),
    ],
)
def test_actor_is_named_by_the_best_claim(
    claims: Mapping[str, object], name: str, kind: ActorKind, client: str
) -> None:
    assert actor(claims=claims) == Actor(name, kind, client, WRITE, CORRELATION)


def test_actor_without_claims_is_the_principal_of_the_authorization() -> None:
    evidence = {"principalId": "dddd", "principalType": "ServicePrincipal"}
    found = actor(claims={}, authorization={"evidence": evidence})
    assert found == Actor("dddd", ActorKind.SERVICE_PRINCIPAL, "", WRITE, CORRELATION)


def test_of_the_claims_only_the_name_is_kept() -> None:
    change = read(event_grid())
    for private in ("203.0.113.9", "Ana Ruiz", "live.com", "aaaaaaaa", "https://management"):
        assert private not in repr(change)


@pytest.mark.parametrize("type_", sorted(WRITTEN))
def test_write_of_each_type_of_the_table_is_looked_at(type_: str) -> None:
    namespace, _, rest = type_.partition("/")
    kind, _, extension = rest.partition("/")
    resource = f"{GROUP}/providers/{namespace}/{kind}/x".upper().replace("/SUBS", "/subs")
    if extension:
        resource += f"/providers/{extension}/y"
    assert read(event_grid(subject=resource)) is not None


@pytest.mark.parametrize(
    ("type_", "action"),
    [(type_, one) for type_ in sorted(ACTIONS) for one in sorted(ACTIONS[type_])],
)
def test_each_action_of_the_table_is_looked_at(type_: str, action: str) -> None:
    event = event_grid(
        eventType="Microsoft.Resources.ResourceActionSuccess",
        subject=f"{GROUP}/providers/{type_}/x",
        data=data(operationName=f"{type_}/{action}/action"),
    )
    assert read(event) is not None


@pytest.mark.parametrize(
    ("subject", "operation", "event_type"),
    [
        pytest.param(
            f"{GROUP}/providers/Microsoft.Resources/deployments/d",
            "Microsoft.Resources/deployments/write",
            "Microsoft.Resources.ResourceWriteSuccess",
            id="deployment",
        ),
        pytest.param(
            f"{GROUP}/providers/Microsoft.Storage/storageAccounts/s/providers/Microsoft.Resources/tags/default",
            "Microsoft.Resources/tags/write",
            "Microsoft.Resources.ResourceWriteSuccess",
            id="tags",
        ),
        pytest.param(
            MACHINE,
            "Microsoft.Compute/virtualMachines/retrieveBootDiagnosticsData/action",
            "Microsoft.Resources.ResourceActionSuccess",
            id="action-that-reads",
        ),
        pytest.param(
            GROUP, "", "Microsoft.Resources.ResourceWriteSuccess", id="resource-group-written"
        ),
        pytest.param(
            f"{GROUP}/providers/Microsoft.Storage/storageAccounts/s/providers/microsoft.insights/diagnosticSettings/d",
            "",
            "Microsoft.Resources.ResourceWriteSuccess",
            id="diagnostic-setting-of-another",
        ),
        pytest.param(RULE, WRITE, "Microsoft.Health.ResourceHealth", id="event-of-another-kind"),
    ],
)
def test_what_cannot_matter_is_ignored(subject: str, operation: str, event_type: str) -> None:
    event = event_grid(subject=subject, eventType=event_type, data=data(operationName=operation))
    assert read(event) is None


@pytest.mark.parametrize(
    ("subject", "event_type"),
    [
        pytest.param(
            f"{MACHINE}/providers/Microsoft.Authorization/roleAssignments/r",
            "Microsoft.Resources.ResourceWriteSuccess",
            id="role-assignment",
        ),
        pytest.param(GROUP, "Microsoft.Resources.ResourceDeleteSuccess", id="group-deleted"),
    ],
)
def test_change_of_more_than_a_resource_is_one_of_the_subscription(
    subject: str, event_type: str
) -> None:
    change = read(event_grid(subject=subject, eventType=event_type))
    assert change.resource == change.subject == ResourceId(f"/subscriptions/{SUBSCRIPTION}")


def test_write_that_failed_may_have_been_done_in_part() -> None:
    assert read(event_grid(eventType="Microsoft.Resources.ResourceWriteFailure")) is not None


@pytest.mark.parametrize(
    "time", ["", "yesterday", "2999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_time_that_cannot_be_is_the_time_of_receipt(time: str) -> None:
    assert read(event_grid(eventTime=time)).occurred == RECEIVED


def test_time_without_a_zone_is_utc() -> None:
    occurred = read(event_grid(eventTime="2026-11-03T14:02:10")).occurred
    assert occurred == RECEIVED - timedelta(seconds=2)


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("", id="none"),
        pytest.param("nsg-web", id="name"),
        pytest.param(f"{GROUP}/../../secrets", id="dots"),
        pytest.param(f"{NSG}?api-version=1", id="query"),
        pytest.param(f"{NSG}#x", id="fragment"),
        pytest.param(f"{NSG}%2f..%2f", id="escapes"),
        pytest.param(f"{NSG}\\x", id="backslash"),
        pytest.param(f"{NSG}\nx", id="line-break"),
        pytest.param("/subscriptions/s/resourceGroups/r", id="no-subscription"),
        pytest.param(f"{NSG}/{'x' * 2000}", id="long"),
        pytest.param(f"{NSG}//x", id="empty-segment"),
    ],
)
def test_event_without_a_plain_resource_is_refused(subject: str) -> None:
    with pytest.raises(InvalidEventError):
        read(event_grid(subject=subject, data=data(resourceUri="")))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("rubbish", id="no-json"),
        pytest.param("[]", id="array"),
        pytest.param('"x"', id="text"),
        pytest.param("{}", id="no-type"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param('{"eventType":' + "9" * 5_000 + "}", id="long-number"),
        pytest.param(" " * (EVENT_CHARACTERS + 1), id="oversized"),
        pytest.param(json.dumps(event_grid(id="")), id="no-id"),
        pytest.param(json.dumps(event_grid(data=7)), id="no-data"),
    ],
)
def test_what_is_no_event_is_refused(text: str) -> None:
    with pytest.raises(InvalidEventError):
        read_event(text, RECEIVED)


def test_long_id_becomes_a_digest() -> None:
    assert len(read(event_grid(id="x" * 5_000)).event_id) == 64
