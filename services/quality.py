"""How good are the stored prices, what looks wrong in them, and what does the house do about it?"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING

from data.quality.findings import Kind
from data.store import tables
from data.store.repositories.quality import ACCEPTED, OPEN
from data.store.repositories.series import Codes, Series
from services.assets_named import asset_named
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import FieldProblem, InvalidRequest
from services.market_series import provider_order
from services.market_views import day_of
from services.messages.quality import (
    CheckDone,
    Decision,
    DecisionDone,
    FindingDetail,
    FindingState,
    FindingView,
    PeriodScore,
    Policy,
    PolicyChange,
    QualityCalendar,
    QualitySummary,
    SeriesScore,
)
from services.ports import Ports
from services.quality_alerts import end_alerts, lost_alerts, tell_alerts
from services.quality_check import Progress, keep, keep_scores, look, score_of_period, told
from services.quality_decide import decide, decided_sentence
from services.quality_flags import calendar_days, flags_of, open_rows
from services.quality_load import load
from services.quality_policy import choose, policy_of
from services.quality_views import finding_detail, finding_view, score_view, summary_of

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

ASSETS_MAX_COUNT = 5000
INLINE_MAX_COUNT = 60
"""Series that a page checks while somebody waits; more are a run of their own."""
TICK_MAX_COUNT = 100
TOPIC = "market"


class Quality:
    """What looks wrong in stored prices.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._preference = provider_order(ports)

    def summary(self, actor: Actor) -> QualitySummary:
        """Return how good the prices are as a whole."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            priced = uow.prices.summaries(providers=self._preference)
            assets = uow.assets.get_many(list(priced))
            scores = [score_view(row, assets[key]) for key, row in uow.quality_scores.all().items() if key in assets]
            findings = uow.quality_findings.of(states=[OPEN, ACCEPTED], limit=100_000)
            return summary_of(
                scores, len(priced), findings, day_of([one.last_date for one in priced.values() if not one.is_sample])
            )

    def score(self, symbols: Sequence[str] | None, actor: Actor) -> tuple[SeriesScore, ...]:
        """Return the scores of series that were checked, the poorest first; of all when no symbols are given.

        Raises
        ------
        NotFound
            A symbol does not exist for this actor.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            rows = uow.quality_scores.all(None if symbols is None else [asset_named(uow, one).id for one in symbols])
            assets = uow.assets.get_many(list(rows))
            found = [score_view(row, assets[key]) for key, row in rows.items() if key in assets]
        return tuple(sorted(found, key=lambda one: (one.score, one.symbol)))

    def score_of_period(self, symbol: str, actor: Actor, start: date | None, end: date | None) -> PeriodScore | None:
        """Return the score of one series over a period, from its stored bars and open findings; None without bars.

        Raises
        ------
        NotFound
            There is no such symbol for this actor.
        InvalidRequest
            The period ends before it begins.

        """
        authorize(actor, Permission.MARKET_READ)
        if start is not None and end is not None and end < start:
            problem = FieldProblem("end", f"{end.isoformat()} lies before the start.", "Choose a later end.")
            raise InvalidRequest("The period ends before it begins.", "Choose a later end.", fields=(problem,))
        with self._ports.store.read(actor) as uow:
            asset = asset_named(uow, symbol)
            loaded = load(uow, uow.assets.search(limit=ASSETS_MAX_COUNT).rows, self._preference)
            return score_of_period(uow, loaded, asset.id, start, end)

    def findings(
        self,
        actor: Actor,
        *,
        symbol: str | None = None,
        kind: Kind | None = None,
        state: FindingState | None = FindingState.OPEN,
        limit: int = 500,
    ) -> tuple[FindingView, ...]:
        """Return findings, the surest first; open ones unless another state, or None for all, is named."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            ids = None if symbol is None else [asset_named(uow, symbol).id]
            rows = uow.quality_findings.of(
                ids,
                states=[] if state is None else [state.value],
                kinds=[] if kind is None else [kind.value],
                limit=limit,
            )
            return _views(uow, rows)

    def finding(self, finding_id: str, actor: Actor) -> FindingDetail:
        """Return one finding with the sessions around it.

        Raises
        ------
        NotFound
            There is none with this id in this house.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            row = uow.quality_findings.get(finding_id)
            (view,) = _views(uow, [row])
            series = uow.prices.series_of([row.asset_id], (row.provider, *self._preference), is_whole=True)
            if row.asset_id not in series:
                return FindingDetail(finding=view, points=())
            return finding_detail(view, row, series[row.asset_id])

    def decide(self, finding_ids: Sequence[str], decision: Decision, actor: Actor) -> DecisionDone:
        """Decide about findings; each is decided for itself, and all are kept together.

        Raises
        ------
        NotFound, Conflict
            A single finding cannot be decided about; of several, those are passed over and named.

        """
        authorize(actor, Permission.MARKET_IMPORT)
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.work(actor) as uow:
            uow.ingest_batches.one_at_a_time()
            rows, passed = decide(uow, finding_ids, decision, self._preference, actor, now_utc)
            self._score_again(uow, {row.asset_id for row in rows})
            uow.events.append(TOPIC, "quality.decided", {"count": len(rows), "decision": decision.value})
            uow.commit()
        with self._ports.store.read(actor) as uow:
            views = _views(uow, list(uow.quality_findings.get_many([row.id for row in rows]).values()))
        self._ports.bus.nudge(TOPIC)
        return DecisionDone(done=views, passed=tuple(passed), sentence=decided_sentence(decision, len(rows), passed))

    def policy(self, actor: Actor) -> Policy:
        """Return what the house wants done about each kind of finding."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return policy_of(uow)

    def set_policy(self, change: PolicyChange, actor: Actor) -> Policy:
        """Choose what is done about kinds of findings; counts from the next check on.

        Raises
        ------
        InvalidRequest
            A kind without proposals was made automatic, or is named twice.

        """
        authorize(actor, Permission.MARKET_IMPORT)
        with self._ports.store.work(actor) as uow:
            found = choose(uow, change)
            uow.commit()
        return found

    def calendar(
        self, symbol: str, actor: Actor, start: date | None = None, end: date | None = None
    ) -> QualityCalendar:
        """Return every session of one series with its flag; missing sessions are there too.

        Raises
        ------
        NotFound
            There is no such symbol for this actor.

        """
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            asset = asset_named(uow, symbol)
            series = uow.prices.series_of([asset.id], self._preference).get(asset.id)
            rows = open_rows(uow, [asset.id]).get(asset.id, [])
        days = [] if series is None else calendar_days(series, rows, start, end)
        counts: dict[str, int] = {}
        for one in days:
            counts[one.flag] = counts.get(one.flag, 0) + 1
        return QualityCalendar(
            symbol=asset.symbol,
            name=asset.name,
            first_session=days[0].session if days else None,
            last_session=days[-1].session if days else None,
            counts=counts,
            days=tuple(days),
        )

    def flags(self, uow: UnitOfWork, series: Series) -> Codes:
        """Return the flag of each session of a series: what the store says, and the house's open findings over it."""
        return flags_of(uow, [series])[series.asset_id]

    def check(
        self, actor: Actor, symbols: Collection[str] | None = None, progress: Progress | None = None
    ) -> CheckDone:
        """Check series and keep what is found; what the policy takes is corrected at once.

        Parameters
        ----------
        symbols : collection of str or None
            Which to check; all when None. The others serve as peers.
        progress : callable or None
            Told how many of how many series are done; may raise to end the work, nothing is kept then.

        """
        authorize(actor, Permission.MARKET_IMPORT)
        return self._check(actor, symbols, progress)

    def is_inline(self, actor: Actor) -> bool:
        """Return whether all series are few enough to be checked while somebody waits."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            return len(uow.prices.summaries(providers=self._preference)) <= INLINE_MAX_COUNT

    def check_news(self) -> int:
        """Check, for every house, series whose prices changed since they were checked; return how many.

        The scheduler calls this; at most a hundred series a house and turn, the longest waiting first.
        """
        with self._ports.store.system(read_only=True) as uow:
            tenant_ids = [row.id for row in uow.tenants.list().rows if row.is_active]
        count = 0
        for tenant_id in tenant_ids:
            actor = Actor.system(tenant_id)
            waiting, lost = self._waiting(actor)
            if lost:
                with self._ports.store.system(tenant_id) as uow:
                    end_alerts(uow, tenant_id, lost, self._ports.clock.now_utc())
                    uow.commit()
                self._ports.bus.nudge("alerts")
            if waiting:
                self._check(actor, waiting, None)
                count += len(waiting)
        return count

    def _waiting(self, actor: Actor) -> tuple[list[str], list[str]]:
        """Return the symbols that are to be checked, the longest waiting first, and alerts about what never is."""
        with self._ports.store.read(actor) as uow:
            priced = uow.prices.summaries(providers=self._preference)
            known = uow.quality_scores.all()
            assets = {row.id: row for row in uow.assets.search(limit=ASSETS_MAX_COUNT).rows}  # what a check looks at
            lost = lost_alerts(uow, assets.keys() & priced.keys())
        changed = [
            key
            for key, one in priced.items()
            if key in assets and (key not in known or known[key].content_sha256 != one.content_sha256)
        ]
        changed.sort(key=lambda key: known[key].checked_at_utc.timestamp() if key in known else 0.0)
        return [assets[key].symbol for key in changed][:TICK_MAX_COUNT], lost

    def _check(self, actor: Actor, symbols: Collection[str] | None, progress: Progress | None) -> CheckDone:
        began = time.perf_counter()
        only = None if symbols is None else frozenset(symbols)
        with self._ports.store.read(actor) as uow:
            if only is not None and not actor.is_system:
                for one in sorted(only):
                    asset_named(uow, one)
            policy = policy_of(uow)
            loaded = load(uow, uow.assets.search(limit=ASSETS_MAX_COUNT).rows, self._preference)
        report = look(loaded, policy, only=only, progress=progress)
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.work(actor) as uow:
            uow.ingest_batches.one_at_a_time()
            new_count, corrected_count, recent = keep(
                uow, loaded, report, policy, actor, now_utc, only=only, preference=self._preference
            )
            uow.events.append(TOPIC, "quality.checked", {"count": len(recent), "new_count": new_count})
            uow.commit()
        assets = {asset.id: asset for asset in loaded.assets}
        with self._ports.store.system(actor.tenant_id) as uow:
            tell_alerts(uow, actor.tenant_id, recent, assets, now_utc)
            uow.commit()
        self._ports.bus.nudge(TOPIC)
        self._ports.bus.nudge("alerts")
        return told(len(recent), report, new_count, corrected_count, (time.perf_counter() - began) * 1000.0)

    def _score_again(self, uow: UnitOfWork, asset_ids: Collection[str]) -> None:
        """Bring the scores of assets up to what was decided."""
        if not asset_ids:
            return
        loaded = load(uow, uow.assets.search(limit=ASSETS_MAX_COUNT).rows, self._preference)
        places = [place for place, asset in enumerate(loaded.assets) if asset.id in asset_ids]
        keep_scores(uow, loaded, places, self._ports.clock.now_utc())


def _views(uow: UnitOfWork, rows: Sequence[tables.QualityFinding]) -> tuple[FindingView, ...]:
    assets = uow.assets.get_many(sorted({row.asset_id for row in rows}))
    people = uow.users.get_many(sorted({row.decided_by_id for row in rows if row.decided_by_id}))
    names = {user_id: user.name for user_id, user in people.items()}
    return tuple(finding_view(row, assets[row.asset_id], names) for row in rows if row.asset_id in assets)
