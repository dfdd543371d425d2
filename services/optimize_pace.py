"""How long does an optimization take here? What runs like it took, else what the product itself was measured at."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from services.auth.actor import Actor
from services.messages.optimize import ExpectedTime, OptimizationRequest
from services.messages.runs import RunStatus, RunView
from services.ports import Ports

KIND: Final = "optimization"
LOOKED_AT_COUNT: Final = 200
ALIKE_MIN_COUNT: Final = 5
KEPT_S: Final = 20.0
ALIKE_SIZE_FACTOR: Final = 2.0
SHARES: Final = (0.1, 0.9)
"""Of ten runs alike, eight lie between these."""

_SEARCHED: Final = frozenset({"min_holding", "min_trade", "holdings_count"})
_TAILS: Final = frozenset({"min_cvar", "min_cdar", "min_max_drawdown", "min_semi_deviation"})
_TAIL_LIMITS: Final = frozenset({"cvar_ceiling", "cdar_ceiling", "drawdown_ceiling"})

_ANY: Final = 10**9
MEASURED: Final[Mapping[tuple[bool, bool, bool], tuple[tuple[int, float, float], ...]]] = {
    (False, False, False): ((100, 0.1, 1.0), (400, 0.2, 2.0), (_ANY, 1.0, 10.0)),
    (False, True, False): ((100, 0.1, 2.0), (400, 0.5, 10.0), (_ANY, 2.0, 60.0)),
    (True, False, False): ((100, 0.1, 2.0), (400, 0.5, 6.0), (_ANY, 2.0, 30.0)),
    (True, True, False): ((100, 0.2, 20.0), (_ANY, 1.0, 120.0)),
    (True, False, True): ((100, 0.1, 60.0), (_ANY, 1.0, 600.0)),
    (True, True, True): ((_ANY, 1.0, 600.0),),
}
"""Searched for, a tail, searched to the proof -> up to so many assets: least and most seconds."""


@dataclass(frozen=True)
class Work:
    """What decides how long an optimization takes."""

    assets_count: int
    is_searched: bool
    is_tail: bool
    is_full: bool

    @property
    def family(self) -> tuple[bool, bool, bool]:
        """Which runs are alike, whatever their size."""
        return (self.is_searched, self.is_tail, self.is_searched and self.is_full)

    def is_like(self, other: Work) -> bool:
        """Return whether another run says something about this one."""
        least, most = sorted((self.assets_count, other.assets_count))
        return self.family == other.family and most <= ALIKE_SIZE_FACTOR * least


def work_of(document: Mapping[str, Any], assets_count: int) -> Work:
    """Return what of a request, in its JSON form, decides how long it takes."""
    kinds = {str(limit.get("kind")) for limit in document.get("constraints") or ()}
    goal = str((document.get("objective") or {}).get("kind"))
    return Work(
        assets_count=max(assets_count, 1),
        is_searched=bool(kinds & _SEARCHED),
        is_tail=goal in _TAILS or bool(kinds & _TAIL_LIMITS),
        is_full=document.get("proof_effort") == "full",
    )


class Pace:
    """What the runs that somebody sees have taken."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, tuple[tuple[Work, float], ...]]] = {}

    def expected(self, request: OptimizationRequest, assets_count: int, actor: Actor) -> ExpectedTime:
        """Return between which times eight of ten such runs take, from the start of the work to its end.

        Parameters
        ----------
        request : OptimizationRequest
        assets_count : int
            How many assets there are to choose from.
        actor : Actor
            Whose runs are looked at: those that the actor may see.
        """
        document = request.model_dump(mode="json", include={"objective", "constraints", "proof_effort"})
        return self._expected(work_of(document, assets_count), actor)

    def _expected(self, asked: Work, actor: Actor) -> ExpectedTime:
        taken_s = [seconds for work, seconds in self._runs(actor) if work.is_like(asked)]
        if len(taken_s) < ALIKE_MIN_COUNT:
            least_s, most_s = measured_s(asked)
            return ExpectedTime(least_s=least_s, most_s=most_s, runs_count=0)
        least, most = np.quantile(taken_s, SHARES)
        return ExpectedTime(least_s=round(float(least), 3), most_s=round(float(most), 3), runs_count=len(taken_s))

    def left(self, runs: Sequence[RunView], actor: Actor) -> dict[str, ExpectedTime]:
        """Return between which times the running optimizations among some runs end from now, by id.

        One that takes longer than most alike is left out: nothing is known of its end.
        """
        now_utc = self._ports.clock.now_utc()
        began = {one.id: one.started_at_utc for one in runs if one.kind == KIND and one.status is RunStatus.RUNNING}
        with self._ports.store.read(actor) as uow:
            texts = {key: row.request_json for key in began if (row := uow.runs.find(key)) is not None}
        found = {}
        for key, text in texts.items():
            document, start = json.loads(text), began[key]
            if start is None:
                continue
            expected = self._expected(work_of(document, len(_assets(document))), actor)
            past_s = (now_utc - start).total_seconds()
            if past_s < expected.most_s:
                least_s = round(max(0.0, expected.least_s - past_s), 3)
                most_s = round(expected.most_s - past_s, 3)
                found[key] = ExpectedTime(least_s=least_s, most_s=most_s, runs_count=expected.runs_count)
        return found

    def _runs(self, actor: Actor) -> tuple[tuple[Work, float], ...]:
        now_s = time.monotonic()
        with self._lock:
            known = self._known.get(actor.user_id)
        if known is not None and now_s - known[0] < KEPT_S:
            return known[1]
        found = self._read(actor)
        with self._lock:
            self._known = {who: one for who, one in self._known.items() if now_s - one[0] < KEPT_S}
            self._known[actor.user_id] = (now_s, found)
        return found

    def _read(self, actor: Actor) -> tuple[tuple[Work, float], ...]:
        with self._ports.store.read(actor) as uow:
            page = uow.runs.page(kind=KIND, status=RunStatus.SUCCEEDED.value, limit=LOOKED_AT_COUNT)
            rows = [(row.request_json, row.started_at_utc, row.finished_at_utc) for row in page.rows]
        found = []
        for text, started, finished in rows:
            document = json.loads(text)
            assets = _assets(document)
            if assets and started is not None and finished is not None:
                found.append((work_of(document, len(assets)), (finished - started).total_seconds()))
        return tuple(found)


def _assets(document: Mapping[str, Any]) -> Sequence[Any]:
    """Return what a request, in its JSON form, chooses from."""
    return document.get("asset_ids") or (document.get("problem") or {}).get("assets") or ()


def measured_s(work: Work) -> tuple[float, float]:
    """Return the times between which such work took where the product was measured, on two cores."""
    steps = MEASURED[work.family]
    return next(((least, most) for size, least, most in steps if work.assets_count <= size), steps[-1][1:])
