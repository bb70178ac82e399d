"""What a correct reader of the sample estate must find, reckoned by hand from Azure's documents.

Every expectation holds for port 22, without trusted sources and without a list of service tags;
`Outcome.with_service_tags` is what holds with a list such as the simulator's.
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


class DoorKind(StrEnum):
    """What kind of resource opens a door."""

    PUBLIC_IP = "public-ip"
    NAT_RULE = "load-balancer-nat-rule"
    BALANCING_RULE = "load-balancer-rule"
    INSTANCE_PUBLIC_IP = "scale-set-public-ip"
    DNAT_RULE = "firewall-dnat"
    GATEWAY_LISTENER = "application-gateway"

    @property
    def belongs_to_the_machine(self) -> bool:
        """Tell whether such a door is an address of the machine itself."""
        return self in {DoorKind.PUBLIC_IP, DoorKind.INSTANCE_PUBLIC_IP}


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
    """One verdict with what belongs to it; `reach` is set exactly when the verdict is exposed.

    `resolved` is the outcome with a list of service tags, None where the list changes nothing.
    """

    verdict: Verdict
    reach: Reach | None = None
    latent: bool = False
    return_path: ReturnPath = ReturnPath.DIRECT
    resolved: "Outcome | None" = None

    @property
    def with_service_tags(self) -> "Outcome":
        """What is expected when a list of service tags is at hand."""
        return self.resolved or self

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
OPEN_WIDELY: Final = Outcome(Verdict.EXPOSED, Reach.WIDE)
OPEN_TO_FEW: Final = Outcome(Verdict.EXPOSED, Reach.LIMITED)
UNDETERMINED: Final = Outcome(Verdict.UNDETERMINED)
OPEN_TO_A_SERVICE: Final = Outcome(
    Verdict.UNDETERMINED, resolved=Outcome(Verdict.EXPOSED, Reach.SERVICE_RANGES)
)
"""Open to the ranges of a service, which nobody can name without the list."""


@dataclass(frozen=True, slots=True)
class Door:
    """One way in to a machine from the internet, and what is expected of it.

    `id` is the resource that opens the door: the public address, the NAT rule, the balancing rule,
    the listener, or the collection of the DNAT `rule`.  `front_port` is the port that a client
    dials, `port` the one at the machine.  `family` is `ipv4` or `ipv6`; `address` is None while
    Azure has not allocated one.
    """

    kind: DoorKind
    id: str
    front_port: int
    port: int
    rule: str | None
    public_ip: str
    address: str | None
    family: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one machine of the estate shows.

    `vm_id` is spelt as Azure spells it; for an instance of a scale set it is the instance's id.
    `doors` are all the ways in that there are, own addresses first.  `facts` are the numbers of
    the tricky cases of network semantics that the machine acts out, empty where it shows something
    outside that list.  `bastion_reaches` is None where the chapter is not about Bastion.
    """

    vm: str
    vm_id: str
    shows: str
    doors: tuple[Door, ...]
    facts: tuple[int, ...]
    bastion_reaches: bool | None = None


@dataclass(frozen=True, slots=True)
class Objection:
    """What one check about Bastion or login must find about one resource."""

    check: str
    resource_id: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class LooseEnd:
    """A resource that may lead on to machines by a configuration that Azure does not tell.

    A correct reader names it as undetermined; it belongs to no door.
    """

    name: str
    resource_id: str
    shows: str


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
