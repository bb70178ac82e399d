"""Which catalogue rules the checks about Bastion and login speak to."""

from __future__ import annotations

from typing import Final

from shared.checks.controls import Controls

REACH: Final = Controls(
    cis_2_1=("7.1",),
    cis_3_0=("8.1",),
    cis_4_0=("9.4.1",),
    cis_5_0=("8.4.1",),
    cis_6_0=("8.4.1",),
    mcsb=("PA-6", "NS-1"),
    nist=("AC-17(3)",),
    iso=("A.8.20", "A.8.21"),
    pci=("1.4.2",),
    soc=("CC6.6",),
)
SUBNET: Final = Controls(mcsb=("NS-1",), nist=("SC-7",), iso=("A.8.20",))
AUDIT: Final = Controls(
    mcsb=("LT-3",), nist=("AU-2", "AU-12"), iso=("A.8.15",), pci=("10.2.1",), soc=("CC7.2",)
)
LINKS: Final = Controls(
    mcsb=("IM-1", "PA-7"), nist=("AC-3", "IA-2"), iso=("A.5.15",), pci=("7.2",), soc=("CC6.1",)
)
PASSWORDS: Final = Controls(
    mcsb=("IM-6",), nist=("IA-2", "IA-5"), iso=("A.8.5",), pci=("8.3",), soc=("CC6.1",)
)
IDENTITY: Final = Controls(
    mcsb=("IM-1",), nist=("IA-2",), iso=("A.5.16", "A.8.5"), pci=("8.2",), soc=("CC6.1",)
)
ACCESS: Final = Controls(
    mcsb=("PA-7",), nist=("AC-6",), iso=("A.5.18",), pci=("7.2",), soc=("CC6.3",)
)
