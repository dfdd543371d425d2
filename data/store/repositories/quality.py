"""What looks wrong to the house, what did it decide, and how good are its series?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from data.store.repositories.inserts import upsert
from data.store.repositories.repository import Repository
from data.store.repositories.series import Days, Floats, unpack, unpack_days
from data.store.tables import Asset, PriceSeries, QualityFinding, QualityPolicy, QualityScore
from data.store.visibility import visible, visible_ids

OPEN, ACCEPTED, REJECTED, GONE = "open", "accepted", "rejected", "gone"


@dataclass(frozen=True)
class SourceCloses:
    """What one provider says an asset closed at; arrays are read-only."""

    asset_id: str
    provider: str
    is_sample: bool
    dates: Days
    close: Floats


class QualityFindings(Repository[QualityFinding]):
    """Findings of the unit's house, about assets that its actor sees."""

    model = QualityFinding
    kind = "quality finding"

    def add(self, row: QualityFinding) -> QualityFinding:
        """Insert one finding; one that is open waits for a decision from now on."""
        if row.state == OPEN:
            row.open_spans = [f"{_moment(self._context.now_utc())}/"]
        return super().add(row)

    def of(
        self,
        asset_ids: Sequence[str] | None = None,
        *,
        states: Iterable[str] = (),
        kinds: Iterable[str] = (),
        limit: int = 2000,
    ) -> Sequence[QualityFinding]:
        """Return findings, the surest first; all states and kinds where none is named."""
        query = self._query().where(QualityFinding.asset_id.in_(visible_ids(Asset, self._context.actor)))
        if asset_ids is not None:
            query = query.where(QualityFinding.asset_id.in_(list(asset_ids)))
        if states := list(states):
            query = query.where(QualityFinding.state.in_(states))
        if kinds := list(kinds):
            query = query.where(QualityFinding.kind.in_(kinds))
        order = (QualityFinding.confidence_frac.desc(), QualityFinding.last_session.desc(), QualityFinding.id)
        return self._all(query.order_by(*order).limit(limit))

    def many(self, finding_ids: Sequence[str]) -> dict[str, QualityFinding]:
        """Return those of the findings that the actor may change, by id."""
        query = self._query(write=True).where(QualityFinding.id.in_(list(finding_ids)))
        return {row.id: row for row in self._all(query)}

    def change(self, row: QualityFinding, **values: Any) -> None:
        """Change one finding, and note since or until when it is open; somebody else's change in between is refused."""
        state = values.get("state", row.state)
        now = _moment(values.get("decided_at_utc") or self._context.now_utc())
        if row.state == OPEN != state and row.open_spans:
            row.open_spans = [*row.open_spans[:-1], row.open_spans[-1] + now]
        elif state == OPEN != row.state:
            row.open_spans = [*row.open_spans, f"{now}/"]
        for name, value in values.items():
            setattr(row, name, value)
        self._flush(row)

    def sources(self, asset_ids: Sequence[str], *, frequency: str = "1d") -> Sequence[SourceCloses]:
        """Return what every provider says the assets closed at, as all houses share it or the house brought it.

        Of one provider the longer of the two counts; the shorter one holds corrections.
        """
        query = visible(PriceSeries, self._context.actor).where(
            PriceSeries.asset_id.in_(list(asset_ids)),
            PriceSeries.asset_id.in_(visible_ids(Asset, self._context.actor)),
            PriceSeries.frequency == frequency,
        )
        columns = query.with_only_columns(
            PriceSeries.asset_id, PriceSeries.provider, PriceSeries.is_sample, PriceSeries.dates, PriceSeries.close
        )
        rows = self._session.execute(columns.order_by(PriceSeries.observations_count)).all()
        latest = {(row.asset_id, row.provider): row for row in rows}
        return [
            SourceCloses(row.asset_id, row.provider, row.is_sample, unpack_days(row.dates), unpack(row.close))
            for row in latest.values()
        ]


class QualityScores(Repository[QualityScore]):
    """Scores of the unit's house, about assets that its actor sees."""

    model = QualityScore
    kind = "quality score"

    def all(self, asset_ids: Sequence[str] | None = None) -> dict[str, QualityScore]:
        """Return scores by asset id."""
        query = self._query().where(QualityScore.asset_id.in_(visible_ids(Asset, self._context.actor)))
        if asset_ids is not None:
            query = query.where(QualityScore.asset_id.in_(list(asset_ids)))
        return {row.asset_id: row for row in self._all(query.execution_options(populate_existing=True))}

    def put(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert or replace scores of the unit's house."""
        tenant_id = self._require_tenant()
        upsert(self._context, QualityScore, [{**row, "tenant_id": tenant_id} for row in rows])


class QualityPolicies(Repository[QualityPolicy]):
    """What the unit's house wants done, by kind of finding."""

    model = QualityPolicy
    kind = "quality policy"

    def all(self) -> dict[str, QualityPolicy]:
        """Return the policy by kind; kinds that nobody chose have none."""
        return {row.kind: row for row in self._all(self._query())}

    def put(self, kind: str, mode: str, confidence_frac: float) -> None:
        """Choose what is done about one kind."""
        self._refuse_read_only_roles()
        row = self._one(self._query(write=True).where(QualityPolicy.kind == kind))
        if row is None:
            self.add(QualityPolicy(kind=kind, mode=mode, confidence_frac=confidence_frac))
            return
        row.mode, row.confidence_frac = mode, confidence_frac
        self._flush(row)


def was_open(row: QualityFinding, at_utc: datetime) -> bool:
    """Return whether a finding waited for a decision at an instant: found by then, and decided about or gone later."""
    at = _moment(at_utc)
    spans = (span.partition("/") for span in row.open_spans)
    return any(begun <= at and (not ended or at < ended) for begun, _, ended in spans)


def _moment(at_utc: datetime) -> str:
    """Return an instant as text of one length, so that texts compare as instants do."""
    return at_utc.astimezone(UTC).isoformat(timespec="microseconds")
