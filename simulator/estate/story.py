"""What a correct reader of the sample estate must find, reckoned by hand from Azure's documents.

Every expectation holds for port 22, without trusted sources and without a list of service tags.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """The three answers to "can the internet reach this port?"."""

    EXPOSED = "exposed"
    NOT_EXPOSED = "not-exposed"
    UNDETERMINED = "undetermined"


class Reach(StrEnum):
    """How much of the internet gets in."""

    INTERNET = "internet"
    AZURE_TENANTS = "azure-tenants"
    WIDE = "wide"
    SERVICE_RANGES = "service-ranges"
    LIMITED = "limited"


class ReturnPath(StrEnum):
    """How the replies leave."""

    DIRECT = "direct"
    ASYMMETRIC = "asymmetric"


class Severity(StrEnum):
    """The severities of findings, from the mildest up."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    def one_step_lower(self) -> "Severity":
        """Give the next milder severity; `info` stays what it is."""
        ladder = tuple(Severity)
        return ladder[max(ladder.index(self) - 1, 0)]


_SEVERITY_OF_REACH: Final = {
    Reach.INTERNET: Severity.CRITICAL,
    Reach.AZURE_TENANTS: Severity.HIGH,
    Reach.WIDE: Severity.HIGH,
    Reach.SERVICE_RANGES: Severity.MEDIUM,
    Reach.LIMITED: Severity.LOW,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One verdict with what belongs to it; `reach` is set exactly when the verdict is exposed."""

    verdict: Verdict
    reach: Reach | None = None
    latent: bool = False
    return_path: ReturnPath = ReturnPath.DIRECT

    @property
    def severity(self) -> Severity | None:
        """Severity of the `vm-ssh-reachable` finding on this door; None means no finding."""
        if self.verdict is Verdict.UNDETERMINED:
            return Severity.INFO
        if self.reach is None:
            return None
        severity = _SEVERITY_OF_REACH[self.reach]
        return severity.one_step_lower() if self.latent else severity


CLOSED: Final = Outcome(Verdict.NOT_EXPOSED)
OPEN: Final = Outcome(Verdict.EXPOSED, Reach.INTERNET)
OPEN_TO_TENANTS: Final = Outcome(Verdict.EXPOSED, Reach.AZURE_TENANTS)
OPEN_TO_FEW: Final = Outcome(Verdict.EXPOSED, Reach.LIMITED)
UNDETERMINED: Final = Outcome(Verdict.UNDETERMINED)


@dataclass(frozen=True, slots=True)
class Door:
    """One public address of a machine and what is expected of it.

    `family` is `ipv4` or `ipv6`; `address` is None while Azure has not allocated one.
    """

    public_ip: str
    address: str | None
    family: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one machine of the estate shows.

    `vm_id` is spelt as Azure spells it.  `facts` are the numbers of the tricky cases of network
    semantics that the machine acts out, empty where it shows something outside that list.
    `bastion_reaches` is None where the chapter is not about Bastion.
    """

    vm: str
    vm_id: str
    shows: str
    doors: tuple[Door, ...]
    facts: tuple[int, ...]
    bastion_reaches: bool | None = None


@dataclass(frozen=True, slots=True)
class NsgStory:
    """What the `nsg-ssh-open` check must say about one network security group."""

    name: str
    nsg_id: str
    outcome: Outcome
    attached: bool

    @property
    def severity(self) -> Severity | None:
        """Severity of the finding: one step below a machine's, low while attached to nothing."""
        severity = self.outcome.severity
        if severity is None:
            return None
        return severity.one_step_lower() if self.attached else Severity.LOW
