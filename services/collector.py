"""How does Python's collector of cycles stay out of the way of long computations?

Every full pass walks all objects that live. Hundreds of thousands of them are modules and tables that stay for as long
as the process does, and a check of a whole book makes so many results that full passes took a quarter of its time.
"""

from __future__ import annotations

import gc

YOUNG_COUNT = 20_000
"""New objects until the young ones are looked at, in place of Python's 700: a few megabytes at the most."""


def calm_collector() -> None:
    """Leave out of all passes what the process has made so far, and look at what is new by larger lots.

    To be called once, when a process is ready for work. Objects without cycles go at once as ever; cycles are found
    somewhat later.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_COUNT, *gc.get_threshold()[1:])
