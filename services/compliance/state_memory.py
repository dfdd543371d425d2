"""Was the very same portfolio looked at a moment ago, so that what was computed of it is there?

While somebody types limits, the portfolio that rules are held against stays what it is. It is read anew each time;
where all that was read is the same, what the engine made of it before (`ComplianceState.kept`) is used again. Nothing
can be older than what is stored, because what is remembered is found by its content alone.
"""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict

from engine.compliance.state import ComplianceState

STATES_MAX_COUNT = 16


class StateMemory:
    """The states that were read last; the longest unused fall out."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, ComplianceState] = OrderedDict()
        self._lock = threading.Lock()

    def same(self, state: ComplianceState) -> ComplianceState:
        """Return the state of the same content that was read before, else this one, remembered from now on."""
        key = pickle.dumps(
            (
                state.symbols,
                state.values_ccy,
                state.quantities.tobytes(),
                state.prices_ccy.tobytes(),
                sorted((name, list(values)) for name, values in state.given.items()),
                sorted(state.facts.items()),
                sorted((name, values.tobytes()) for name, values in state.per_unit.items()),
                (state.on, state.is_month_end),
                sorted((str(whole), floor) for whole, floor in state.floors_ccy.items()),
            )
        )
        with self._lock:
            found = self._kept.setdefault(key, state)
            self._kept.move_to_end(key)
            if len(self._kept) > STATES_MAX_COUNT:
                self._kept.popitem(last=False)
        return found
