"""Does the page of portfolios side by side stand as its address says, and do its tables say what is missing?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from callbacks import compare, present_compare
from components.compare_layout import NOBODY, page_layout, view_of
from services.charts.compare import falls, growth
from services.charts.look import Look
from services.errors import InvalidRequest, NotFound
from services.messages.comparison import ComparedCourse, ComparedPortfolio, ComparedWeights, Comparison, Overlap


def text_of(part: Any) -> str:
    return json.dumps(part, cls=PlotlyJSONEncoder, ensure_ascii=False)


def one(key: str, **changes: Any) -> ComparedPortfolio:
    made = {
        "portfolio_id": key, "name": key.upper(), "client_name": None, "base_currency": "USD", "benchmark_name": None,
        "as_of": date(2022, 12, 28), "is_sample": False, "value_ccy": Decimal("1234567.8"), "day_pnl_ccy": Decimal(-50),
        "day_frac": -0.01, "return_ytd_frac": 0.05, "active_ytd_frac": None, "return_1y_frac": None,
        "volatility_1y_annual_frac": 0.2, "volatility_annual_frac": 0.1, "var_95_1d_frac": 0.0123,
        "tracking_error_annual_frac": None, "max_drawdown_1y_frac": -0.2, "drift": None, "holdings_count": 3,
        "largest_symbol": "AAPL", "largest_frac": 0.25, "limits_broken_count": 1, "limit_used_frac": 1.1,
        "rules": "failed", "rules_broken_count": 2,
    }  # fmt: skip
    return ComparedPortfolio(**{**made, **changes})


def comparison(**changes: Any) -> Comparison:
    made = {
        "currency": "USD", "currencies": ("EUR", "USD"), "made_at_utc": datetime(2026, 1, 1, tzinfo=UTC),
        "portfolios": (one("a"), one("b", is_sample=True, rules="unchecked", value_ccy=None)),
        "courses": (
            ComparedCourse(
                portfolio_id="a", days=(date(2022, 1, 3), date(2022, 1, 4), date(2022, 1, 5)),
                growth_frac=(0.0, -0.1, 0.08), fall_frac=(0.0, -0.1, 0.0),
            ),
            ComparedCourse(
                portfolio_id="b", days=(date(2022, 1, 3), date(2022, 1, 5)), growth_frac=(0.0, -0.02),
                fall_frac=(0.0, -0.02),
            ),
        ),
        "sectors": (ComparedWeights(name="Tech", title="Tech", weights_frac=(0.5, 0.0)),),
        "overlaps": (Overlap(first_id="a", second_id="b", overlap_frac=0.18, shared_count=3),),
        "holdings": (ComparedWeights(name="AAPL", title="Apple Inc", weights_frac=(0.25, None)),),
        "shared_count": 1, "others_count": 1234, "sentence": "A leads.", "notes": ("B has 1,000 days.",),
    }  # fmt: skip
    return Comparison(**{**made, **changes})


def test_the_address_names_two_to_four_portfolios_once_each_and_a_currency() -> None:
    assert view_of({"portfolios": "a, b,a,,c,d,e", "currency": "EUR"}) == {
        "portfolios": ["a", "b", "c", "d"], "currency": "EUR",
    }  # fmt: skip
    assert view_of({"currency": "euros"}) == {"portfolios": [], "currency": ""}
    page = text_of(page_layout(view_of({"portfolios": "a,b"})))
    assert page.count(f'"value": "{NOBODY[0]}"') >= 2
    assert '"href": "/"' in page


def test_the_figures_have_a_column_a_portfolio_and_say_what_is_missing_or_invented() -> None:
    text = text_of(present_compare.figures(comparison(), "point"))
    for words in (
        "Value, USD", "1.234.568", "−1,00%", "1,23%", "/portfolios/a", "Sample, fictitious", "not checked",
        "AAPL, 25,0%", "110%", "B has 1.000 days.", "\u2014",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.requirement("5.1.A3")
def test_the_charts_say_who_grew_most_and_who_fell_deepest_and_have_their_numbers_as_tables() -> None:
    found = comparison()
    grown, fallen = growth(found, Look()), falls(found, Look(style="point"))
    assert grown.layout.meta["title"] == "A gained 8.00%, B lost 2.00%"
    assert fallen.layout.meta["title"] == "A fell deepest, 10,00% on 4 Jan 2022; B 2,00% at most"
    assert "3 Jan 2022 to 5 Jan 2022" in grown.layout.meta["subtitle"]
    assert "fictitious" in grown.layout.meta["source"], "one of them is of the sample"
    heads, rows = grown.layout.meta["table"]
    assert heads == ["Day", "A", "B"]
    assert rows[1] == ["4 Jan 2022", "\u221210.00%", "\u2014"], "a day on which another market rests is no figure"
    assert len({(one.line.color, one.line.dash) for one in grown.data}) == 2
    mixed = comparison(portfolios=(one("a"), one("b", base_currency="EUR")))
    assert "each in its own currency" in growth(mixed, Look()).layout.meta["subtitle"]
    drawn = text_of(present_compare.charts(found, Look("dark")))
    assert drawn.count('"data-take": "chart"') == 2
    assert drawn.count('"data-twin-toggle"') == 2
    alone = comparison(courses=found.courses[:1])
    assert growth(alone, Look()).layout.meta["title"] == "A gained 8.00%"
    none = text_of(present_compare.charts(comparison(courses=()), Look()))
    assert "None of these portfolios has daily values to draw yet." in none


def test_who_sees_fewer_than_two_portfolios_is_told_so() -> None:
    assert present_compare.prompt(2) == present_compare.PROMPT
    assert "fewer than two portfolios" in present_compare.prompt(1)


def test_what_is_shared_is_told_with_weights_and_the_rest_counted() -> None:
    found = comparison()
    assert "A and B" in text_of(present_compare.common(found, "comma"))
    assert "18.0%" in text_of(present_compare.common(found, "comma"))
    sectors = text_of(present_compare.sectors(found, "comma"))
    assert "50.0%" in sectors
    assert "\u2013" in sectors  # nothing held is no missing figure
    assert "1,234 lighter assets" in text_of(present_compare.holdings(found, "comma"))
    nothing = present_compare.holdings(comparison(holdings=(), others_count=0), "comma")
    assert "None of them holds anything." in text_of(nothing)
    assert [one["value"] for one in present_compare.currencies(found)] == ["EUR", "USD"]
    assert ("As of, A", "28 Dec 2022") in present_compare.facts(found, "comma")


def test_a_choice_that_cannot_be_compared_says_so_in_its_place(monkeypatch: Any) -> None:
    written: dict[Any, Any] = {}
    monkeypatch.setattr(compare, "put", lambda key, **what: written.update({key: what}))
    monkeypatch.setattr(compare, "told", lambda text: text)
    monkeypatch.setattr(compare, "actor", lambda: None)
    monkeypatch.setattr(compare.choosable, "portfolios", lambda: (1, 2, 3))

    class Refusing:
        def __init__(self, error: Exception) -> None:
            self.comparisons, self.error = self, error

        def compare(self, *_given: Any, **_wish: Any) -> Any:
            raise self.error

    for error, named, words in (
        (InvalidRequest("One.", "Choose two."), [], "Choose two to four portfolios above"),
        (InvalidRequest("A portfolio is named twice.", "Name each once."), ["a", "a"], "named twice"),
        (NotFound.of("portfolio", "x"), ["a", "x"], "One of these portfolios"),
    ):
        monkeypatch.setattr(compare, "services", lambda error=error: Refusing(error))
        assert compare._compared({"portfolios": named}) is None
        assert words in text_of(written[compare.Compare.WHY]["children"])
