"""What the simulator's network watchers say of the sample estate is what its story tells."""

from collections.abc import Iterator
from typing import Final

import pytest
import requests

from simulator.estate import Chapter, Door, DoorKind, Reach, Verdict, sample_estate
from simulator.initial_estate import Estate
from simulator.server import start

_ESTATE: Final = sample_estate()
_BY_ID: Final = {each["id"].lower(): each for each in _ESTATE.resources}
_NICS: Final = [
    each
    for each in _ESTATE.resources
    if each["type"] == "Microsoft.Network/networkInterfaces"
    and "virtualMachine" in each["properties"]
]
_CLIENT: Final = "8.8.8.8"

# A watcher looks at groups alone: no address is closed for want of one.
_WITHOUT_GROUP: Final = {"vm-standard-ip-no-nsg"}


def told_plainly(door: Door) -> bool:
    """Tell whether the story is about every ordinary IPv4 client of the internet."""
    outcome = door.outcome
    closed = outcome.verdict is Verdict.NOT_EXPOSED
    return (
        door.kind in {DoorKind.PUBLIC_IP, DoorKind.NAT_RULE}
        and door.family == "ipv4"
        and not outcome.latent
        and (closed or outcome.reach is Reach.INTERNET)
    )


_TOLD: Final = [
    (chapter, door)
    for chapter in _ESTATE.story
    if "virtualMachineScaleSets" not in chapter.vm_id and chapter.vm not in _WITHOUT_GROUP
    for door in chapter.doors
    if told_plainly(door)
]


def private_address(chapter: Chapter, door: Door) -> str:
    configurations = [
        each["properties"]
        for nic in _NICS
        if nic["properties"]["virtualMachine"]["id"].lower() == chapter.vm_id.lower()
        for each in nic["properties"]["ipConfigurations"]
    ]
    own = [
        each
        for each in configurations
        if each.get("publicIPAddress", {}).get("id", "").lower() == door.public_ip.lower()
    ]
    return str((own or configurations)[0]["privateIPAddress"])


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with start(Estate.sample()) as running:
        yield running.url


@pytest.mark.parametrize(
    ("chapter", "door"),
    [pytest.param(*told, id=f"{told[0].vm}-{told[1].family}") for told in _TOLD],
)
def test_flow_from_the_internet_ends_as_the_story_tells(
    url: str, chapter: Chapter, door: Door
) -> None:
    region = _BY_ID[chapter.vm_id.lower()]["location"]
    subscription = chapter.vm_id.split("/")[2]
    watcher = (
        f"/subscriptions/{subscription}/resourceGroups/NetworkWatcherRG/providers"
        f"/Microsoft.Network/networkWatchers/NetworkWatcher_{region}"
    )
    flow = {
        "targetResourceId": chapter.vm_id,
        "direction": "Inbound",
        "protocol": "TCP",
        "localIPAddress": private_address(chapter, door),
        "localPort": str(door.port),
        "remoteIPAddress": _CLIENT,
        "remotePort": "50123",
    }
    token = {"Authorization": "Bearer test"}
    accepted = requests.post(
        f"{url}{watcher}/ipFlowVerify",
        params={"api-version": "2025-09-01"},
        json=flow,
        headers=token,
        timeout=10,
    )
    answer = requests.get(accepted.headers["Location"], headers=token, timeout=10).json()
    assert (answer["access"] == "Allow") is (door.outcome.verdict is Verdict.EXPOSED)
