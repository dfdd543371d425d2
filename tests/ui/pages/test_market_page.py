"""Do the pages of the market explorer stand as their address says, and do their words tell what is stored?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from callbacks import market_words as words
from callbacks.market_minutes import frequency_options
from callbacks.price_source import words_of
from components.market_layout import symbol_layout, unknown_symbol, view_of
from components.price_source import price_column, price_source
from services.messages.explorer import ExplorerAsset
from services.messages.lineage import ValueLineage


def text_of(component: object) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def asset(symbol: str, age_days: int | None) -> ExplorerAsset:
    return ExplorerAsset(
        symbol=symbol, name=symbol, asset_class="equity", currency="USD", exchange=None,
        last_price=None if age_days is None else 10.0, change_1d_frac=None,
        last_date=None if age_days is None else date(2024, 1, 31), age_days=age_days, provider=None,
        provider_label=None, quality_score=None, is_sample=False,
    )  # fmt: skip


def test_the_address_chooses_the_view_and_unknown_words_are_passed_over() -> None:
    view = view_of({"range": "5y", "adjust": "raw", "scale": "sideways", "compare": "KO,PG"})
    assert view == {
        "range": "5y", "frequency": "auto", "sessions": "1", "adjust": "raw", "scale": "linear", "compare": "KO,PG",
        "start": "", "end": "",
    }  # fmt: skip
    page = text_of(symbol_layout("AAPL", view))
    assert '"value": "KO, PG"' in page
    assert '"value": "5y"' in page


def test_the_list_says_how_old_prices_are() -> None:
    assert words.list_sentence([], is_cut=False, is_all=True) == "Nothing is stored yet."
    assert words.list_sentence([asset("A", None)], is_cut=False, is_all=True) == "1 asset, none with prices yet."
    fresh = words.list_sentence([asset("A", 0), asset("B", 40)], is_cut=False, is_all=True)
    assert fresh.startswith("2 assets; 1 asset older than 5 days.")
    old = words.list_sentence([asset("A", 900)], is_cut=False, is_all=True)
    assert old == "1 asset. Historical data: the latest prices are of 31 January 2024."


def test_a_zoom_that_cannot_be_read_is_none() -> None:
    assert words.zoomed({"start": "2024-01-01", "end": "2024-02-01"}) == (date(2024, 1, 1), date(2024, 2, 1))
    for broken in (None, {}, {"start": "x", "end": "2024-01-01"}, {"start": "2024-02-01", "end": "2024-01-01"}):
        assert words.zoomed(broken) == (None, None)


def test_a_price_can_be_pointed_at_with_pointer_and_keyboard() -> None:
    shown = price_source("125.67", "AAPL", "2022-12-28").to_plotly_json()["props"]
    assert (shown["data-price-symbol"], shown["data-price-session"]) == ("AAPL", "2022-12-28")
    assert shown["aria-haspopup"] == "dialog"
    made = price_column("price", "Price", symbol="name", session="price_date")
    assert made["cellRenderer"] == "qpoPrice"
    assert made["cellRendererParams"] == {"symbolField": "name", "sessionField": "price_date"}


def test_the_note_tells_value_flag_and_source_in_the_readers_numbers() -> None:
    moment = datetime(2024, 1, 31, 21, 0, tzinfo=UTC)
    found = ValueLineage(
        symbol="A", name="Alpha", currency="USD", field="close", session=date(2024, 1, 31), asked_session=None,
        value=1234.5, raw_value=9.0, flag="corrected", flag_sentence="", provider="upload",
        provider_label="Imported files", licence=None, event_time_utc=moment, knowledge_time_utc=moment,
        fetched_at_utc=None, age_days=1433, is_sample=False, known_at_utc=None, adjustment="raw", versions=(),
        deliveries=(), corrections=(), converted=None, sentences=("Corrected from 9.00 to 1,234.50 USD.",),
    )  # fmt: skip
    note = text_of(words_of(found, "point"))
    assert "1.234,50 USD" in note
    assert "1.433 days old" in note
    assert "Corrected from 9,00 to 1.234,50 USD." in note
    assert '"href": "/market/A"' in note


def test_an_unknown_asset_offers_those_that_are_spelled_alike() -> None:
    shown = text_of(unknown_symbol("There is no asset with the symbol 'APPL'.", ["AAPL"]))
    assert '"href": "/market/AAPL"' in shown
    assert '"href": "/market"' in shown


def test_minutes_are_offered_where_some_are_stored_and_gray_elsewhere() -> None:
    offered = {one["value"]: one.get("disabled", False) for one in frequency_options(True)}
    gray = {one["value"]: one.get("disabled", False) for one in frequency_options(False)}
    assert not any(offered.values())
    assert [key for key, is_off in gray.items() if is_off] == ["minute"]
    page = text_of(symbol_layout("AAPL", view_of({"frequency": "minute", "sessions": "5"})))
    assert '"id": "market-symbol-sessions-box", "hidden": false' in page
    assert '"id": "market-symbol-range-box", "hidden": true' in page
