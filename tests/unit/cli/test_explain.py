import pytest

from tests.golden.scan.estate import small_estate
from tests.rows import nic, subnet, vm, vnet
from tests.unit.cli.conftest import Run, Save


def test_way_is_told_layer_by_layer(run: Run, estate: str) -> None:
    ended = run("explain", "--vm", "WEB", "--snapshot", estate)
    assert (ended.status, ended.err) == (0, "")
    assert "NIC NSG       nsg-web: allow-ssh (priority 100) allows" in ended.out


def test_port_is_explained_alone(run: Run, estate: str) -> None:
    ended = run("explain", "--vm", "web", "--port", "3389", "--snapshot", estate)
    assert "Way in 1 of 1: RDP (port 3389) through public IP pip-web" in ended.out
    assert "Closed: nobody untrusted on the internet gets in." in ended.out


def test_machine_may_be_named_by_its_id(run: Run, estate: str) -> None:
    (machine,) = (row for row in small_estate() if row["name"] == "web")
    ended = run("explain", "--vm", machine["id"].upper(), "--snapshot", estate)
    assert ended.out.startswith("web\n")


def test_unknown_name_is_refused(run: Run, estate: str) -> None:
    ended = run("explain", "--vm", "nobody", "--snapshot", estate)
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert "no machine is called 'nobody'" in ended.err


def test_name_of_several_machines_lists_them(run: Run, save: Save) -> None:
    twin = vm("web", [])
    other = {**twin, "id": twin["id"].replace("rg-app", "rg-other")}
    ended = run("explain", "--vm", "web", "--snapshot", save([twin, other]))
    assert (ended.status, ended.out) == (2, "")
    assert twin["id"] in ended.err
    assert other["id"] in ended.err


@pytest.mark.parametrize("sender", ["everybody", "10.0.0.0/8"])
def test_sender_that_is_no_address_is_refused(run: Run, estate: str, sender: str) -> None:
    ended = run("explain", "--vm", "web", "--from", sender, "--snapshot", estate)
    assert (ended.status, ended.err.count("\n")) == (2, 1)


def test_interface_that_was_not_read_leaves_the_answer_open(run: Run, save: Save) -> None:
    ended = run("explain", "--vm", "web", "--snapshot", save([vm("web", ["nic-lost"])]))
    assert "Not known: network interface nic-lost could not be read." in ended.out
    assert "No front door is known." in ended.out


def test_machine_without_a_row_of_its_own_is_told_so(run: Run, save: Save) -> None:
    estate = save([vnet(subnets=[subnet()]), nic(vm="web")])
    ended = run("explain", "--vm", "web", "--snapshot", estate)
    assert "No row tells of the machine itself, only its network interface does." in ended.out
