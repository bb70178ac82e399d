"""What a plan does to an estate, told by the oracle alone: packet by packet, before and after."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Final

from shared.adapters.payloads import SnapshotBuilder
from shared.exposure.assessment import Question
from shared.network.service_tags import ServiceTagTable
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import AddressSet
from shared.remediation.plan import Plan
from shared.remediation.planner import Proposal, proposals
from tests.oracle.comparison import Asked
from tests.oracle.decision import Decision
from tests.oracle.doors import Door, doors
from tests.oracle.estate import Estate, key
from tests.oracle.judge import EXPOSED, NOT_EXPOSED, UNDETERMINED, Judgement, judge
from tests.oracle.path import Path, Route, Sender
from tests.plan_rows import edited_rows
from tests.rows import BASTION_SUBNET, Part, Row, bastion, bastion_subnet, resource_id, subnet_id

NOW: Final = datetime.fromisoformat("2026-03-01T00:00:00+00:00")
HOME: Final = resource_id("vnet", "vnet-1")
SENDER_PORTS: Final = (53, 1024, 50000, 65535)
OTHER_PORTS: Final = (21, 80, 443)
RANK: Final = {NOT_EXPOSED: 0, UNDETERMINED: 1, EXPOSED: 2}

Name = tuple[str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Asking:
    """Rows, and the question asked about them."""

    rows: Sequence[Row]
    ports: tuple[int, ...]
    trusted: tuple[str, ...]
    service_tags: Part | None


def with_bastion(estate: Asked) -> Asking:
    """Return the estate with a Bastion in `vnet-1`, beside the machines' subnets."""
    rows = [dict(one) for one in estate.rows]
    home = next(
        one for one in rows if key(one["id"]) == key(HOME) and "subnets" in one["properties"]
    )
    subnets = home["properties"]["subnets"]
    first = ip_network(_prefix(subnets[0]["properties"]))
    last = str(list(first.supernet(new_prefix=16).subnets(new_prefix=26))[-1])
    place = {"id": subnet_id("vnet-1", BASTION_SUBNET), **bastion_subnet([last])}
    subnets = [*subnets, place]
    home["properties"] = {**home["properties"], "subnets": subnets}
    return Asking([*rows, bastion()], estate.ports, estate.trusted, estate.service_tags)


def planned(estate: Asking) -> tuple[Proposal, ...]:
    """Return what the planner proposes."""
    return proposals(snapshot_of(estate.rows), question_of(estate))


def question_of(estate: Asking) -> Question:
    """Return the question of an estate as the product takes it."""
    values = estate.service_tags["values"] if estate.service_tags else ()
    prefixes = {
        value["name"].lower(): AddressSet.of(value["properties"]["addressPrefixes"])
        for value in values
    }
    return Question(estate.ports, AddressSet.of(estate.trusted), ServiceTagTable(prefixes))


def snapshot_of(rows: Sequence[Row]) -> Snapshot:
    """Return rows as the product reads them."""
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    return builder.build(NOW)


class Verdicts:
    """The oracle's judgement of every door of an estate, and of single packets."""

    def __init__(self, estate: Asking) -> None:
        self.estate: Final = Estate.with_tag_list(estate.rows, estate.service_tags)
        self.asked: Final = estate
        self.doors: Final = {_name(one): one for one in doors(self.estate, estate.ports)}
        self.judged: Final[dict[Name, Judgement]] = {
            name: judge(Path(self.estate, door.route), estate.trusted)
            for name, door in self.doors.items()
        }

    def machine(self, name: Name) -> str:
        """Return the id of the machine behind a door."""
        interface, _ = self.estate.configurations[name[0]]
        owner = self.estate.machine_of(interface)
        assert owner is not None
        return key(owner["id"])

    def fingerprint(self, name: Name) -> str:
        """Return what a finding about a door is known by: check, machine, door, rule and port."""
        parts = ("vm-ssh-reachable", self.machine(name), name[2], name[3], str(name[4]))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def trusted_entry(self, name: Name) -> AddressSet:
        """Return the trusted sources that surely get in."""
        everyone = judge(Path(self.estate, self.doors[name].route))
        trusted = AddressSet.of(self.asked.trusted)
        return AddressSet.of(everyone.certain).intersect(trusted)

    def entry_at(self, name: Name, port: int) -> tuple[str, ...]:
        """Return who surely gets in by a public address on another port."""
        return judge(Path(self.estate, replace(self.doors[name].route, port=port))).certain

    def private_fates(self) -> dict[tuple[str, int, str, int], Decision]:
        """Return what becomes of packets from within the network to each configuration."""
        fates = {}
        for configuration, (_, part) in self.estate.configurations.items():
            if (part["properties"].get("privateIPAddressVersion") or "IPv4") != "IPv4":
                continue
            for port in self.asked.ports:
                path = Path(self.estate, Route(configuration, "ipv4", port, "Basic"))
                for address in self._private_senders():
                    for source_port in SENDER_PORTS:
                        sender = Sender(int(ip_address(address)), source_port)
                        fates[configuration, port, address, source_port] = path.fate(sender)
        return fates

    def _private_senders(self) -> list[str]:
        """Return the edges of the Bastion's subnet, and addresses of other places inside."""
        subnets = self.estate.rows[key(HOME)]["properties"]["subnets"]
        places = [ip_network(_prefix(one["properties"])) for one in subnets]
        last = places[-1]
        inside = [str(one[9]) for one in places[:2]]
        return [str(last[0]), str(last[-1]), *inside]


def broken_plans(asked: Asked) -> list[str]:
    """Return a line for each promise that an accepted plan for an estate breaks."""
    estate = with_bastion(asked)
    plans = [proposal.best for proposal in planned(estate) if proposal.best]
    if not plans:
        return []
    before = Verdicts(estate)
    return [f"{plan.steps}: {line}" for plan in plans for line in broken_promises(before, plan)]


def broken_promises(before: Verdicts, plan: Plan) -> list[str]:
    """Return a line for each promise of a plan that the oracle finds broken."""
    rows = edited_rows(before.asked.rows, plan.edits)
    after = Verdicts(replace(before.asked, rows=rows))
    listed = {change.resource.key for change in plan.rehearsal.changes}
    listed |= {
        before.machine(name)
        for name in before.doors
        if before.fingerprint(name) in plan.rehearsal.closes
    }
    lines = [f"{name}: it is a new door" for name in after.doors.keys() - before.doors.keys()]
    for name in before.doors:
        lines += [f"{name}: {line}" for line in _at_door(before, after, name, listed)]
        if before.fingerprint(name) in plan.findings and _may_come_in(after, name):
            lines.append(f"{name}: it is left open")
    fates = after.private_fates()
    for packet, fate in before.private_fates().items():
        if fate is not Decision.BLOCKED and fates[packet] is not fate:
            lines.append(f"{packet} was {fate} and is {fates[packet]}")
    return lines


def _may_come_in(after: Verdicts, name: Name) -> bool:
    return name in after.judged and after.judged[name].verdicts != {NOT_EXPOSED}


def _at_door(before: Verdicts, after: Verdicts, name: Name, listed: set[str]) -> Iterator[str]:
    earlier, later = before.judged[name], after.judged.get(name)
    still = later.verdicts if later else {NOT_EXPOSED}
    if max(map(RANK.__getitem__, still)) > max(map(RANK.__getitem__, earlier.verdicts)):
        yield "it is more open"
    certain = AddressSet.of(later.certain if later else ())
    if not certain.is_subset(AddressSet.of(earlier.certain)):
        yield "it lets in more"
    if still != earlier.verdicts and before.machine(name) not in listed:
        yield f"{sorted(earlier.verdicts)} became {sorted(still)}, which is not listed"
    trusted = before.trusted_entry(name)
    if trusted and not (later and trusted.is_subset(after.trusted_entry(name))):
        yield "it cuts trusted sources"
    if later and name[1] == "public-ip":
        for port in OTHER_PORTS:
            if before.entry_at(name, port) != after.entry_at(name, port):
                yield f"it changes port {port}"


def _name(door: Door) -> Name:
    rule = door.route.front_rule if door.kind == "firewall-dnat" else ""
    return door.route.configuration, door.kind, door.opened_by, rule, door.route.port


def _prefix(properties: dict[str, object]) -> str:
    several = properties.get("addressPrefixes")
    return str(several[0] if isinstance(several, list) else properties["addressPrefix"])
