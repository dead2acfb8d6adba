"""How far the tests of faults look: one home for the bounds that ``make faults``, ``make faults-all`` and CI set."""

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
PARTS = 8
"""Into how many tests the rounds of one kind are split, so that all cores have some."""
