"""Which figures are asked for, when, and of which assets?

Only assets that somebody holds, aims at or measures against are asked for, and never invented ones; nothing at all
while no source outside is switched on. In market hours the bars of minutes are asked for once a minute; finished
sessions, rates of exchange, dividends and splits, fundamentals and economic series once a day. What a quota left out is
asked for in the next minutes, the asset that waits longest first.
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
from services.errors import RetryLater, TooMany
from services.messages.market import IngestReport
from services.messages.providers import Answered, Outcome
from services.ports import Ports
from services.providers_failures import Failures, failed_words
from services.providers_feeds import FEED_PREFIX
from services.providers_hours import is_open, local_day
from services.providers_intake import Intake, Wanted
from services.providers_questions import missing_of
from services.providers_rates import pairs_of, questions_of, take_rates

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

TOPIC, EVENT = "market", "prices.refreshed"
LEFT_KEY = "providers.left"
AT_ONCE_COUNT = 25
HISTORY_YEARS = 15
OVERLAP_DAYS = 7
"""So many days that are stored already are asked for again: sources correct their last bars."""
ACTIONS_DAYS = 60
MACRO_SERIES = ("GDP", "CPIAUCSL", "UNRATE", "FEDFUNDS")
"""Growth, prices, work and the policy rate; series that a house has stored besides are refreshed too."""
FACTS = tuple(fact.value for fact in Fact)
NOTES_MAX_COUNT = 20
WITH_FACTS = frozenset({AssetClass.EQUITY, AssetClass.ETF})

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

    def days(self, tenant_id: str, only: frozenset[str] | None = None) -> IngestReport:
        """Ask for the sessions that are over and not stored; the whole history of assets that a source never sent.

        Where a source says otherwise about days that are stored, its whole history is asked for and stored anew.
        """
        work = _Work(self._ports)
        far = _years_before(self._today(), HISTORY_YEARS)
        for start, assets in sorted(self._starts(tenant_id, only).items()):
            for kind, group in _groups(assets):
                again = self._days_of(work, tenant_id, kind, group, start, is_whole=start <= far)
                if again:
                    first = min([far, *(day for day in again.values() if day is not None)])
                    members = [one for one in group if one.symbol in again]
                    self._days_of(work, tenant_id, kind, members, first, is_whole=True)
        if only is None:
            self._rates(work, tenant_id, far)
        self._keep_left(work, tenant_id, "days")
        return self._told(work, tenant_id)

    def facts(self, tenant_id: str, only: frozenset[str] | None = None) -> IngestReport:
        """Ask for dividends, splits and fundamentals: the whole past of an asset of which nothing is stored yet."""
        work = _Work(self._ports)
        assets = [one for one in self._wanted(tenant_id) if only is None or one.symbol in only]
        ids = [one.asset_id for one in assets]
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            actions = uow.corporate_actions.between(ids, date(1900, 1, 1), self._today()) if ids else []
            known = {row.asset_id for row in actions if row.tenant_id == tenant_id and not row.is_sample}
            told = {
                row.asset_id: row.knowledge_time_utc.timestamp()
                for row in (uow.assets.attribute_history(ids, FACTS) if ids else [])
                if row.tenant_id == tenant_id
            }
        turn = self._today().toordinal()
        place = turn % len(assets) if assets else 0
        lately = self._today() - timedelta(days=ACTIONS_DAYS)
        in_turn = assets[place:] + assets[:place]

        def ask_actions() -> None:
            for start, is_known in ((None, False), (lately, True)):
                for kind, group in _groups([one for one in in_turn if (one.asset_id in known) is is_known]):
                    if kind in WITH_FACTS:
                        symbols = tuple(one.symbol for one in group)
                        self._do(work, ActionQuestion(symbols, start), tenant_id, kind, group)

        def ask_fundamentals() -> None:
            for kind, group in _groups(sorted(in_turn, key=lambda one: told.get(one.asset_id, 0.0))):
                if kind in WITH_FACTS:
                    symbols = tuple(one.symbol for one in group)
                    self._do(work, AttributeQuestion(FACTS, symbols), tenant_id, kind, group)

        # a small quota may not last for both, so that they take turns in going first
        for ask in (ask_actions, ask_fundamentals) if turn % 2 else (ask_fundamentals, ask_actions):
            ask()
        self._keep_left(work, tenant_id, "facts")
        return self._told(work, tenant_id)

    def go_on(self, tenant_id: str) -> IngestReport | None:
        """Ask for what a quota left out of the last rounds; None where nothing was left out."""
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            left = uow.settings.value(LEFT_KEY, {})
        reports = [
            ask(tenant_id, frozenset(left[kind]))
            for kind, ask in (("days", self.days), ("facts", self.facts))
            if left.get(kind)
        ]
        return reports[-1] if reports else None

    def macro(self, tenant_id: str) -> IngestReport:
        """Ask for economic series with every vintage."""
        work = _Work(self._ports)
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            stored = [row.series_id for row in uow.macro.all_series() if not row.is_sample]
        series = tuple(dict.fromkeys((*MACRO_SERIES, *stored)))
        start = _years_before(self._today(), HISTORY_YEARS)
        self._do(work, MacroQuestion(series, start, None, is_all_vintages=True), tenant_id, AssetClass.MACRO, [])
        return self._told(work, tenant_id)

    def _days_of(
        self, work: _Work, tenant_id: str, kind: AssetClass, group: Sequence[Wanted], start: date, *, is_whole: bool
    ) -> dict[str, date | None]:
        """Ask for the daily bars of some assets; return those whose whole history must be asked for."""
        symbols = tuple(one.symbol for one in group)
        question = PriceQuestion(symbols, start, self._today(), Frequency.DAILY, frozenset(Field))
        return self._do(work, question, tenant_id, kind, group, is_whole=is_whole)

    def _rates(self, work: _Work, tenant_id: str, far: date) -> None:
        """Ask for the rates of exchange between the currencies of a house's assets and of its portfolios."""
        currencies = [one.currency for one in self._wanted(tenant_id) if one.currency]
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            pairs = pairs_of(uow, currencies, far, timedelta(days=OVERLAP_DAYS))
        by_symbol = {pair.symbol: pair for pair in pairs}
        for question in questions_of(pairs, self._today()):
            try:
                answers = self._ask(question, tenant_id, AssetClass.FX)
            except RetryLater as error:
                work.note_refusal(error)
                continue
            for answered in answers:
                work.failures.add(answered.attempts)
                if self._is_outside(answered.provider):
                    work.rows_count += take_rates(self._ports, answered, tenant_id, by_symbol)

    def _do(
        self,
        work: _Work,
        question: Question,
        tenant_id: str,
        kind: AssetClass,
        group: Sequence[Wanted],
        *,
        is_whole: bool = False,
    ) -> dict[str, date | None]:
        """Ask one question and store what comes from outside; a source that has nothing of the kind is no failure."""
        wanted = {one.symbol: one for one in group}
        again: dict[str, date | None] = {}
        try:
            answers = self._ask(question, tenant_id, kind)
        except RetryLater as error:
            work.note_refusal(error)
            if isinstance(error, TooMany):
                work.left |= set(wanted)
            return again
        open_symbols, is_cut = set(wanted), False
        for answered in answers:
            is_cut |= any(attempt.outcome is Outcome.QUOTA for attempt in answered.attempts)
            work.failures.add(answered.attempts)  # also where the history built in stands in for who failed
            if answered.is_stale or not self._is_outside(answered.provider):
                continue  # what is stored or built in already is no news
            open_symbols &= set(missing_of(answered.answer))
            taken = self._intake.take(answered, tenant_id, wanted, is_whole=is_whole)
            work.rows_count += taken.rows_count
            work.notes += taken.notes
            work.assets_count += len(group) if taken.rows_count else 0
            work.providers[answered.provider] = None
            again.update(taken.again)
        if is_cut:
            work.left |= open_symbols
        return again

    def _keep_left(self, work: _Work, tenant_id: str, kind: str) -> None:
        """Keep what a quota left out, where whichever process leads by then finds it, and say so."""
        with self._ports.store.system(tenant_id) as uow:
            known = uow.settings.value(LEFT_KEY, {})
            if known.get(kind, []) != sorted(work.left):
                uow.settings.put(LEFT_KEY, known | {kind: sorted(work.left)})
                uow.commit()
        if work.left:
            count = formatting.count(len(work.left), "asset")
            work.notes.append(f"The quota left out {count}; they are asked for in the next minutes.")

    def _is_outside(self, name: str) -> bool:
        """Return whether a source uses the network: a feed of the house's own does."""
        remote = {one.name for one in self._ports.providers if one.capabilities.is_remote}
        return name in remote or name.startswith(FEED_PREFIX)

    def _told(self, work: _Work, tenant_id: str) -> IngestReport:
        """Return what came, and tell the house where something is new."""
        rows = work.rows_count
        sentence = f"{formatting.count(rows, 'new figure')} stored." if rows else "Nothing new came."
        if work.notes:
            more = len(work.notes) - NOTES_MAX_COUNT
            sentence += " " + " ".join(dict.fromkeys(work.notes[:NOTES_MAX_COUNT]))
            sentence += f" {formatting.count(more, 'more note')}." if more > 0 else ""
        failures = work.failures.told()
        report = IngestReport(
            providers=tuple(work.providers),
            assets_count=work.assets_count,
            rows_count=rows,
            is_changed=rows > 0,
            as_of=None,
            elapsed_ms=(time.perf_counter() - work.began) * 1000.0,
            sentence=f"{sentence} {failed_words(failures)}".rstrip(),
            failures=failures,
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
                Wanted(row.id, row.symbol, row.asset_class, row.exchange, row.currency)
                for key, row in rows.items()
                if key in used
            ]
        return sorted(found, key=lambda one: one.symbol)

    def _starts(self, tenant_id: str, only: frozenset[str] | None = None) -> dict[date, list[Wanted]]:
        """Return the assets by the first day that is asked for: what a source sent before goes on from there."""
        far = _years_before(self._today(), HISTORY_YEARS)
        outside = {one.name for one in self._ports.providers if one.capabilities.is_remote}
        starts: dict[date, list[Wanted]] = {}
        assets = [one for one in self._wanted(tenant_id) if only is None or one.symbol in only]
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
        self.left: set[str] = set()
        self.failures = Failures()

    def note_refusal(self, error: RetryLater) -> None:
        """Note what each source said where none answered; that no source answers such questions is no news."""
        if error.attempts:
            self.notes += self.failures.add(error.attempts)
        elif error.code != "no_provider":
            self.notes.append(error.message)


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
