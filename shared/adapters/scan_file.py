"""Scans that `portcullis scan --format json` wrote, read back by the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

import msgspec

from shared.checks.result import Severity
from shared.exposure.documents import Json
from shared.exposure.exposure import ReturnPath
from shared.exposure.front_door import FrontDoor, FrontDoorKind
from shared.exposure.internet import Reach
from shared.exposure.layers import LayerKind, Step
from shared.findings.scan_record import (
    Gap,
    RecordedExposure,
    RecordedFinding,
    ScanRecord,
    VerdictName,
)
from shared.network.ids import InvalidResourceIdError, ResourceId, resource_id
from shared.network.security_rule import Access
from shared.packetset.addresses import AddressSet, InvalidAddressError
from shared.usecases.interfaces import PortcullisError

_SCHEMA: Final = "portcullis/scan/1"


class ScanFileError(PortcullisError):
    """A document that is not a scan by the contract."""

    def __init__(self, file: str, fault: str) -> None:
        """Keep where it is and what is wrong."""
        super().__init__(f"{file}: no scan that can be read: {fault}")
        self.file = file


class _Unread(msgspec.Struct):
    scope: str
    reason: str


class _Unjudged(msgspec.Struct):
    check: str
    resource: str
    reason: str


class _Door(msgspec.Struct):
    kind: FrontDoorKind
    id: str
    public_ip: str | None
    address: str | None
    port: int
    sku: str | None
    port_range: tuple[int, int] | None = None
    rule: str | None = None


class _Sources(msgspec.Struct):
    certain: list[str]
    less_tags: list[str]
    possible_tags: list[str]


class _Step(msgspec.Struct):
    layer: LayerKind
    resource: str
    rule: str | None
    priority: int | None
    access: Access | None


class _Reason(msgspec.Struct):
    text: str


class _Exposure(msgspec.Struct):
    vm: str
    nic: str
    ip_configuration: str
    front_door: _Door
    port: int
    family: str
    verdict: VerdictName
    reach: Reach | None
    latent: bool
    return_path: ReturnPath
    sources: _Sources
    trace: list[_Step]
    reasons: list[_Reason]


class _Finding(msgspec.Struct):
    fingerprint: str
    check: str
    resource: str
    severity: Severity
    title: str
    evidence: dict[str, object]


class _Scan(msgspec.Struct):
    schema: Literal["portcullis/scan/1"]
    observed_at: datetime
    unread: list[_Unread]
    exposures: list[_Exposure]
    findings: list[_Finding]
    undetermined: list[_Unjudged]


def is_scan(beginning: bytes) -> bool:
    """Tell whether a text begins as a scan does and no file of rows can."""
    head = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").replace(b" ", b"").replace(b"\n", b"")
    return head.replace(b"\r", b"").startswith(
        f'{{"schema":"{_SCHEMA.rpartition("/")[0]}/'.encode()
    )


def read_scan(file: str, text: bytes) -> ScanRecord:
    """Read a scan; it tells of the subscriptions that it names.

    Raises:
        ScanFileError: the text is not by the contract.
    """
    try:
        return _record(msgspec.json.decode(text, type=_Scan))
    except (msgspec.DecodeError, InvalidResourceIdError, InvalidAddressError) as error:
        raise ScanFileError(file, str(error)) from error


def scan_record(document: Mapping[str, Json], subscriptions: Iterable[str]) -> ScanRecord:
    """Take a scan that was just made of a snapshot file of these subscriptions.

    When the rows of that file were read is not known.
    """
    return replace(_record(msgspec.convert(document, type=_Scan), subscriptions), observed_at=None)


def _record(scan: _Scan, further: Iterable[str] = ()) -> ScanRecord:
    exposures = tuple(_exposure(one) for one in scan.exposures)
    findings = tuple(
        RecordedFinding(
            one.fingerprint,
            one.check,
            resource_id(one.resource),
            one.severity,
            one.title,
            one.evidence,  # type: ignore[arg-type]  # msgspec decodes JSON data and nothing else
        )
        for one in scan.findings
    )
    unread = tuple(Gap(resource_id(one.scope), one.reason) for one in scan.unread)
    unjudged = tuple(
        Gap(resource_id(one.resource), one.reason, one.check) for one in scan.undetermined
    )
    named = {one.vm.subscription for one in exposures}
    named |= {one.resource.subscription for one in findings}
    named |= {one.scope.subscription for one in (*unread, *unjudged)}
    return ScanRecord(
        scan.observed_at, exposures, findings, unread, unjudged, frozenset((*named, *further))
    )


def _exposure(one: _Exposure) -> RecordedExposure:
    door = one.front_door
    return RecordedExposure(
        vm=resource_id(one.vm),
        nic=resource_id(one.nic),
        ip_configuration=one.ip_configuration,
        front_door=FrontDoor(
            door.kind,
            resource_id(door.id),
            door.port,
            _reference(door.public_ip),
            door.address,
            door.sku,
            door.port_range,
            door.rule,
        ),
        port=one.port,
        family=one.family,
        verdict=one.verdict,
        reach=one.reach,
        latent=one.latent,
        return_path=one.return_path,
        certain=AddressSet.of(one.sources.certain),
        less_tags=tuple(one.sources.less_tags),
        possible_tags=tuple(one.sources.possible_tags),
        trace=tuple(
            Step(step.layer, resource_id(step.resource), step.rule, step.access, step.priority)
            for step in one.trace
        ),
        reasons=tuple(reason.text for reason in one.reasons),
    )


def _reference(text: str | None) -> ResourceId | None:
    return None if text is None else resource_id(text)
