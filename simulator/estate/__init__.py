"""A made-up company's Azure estate that tells, machine by machine, how exposure comes about."""

from simulator.estate.change import Change, one_change, one_opening
from simulator.estate.sample import SampleEstate, sample_estate
from simulator.estate.story import (
    Chapter,
    Door,
    DoorKind,
    LooseEnd,
    NsgStory,
    Objection,
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
    "Objection",
    "Outcome",
    "Reach",
    "ReturnPath",
    "SampleEstate",
    "Severity",
    "Verdict",
    "one_change",
    "one_opening",
    "sample_estate",
]
