"""Links of a card lead to Azure's portal, whatever a resource is called."""

from shared.network.ids import ResourceId
from shared.rendering.card_links import PORTALS, CardLinks

VM = ResourceId("/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/v")


def test_resource_link_leads_to_the_portal_of_the_cloud() -> None:
    assert CardLinks(portal=PORTALS["china"]).to_portal(VM)[1] == (
        "https://portal.azure.cn/#@/resource/subscriptions/s1/resourceGroups/rg"
        "/providers/Microsoft.Compute/virtualMachines/v"
    )


def test_resource_link_encodes_everything_but_slashes() -> None:
    _, address = CardLinks().to_portal(ResourceId("/a/b) [x](y) \u202e%20?#\n'\"<"))
    assert address == (
        "https://portal.azure.com/#@/resource/a/"
        "b%29%20%5Bx%5D%28y%29%20%E2%80%AE%2520%3F%23%0A%27%22%3C"
    )


def test_resource_link_of_an_endless_id_is_left_out() -> None:
    assert CardLinks().to_portal(ResourceId("/" + "x" * 3_000))[1] is None
