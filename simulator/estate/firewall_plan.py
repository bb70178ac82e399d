"""Azure Firewalls in the words of the plan: DNAT rules, of their own or of a policy."""

from dataclasses import dataclass

from simulator.estate.places import Network, Place
from simulator.estate.plan import PublicAddress, Way
from simulator.estate.story import DoorKind, Outcome


@dataclass(frozen=True, slots=True)
class IpGroup:
    """One IP group."""

    place: Place
    name: str
    addresses: tuple[str, ...]

    @property
    def resource_id(self) -> str:
        """Id of the group."""
        return self.place.network_id("ipGroups", self.name)


@dataclass(frozen=True, slots=True)
class DnatRule:
    """One DNAT rule from a front port to SSH at a target, which is an address or a host name.

    `groups` take the place of `sources`.
    """

    name: str
    destination: str
    front_port: int
    target: str
    sources: tuple[str, ...] = ("*",)
    groups: tuple[IpGroup, ...] = ()
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class FirewallPolicy:
    """One firewall policy with a rule collection group, and the policy that it inherits from."""

    place: Place
    name: str
    group: str
    rules: tuple[DnatRule, ...]
    base: "FirewallPolicy | None" = None

    @property
    def resource_id(self) -> str:
        """Id of the policy."""
        return self.place.network_id("firewallPolicies", self.name)

    @property
    def group_id(self) -> str:
        """Id of the rule collection group."""
        return f"{self.resource_id}/ruleCollectionGroups/{self.group}"


@dataclass(frozen=True, slots=True)
class Firewall:
    """One firewall in AzureFirewallSubnet of a network: with rules of its own, or with a policy."""

    network: Network
    name: str
    public: PublicAddress
    private_address: str
    rules: tuple[DnatRule, ...] = ()
    policy: FirewallPolicy | None = None

    @property
    def resource_id(self) -> str:
        """Id of the firewall."""
        return self.network.place.network_id("azureFirewalls", self.name)

    @property
    def public_ip(self) -> str:
        """Id of its public address."""
        return self.network.place.network_id("publicIPAddresses", f"pip-{self.name}")

    @property
    def collection_id(self) -> str:
        """Id of the collection of its own DNAT rules."""
        return f"{self.resource_id}/natRuleCollections/dnat"

    @property
    def policies(self) -> tuple[FirewallPolicy, ...]:
        """Its policy, and those that the policy inherits from."""
        found: list[FirewallPolicy] = []
        policy = self.policy
        while policy is not None:
            found.append(policy)
            policy = policy.base
        return tuple(found)

    def way(self, name: str, outcome: Outcome) -> Way:
        """Lead in through one DNAT rule."""
        openers = [(self.collection_id, rule) for rule in self.rules]
        openers += [(policy.group_id, rule) for policy in self.policies for rule in policy.rules]
        ((opener, rule),) = [each for each in openers if each[1].name == name]
        return Way(
            DoorKind.DNAT_RULE,
            opener,
            rule.front_port,
            self.public_ip,
            self.public,
            outcome,
            rule=rule.name,
        )
