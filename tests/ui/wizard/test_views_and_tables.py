"""Do typed and pasted views, own returns and shares of risk become what was meant, each problem at its row?"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks.optimize_draft import build
from callbacks.optimize_numbers import Reader
from callbacks.optimize_own_returns import returns_from_text
from callbacks.optimize_tables import pasted_words
from callbacks.optimize_views import row_of, rows_from_text, said_of, views_of
from callbacks.optimize_words import benchmark_options, plain
from components.wizard_draft import DEFAULTS

ASSETS = ["AAPL", "JPM", "KO", "MSFT", "XOM"]


def row(ahead: str, says: str, behind: str, amount: str, confidence: str = "50") -> dict[str, str]:
    return {"ahead": ahead, "says": says, "behind": behind, "amount": amount, "confidence": confidence}


def read(*rows: Any) -> tuple[list[dict[str, Any]], list[str]]:
    reader = Reader()
    views = views_of(rows, ASSETS, reader, {})
    return views, [problem.key for problem in reader.problems]


def meant(view: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in view.items() if value is not None}


def test_rows_become_views_whatever_the_case_of_a_symbol() -> None:
    views, problems = read(
        row("aapl", "earns", "", "7,5", "80"), row("KO, xom", "beats", "jpm and msft", "2", ""),
        row("KO", "trails", "AAPL", "1"),
    )  # fmt: skip
    assert not problems
    assert meant(views[0]) == {"asset": "AAPL", "return_annual_frac": 0.075, "confidence_frac": 0.8}
    assert meant(views[1]) == {"long": ["KO", "XOM"], "short": ["JPM", "MSFT"], "return_annual_frac": 0.02}
    assert meant(views[2]) == {
        "long": ["AAPL"], "short": ["KO"], "return_annual_frac": 0.01, "confidence_frac": 0.5,
    }  # fmt: skip


def test_a_row_that_nobody_filled_in_is_no_view_and_no_problem() -> None:
    assert read(row("", "earns", "", "")) == ([], [])
    (said,) = said_of([row("", "earns", "", "")], ASSETS, {})
    assert "left out" in said["text"]


@pytest.mark.parametrize(
    "bad",
    [
        row("", "earns", "", "2"),
        row("KO", "earns", "MSFT", "2"),
        row("KO", "beats", "", "2"),
        row("KO", "earns", "", ""),
        row("KO", "earns", "", "much"),
        row("KO", "earns", "", "2", "0"),
        row("KO", "earns", "", "2", "120"),
        row("KO", "loves", "", "2"),
    ],
)
def test_every_problem_stands_at_its_row_with_a_way_out(bad: dict[str, str]) -> None:
    built = build(
        DEFAULTS | {"assets": ASSETS, "returns_kind": "black_litterman", "views": [row("KO", "earns", "", "2"), bad]}
    )
    assert {problem.key for problem in built.problems} == {"views.1"}
    assert all(problem.message.endswith(".") and problem.advice.endswith(".") for problem in built.problems)


def test_a_problem_that_the_engine_finds_goes_to_its_row_past_blank_ones() -> None:
    views = [row("", "earns", "", ""), row("ZZZ", "earns", "", "2")]
    built = build(DEFAULTS | {"assets": ASSETS, "returns_kind": "black_litterman", "views": views})
    assert not built.problems
    assert built.key_of("estimates.expected_returns.views[0]") == "views.1"
    assert built.key_of("estimates.expected_returns.views[0].return_annual_frac") == "views.1"


def test_a_view_with_parts_that_have_no_column_stays_what_it_was_until_its_row_is_changed() -> None:
    view = {"long": ["KO", "XOM"], "short": ["JPM"], "shares": "market", "return_annual_frac": 0.02,
            "standard_error_annual_frac": 0.03}  # fmt: skip
    assert read(row_of(view))[0] == [view]
    (changed,) = read(row_of(view) | {"amount": "3"})[0]
    assert (changed["return_annual_frac"], changed["shares"], changed["standard_error_annual_frac"]) == (
        0.03,
        "market",
        0.03,
    )


def test_pasted_lines_are_read_as_sentences_and_as_cells_and_the_rest_is_named() -> None:
    rows, unread = rows_from_text(
        "AAPL beats MSFT by 2% a year, confidence 60%\n"
        "KO and XOM together beat JPM by 1.5% a year, at the usual confidence of 50%.\n"
        "JPM loses 3% a year, confidence 30%.\n\n"
        "KO\tearns\t\t6\t70\nKO;earns;6;70\nnonsense"
    )
    assert rows[0] == row("AAPL", "beats", "MSFT", "2", "60")
    assert rows[1] == row("KO and XOM", "beats", "JPM", "1.5", "50")
    assert rows[2] == row("JPM", "earns", "", "-3", "30")
    assert rows[3] == rows[4] == row("KO", "earns", "", "6", "70")
    assert unread == ["nonsense"]
    assert pasted_words(5, "view", unread, "Advice.") == "5 views taken over. Not understood: “nonsense”. Advice."


@pytest.mark.parametrize(
    "line",
    [
        "AAPL earns 2% a month, confidence 60%",
        "AAPL earns 5 bp, confidence 50%",
        "AAPL earns 1e9% a year, confidence 50%",
        "KO, XOM together beat JPM by 2% a year (weighted as in the market), confidence 40%",
        "AAPL earns 2% a year, standard error 3%, confidence 60%",
    ],
)
def test_a_sentence_with_a_unit_that_is_not_known_is_named_and_never_read_as_percent_a_year(line: str) -> None:
    assert rows_from_text(line) == ([], [line])


@pytest.mark.parametrize("end", ["confidence 60", "with a confidence of 60%", "(confidence: 60%)", ". Confidence 60%."])
@pytest.mark.parametrize("unit", ["%", "% a year", "% per year", "% p.a."])
def test_confidence_is_read_however_it_is_added(unit: str, end: str) -> None:
    assert rows_from_text(f"AAPL earns 2{unit} {end}") == ([row("AAPL", "earns", "", "2", "60")], [])


def test_what_is_said_of_a_view_can_be_pasted_again() -> None:
    typed = [
        row("AAPL", "beats", "MSFT", "2", "60"),
        row("KO", "earns", "", "-3.5", "25"),
        row("KO, XOM", "trails", "JPM", "1"),
    ]
    said = [one["text"] for one in said_of(typed, ASSETS, {})]
    rows, unread = rows_from_text("\n".join(said))
    assert not unread
    assert views_of(rows, ASSETS, Reader(), {}) == views_of(typed, ASSETS, Reader(), {})


def test_own_returns_are_pasted_and_every_asset_without_one_is_named() -> None:
    found, unread = returns_from_text("aapl 7.5\nKO; 4,5%\nJPM\t\u22122\nZZZ 3", ASSETS)
    assert found == {"AAPL": "7.5", "KO": "4,5", "JPM": "\u22122"}
    assert unread == ["ZZZ 3"]
    built = build(DEFAULTS | {"assets": ASSETS, "returns_kind": "given_returns", "own_returns": found})
    (problem,) = built.problems
    assert problem.key == "own_returns"
    assert "MSFT and XOM" in problem.message
    whole = DEFAULTS | {"assets": ASSETS, "returns_kind": "given_returns", "own_returns": dict.fromkeys(ASSETS, "6")}
    request = json.loads(build(whole).request_json)
    assert request["estimates"]["expected_returns"] == {
        "kind": "given_returns", "returns_frac": dict.fromkeys(ASSETS, 0.06),
    }  # fmt: skip


def budgets(**parts: Any) -> Any:
    return build(DEFAULTS | {"assets": ASSETS, "goal": "more", "goal_more": "risk_parity"} | parts)


def test_rows_left_empty_share_what_the_others_leave() -> None:
    built = budgets(budgets_by="asset", budgets={"KO": "40", "XOM": "30"})
    shares = json.loads(built.request_json)["objective"]["budgets"]
    assert shares == pytest.approx({"KO": 0.4, "XOM": 0.3, "AAPL": 0.1, "JPM": 0.1, "MSFT": 0.1})


def test_the_share_of_a_sector_is_split_among_its_assets() -> None:
    members = {"Tech": ["AAPL", "MSFT"], "Other": ["JPM", "KO", "XOM"]}
    built = budgets(budgets_by="sector", budgets={"Tech": "40"}, budget_members=members)
    shares = json.loads(built.request_json)["objective"]["budgets"]
    assert shares == pytest.approx({"AAPL": 0.2, "MSFT": 0.2, "JPM": 0.2, "KO": 0.2, "XOM": 0.2})


@pytest.mark.parametrize("typed", [{"KO": "70", "XOM": "60"}, dict.fromkeys(ASSETS, "10"), {"KO": "x"}])
def test_shares_that_do_not_add_up_are_refused(typed: dict[str, str]) -> None:
    (problem,) = budgets(budgets_by="asset", budgets=typed).problems
    assert problem.key.split(".")[0] == "budgets"


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("Choose a benchmark, give `facts.benchmark_weights`, or remove the limit.",
         "Choose a benchmark, import benchmark weights at Imports > Prices, or remove the limit."),
        ("Give `facts.esg_scores`, one figure for each asset, or remove the limit.",
         "Import them at Imports > Prices, or remove the limit."),
        ("Choose a portfolio, give `current_weights`, or remove the limit.",
         "Choose a portfolio, or remove the limit."),
        ("No ESG scores are stored. Import them, load the sample pack, or give `facts.esg_scores`.",
         "No ESG scores are stored. Import them at Imports > Prices, or load the sample pack."),
        ("Give `facts.betas`, one figure for each asset, or remove the limit.",
         "Choose a benchmark in “Measured against”, which gives betas, or remove the limit."),
        ("Give it in `facts.betas`, drop the assets, or remove the limit.",
         "Choose a benchmark in “Measured against”, which gives betas, drop the assets, or remove the limit."),
        ("Give `facts.factor_exposures.Value`, one figure for each asset, or remove the limit.",
         "Give them under “Groups and factors of your own” in step 3, or remove the limit."),
        ("Choose one of: Size; or give `facts.factor_exposures.Value`.",
         "Choose one of: Size; or give them under “Groups and factors of your own” in step 3."),
        ("Give `facts.groups.Sleeve`, a group for each asset, or remove the limit.",
         "Give them under “Groups and factors of your own” in step 3, or remove the limit."),
        ("Known here: asset_class, sector. Give `facts.groups.country`, a group for each asset, or remove the limit.",
         "Known here: asset class, sector. Import them at Imports > Prices, or remove the limit."),
        ("Known here: asset_class.", "Known here: asset class."),
    ],
)  # fmt: skip
def test_screens_name_no_fields_of_a_request(said: str, read_as: str) -> None:
    assert plain(said) == read_as


@pytest.mark.parametrize(
    ("typed", "asked"),
    [("1,000", "Did you mean 1000 or 1?"), ("1.000", "Did you mean 1000 or 1?"),
     ("2,500", "Did you mean 2500 or 2.5? Type 2500 or 2.5."),
     ("12.345", "Did you mean 12345 or 12.345? Type 12345 or 12.3450.")],
)  # fmt: skip
def test_a_number_that_may_be_thousands_or_decimals_is_asked_about(typed: str, asked: str) -> None:
    reader = Reader()
    reader.positive("half_life", "The half-life", typed, 5000, 252.0)
    reader.plain("esg_min", "The ESG score", typed, -1e6, 1e6, 0.0)
    assert len(reader.problems) == 2
    assert all(asked in one.advice for one in reader.problems)


@pytest.mark.parametrize(
    ("typed", "value"), [("27,5", 27.5), ("27.5", 27.5), ("0,125", 0.125), ("1,234.5", 1234.5), ("12.3450", 12.345)]
)
def test_decimals_in_either_style_are_read(typed: str, value: float) -> None:
    reader = Reader()
    assert reader.positive("half_life", "The half-life", typed, 5000, 252.0) == value
    assert not reader.problems


def test_whatever_else_names_a_field_loses_its_marks() -> None:
    assert plain("Raise `some_field` or `facts.groups.country`.") == "Raise some field or groups country."


def test_benchmarks_are_offered_with_what_is_known_of_their_constituents() -> None:
    basis = {"currency": "USD", "weights_to": None, "is_sample": False}
    views = [
        SimpleNamespace(id="1", name="S&P 500", has_weights=False, **basis),
        SimpleNamespace(id="2", name="Fund", has_weights=True, **basis),
    ]
    labels = [one["label"] for one in benchmark_options(views)]
    assert labels == ["The portfolio's own", "S&P 500 (USD, no weights)", "Fund (USD, held as one asset)"]
