"""Is a mark before three digits ever taken for the wrong one, whatever the number format of the person?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from types import SimpleNamespace

import pytest
from flask import Flask

from callbacks import wording
from callbacks.optimize_numbers import Reader
from callbacks.optimize_others import read_others
from callbacks.present_portfolio_form import as_typed, positions_text
from callbacks.present_positions import read
from callbacks.present_typed import Typed
from services.formatting import Style
from services.messages.portfolios import Holding
from services.messages.preferences import Preferences
from services.portfolios_checks import LIMITS

Write = Callable[[Style], None]


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Return what makes the person behind the request write numbers in a style."""
    with Flask("typed").test_request_context():
        yield lambda style: monkeypatch.setattr(wording, "preferences", lambda: Preferences(number_format=style))


@pytest.mark.parametrize("style", ["comma", "point", "space"])
@pytest.mark.parametrize(
    ("text", "value"),
    [("1.000.000", 1e6), ("1,000,000", 1e6), ("250000", 250e3), ("1.234,56", 1234.56), ("1,234.56", 1234.56)],
)
def test_money_with_one_reading_is_read_whatever_the_style(write: Write, style: Style, text: str, value: float) -> None:
    write(style)
    typed, reader = Typed(), Reader()
    assert typed.number("wealth", "The wealth", text, low=0, kind="amount") == Decimal(str(value))
    assert reader.money("capital", "The capital", text) == value
    assert not typed.problems
    assert not reader.problems


@pytest.mark.parametrize(
    ("style", "text", "own"),
    [("point", "250.000", "250,000"), ("space", "250.000", "250,000"), ("comma", "250,000", "250.000")],
)
def test_groups_of_the_own_style_are_thousands_of_money_and_the_other_mark_is_asked_about(
    write: Write, style: Style, text: str, own: str
) -> None:
    write(style)
    typed, reader = Typed(), Reader()
    assert typed.number("wealth", "The wealth", text, low=0, kind="amount") == 250_000
    assert reader.money("capital", "The capital", text) == 250_000.0
    assert not typed.problems
    assert not reader.problems
    # 250 with three decimals is no amount of money, but neither is it surely a quarter of a million.
    assert typed.number("wealth", "The wealth", own, low=0, kind="amount") is None
    reader.money("capital", "The capital", own)
    assert [one.advice for one in (*typed.problems, *reader.problems)] == [
        "Did you mean 250000 or 250? Type 250000 or 250."
    ] * 2


@pytest.mark.parametrize(("style", "text"), [("point", "1.250"), ("space", "1.250"), ("comma", "1,250")])
def test_percentages_and_plain_numbers_are_asked_about_and_never_guessed(write: Write, style: Style, text: str) -> None:
    write(style)
    typed, reader = Typed(), Reader()
    assert typed.percent("limit", "The limit", text) is None
    assert typed.number("years", "The horizon", text, low=0, high=80) is None
    assert reader.percent("max", "The largest position", text, 0, 100, "25") is None
    assert reader.plain("esg_min", "The ESG score", text, 0, 1e6, 0.0) == 0.0
    (cell,) = read_others([{"id": "1", "limit": "Sector", "of": "Tech", "most": f"{text}%"}]).problems
    advices = [one.advice for one in (*typed.problems, *reader.problems, cell)]
    assert advices == ["Did you mean 1250 or 1.25? Type 1250 or 1.25."] * 5
    assert cell.key == "others.1.most"
    (line,) = read(f"AAPL, {text}%").problems
    assert "can be read in two ways" in line.message


@pytest.mark.parametrize(("style", "text"), [("point", "12,345"), ("comma", "12.345")])
def test_three_decimals_in_the_own_style_are_decimals_of_percentages_and_shares(
    write: Write, style: Style, text: str
) -> None:
    write(style)
    assert Reader().percent("max", "The largest position", text, 0, 100, "25") == pytest.approx(0.12345)
    assert read(f"AAPL, {text}").lines[0].quantity == Decimal("12.345")


@pytest.mark.parametrize(("style", "text"), [("point", "1.200"), ("comma", "1,200")])
def test_shares_and_whole_numbers_may_have_groups(write: Write, style: Style, text: str) -> None:
    write(style)
    assert read(f"AAPL, {text}").lines[0].quantity == 1200
    assert Reader().whole("window", "The window", text, 20, 5000, "days") == 1200


@pytest.mark.parametrize("style", ["comma", "point", "space"])
@pytest.mark.parametrize("quantity", ["12.345", "1234.567", "0.125", "1250", "12.5"])
def test_positions_written_into_the_form_come_back_as_they_were(write: Write, style: Style, quantity: str) -> None:
    write(style)
    held = Holding.model_construct(symbol="AAPL", quantity=Decimal(quantity))
    assert read(positions_text([held])).lines[0].quantity == Decimal(quantity)


@pytest.mark.parametrize("style", ["comma", "point"])
def test_a_house_limit_written_into_the_form_comes_back_as_it_was(write: Write, style: Style) -> None:
    write(style)
    limits = SimpleNamespace(**dict.fromkeys(LIMITS, 0.12345))
    one = SimpleNamespace(
        house_limits=limits, team_id=None, name="A", client_id=None, strategy=SimpleNamespace(value="x"), description=""
    )
    typed = Typed()
    shown = as_typed(one)[5:]  # type: ignore[arg-type]
    assert [typed.percent("limit", "The limit", text) for text in shown] == [0.12345] * len(LIMITS)
    assert not typed.problems
