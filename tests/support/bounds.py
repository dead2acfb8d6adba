"""How far the tests of faults look: one home for the bounds that ``make faults``, ``make hosts`` and CI set."""

from __future__ import annotations

import os


def _bound(name: str, otherwise: int) -> int:
    return int(os.environ.get(name, otherwise))


FUZZ_ROUNDS = _bound("FUZZ_ROUNDS", 60)
"""How many files are changed at random."""
CALLS = _bound("FAULT_CALLS", 3)
"""At how many calls that change the disk a load is killed, or finds it full: one of each kind first; 0 for all."""
KILLS = _bound("FAULT_KILLS", 2)
"""At how many random moments a load is killed."""
DAMAGES = _bound("FAULT_DAMAGES", 4)
"""How many damages are done to files of the warehouse, of all files in all ways; 0 for all."""
DISKS = _bound("FAULT_DISKS", 2)
"""How many sizes of a small disk a load is tried on."""
PUBLISHES = _bound("FAULT_PUBLISHES", 2)
"""Through how many publishes readers read without pause."""
NIGHTS = _bound("FAULT_NIGHTS", 4)
"""How many loads of a random history are held against full builds."""
HOST_FAULTS = _bound("HOST_FAULTS", 5)
"""How many of the five faults between hosts are tried, of hosts that load and of workers that read."""
HOST_WORKBOOKS = _bound("HOST_WORKBOOKS", 24)
"""How many returns the hosts receive."""
HOST_CUT_SECONDS = _bound("HOST_CUT_SECONDS", 8)
"""For how long a network is cut."""
PARTS = 8
"""Into how many tests the rounds of one kind are split, so that all cores have some."""
