"""What is not touched, and why, however sure the plan is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from shared.exposure.layers import Reason
from shared.findings.exemption_tags import TAG_PREFIX
from shared.network.ids import ResourceId
from shared.remediation.edit import Edit, MoveRule, NarrowRule, RemoveRule

_OWNER_TAGS: Final = frozenset({"managed-by", "managedby", "managed_by"})
_CODE_TOOLS: Final = ("terraform", "bicep", "pulumi", "crossplane", "arm template", "opentofu")
"""Words by which tags and clients name a tool that makes resources from code."""

_SERVICE_TAGS: Final = ("aks-managed-", "databricks-")
"""How tags begin that services put on resources that they keep.

Source: Microsoft Learn, "Use Azure tags in AKS"; "Azure Databricks: tags on managed resources".
"""
_SERVICE_RULE: Final = "_useonly_"
"""A part of the name of each rule that a network intent policy keeps.

Source: Microsoft Learn, "Network configuration for Azure SQL Managed Instance" and "Deploy Azure
Databricks in your virtual network", rules of the delegated subnets.
"""
_SERVICE_GROUPS: Final = ("mc_", "databricks-rg-")
"""How the names of resource groups begin whose contents a service keeps; source as above."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a resource besides its description.

    `locks` are the names of the locks on it and on what it lies in.  `managed_by` is the resource
    that keeps it, or its resource group.  `clients` are the programs that changed it lately.
    """

    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    locks: tuple[str, ...] = ()
    managed_by: ResourceId | None = None
    clients: tuple[str, ...] = ()


def guarded(
    circumstances: Mapping[ResourceId, Circumstances],
) -> Callable[[Sequence[Edit]], tuple[Reason, ...]]:
    """Give the guard for an estate of whose resources this much is known."""

    def guard(edits: Sequence[Edit]) -> tuple[Reason, ...]:
        return objections(edits, circumstances)

    return guard


def objections(
    edits: Sequence[Edit], circumstances: Mapping[ResourceId, Circumstances]
) -> tuple[Reason, ...]:
    """Say what stands against some edits, each thing once.

    A resource of which nothing is told is judged by its id and its rules' names alone.
    """
    subjects = dict.fromkeys(edit.subject for edit in edits)
    of_subjects = (
        reason
        for subject in subjects
        for reason in _of_subject(subject, circumstances.get(subject, Circumstances()))
    )
    of_rules = (reason for edit in edits for reason in _of_rule(edit))
    return tuple(dict.fromkeys((*of_subjects, *of_rules)))


def _of_subject(subject: ResourceId, known: Circumstances) -> Iterator[Reason]:
    tags = {name.lower(): value for name, value in known.tags.items()}
    if known.locks:
        yield Reason("locked", f"{subject.name} is locked by {', '.join(sorted(known.locks))}")
    if any(name.startswith(TAG_PREFIX) for name in tags):
        yield Reason("exempt-by-tag", f"{subject.name} bears a tag that exempts it")
    if service := _service(subject, known, tags):
        yield Reason("managed-service", f"{subject.name} is kept by {service}")
    if owner := _owner_in_code(known, tags):
        text = f"{subject.name} is made from code ({owner}), and must be changed there"
        yield Reason("infrastructure-as-code", text)


def _service(subject: ResourceId, known: Circumstances, tags: Mapping[str, str]) -> str:
    """Name what keeps a resource; empty where nothing is known to."""
    if known.managed_by is not None:
        return known.managed_by.name
    if subject.resource_group.lower().startswith(_SERVICE_GROUPS):
        return f"the service of resource group {subject.resource_group}"
    marks = (name for name in tags if name.startswith(_SERVICE_TAGS))
    return next((f"the service of tag {name}" for name in marks), "")


def _owner_in_code(known: Circumstances, tags: Mapping[str, str]) -> str:
    """Name what makes a resource from code: a tag that says so, or the tool that changed it."""
    for name in sorted(_OWNER_TAGS.intersection(tags)):
        return f"{name}: {tags[name]}"
    for client in known.clients:
        if any(tool in client.lower() for tool in _CODE_TOOLS):
            return client
    return ""


def _of_rule(edit: Edit) -> Iterator[Reason]:
    """Name the rules of services; those of just-in-time access are the rehearsal's matter."""
    if not isinstance(edit, RemoveRule | NarrowRule | MoveRule):
        return
    if _SERVICE_RULE in edit.rule.lower():
        yield Reason("managed-service", f"rule {edit.rule} is kept by a service")
