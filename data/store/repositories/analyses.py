"""Which reports are kept, who works on which, and which go?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, update
from sqlalchemy.orm import defer

from data.store.repositories.inserts import insert_new
from data.store.repositories.repository import Repository
from data.store.tables import Analysis

OPEN_STATES = ("waiting", "working")


class Analyses(Repository[Analysis]):
    """Reports about portfolios that the actor may see.

    A worker claims a row and gets a fencing number; what it brings back counts only while that number is still the
    row's own.
    """

    model = Analysis
    kind = "analysis"

    def of_key(self, key: str) -> Analysis | None:
        """Return the row of a question with its document; None while nobody asked, or where it is not the actor's."""
        return self._one(self._query().where(Analysis.key == key).execution_options(populate_existing=True))

    def standing(self, row_id: str) -> Analysis | None:
        """Return a row as it stands now, without reading its document."""
        query = self._query().where(Analysis.id == row_id).options(defer(Analysis.document))
        return self._one(query.execution_options(populate_existing=True))

    def latest(self, portfolio_id: str, kind: str, request_sha256: str) -> Analysis | None:
        """Return the newest answer to a question, from whatever data; None where there is none."""
        query = self._query().where(
            Analysis.portfolio_id == portfolio_id,
            Analysis.kind == kind,
            Analysis.request_sha256 == request_sha256,
            Analysis.state == "ready",
        )
        return self._one(query.order_by(Analysis.computed_at_utc.desc(), Analysis.id.desc()).limit(1))

    def begin(self, values: Mapping[str, Any]) -> bool:
        """Insert the row of a question that nobody asked yet; return False when somebody was faster."""
        row = {
            "state": "waiting", "attempts_count": 0, "fence": 0, "row_version": 1,
            "created_at_utc": self._context.now_utc(), **values,
        }  # fmt: skip
        return insert_new(self._context, Analysis, row)

    def count_open(self, asked_by_id: str) -> int:
        """Return how many questions of one person wait or are worked on."""
        query = self._query().where(Analysis.asked_by_id == asked_by_id, Analysis.state.in_(OPEN_STATES))
        return int(self._session.scalar(query.with_only_columns(func.count(Analysis.id))) or 0)

    def claim(self, row_id: str, lease_owner: str, lease_s: float) -> Analysis | None:
        """Take a waiting row; None when it does not wait any more. Of several claimants exactly one gets it."""
        done = self._change(
            row_id,
            Analysis.state == "waiting",
            state="working",
            lease_owner=lease_owner,
            lease_until_utc=self._context.now_utc() + timedelta(seconds=lease_s),
            fence=Analysis.fence + 1,
            attempts_count=Analysis.attempts_count + 1,
        )
        return self.standing(row_id) if done else None

    def finish(
        self,
        row_id: str,
        fence: int,
        *,
        document: Any = None,
        code: str | None = None,
        message: str | None = None,
        advice: str | None = None,
        elapsed_ms: float | None = None,
    ) -> bool:
        """End a row as ready with its document, or as failed with a message; False when it is another worker's now."""
        return self._change(
            row_id,
            Analysis.state == "working",
            Analysis.fence == fence,
            state="failed" if document is None else "ready",
            document=document,
            code=code,
            message=message,
            advice=advice,
            elapsed_ms=elapsed_ms,
            computed_at_utc=self._context.now_utc(),
            lease_owner=None,
            lease_until_utc=None,
        )

    def requeue(self, row_id: str, fence: int) -> bool:
        """Let a row whose worker is gone wait again; False when somebody else was faster."""
        return self._change(
            row_id,
            Analysis.state == "working",
            Analysis.fence == fence,
            state="waiting",
            fence=Analysis.fence + 1,
            lease_owner=None,
            lease_until_utc=None,
        )

    def ask_again(self, row_id: str, asked_by_id: str | None) -> bool:
        """Let an answer be computed anew, with all its attempts; False while it is open already."""
        return self._change(
            row_id,
            Analysis.state.in_(("ready", "failed")),
            state="waiting",
            attempts_count=0,
            asked_by_id=asked_by_id,
            fence=Analysis.fence + 1,
            code=None,
            message=None,
            advice=None,
        )

    def prune(self, before_utc: datetime, keep_count: int, portfolio_id: str | None = None) -> int:
        """Forget answers made before an instant, and all but the newest so many of each portfolio.

        Parameters
        ----------
        portfolio_id : str or None
            Whose answers are looked at; all portfolios' when None. Rows that are open stay, unless they are that old.

        Returns
        -------
        int
            How many rows went.
        """
        place = func.row_number().over(
            partition_by=Analysis.portfolio_id, order_by=(Analysis.created_at_utc.desc(), Analysis.id.desc())
        )
        rows = self._query() if portfolio_id is None else self._query().where(Analysis.portfolio_id == portfolio_id)
        placed = rows.with_only_columns(
            Analysis.id, Analysis.created_at_utc, Analysis.state, place.label("place")
        ).subquery()
        is_over = and_(placed.c.place > keep_count, placed.c.state.not_in(OPEN_STATES))
        listed = rows.with_only_columns(Analysis.id).join(placed, placed.c.id == Analysis.id)
        gone: Sequence[str] = self._session.scalars(
            listed.where(or_(placed.c.created_at_utc < before_utc, is_over))
        ).all()
        if gone:
            statement = delete(Analysis).where(Analysis.id.in_(list(gone)))
            self._session.execute(statement.execution_options(synchronize_session=False))
        return len(gone)

    def _change(self, row_id: str, *conditions: Any, **values: Any) -> bool:
        statement = update(Analysis).where(Analysis.id == row_id, self._may(), *conditions)
        changed = statement.values(row_version=Analysis.row_version + 1, **values)
        done = self._session.execute(changed.execution_options(synchronize_session=False))
        return bool(done.rowcount == 1)
