"""Which stored prices look wrong to a house, what did it decide about them, and how good is each series?"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, Owned, long_text, points_to


class QualityFinding(Owned, Base):
    """Sessions of one series that look wrong for one reason, with what is proposed and what was decided.

    ``sessions`` holds int32 days since 1970-01-01, ``raw`` and ``proposed`` float64, all little-endian and of equal
    length; raw is NaN where there is no bar. ``fingerprint`` names the same error in the same figures, so that what was
    rejected is not proposed again. A decision that changed prices names its batch of corrections. ``open_spans``
    holds when the finding waited for a decision, as intervals of ISO 8601, the oldest first; one without an end lasts.
    """

    __tablename__ = "quality_finding"

    asset_id: Mapped[str] = points_to("asset.id", index=True, cascade=True)
    provider: Mapped[str] = mapped_column(String(40))
    frequency: Mapped[str] = mapped_column(String(4))
    kind: Mapped[str] = mapped_column(String(20))
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))  # open | accepted | rejected | gone
    first_session: Mapped[date]
    last_session: Mapped[date]
    sessions_count: Mapped[int]
    sessions: Mapped[bytes]
    raw: Mapped[bytes]
    proposed: Mapped[bytes | None]
    is_adjusted_only: Mapped[bool] = mapped_column(default=False)
    method: Mapped[str] = mapped_column(String(120))
    confidence_frac: Mapped[float]
    reason: Mapped[str] = long_text()
    open_spans: Mapped[list[str]] = mapped_column(default=list)
    is_automatic: Mapped[bool] = mapped_column(default=False)
    decided_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    decided_at_utc: Mapped[datetime | None]
    batch_id: Mapped[str | None] = points_to("ingest_batch.id", nullable=True)

    __table_args__ = (UniqueConstraint("tenant_id", "asset_id", "provider", "kind", "fingerprint"),)


class QualityScore(Base):
    """How good one series was for one house when it was last checked."""

    __tablename__ = "quality_score"

    tenant_id: Mapped[str] = mapped_column(String(36), ForeignKey("tenant.id"), primary_key=True)
    asset_id: Mapped[str] = mapped_column(String(36), ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(40))
    content_sha256: Mapped[str] = mapped_column(String(64))  # of the series that was checked
    first_session: Mapped[date]
    last_session: Mapped[date]
    score: Mapped[float]  # 0 to 100
    measures: Mapped[Document] = mapped_column(default=dict)
    open_count: Mapped[int] = mapped_column(default=0)
    checked_at_utc: Mapped[datetime]


class QualityPolicy(Owned, Base):
    """What one house wants done about one kind of finding; kinds without a row are proposed."""

    __tablename__ = "quality_policy"

    kind: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(8))  # off | propose | auto
    confidence_frac: Mapped[float]  # from which on "auto" accepts

    __table_args__ = (UniqueConstraint("tenant_id", "kind"),)
