"""Which figures are asked for, when, and of which assets?

Only assets that somebody holds, aims at or measures against are asked for, and never invented ones; nothing at all
while no source outside is switched on. In market hours the bars of minutes are asked for once a minute; finished
sessions, dividends and splits, fundamentals and economic series once a day.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from data.providers.questions import ActionQuestion, AttributeQuestion, MacroQuestion, PriceQuestion, Question
from data.providers.vocabulary import AssetClass, Fact, Field, Frequency
from data.store import tables
from services import formatting
from services.errors import RetryLater
from services.messages.market import IngestReport
from services.messages.providers import Answered
from services.ports import Ports
from services.providers_hours import is_open, local_day
from services.providers_intake import Intake, Wanted

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

TOPIC, EVENT = "market", "prices.refreshed"
AT_ONCE_COUNT = 25
HISTORY_YEARS = 15
OVERLAP_DAYS = 7
"""So many days that are stored already are asked for again: sources correct their last bars."""
ACTIONS_DAYS = 60
MACRO_SERIES = ("GDP", "CPIAUCSL", "UNRATE", "FEDFUNDS")
"""Growth, prices, work and the policy rate; series that a house has stored besides are refreshed too."""
FACTS = tuple(fact.value for fact in Fact)
NOTES_MAX_COUNT = 20

Ask = Callable[[Question, str, AssetClass], Sequence[Answered]]


class FreshFigures:
    """Asks for what a house needs, and stores it.

    Parameters
    ----------
    ports : Ports
    ask : callable
        Takes a question, the id of a house and a kind of assets; returns answers that together hold what is known.

    """

    def __init__(self, ports: Ports, ask: Ask) -> None:
        self._ports = ports
        self._ask = ask
        self._intake = Intake(ports)

    def minutes(self, tenant_id: str) -> IngestReport:
        """Ask for today's bars of minutes of the assets whose exchange is open."""
        work = _Work(self._ports)
        now_utc = self._ports.clock.now_utc()
        trading = [one for one in self._wanted(tenant_id) if is_open(one.exchange_mic, one.asset_class, now_utc)]
        for kind, group in _groups(trading):
            day = local_day(group[0].exchange_mic, now_utc)
            symbols = tuple(one.symbol for one in group)
            question = PriceQuestion(symbols, day, None, Frequency.MINUTE, frozenset(Field) - {Field.ADJUSTED_CLOSE})
            self._do(work, question, tenant_id, kind, group)
        return self._told(work, tenant_id)

    def days(self, tenant_id: str) -> IngestReport:
        """Ask for the sessions that are over and not stored; the whole history of assets that a source never sent."""
        work = _Work(self._ports)
        for start, assets in self._starts(tenant_id).items():
            for kind, group in _groups(assets):
                symbols = tuple(one.symbol for one in group)
                question = PriceQuestion(symbols, start, self._today(), Frequency.DAILY, frozenset(Field))
                self._do(work, question, tenant_id, kind, group)
        return self._told(work, tenant_id)

    def facts(self, tenant_id: str) -> IngestReport:
        """Ask for dividends, splits and fundamentals."""
        work = _Work(self._ports)
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            is_first = not any(batch.kind == "actions" for batch in uow.ingest_batches.latest(limit=500))
        start = None if is_first else self._today() - timedelta(days=ACTIONS_DAYS)
        for kind, group in _groups(self._wanted(tenant_id)):
            if kind not in (AssetClass.EQUITY, AssetClass.ETF):
                continue
            symbols = tuple(one.symbol for one in group)
            self._do(work, ActionQuestion(symbols, start), tenant_id, kind, group)
            self._do(work, AttributeQuestion(FACTS, symbols), tenant_id, kind, group)
        return self._told(work, tenant_id)

    def macro(self, tenant_id: str) -> IngestReport:
        """Ask for economic series with every vintage."""
        work = _Work(self._ports)
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            stored = [row.series_id for row in uow.macro.all_series() if not row.is_sample]
        series = tuple(dict.fromkeys((*MACRO_SERIES, *stored)))
        start = _years_before(self._today(), HISTORY_YEARS)
        self._do(work, MacroQuestion(series, start, None, is_all_vintages=True), tenant_id, AssetClass.MACRO, [])
        return self._told(work, tenant_id)

    def _do(self, work: _Work, question: Question, tenant_id: str, kind: AssetClass, group: Sequence[Wanted]) -> None:
        """Ask one question and store what comes; a source that has nothing of the kind is no failure."""
        wanted = {one.symbol: one for one in group}
        try:
            answers = self._ask(question, tenant_id, kind)
        except RetryLater as error:
            if error.code != "no_provider":
                work.notes.append(error.message)
            return
        for answered in answers:
            taken = self._intake.take(answered, tenant_id, wanted)
            work.rows_count += taken.rows_count
            work.notes += taken.notes
            work.assets_count += len(group) if taken.rows_count else 0
            if not answered.is_stale:
                work.providers[answered.provider] = None

    def _told(self, work: _Work, tenant_id: str) -> IngestReport:
        """Return what came, and tell the house where something is new."""
        rows = work.rows_count
        sentence = f"{formatting.count(rows, 'new figure')} stored." if rows else "Nothing new came."
        if work.notes:
            more = len(work.notes) - NOTES_MAX_COUNT
            sentence += " " + " ".join(dict.fromkeys(work.notes[:NOTES_MAX_COUNT]))
            sentence += f" {formatting.count(more, 'more note')}." if more > 0 else ""
        report = IngestReport(
            providers=tuple(work.providers),
            assets_count=work.assets_count,
            rows_count=rows,
            is_changed=rows > 0,
            as_of=None,
            elapsed_ms=(time.perf_counter() - work.began) * 1000.0,
            sentence=sentence,
        )
        if rows:
            with self._ports.store.system(tenant_id) as uow:
                uow.events.append(TOPIC, EVENT, report.model_dump(mode="json"))
                uow.commit()
            self._ports.bus.nudge(TOPIC)
        return report

    def _wanted(self, tenant_id: str) -> list[Wanted]:
        """Return the real assets that a house holds, aims at or measures against, by symbol."""
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            rows = {row.id: row for row in _all_assets(uow) if not row.is_sample}
            used = set(uow.assets.in_use(list(rows)))
            used |= {mark.asset_id for mark in uow.benchmarks.all() if mark.asset_id in rows}
            found = [
                Wanted(row.id, row.symbol, row.asset_class, row.exchange) for key, row in rows.items() if key in used
            ]
        return sorted(found, key=lambda one: one.symbol)

    def _starts(self, tenant_id: str) -> dict[date, list[Wanted]]:
        """Return the assets by the first day that is asked for: what a source sent before goes on from there."""
        far = _years_before(self._today(), HISTORY_YEARS)
        outside = {one.name for one in self._ports.providers if one.capabilities.is_remote}
        starts: dict[date, list[Wanted]] = {}
        assets = self._wanted(tenant_id)
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            known = uow.prices.summaries([one.asset_id for one in assets], tuple(sorted(outside))) if assets else {}
        for one in assets:
            summary = known.get(one.asset_id)
            is_known = summary is not None and (summary.provider in outside or ":" in summary.provider)
            start = summary.last_date - timedelta(days=OVERLAP_DAYS) if summary is not None and is_known else far
            starts.setdefault(start, []).append(one)
        return starts

    def _today(self) -> date:
        return self._ports.clock.now_utc().date()


def offline_report() -> IngestReport:
    """Return what is told while nothing is asked."""
    return IngestReport(
        providers=(),
        assets_count=0,
        rows_count=0,
        is_changed=False,
        as_of=None,
        elapsed_ms=0.0,
        sentence="No source outside is switched on, so nothing was asked.",
    )


class _Work:
    """What came of one round."""

    def __init__(self, ports: Ports) -> None:
        self.began = time.perf_counter()
        self.rows_count = 0
        self.assets_count = 0
        self.notes: list[str] = []
        self.providers: dict[str, None] = {}


def _all_assets(uow: UnitOfWork) -> Iterator[tables.Asset]:
    cursor: str | None = None
    while True:
        page = uow.assets.search(cursor=cursor, limit=1000)
        yield from page.rows
        cursor = page.next_cursor
        if cursor is None:
            return


def _groups(assets: Sequence[Wanted]) -> Iterator[tuple[AssetClass, list[Wanted]]]:
    """Return assets of one kind and one exchange together, a few dozen at once."""
    sorted_out: dict[tuple[str, str], list[Wanted]] = {}
    for one in assets:
        sorted_out.setdefault((one.asset_class, one.exchange_mic or ""), []).append(one)
    for (kind, _), group in sorted_out.items():
        if kind not in {one.value for one in AssetClass}:
            continue
        for first in range(0, len(group), AT_ONCE_COUNT):
            yield AssetClass(kind), group[first : first + AT_ONCE_COUNT]


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28))
