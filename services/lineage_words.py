"""How does the origin of a price read, in a few sentences?"""

from __future__ import annotations

from datetime import date, datetime

from data.store.repositories.price_versions import CORRECTION
from services import formatting
from services.formatting import Style
from services.messages.lineage import CorrectionMark, CurrencyMark, DeliveryMark, RunSource

FLAGS: tuple[tuple[str, str], ...] = (
    ("ok", "Nothing speaks against this value."),
    ("filled", "The source had no value for this day; the last one before it stands here."),
    ("missing", "The source had no value for this day."),
    ("suspect", "A check finds this value suspect; nobody has decided about it yet."),
    ("corrected", "This value was corrected; the value as delivered is kept."),
    ("stale", "This value has not changed for longer than is usual."),
)
"""Name and meaning of each flag, in the order of the codes in the store."""

ADJUSTMENTS: dict[str, str] = {
    "raw": "The price as it was paid.",
    "splits": "Earlier prices are divided by later splits, so that a split is no jump.",
    "splits_and_dividends": "Earlier prices are lowered by later splits and dividends: changes are total returns.",
}


def age(days: int, style: Style) -> str:
    """Return how old a price is, in words."""
    if days <= 0:
        return "of today"
    return f"{formatting.count(days, 'day', style=style)} old"


def origin_sentence(label: str, delivery: DeliveryMark | None, knowledge: datetime) -> str:
    """Return who the source is and when its figures came in."""
    if delivery is None:
        return f"From {label}, stored on {formatting.moment(knowledge)}."
    if delivery.file_name is not None:
        by = f" by {delivery.by}" if delivery.by else ""
        return f"From the file “{delivery.file_name}”, imported{by} on {formatting.moment(delivery.stored_at_utc)}."
    fetched = delivery.fetched_at_utc or delivery.stored_at_utc
    return f"From {label}, fetched on {formatting.moment(fetched)}."


def correction_sentence(
    raw: float | None, value: float, currency: str, reason: str, by: str | None, at: datetime
) -> str:
    """Return what was corrected, by whom, when and why."""
    before = "" if raw is None else f" from {formatting.number(raw)}"
    who = f" by {by}" if by else " under the house's policy"
    return (
        f"Corrected{before} to {formatting.number(value)} {currency}{who} on {formatting.moment(at)}: "
        f"{reason.rstrip('.')}."
    )


def value_sentences(
    *,
    asked: date | None,
    session: date,
    flag: int,
    origin: str,
    corrections: tuple[CorrectionMark, ...],
    versions_count: int,
    converted: CurrencyMark | None,
    currency: str,
    is_sample: bool,
    known_at: datetime | None,
) -> tuple[str, ...]:
    """Return the sentences of a value, the most important first."""
    said: list[str] = []
    if is_sample:
        said.append("Sample data: this value is fictitious.")
    if known_at is not None:
        said.append(f"As it was known on {formatting.moment(known_at)}; what came later is left out.")
    if asked is not None:
        said.append(f"There is no bar of {formatting.day(asked)}; this is the last one before it.")
    said.append(origin)
    said += [one.sentence for one in corrections]
    is_told = FLAGS[flag][0] == "corrected" and any(one.is_standing for one in corrections)
    if flag and not is_told:
        said.append(FLAGS[flag][1])
    if versions_count > 1 and not corrections:
        said.append(f"{formatting.count(versions_count, 'version')} of it are stored; the latest one counts.")
    if converted is not None:
        made_up = " (a fictitious rate)" if converted.is_sample else ""
        said.append(
            f"In {converted.currency}: {formatting.number(converted.value)}, at {formatting.number(converted.rate, 4)} "
            f"{converted.currency} for 1 {currency} of {formatting.day(converted.rate_session)}{made_up}."
        )
    return tuple(said)


def run_sentences(sources: tuple[RunSource, ...], knowledge: datetime | None, *, is_whole: bool) -> tuple[str, ...]:
    """Return in words what a run used."""
    said: list[str] = []
    for one in sources:
        told = _source_sentence(one.delivery)
        said.append(f"{_named(one)} {told[0].lower()}{told[1:]}")
    if knowledge is not None:
        said.append(
            f"The run saw what was stored by {formatting.moment(knowledge)}; revisions since then do not change it."
        )
    if not is_whole:
        said.append("A delivery that the run used is no longer kept; the fingerprints of its series still are.")
    return tuple(said)


def _source_sentence(delivery: DeliveryMark) -> str:
    """Return where a delivery came from; a correction is the house's own word about its source's figures."""
    if delivery.kind != CORRECTION:
        return origin_sentence(delivery.provider_label, delivery, delivery.stored_at_utc)
    by = f" by {delivery.by}" if delivery.by else ""
    at = formatting.moment(delivery.stored_at_utc)
    return f"Corrected figures of {delivery.provider_label}, accepted{by} on {at}."


def _named(source: RunSource) -> str:
    shown = ", ".join(source.symbols[:5])
    more = len(source.symbols) - 5
    return f"{shown}{f' and {more:,} more' if more > 0 else ''}:"
