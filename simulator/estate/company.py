"""Larkspur Shipping, a company that does not exist: subscriptions, networks and who peers whom."""

from typing import Final

from simulator.estate.places import Network, Place, Subscription

TENANT_ID: Final = "7c1a5b0e-0d2f-4c39-9a61-5e1f2b3c4d00"

PLATFORM: Final = Subscription(
    "1f0d6c4a-51a0-4e0b-8a57-0c6b7a9d1001", "Larkspur Platform", "platform", "larkspur-platform"
)
WEB_PRODUCTION: Final = Subscription(
    "2b9e7d13-62b1-4f1c-9b68-1d7c8bae2002", "Larkspur Web Production", "web", "larkspur-production"
)
DATA: Final = Subscription(
    "3c8f8e24-73c2-402d-8c79-2e8d9cbf3003", "Larkspur Data", "data", "larkspur-production"
)
DEVELOPMENT: Final = Subscription(
    "4d7a9f35-84d3-413e-9d8a-3f9eadc04004",
    "Larkspur Development",
    "development",
    "larkspur-sandbox",
)
LEGACY: Final = Subscription(
    "5e6bad46-95e4-424f-8e9b-40afbed15005", "Larkspur Legacy", "operations", "larkspur-production"
)
SUBSCRIPTIONS: Final = (PLATFORM, WEB_PRODUCTION, DATA, DEVELOPMENT, LEGACY)

HUB_NETWORK: Final = Network(Place(PLATFORM, "rg-hub", "westeurope"), "vnet-hub", ("10.10.0.0/16",))
WEB_NETWORK: Final = Network(
    Place(WEB_PRODUCTION, "rg-web-prod", "westeurope"),
    "vnet-web",
    ("10.20.0.0/16", "fd00:20:20::/48"),
)
DATA_NETWORK: Final = Network(
    Place(DATA, "rg-data", "westeurope", respells=True), "vnet-data", ("10.30.0.0/16",)
)
DEVELOPMENT_NETWORK: Final = Network(
    Place(DEVELOPMENT, "rg-dev", "northeurope"), "vnet-dev", ("10.40.0.0/16",)
)
LEGACY_NETWORK: Final = Network(
    Place(LEGACY, "rg-Legacy", "westeurope", respells=True), "vnet-legacy", ("10.50.0.0/16",)
)
DEPOT_NETWORK: Final = Network(
    Place(LEGACY, "rg-depot", "westeurope"), "vnet-depot", ("10.60.0.0/24",)
)
BOOKING_NETWORK: Final = Network(
    Place(WEB_PRODUCTION, "rg-booking", "westeurope"), "vnet-booking", ("10.70.0.0/16",)
)
PAYMENTS_NETWORK: Final = Network(
    Place(DATA, "rg-payments", "westeurope"), "vnet-payments", ("10.80.0.0/16",)
)
LEDGER_NETWORK: Final = Network(
    Place(DATA, "rg-ledger", "westeurope"), "vnet-ledger", ("10.90.0.0/16",)
)
TEST_FARM_NETWORK: Final = Network(
    Place(DEVELOPMENT, "rg-test-farm", "northeurope", respells=True),
    "vnet-test-farm",
    ("10.110.0.0/16",),
)
QUAY_NETWORK: Final = Network(
    Place(DEVELOPMENT, "rg-quay", "northeurope"), "vnet-quay", ("10.120.0.0/16",)
)
BOATHOUSE_NETWORK: Final = Network(
    Place(DEVELOPMENT, "rg-boathouse", "northeurope"), "vnet-boathouse", ("10.130.0.0/16",)
)
LIGHTHOUSE_NETWORK: Final = Network(
    Place(LEGACY, "rg-lighthouse", "westeurope"), "vnet-lighthouse", ("10.140.0.0/16",)
)

BASTION_PREFIX: Final = "10.10.0.0/26"
QUAY_BASTION_PREFIX: Final = "10.120.0.0/27"
FIREWALL_PREFIX: Final = "10.10.4.0/26"
APPLIANCE_ADDRESS: Final = "10.10.2.4"

_PEERED: Final = (
    (HUB_NETWORK, WEB_NETWORK),
    (HUB_NETWORK, DATA_NETWORK),
    (HUB_NETWORK, DEVELOPMENT_NETWORK),
    (HUB_NETWORK, LEGACY_NETWORK),
    (HUB_NETWORK, BOOKING_NETWORK),
    (HUB_NETWORK, PAYMENTS_NETWORK),
    (HUB_NETWORK, LEDGER_NETWORK),
    (HUB_NETWORK, TEST_FARM_NETWORK),
)
_ONCE_PEERED: Final = ((HUB_NETWORK, LIGHTHOUSE_NETWORK),)


def peers_of(network: Network) -> tuple[Network, ...]:
    """Networks peered with this one, connected in both directions."""
    return _others(network, _PEERED)


def former_peers_of(network: Network) -> tuple[Network, ...]:
    """Networks whose peering with this one is there and disconnected."""
    return _others(network, _ONCE_PEERED)


def _others(network: Network, pairs: tuple[tuple[Network, Network], ...]) -> tuple[Network, ...]:
    outward = [second for first, second in pairs if first == network]
    inward = [first for first, second in pairs if second == network]
    return (*outward, *inward)
