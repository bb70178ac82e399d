"""Which rules of public catalogues a check is evidence for."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

_CATALOGUES = {
    "cis_2_1": "CIS 2.1",
    "cis_3_0": "CIS 3.0",
    "cis_4_0": "CIS 4.0",
    "cis_5_0": "CIS 5.0",
    "cis_6_0": "CIS 6.0",
    "mcsb": "MCSB",
    "nist": "NIST 800-53",
    "iso": "ISO 27001:2022",
    "pci": "PCI DSS 4.0",
    "soc": "SOC 2",
}


@dataclass(frozen=True)
class Controls:
    """The rules that one check speaks to, by catalogue: evidence for them, never "compliant".

    CIS is the CIS Microsoft Azure Foundations Benchmark in five versions, MCSB the Microsoft
    cloud security benchmark v1.  Mappings other than CIS are this project's own reading.
    """

    cis_2_1: tuple[str, ...] = ()
    cis_3_0: tuple[str, ...] = ()
    cis_4_0: tuple[str, ...] = ()
    cis_5_0: tuple[str, ...] = ()
    cis_6_0: tuple[str, ...] = ()
    mcsb: tuple[str, ...] = ()
    nist: tuple[str, ...] = ()
    iso: tuple[str, ...] = ()
    pci: tuple[str, ...] = ()
    soc: tuple[str, ...] = ()

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Each rule with its catalogue in front, such as `CIS 5.0 7.2`."""
        return tuple(
            f"{_CATALOGUES[entry.name]} {number}"
            for entry in fields(self)
            for number in getattr(self, entry.name)
        )
