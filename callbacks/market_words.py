"""In which words does the market explorer tell what is stored?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import html

from components.kpi_card import kpi_card, kpi_strip
from components.live_panel import live_now
from components.market_layout import facts_list
from components.page_header import page_header
from components.pills import tag
from components.price_source import href_of, price_source
from components.sample_badge import sample_badge
from services import formatting
from services.formatting import Style
from services.lineage_words import ADJUSTMENTS, FLAGS, age
from services.messages.explorer import ExplorerAsset, SymbolView
from services.messages.lineage import ValueLineage
from services.number_style import in_style

HISTORICAL_DAYS = 5
HASH_SHOWN_COUNT = 16


def list_rows(assets: Sequence[ExplorerAsset]) -> list[dict[str, Any]]:
    """Return one row an asset."""
    return [
        {
            "id": one.symbol,
            "symbol": one.symbol,
            "href": href_of(one.symbol),
            "note": one.name,
            "is_sample": one.is_sample,
            "last_price": one.last_price,
            "currency": one.currency,
            "change_1d_frac": one.change_1d_frac,
            "last_date": None if one.last_date is None else one.last_date.isoformat(),
            "age_days": one.age_days,
            "quality_score": one.quality_score,
            "source": one.provider_label,
        }
        for one in assets
    ]


def list_sentence(assets: Sequence[ExplorerAsset], *, is_cut: bool, is_all: bool) -> str:
    """Return how many assets there are, and how old their prices are."""
    if not assets:
        return "Nothing is stored yet." if is_all else "No asset fits."
    priced = [one for one in assets if one.age_days is not None]
    counted = f"{'The first ' if is_cut else ''}{formatting.count(len(assets), 'asset')}"
    if not priced:
        return f"{counted}, none with prices yet."
    oldest, youngest = max(one.age_days or 0 for one in priced), min(one.age_days or 0 for one in priced)
    if youngest > HISTORICAL_DAYS:
        latest = max(one.last_date for one in priced if one.last_date is not None)
        return f"{counted}. Historical data: the latest prices are of {formatting.day(latest)}."
    late = sum(1 for one in priced if (one.age_days or 0) > HISTORICAL_DAYS)
    behind = (
        f"; {formatting.count(late, 'asset')} older than {HISTORICAL_DAYS} days" if oldest > HISTORICAL_DAYS else ""
    )
    return f"{counted}{behind}. Point at a price to learn where it comes from."


def header(view: SymbolView) -> html.Header:
    """Return the name of the asset and what its price did."""
    badges: list[Any] = [tag(view.asset_class.replace("_", " ").capitalize())]
    if view.is_sample:
        badges.append(sample_badge())
    where = ", ".join(part for part in (view.name, view.exchange, view.sector) if part)
    late = view.source.age_days > HISTORICAL_DAYS
    until = f" Historical data: prices end on {formatting.day(view.last_date)}." if late else ""
    return page_header(view.symbol, lead=f"{where}.{until}", crumbs=(("Market", "/market"),), badges=badges)


def figures(view: SymbolView, style: Style) -> html.Div:
    """Return the key figures of the window."""
    last = view.bars[-1]
    price: Any = price_source(
        formatting.number(last.close, style=style), view.symbol, last.session.isoformat(),
        field="adjusted_close" if view.shown_adjust == "total" else "close",
    )  # fmt: skip
    gain = view.change_frac
    cards = [
        kpi_card(
            "Last close",
            price,
            unit=view.currency,
            note=[f"{formatting.day_short(last.session)}, {age(view.source.age_days, style)}", live_now(view.symbol)],
        ),
        kpi_card(
            "Over the window",
            formatting.rate(gain, style=style, signed=True),
            note=f"since {formatting.day_short(view.first_date)}",
            sense="flat" if not gain else "up" if gain > 0 else "down",
        ),
        kpi_card("Highest", formatting.number(view.high, style=style), unit=view.currency, note="in the window"),
        kpi_card("Lowest", formatting.number(view.low, style=style), unit=view.currency, note="in the window"),
    ]
    return kpi_strip(*cards)


def adjust_sentence(view: SymbolView, style: Style) -> str:
    """Return what the shown adjustment means, and why the wanted one is not shown."""
    by_key = {one.key: one for one in view.choices}
    said = [in_style(by_key[view.shown_adjust].sentence, style)]
    if view.adjust is not None and view.adjust != view.shown_adjust:
        said.insert(0, in_style(by_key[view.adjust].sentence, style))
    else:
        said += dict.fromkeys(in_style(one.sentence, style) for one in view.choices if not one.is_possible)
    return " ".join(part for part in (*said, in_style(view.candles_sentence, style)) if part)


def quality(view: SymbolView, style: Style) -> tuple[list[tuple[str, str]], str]:
    """Return the months of the strip in words, and the finding."""
    meaning = dict(FLAGS)
    months = [
        (
            one.worst,
            f"{one.month:%B %Y}: {formatting.count(one.sessions_count, 'session', style=style)}, "
            + ("all fine." if not one.marked_count else f"{one.marked_count} marked. {meaning[one.worst]}"),
        )
        for one in view.quality
    ]
    total = sum(one.sessions_count for one in view.quality)
    marked = sum(one.marked_count for one in view.quality)
    counted = formatting.count(total, "session", style=style)
    score = (
        "" if view.quality_score is None else f" Score: {formatting.number(view.quality_score, 0, style=style)} of 100."
    )
    if not marked:
        return months, f"None of {counted} in this window is marked.{score}"
    verb = "is" if marked == 1 else "are"
    return months, f"{formatting.number(marked, 0, style=style)} of {counted} in this window {verb} marked.{score}"


def source(view: SymbolView, last: ValueLineage | None, style: Style) -> html.Dl:
    """Return where the prices come from, how old they are, and what was done to them."""
    facts: list[tuple[str, Any]] = [
        ("Source", view.source.provider_label),
        ("Licence", view.source.licence or "not stated"),
        ("Last price of", f"{formatting.day(view.last_date)}, {age(view.source.age_days, style)}"),
        ("Fetched", formatting.moment(view.source.fetched_at_utc)),
        ("Last stored", formatting.moment(view.source.knowledge_time_utc)),
        ("A close contains", ADJUSTMENTS.get(view.source.adjustment, view.source.adjustment)),
        ("Values", _versions(view, style)),
    ]
    notes = [in_style(one, style) for one in view.source.notes]
    if notes:
        facts.append(("What was done", html.Div([html.Div(one) for one in notes])))
    if last is not None:
        facts.append(("Last value", html.Div([html.Div(in_style(one, style)) for one in last.sentences])))
        endpoints = [one for delivery in last.deliveries for one in delivery.endpoints]
        if endpoints:
            facts.append(("Read from", html.Div([html.Div(one) for one in dict.fromkeys(endpoints)])))
        hashes = [f"{one.sha256[:HASH_SHOWN_COUNT]}…" for delivery in last.deliveries for one in delivery.payloads[:3]]
        if hashes:
            facts.append(("Bytes of the last value (SHA-256)", ", ".join(dict.fromkeys(hashes))))
    facts.append(("Fingerprint of the series (SHA-256)", f"{view.source.content_sha256[:HASH_SHOWN_COUNT]}…"))
    return facts_list([(name, text) for name, text in facts if text != formatting.MISSING])


def _versions(view: SymbolView, style: Style) -> str:
    counted = formatting.count(view.source.bars_count, "value", style=style)
    more = view.source.versions_count - view.source.bars_count
    return f"{counted}, each stored once" if more <= 0 else (
        f"{counted}; {formatting.count(more, 'earlier or corrected version', style=style)} kept beside them"
    )  # fmt: skip


def zoomed(zoom: dict[str, Any] | None) -> tuple[date | None, date | None]:
    """Return the days that are zoomed into; none where they cannot be read."""
    try:
        start, end = (date.fromisoformat(str((zoom or {}).get(name) or "")) for name in ("start", "end"))
    except ValueError:
        return None, None
    return (start, end) if start < end else (None, None)
