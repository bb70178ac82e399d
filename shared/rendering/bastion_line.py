"""The findings about Bastion and login on one line: what is wrong, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from shared.checks.bastion_access import CHECK_ID as ACCESS_ID
from shared.checks.bastion_reach import BLOCKED_ID, MISSING_ID
from shared.checks.bastion_setup import AUDIT_ID, LINKS_ID, NSG_ID, SMALL_ID
from shared.checks.machine_login import ENTRA_ID, PASSWORD_ID
from shared.checks.result import Json
from shared.rendering.card_evidence import rules_of
from shared.rendering.document_reading import number_in, objects_in, text_in, texts_in

Evidence: TypeAlias = Mapping[str, Json]


def bastion_words(check: str, evidence: Evidence) -> tuple[str, str] | None:
    """Give what is wrong in a few words, and why; None for another check.

    Names within are as Azure has them: not yet safe to show.
    """
    if check not in _TOLD:
        return None
    what, why = _TOLD[check]
    return what, "; ".join(why(evidence))


def _machines(evidence: Evidence) -> Iterator[str]:
    count = number_in(evidence, "machine_count")
    if count is not None:
        yield f"{count:,} machine{'' if count == 1 else 's'} in it"
    yield from (f"{_name(host)} did not succeed" for host in texts_in(evidence, "unsuccessful"))


def _stopped(evidence: Evidence) -> Iterator[str]:
    for host in objects_in(evidence, "hosts"):
        steps = rules_of(host, "trace")[-1:]
        rules = [f"{step.resource}: {step.rule}" for step in steps if step.rule]
        yield " ".join([f"from {_name(text_in(host, 'bastion'))}", *rules])


def _missing_flows(evidence: Evidence) -> Iterator[str]:
    yield from texts_in(evidence, "missing")


def _prefixes(evidence: Evidence) -> Iterator[str]:
    yield ", ".join(texts_in(evidence, "prefixes"))


def _idle_settings(evidence: Evidence) -> Iterator[str]:
    yield from (f"{name} has no destination" for name in texts_in(evidence, "without_destination"))


def _links(evidence: Evidence) -> Iterator[str]:
    yield "switched on" if evidence.get("switched_on") is True else "switched off"
    machines = evidence.get("machines")
    if evidence.get("links_read") is not True:
        yield "which exist was not read"
    elif isinstance(machines, list | tuple):
        yield f"{len(machines)} exist"


def _lacking(evidence: Evidence) -> Iterator[str]:
    yield f"lacks {' and '.join(texts_in(evidence, 'lacking'))}"


def _nobody_may(evidence: Evidence) -> Iterator[str]:
    for need in objects_in(evidence, "holders"):
        if not texts_in(need, "principals"):
            yield f"nobody may {text_in(need, 'may')}"


def _nothing(_: Evidence) -> Iterator[str]:
    return iter(())


def _name(resource: str) -> str:
    return resource.rpartition("/")[2]


_TOLD: Final[Mapping[str, tuple[str, Callable[[Evidence], Iterator[str]]]]] = {
    MISSING_ID: ("no Bastion serves it", _machines),
    BLOCKED_ID: ("Bastion does not get in", _stopped),
    NSG_ID: ("stops what Bastion needs", _missing_flows),
    SMALL_ID: ("smaller than /26", _prefixes),
    AUDIT_ID: ("sessions are not recorded", _idle_settings),
    LINKS_ID: ("shareable links", _links),
    PASSWORD_ID: ("password login", _nothing),
    ENTRA_ID: ("no login with Entra ID", _lacking),
    ACCESS_ID: ("nobody but owners may open it", _nobody_may),
}
