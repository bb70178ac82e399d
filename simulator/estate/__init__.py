"""A made-up company's Azure estate that tells, machine by machine, how exposure comes about."""

from simulator.estate.change import Change, one_change
from simulator.estate.sample import SampleEstate, sample_estate
from simulator.estate.story import (
    Chapter,
    Door,
    DoorKind,
    LooseEnd,
    NsgStory,
    Outcome,
    Reach,
    ReturnPath,
    Severity,
    Verdict,
)

__all__ = [
    "Change",
    "Chapter",
    "Door",
    "DoorKind",
    "LooseEnd",
    "NsgStory",
    "Outcome",
    "Reach",
    "ReturnPath",
    "SampleEstate",
    "Severity",
    "Verdict",
    "one_change",
    "sample_estate",
]
