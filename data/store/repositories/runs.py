"""Which work was asked for, who does it now, and what came out?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, case, cast, func, or_, select, update

from data.errors import RowNotFound, StaleFence
from data.store.actor import SystemActor
from data.store.repositories.inserts import insert_new
from data.store.repositories.pages import Page
from data.store.repositories.portfolios import Portfolios
from data.store.repositories.repository import Repository
from data.store.tables import Run, RunResult, Tenant
from data.store.visibility import visible


class Runs(Repository[Run]):
    """Runs of the actor and runs about portfolios it may see.

    Workers claim a run, keep its lease alive and finish it with the fencing number they were given; a number that
    is no longer the run's own is refused, so that whoever came late changes nothing.
    """

    model = Run
    kind = "run"
    editable = frozenset({"name"})

    def add(self, row: Run) -> Run:
        """Insert one pending run; its owner is the actor unless the product itself submits for somebody."""
        if self._context.user_id is not None:
            row.owner_id = self._context.user_id
        if row.portfolio_id is not None:
            Portfolios(self._context).get(row.portfolio_id)
        return super().add(row)

    def page(
        self,
        *,
        kind: str | None = None,
        status: str | None = None,
        portfolio_id: str | None = None,
        owner_id: str | None = None,
        outcomes: Sequence[str] | None = None,
        is_outcome_wanted: bool = True,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Run]:
        """Return runs, the newest first; `outcomes` keeps those whose answer says so, or leaves them out."""
        query = self._query()
        for column, value in (
            (Run.kind, kind), (Run.status, status), (Run.portfolio_id, portfolio_id), (Run.owner_id, owner_id)
        ):  # fmt: skip
            if value is not None:
                query = query.where(column == value)
        if outcomes is not None:
            said = Run.lineage_json["outcome"].as_string()
            query = query.where(said.in_(outcomes) if is_outcome_wanted else or_(said.is_(None), said.not_in(outcomes)))
        return self._page(query, cursor, limit)

    def latest_child(self, parent_run_id: str, kind: str) -> Run | None:
        """Return the newest visible run of a kind that came from another run, None where there is none."""
        query = self._query().where(Run.parent_run_id == parent_run_id, Run.kind == kind)
        return self._one(query.order_by(Run.created_at_utc.desc(), Run.id.desc()).limit(1))

    def count_open(self, *, owner_id: str | None = None) -> dict[str, int]:
        """Return how many visible runs are pending and running, for quotas."""
        query = self._query().where(Run.status.in_(("pending", "running")))
        if owner_id is not None:
            query = query.where(Run.owner_id == owner_id)
        columns = query.with_only_columns(Run.status, func.count(Run.id)).group_by(Run.status)
        return {"pending": 0, "running": 0} | {status: int(count) for status, count in self._session.execute(columns)}

    def count_computed_from(self, batch_id: str) -> int:
        """Return how many of the tenant's runs name a delivery in their lineage, whoever may see them.

        Runs that were deleted do not count.
        """
        query = visible(Run, SystemActor(self._require_tenant())).where(
            cast(Run.lineage_json, Text).contains(batch_id, autoescape=True)
        )
        return int(self._session.scalar(query.with_only_columns(func.count(Run.id))) or 0)

    def count_of_portfolio(self, portfolio_id: str, since_utc: datetime) -> int:
        """Return how many runs about a portfolio were asked for since an instant, whoever asked."""
        query = (
            visible(Run, SystemActor(self._require_tenant()))
            .where(Run.portfolio_id == portfolio_id, Run.created_at_utc >= since_utc)
            .with_only_columns(func.count())
        )
        return int(self._session.scalar(query) or 0)

    def oldest_pending_utc(self) -> datetime | None:
        """Return when the visible run that has waited longest was handed in; None when none waits."""
        query = self._query().where(Run.status == "pending")
        found: datetime | None = self._session.scalar(query.with_only_columns(func.min(Run.created_at_utc)))
        return found

    def pending_with_room(self, user_max_count: int, tenant_max_count: int) -> Sequence[str]:
        """Return the pending runs that could be claimed now without breaking a limit, the oldest first.

        Parameters
        ----------
        user_max_count, tenant_max_count : int
            How many runs of one user, and of one tenant, may be running at the same time.
        """
        running = self._query().where(Run.status == "running")
        columns = (Run.tenant_id, Run.owner_id, func.count(Run.id))
        of_user: dict[tuple[str, str], int] = {}
        of_tenant: dict[str, int] = {}
        grouped = running.with_only_columns(*columns).group_by(Run.tenant_id, Run.owner_id)
        for tenant_id, owner_id, count in self._session.execute(grouped):
            of_user[tenant_id, owner_id] = count
            of_tenant[tenant_id] = of_tenant.get(tenant_id, 0) + count
        place = func.row_number().over(
            partition_by=(Run.tenant_id, Run.owner_id), order_by=(Run.created_at_utc, Run.id)
        )
        pending = self._query().where(Run.status == "pending")
        line = pending.with_only_columns(
            Run.id, Run.tenant_id, Run.owner_id, Run.created_at_utc, place.label("place")
        ).subquery()
        first = select(line.c.id, line.c.tenant_id, line.c.owner_id).where(line.c.place <= user_max_count)
        found: list[str] = []
        for run_id, tenant_id, owner_id in self._session.execute(first.order_by(line.c.created_at_utc, line.c.id)):
            taken = of_user.get((tenant_id, owner_id), 0), of_tenant.get(tenant_id, 0)
            if taken[0] < user_max_count and taken[1] < tenant_max_count:
                of_user[tenant_id, owner_id], of_tenant[tenant_id] = taken[0] + 1, taken[1] + 1
                found.append(run_id)
        return found

    def line(self) -> tuple[list[tuple[str, str, str]], dict[tuple[str, str], int]]:
        """Return who waits and who is being worked on, for those who say why a run waits.

        Returns
        -------
        (list of (run id, tenant id, owner id), dict of (tenant id, owner id) to int)
            The visible pending runs, the oldest first, and how many visible runs of each owner are running.
        """
        owner = (Run.tenant_id, Run.owner_id)
        pending = self._query().where(Run.status == "pending").order_by(Run.created_at_utc, Run.id)
        waiting = [(row[0], row[1], row[2]) for row in self._session.execute(pending.with_only_columns(Run.id, *owner))]
        running = self._query().where(Run.status == "running").with_only_columns(*owner, func.count(Run.id))
        counts = {(row[0], row[1]): int(row[2]) for row in self._session.execute(running.group_by(*owner))}
        return waiting, counts

    def has_room(self, run: Run, user_max_count: int, tenant_max_count: int) -> bool:
        """Return whether a pending run may be claimed in this unit without breaking a limit.

        Claims of one tenant pass here one after the other until their unit ends: without that, two workers that
        count at the same time would both find the last place free.
        """
        inside = SystemActor(run.tenant_id)
        tenant = visible(Tenant, inside).where(Tenant.id == run.tenant_id).with_only_columns(Tenant.id)
        self._session.execute(tenant.with_for_update(key_share=True))  # leaves room for rows that point to the tenant
        running = visible(Run, inside).where(Run.status == "running")
        columns = running.with_only_columns(Run.owner_id, func.count(Run.id)).group_by(Run.owner_id)
        counts = {owner_id: int(count) for owner_id, count in self._session.execute(columns)}
        return counts.get(run.owner_id, 0) < user_max_count and sum(counts.values()) < tenant_max_count

    def claim(self, run_id: str, lease_owner: str, lease_s: float) -> Run | None:
        """Take a pending run; None when it is not pending any more. Of several claimants exactly one gets it.

        Parameters
        ----------
        run_id : str
            The run.
        lease_owner : str
            Who takes it, for example host and process.
        lease_s : float
            Seconds until somebody else may take it, unless ``heartbeat`` renews them.

        Returns
        -------
        Run or None
            With the fencing number that all later calls of this worker carry.
        """
        now = self._context.now_utc()
        done = self._change(
            run_id,
            Run.status == "pending",
            Run.deleted_at_utc.is_(None),
            status="running",
            lease_owner=lease_owner,
            lease_until_utc=now + timedelta(seconds=lease_s),
            heartbeat_utc=now,
            fence=Run.fence + 1,
            attempts_count=Run.attempts_count + 1,
            started_at_utc=func.coalesce(Run.started_at_utc, now),
            row_version=Run.row_version + 1,
        )
        return self._fresh(run_id) if done else None

    def heartbeat(self, run_id: str, fence: int, lease_s: float) -> bool:
        """Renew the lease; return whether somebody asked to cancel.

        Raises
        ------
        StaleFence
            When the run was taken over, cancelled or finished.
        """
        now = self._context.now_utc()
        self._held(run_id, fence, lease_until_utc=now + timedelta(seconds=lease_s), heartbeat_utc=now)
        return self.is_cancel_requested(run_id)

    def progress(self, run_id: str, fence: int, progress_frac: float, stage: str, message: str | None = None) -> None:
        """Note how far the run is; raises StaleFence as ``heartbeat`` does."""
        self._held(run_id, fence, progress_frac=progress_frac, stage=stage, message=message)

    def finish(
        self,
        run_id: str,
        fence: int,
        status: str,
        *,
        message: str | None = None,
        result: Any = None,
        schema_version: int = 1,
        result_sha256: str = "",
        engine_version: str | None = None,
        lineage: Mapping[str, Any] | None = None,
    ) -> Run:
        """End a run as succeeded, failed or cancelled, and store its result with it.

        Raises
        ------
        StaleFence
            When the run was taken over, cancelled or finished; nothing is stored then.
        """
        now = self._context.now_utc()
        values: dict[str, Any] = {
            "status": status, "message": message, "finished_at_utc": now, "heartbeat_utc": now, "lease_owner": None,
            "lease_until_utc": None, "row_version": Run.row_version + 1, "checkpoint": None,
        }  # fmt: skip
        if status == "succeeded":
            values["progress_frac"] = 1.0
        if engine_version is not None:
            values["engine_version"] = engine_version
        if lineage is not None:
            values["lineage_json"] = dict(lineage)
        self._held(run_id, fence, **values)
        run = self._fresh(run_id)
        if result is not None:
            row = {
                "run_id": run_id, "tenant_id": run.tenant_id, "schema_version": schema_version, "document": result,
                "result_sha256": result_sha256, "created_at_utc": now,
            }  # fmt: skip
            insert_new(self._context, RunResult, row)
        return run

    def request_cancel(self, run_id: str) -> Run:
        """Ask for a run to stop: a pending one is cancelled at once, a running one by its worker."""
        self.get(run_id, write=True)
        now = self._context.now_utc()
        self._change(
            run_id,
            Run.status == "pending",
            status="cancelled",
            cancel_requested=True,
            message=case(
                (Run.started_at_utc.is_(None), "Cancelled before it began."), else_="Cancelled while it waited."
            ),
            checkpoint=None,
            finished_at_utc=now,
            row_version=Run.row_version + 1,
        )
        self._change(run_id, Run.status == "running", cancel_requested=True)
        return self._fresh(run_id)

    def is_cancel_requested(self, run_id: str) -> bool:
        """Return whether somebody asked for the run to stop."""
        return bool(self._session.scalar(self._query().where(Run.id == run_id).with_only_columns(Run.cancel_requested)))

    def expired(self, now_utc: datetime | None = None) -> Sequence[Run]:
        """Return running runs whose lease is over: their worker is dead or cut off."""
        now = now_utc or self._context.now_utc()
        query = self._query(deleted=True).where(
            Run.status == "running", or_(Run.lease_until_utc.is_(None), Run.lease_until_utc < now)
        )
        return self._all(query.order_by(Run.created_at_utc, Run.id))

    def requeue(self, run_id: str, fence: int, message: str) -> bool:
        """Put a run whose lease is over back into the queue; False when somebody else was faster."""
        return self._change(
            run_id,
            Run.status == "running",
            Run.fence == fence,
            status="pending",
            fence=Run.fence + 1,
            lease_owner=None,
            lease_until_utc=None,
            progress_frac=0.0,
            stage=None,
            message=message,
            row_version=Run.row_version + 1,
        )

    def pause(self, run_id: str, fence: int, checkpoint: Any, message: str, progress_frac: float) -> Run | None:
        """Put a run back into the queue with what its worker has so far; None where somebody asked for it to stop.

        Raises
        ------
        StaleFence
            When the run was taken over, cancelled or finished.
        """
        is_put_back = self._change(
            run_id,
            Run.status == "running",
            Run.fence == fence,
            Run.cancel_requested.is_(False),
            status="pending",
            lease_owner=None,
            lease_until_utc=None,
            checkpoint=checkpoint,
            message=message,
            progress_frac=progress_frac,
            attempts_count=Run.attempts_count - 1,
            row_version=Run.row_version + 1,
        )
        if is_put_back:
            return self._fresh(run_id)
        self._held(run_id, fence, heartbeat_utc=self._context.now_utc())
        return None

    def checkpoint(self, run_id: str) -> Any:
        """Return what a worker left of a run that is to go on; None where it begins anew."""
        return self._session.scalar(self._query(deleted=True).where(Run.id == run_id).with_only_columns(Run.checkpoint))

    def result(self, run_id: str) -> RunResult | None:
        """Return the result of a visible run; None while there is none."""
        query = visible(RunResult, self._context.actor).where(RunResult.run_id == run_id)
        row: RunResult | None = self._session.scalars(query).first()
        return row

    def results(self, run_ids: Sequence[str]) -> dict[str, RunResult]:
        """Return the results of several visible runs, by run id."""
        query = visible(RunResult, self._context.actor).where(RunResult.run_id.in_(list(run_ids)))
        return {row.run_id: row for row in self._session.scalars(query).all()}

    def _held(self, run_id: str, fence: int, **values: Any) -> None:
        if not self._change(run_id, Run.status == "running", Run.fence == fence, **values):
            raise StaleFence(run_id, fence)

    def _change(self, run_id: str, *conditions: Any, **values: Any) -> bool:
        statement = update(Run).where(Run.id == run_id, self._may(), *conditions).values(**values)
        done = self._session.execute(statement.execution_options(synchronize_session=False))
        return bool(done.rowcount == 1)

    def _fresh(self, run_id: str) -> Run:
        query = self._query(deleted=True).where(Run.id == run_id).execution_options(populate_existing=True)
        row: Run | None = self._session.scalars(query).first()
        if row is None:
            raise RowNotFound(self.kind, run_id)
        return row
