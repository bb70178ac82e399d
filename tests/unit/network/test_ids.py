"""Resource ids: one resource under every spelling, and its parts as Azure spelt them."""

from __future__ import annotations

import pytest

from shared.network.ids import InvalidResourceIdError, ResourceId, resource_id

VNET = "/subscriptions/AB-12/resourceGroups/Rg-App/providers/Microsoft.Network/virtualNetworks/Hub"
SUBNET = f"{VNET}/subnets/Default"


@pytest.mark.parametrize(
    "spelling", [VNET, VNET.lower(), VNET.upper(), f"{VNET}/", f"  {VNET} ", f"{VNET}//"]
)
def test_spellings_of_one_resource_are_equal_and_hash_alike(spelling: str) -> None:
    assert ResourceId(spelling) == ResourceId(VNET)
    assert hash(ResourceId(spelling)) == hash(ResourceId(VNET))


def test_spelling_is_kept_for_display() -> None:
    assert str(ResourceId(VNET)) == VNET
    assert repr(ResourceId(VNET)) == f"ResourceId({VNET!r})"


def test_other_resources_and_plain_texts_are_not_equal() -> None:
    assert ResourceId(VNET) != ResourceId(SUBNET)
    assert ResourceId(VNET) != VNET


def test_ids_sort_without_case() -> None:
    assert sorted([ResourceId("/B"), ResourceId("/a"), ResourceId("/C")]) == [
        ResourceId("/a"),
        ResourceId("/b"),
        ResourceId("/c"),
    ]


@pytest.mark.parametrize("text", ["", " ", "/", "//", "vm-1", "subscriptions/ab", "https://x/y"])
def test_text_that_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidResourceIdError, match="not an Azure resource id") as refused:
        ResourceId(text)
    assert refused.value.text == text


def test_parts_are_read_in_any_case() -> None:
    upper = ResourceId(SUBNET.upper())
    assert (upper.name, upper.subscription, upper.resource_group) == ("DEFAULT", "ab-12", "RG-APP")


@pytest.mark.parametrize(
    ("text", "subscription", "group"),
    [
        pytest.param("/subscriptions/AB-12", "ab-12", "", id="subscription"),
        pytest.param("/subscriptions/AB-12/resourceGroups/Rg", "ab-12", "Rg", id="resource-group"),
        pytest.param("/providers/Microsoft.Management/managementGroups/m", "", "", id="outside"),
    ],
)
def test_parts_that_an_id_lacks_are_empty(text: str, subscription: str, group: str) -> None:
    assert (ResourceId(text).subscription, ResourceId(text).resource_group) == (subscription, group)


@pytest.mark.parametrize("collection", ["subnets", "Subnets", "SUBNETS"])
def test_parent_is_cut_at_the_collection_in_any_case(collection: str) -> None:
    assert ResourceId(SUBNET).parent(collection) == ResourceId(VNET)


def test_parent_keeps_the_spelling() -> None:
    parent = ResourceId(SUBNET).parent("subnets")
    assert str(parent) == VNET


@pytest.mark.parametrize(
    "text",
    [pytest.param(VNET, id="no-such-segment"), pytest.param("/subnets/x", id="nothing-left")],
)
def test_id_without_the_collection_has_no_parent(text: str) -> None:
    assert ResourceId(text).parent("subnets") is None


def test_nearest_collection_of_the_name_is_cut() -> None:
    nested = ResourceId(f"{VNET}/subnets/subnets/subnets/inner")
    assert nested.parent("subnets") == ResourceId(f"{VNET}/subnets/subnets")


def test_letters_that_grow_in_lower_case_do_not_shift_the_cut() -> None:
    network = VNET.replace("Rg-App", "\u0130\u0130-App")
    subnet = ResourceId(f"{network}/subnets/default")
    assert (str(subnet.parent("subnets")), subnet.resource_group) == (network, "\u0130\u0130-App")


def test_child_of_a_resource_is_found_again_as_its_parent() -> None:
    child = ResourceId(VNET).child("subnets", "Default")
    assert (str(child), child.parent("subnets")) == (SUBNET, ResourceId(VNET))


def test_parsed_ids_are_shared() -> None:
    assert resource_id(VNET) is resource_id(VNET)
