"""How does somebody make a blend of benchmarks of their own, and take it away again?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from data.store import tables
from services.audit_notes import note
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.formatting import percent
from services.market_benchmarks import benchmark_views
from services.market_series import SeriesReader
from services.messages.blends import NewBlend
from services.messages.market import BenchmarkView
from services.portfolios_benchmark import BLEND_DEPTH_MAX, benchmark_index
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

BLEND = "blend"
SUM_ERROR_MOST = Decimal("0.000001")


class BenchmarkBlends:
    """Blends of the actor's house; whoever may change portfolios makes them.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._reader = SeriesReader(ports)

    def create(self, wish: NewBlend, actor: Actor) -> BenchmarkView:
        """Make a blend.

        Raises
        ------
        InvalidRequest
            With every problem: a component that is not known, or named twice, shares that do not sum to 1, a name that
            another benchmark has.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            parts = _parts(uow, wish)
            problems = _problems(uow, wish, parts)
            known = [part for part in parts if part is not None]
            begins = None if problems else self._first_common(uow, known, wish.currency)
            if not problems and begins is None:
                words = f"There is no day on which all parts have prices and rates into {wish.currency}."
                problems = [FieldProblem("parts", words, "Take other parts, or import their prices or rates.")]
            if problems or begins is None:
                raise InvalidRequest("The blend cannot be made.", "Correct what is named.", fields=tuple(problems))
            row = uow.benchmarks.add(
                tables.Benchmark(
                    name=wish.name.strip(),
                    kind=BLEND,
                    currency=wish.currency,
                    rebalancing=wish.rebalancing,
                    is_sample=any(part.is_sample for part in known),
                )
            )
            shares = {part.id: Decimal(repr(asked.share_frac)) for part, asked in zip(known, wish.parts, strict=True)}
            since = max(wish.effective_on or begins, begins)
            uow.benchmarks.put_blend(row.id, since, shares)
            note(uow, "benchmark.create", "benchmark", row.id, after=wish.model_dump(mode="json"))
            uow.commit()
            return self._view(uow, row.id)

    def delete(self, benchmark_id: str, actor: Actor) -> None:
        """Take a blend away.

        Raises
        ------
        NotFound
            There is none, or none for this actor.
        Conflict
            It is no blend of the house, or a portfolio or another blend is measured by it.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.benchmarks.get(benchmark_id)
            if row.kind != BLEND or row.tenant_id is None:
                raise Conflict(
                    f"{row.name} is no blend of your house.", "Only own blends can be deleted.", code="not_own"
                )
            if uow.benchmarks.in_use([row.id]):
                raise Conflict(
                    f"A portfolio or another blend is measured by {row.name}.",
                    "Choose another benchmark there first.",
                    code="in_use",
                )
            note(uow, "benchmark.delete", "benchmark", row.id, before={"name": row.name})
            uow.benchmarks.remove_own([row.id])
            uow.commit()

    def _first_common(self, uow: UnitOfWork, parts: list[tables.Benchmark], currency: str) -> date | None:
        """Return the day after the first close at which all parts have a level; None where there is none.

        From then on the shares earn, so that a blend that is never restored is bought at a day that no window changes.
        """
        sessions = self._reader.market_sessions(uow)
        if not sessions.size:
            return None
        days = sessions.astype("datetime64[D]").astype(object).tolist()
        levels = [benchmark_index(uow, self._reader, part, days, currency) for part in parts]
        known = np.flatnonzero(np.all([np.isfinite(one) for one in levels], axis=0))
        return None if not known.size else days[int(known[0])] + timedelta(days=1)

    def _view(self, uow: UnitOfWork, benchmark_id: str) -> BenchmarkView:
        return next(one for one in benchmark_views(uow, self._reader) if one.id == benchmark_id)


def _parts(uow: UnitOfWork, wish: NewBlend) -> list[tables.Benchmark | None]:
    """Return the components in the order of the wish, None for what is not known.

    An asset that is no benchmark yet becomes one of the house, held as one asset.
    """
    rows = uow.benchmarks.all()
    assets = uow.assets.by_symbols(sorted({part.symbol for part in wish.parts if part.symbol}))
    found: list[tables.Benchmark | None] = []
    for part in wish.parts:
        asset = assets.get(part.symbol or "")
        if part.symbol is None or part.benchmark_id is not None:
            found.append(next((row for row in rows if row.id == part.benchmark_id and part.symbol is None), None))
        elif asset is None:
            found.append(None)
        else:
            same = next((row for row in (*rows, *found) if row is not None and row.asset_id == asset.id), None)
            found.append(same or _of_asset(uow, asset))
    return found


def _of_asset(uow: UnitOfWork, asset: tables.Asset) -> tables.Benchmark:
    return uow.benchmarks.add(
        tables.Benchmark(
            symbol=asset.symbol,
            name=asset.name,
            kind="index",
            currency=asset.currency,
            asset_id=asset.id,
            is_sample=asset.is_sample,
        )
    )


def _problems(uow: UnitOfWork, wish: NewBlend, parts: list[tables.Benchmark | None]) -> list[FieldProblem]:
    found = []
    name = wish.name.strip()
    if not name:
        found.append(FieldProblem("name", "The name is empty.", "Say what is blended, such as 60/40."))
    elif any(row.name.casefold() == name.casefold() for row in uow.benchmarks.all()):
        found.append(FieldProblem("name", f"There is a benchmark {name} already.", "Choose another name."))
    seen: set[str] = set()
    for number, (part, row) in enumerate(zip(wish.parts, parts, strict=True)):
        path = f"parts[{number}].{'symbol' if part.symbol else 'benchmark_id'}"
        if part.symbol and part.benchmark_id:
            words = "Leave out `benchmark_id` or `symbol`."
            found.append(FieldProblem(path, "It names both a benchmark and an asset.", words))
            continue
        if row is None:
            words = "Name one benchmark that there is, or the symbol of one asset."
            found.append(FieldProblem(path, "There is no such benchmark or asset.", words))
            continue
        if row.id in seen:
            found.append(FieldProblem(path, f"{row.name} is named twice.", "Give each component once."))
        elif _depth(uow, row) >= BLEND_DEPTH_MAX:
            found.append(FieldProblem(path, f"{row.name} is a blend of blends too deep.", "Take its parts instead."))
        seen.add(row.id)
    whole = sum((Decimal(repr(part.share_frac)) for part in wish.parts), Decimal(0))
    if abs(whole - 1) > SUM_ERROR_MOST:
        words = f"The shares sum to {percent(whole)}, not to 100%."
        found.append(FieldProblem("parts", words, "Change a share."))
    return found


def _depth(uow: UnitOfWork, row: tables.Benchmark) -> int:
    """Return how many blends stand below each other; 0 for what is none."""
    if row.kind != BLEND:
        return 0
    names = sorted({key for shares in uow.benchmarks.all_blends(row.id).values() for key in shares})
    return 1 + max((_depth(uow, one) for one in uow.benchmarks.get_many(names).values()), default=0)
