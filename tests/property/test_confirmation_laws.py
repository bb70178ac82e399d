"""Laws of recording with an index that lags: any interleaving of changes, events and sweeps."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lagging_azure import Watch
from tests.rows import Row, allow, ip_configuration, nic, nsg, public_ip, resource_id, vm, vnet

NAMES = ("one", "two")


def machine(name: str, group: str = "shared") -> tuple[Row, ...]:
    number = NAMES.index(name) + 4
    address = ip_configuration(private_ip=f"10.0.0.{number}", public_ip=f"pip-{name}")
    return (
        vm(f"vm-{name}", [f"nic-{name}"]),
        nic(f"nic-{name}", [address], vm=f"vm-{name}", nsg=group),
    )


def opened(group: str) -> Row:
    return nsg(group, [allow(100)])


CHANGES: dict[str, tuple[Row, ...]] = {
    "open-shared": (opened("shared"),),
    "close-shared": (nsg("shared"),),
    "narrow-shared": (nsg("shared", [allow(100, source="198.51.100.0/28")]),),
    "open-own": (opened("own"),),
    "close-own": (nsg("own"),),
    "move-one-to-own": machine("one", "own"),
    "move-one-to-shared": machine("one"),
    "stop-two": (vm("vm-two", ["nic-two"], power="deallocated"), machine("two")[1]),
    "make-two": machine("two"),
}
STEPS = (*CHANGES, "delete-two", "sweep", "catch-up", "arm-down", "arm-up")


def estate() -> tuple[Row, ...]:
    addresses = [public_ip(f"pip-{name}", f"20.1.2.{4 + i}") for i, name in enumerate(NAMES)]
    return (*machine("one"), *machine("two"), *addresses, nsg("shared"), nsg("own"), vnet())


def run(steps: Sequence[tuple[str, bool]]) -> Watch:
    """Take some steps; each change is told by an event, or not."""
    watch = Watch(*estate())
    for step, is_told in steps:
        match step:
            case "sweep":
                watch.sweep()
            case "catch-up":
                watch.azure.catch_up()
            case "arm-down" | "arm-up":
                watch.azure.is_down = step == "arm-down"
            case "delete-two":
                ids = [resource_id("vm", "vm-two"), resource_id("nic", "nic-two")]
                for one in ids:
                    watch.azure.write({"id": one})
                    watch.azure.delete(one)
                if is_told:
                    watch.change(*ids)
            case _:
                watch.azure.write(*CHANGES[step])
                if is_told:
                    watch.change(*(row["id"] for row in CHANGES[step]))
    return watch


walks = st.lists(st.tuples(st.sampled_from(STEPS), st.booleans()), max_size=14)
healthy = st.lists(
    st.tuples(st.sampled_from([step for step in STEPS if step != "arm-down"]), st.booleans()),
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(walks)
def test_one_sweep_of_an_index_that_caught_up_ends_at_the_truth(
    steps: list[tuple[str, bool]],
) -> None:
    watch = run([*steps, ("arm-up", False), ("catch-up", False), ("sweep", False)])
    assert watch.open == watch.true


@settings(max_examples=150, deadline=None)
@given(healthy)
def test_events_and_sweeps_never_disagree_while_arm_answers(steps: list[tuple[str, bool]]) -> None:
    told = [(step, True) for step, _ in steps]
    watch = run([("sweep", False), *told])
    assert watch.open == watch.true
    before = watch.steps
    watch.sweep()
    assert (watch.open, watch.steps) == (watch.true, before)


@settings(max_examples=100, deadline=None)
@given(healthy)
def test_sweep_of_an_index_that_lags_tells_nothing_that_is_not_true(
    steps: list[tuple[str, bool]],
) -> None:
    watch = run(steps)
    before = watch.open
    watch.sweep()
    assert watch.open - before <= watch.true
    assert before - watch.open <= before - watch.true
