"""Do groups, exposures, covariances and dated rates of one's own become what was meant, each problem at its cell?"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

import engine
from callbacks import optimize_own_tables
from callbacks.optimize_asset_tables import GROUPINGS_MAX_COUNT
from callbacks.optimize_draft import build
from callbacks.optimize_local import localized
from callbacks.optimize_summary import messages_by_field, rows
from callbacks.optimize_terms import NOT_SET, basis_facts, own_facts, rate_words
from components.wizard_draft import DEFAULTS, step_of
from components.wizard_own_tables import GROUPINGS
from engine.kernel.facts import DIMENSIONS_MAX_COUNT
from services.limit_kinds import label_of
from services.messages.optimize import ExpectedTime, OptimizationRequest
from services.optimize_tables import KNOWN_GROUPINGS, read_table

ASSETS = ["AAPL", "BRK.B", "KO"]
MATRIX = {
    "AAPL": {"AAPL": "0.09", "BRK.B": "0.01", "KO": "0.01"},
    "BRK.B": {"BRK.B": "0.04", "KO": "0.005"},
    "KO": {"KO": "0,03"},
}


def made(**parts: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the request of a draft, and its problems by part."""
    built = build(DEFAULTS | {"assets": ASSETS} | parts)
    return json.loads(built.request_json), {one.key: f"{one.message} {one.advice}" for one in built.problems}


def parsed(document: dict[str, Any]) -> OptimizationRequest:
    return OptimizationRequest.model_validate_json(json.dumps(document))


@pytest.mark.requirement("1.3.F6")
def test_own_groups_of_the_chosen_assets_go_along_and_limits_may_name_them() -> None:
    row = {"id": "a", "limit": "Group: Sleeve", "of": "Growth", "most": "40", "firm": "must hold"}
    cells = {"Sleeve": {"AAPL": "Growth/Large", "BRK.B": "Growth/Value", "KO": "Income", "XOM": "Energy"}, "Empty": {}}
    document, problems = made(own_groups=cells, others=[row])
    assert not problems
    assert document["facts"]["groups"] == {"Sleeve": {"AAPL": "Growth/Large", "BRK.B": "Growth/Value", "KO": "Income"}}
    request = parsed(document)
    (limit,) = [one for one in request.constraints if one.kind == "group_limit"]
    assert (limit.dimension, limit.group, limit.max_frac) == ("Sleeve", "Growth", 0.4)
    assert own_facts(request) == [("Own grouping: Sleeve", "3 groups of 3 assets")]


def test_a_group_with_an_empty_name_is_told_at_its_cell_in_the_limits_step() -> None:
    _, problems = made(own_groups={"Sleeve": {"BRK.B": "Growth/"}})
    assert set(problems) == {"own_groups.Sleeve.BRK.B"}
    assert "BRK.B is “Growth/”" in problems["own_groups.Sleeve.BRK.B"]
    assert step_of("own_groups.Sleeve.BRK.B") == step_of("own_factors") == 2
    assert step_of("own_covariance.AAPL.KO") == 1


@pytest.mark.requirement("1.3.F5")
def test_exposures_may_have_either_mark_and_three_decimals_and_bind_a_limit() -> None:
    row = {"id": "a", "limit": "Factor", "of": "Value", "most": "0.2", "firm": "must hold"}
    document, problems = made(
        own_factors={"Value": {"AAPL": "1.234", "BRK.B": "-0,5", "KO": "\u22121e-1"}}, others=[row], max="100", min="0"
    )
    assert not problems
    assert document["facts"]["factor_exposures"] == {"Value": {"AAPL": 1.234, "BRK.B": -0.5, "KO": -0.1}}
    _, problems = made(own_factors={"Value": {"AAPL": "high", "KO": "1001"}})
    assert set(problems) == {"own_factors.Value.AAPL", "own_factors.Value.KO"}
    assert "not a number" in problems["own_factors.Value.AAPL"]


def test_half_of_a_covariance_is_enough_and_what_lacks_is_named() -> None:
    document, problems = made(covariance_kind="given_covariance", own_covariance=MATRIX)
    assert not problems
    covariance = document["estimates"]["covariance"]
    assert covariance["assets"] == ASSETS
    assert covariance["matrix"] == [[0.09, 0.01, 0.01], [0.01, 0.04, 0.005], [0.01, 0.005, 0.03]]
    less = {**MATRIX, "BRK.B": {"BRK.B": "0.04"}, "KO": {}}
    _, problems = made(covariance_kind="given_covariance", own_covariance=less)
    assert "BRK.B with KO and KO (its variance)" in problems["own_covariance"]
    _, problems = made(covariance_kind="given_covariance")
    assert "No covariance of your own is given." in problems["own_covariance"]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"KO": {"AAPL": "0.02", "KO": "0.03"}}, "not symmetric: AAPL with KO is 0.02, but KO with AAPL is 0.01"),
        ({"KO": {"AAPL": "0.2", "KO": "0.03"}, "AAPL": {"AAPL": "0.09", "BRK.B": "0.01"}}, "not positive semidefinite"),
        ({"KO": {"KO": "-0.03"}}, "The variance of KO is negative."),
    ],
)
def test_a_matrix_that_is_no_covariance_is_told_at_the_table_and_may_be_repaired(
    cells: dict[str, dict[str, str]], words: str
) -> None:
    parts = {"covariance_kind": "given_covariance", "own_covariance": MATRIX | cells}
    built = build(DEFAULTS | {"assets": ASSETS} | parts)
    assert not built.problems
    request = parsed(json.loads(built.request_json))
    found = request.estimates.problems(request.asset_ids, is_repair_allowed=request.allow_covariance_repair)
    assert words in " ".join(one.message for one in found)
    assert {built.key_of(one.path) for one in found} == {"own_covariance"}
    if "negative" not in words:
        repaired = parsed(made(**parts, repair=True)[0])
        assert not repaired.estimates.problems(request.asset_ids, is_repair_allowed=repaired.allow_covariance_repair)


@pytest.mark.parametrize(
    "given", ["asset\tSleeve\naapl\tGrowth\nKO\t\nXOM\tEnergy", "Asset;Sleeve\nAAPL;Growth;\n;;\nxom;x"]
)
def test_a_pasted_table_tells_what_it_did_not_take_over(given: str) -> None:
    table = read_table(given.encode("utf-8-sig"), ASSETS, has_numbers=False)
    assert table.cells == {"Sleeve": {"AAPL": "Growth"}}
    assert table.sentence.startswith("1 asset and 1 column taken over. Not among the chosen assets: ")


def test_an_asset_on_lines_that_do_not_say_the_same_is_named() -> None:
    table = read_table(b"Asset;Sleeve\nAAPL;Growth\nKO;Income\nAAPL;Income\nKO;Income\n", ["AAPL", "KO"])
    assert table.cells == {"Sleeve": {"AAPL": "Income", "KO": "Income"}}
    assert table.notes == ["On several lines, which do not say the same: AAPL; the last line counts."]
    column = read_table(b"Asset;Sleeve;Sleeve\nAAPL;Growth;Income\n", ["AAPL"])
    assert column.notes == ["The column Sleeve stands there more than once; the last one counts."]
    many = [f"A{n}" for n in range(7)]
    twice = "Asset;Value\n" + "".join(f"{name};1\n{name};2\n" for name in many)
    assert "A4 and 2 more; the last line counts." in read_table(twice.encode(), many).sentence


def test_a_square_of_a_german_spreadsheet_is_read_in_any_order() -> None:
    text = ";KO;AAPL;SPY\nAAPL;0,01;0,09;1\nKO;0,03;0,01;2\n"
    table = read_table(text.encode(), ASSETS, is_square=True)
    assert table.cells == {"KO": {"AAPL": "0.01", "KO": "0.03"}, "AAPL": {"AAPL": "0.09", "KO": "0.01"}}
    assert "Not among the chosen assets: SPY." in table.sentence


@pytest.mark.parametrize("text", ["", "  \n", "AAPL,Growth\nKO,Income", "Asset\nKO"])
def test_a_table_without_headings_changes_nothing_and_says_how(text: str) -> None:
    table = read_table(text.encode(), ASSETS, has_numbers=False)
    assert not table.cells
    assert "Nothing was changed." in table.sentence
    assert "Name the columns in the first line" in table.sentence


def test_a_heading_that_the_product_knows_means_its_own_grouping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimize_own_tables, "reader_style", lambda: "point")
    raw = b"Asset,Asset class,Sleeve,Country\nKO,fund,x,US\n"
    read, said = optimize_own_tables.taken_over("own_groups", raw, {"assets": ASSETS})
    assert set(read["cells"]) == {"asset_class", "Sleeve", "country"}
    assert said == "1 asset and 3 columns taken over."


def test_many_bad_cells_are_told_as_a_few_and_a_number() -> None:
    built = build(DEFAULTS | {"assets": ASSETS, "own_factors": {f"F{n}": {"KO": "x"} for n in range(40)}})
    told = messages_by_field(built.problems)["own_factors"].split("\n")
    assert len(told) == 6
    assert told[-1] == "And 35 more like these."


SERIES = "DATE,RATE\n2020-01-02,1.55\n2020-07-01,.\n30.06.2021;\u22120,50 %\n2020-03-02 1,25\n"


def test_dated_rates_are_sorted_and_days_without_one_left_out() -> None:
    document, problems = made(rate_kind="dated", rates=SERIES)
    assert not problems
    request = parsed(document)
    assert request.risk_free_rates is not None
    assert [one.isoformat() for one in request.risk_free_rates.dates] == ["2020-01-02", "2020-03-02", "2021-06-30"]
    assert request.risk_free_rates.rates_annual_frac == (0.0155, 0.0125, -0.005)
    assert request.risk_free_annual_frac is None
    words = "3 rates by date, 2 Jan 2020 to 30 Jun 2021; the last is −0,50% a year"
    assert rate_words(request, "point") == words
    assert ("Risk-free rate", words) in basis_facts(request, None, "point")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("2020-01-02 1\nsoon 2", "“soon 2”"),
        ("2020-13-02 1", "“2020-13-02 1”"),
        ("2020-01-02 1\n2020-01-02 2", "more than one rate of 2 January 2020"),
        ("2020-01-02 155", "outside −50% to 50%"),
    ],
)
def test_what_is_wrong_with_a_series_of_rates_is_told(text: str, words: str) -> None:
    _, problems = made(rate_kind="dated", rates=text)
    assert set(problems) == {"rates"}
    assert words in problems["rates"]
    assert problems["rates"].endswith(".")


def test_not_set_is_said_only_where_nobody_set_a_rate() -> None:
    assert rate_words(parsed(made()[0]), "comma") == NOT_SET
    assert rate_words(parsed(made(rate_kind="constant", risk_free="0")[0]), "comma") == "0.00% a year"
    assert made(rate_kind="not_set", risk_free="3")[0].get("risk_free_annual_frac") is None
    older = {key: value for key, value in DEFAULTS.items() if key != "rate_kind"} | {"assets": ASSETS, "risk_free": "3"}
    assert json.loads(build(older).request_json)["risk_free_annual_frac"] == 0.03


def test_a_dated_rate_of_the_request_decides_the_sharpe_ratio() -> None:
    problem = {"assets": ["A", "B"], "expected_returns_frac": [4e-4, 2e-4], "covariance": [[2e-4, 0], [0, 1e-4]]}
    asked = {"problem": problem, "objective": {"kind": "equal_weight"}}
    rates = {"dates": ["2020-01-02", "2021-01-04"], "rates_annual_frac": [0.01, 0.03]}
    dated = engine.optimize(parsed(asked | {"risk_free_rates": rates}))
    constant = engine.optimize(parsed(asked | {"risk_free_annual_frac": 0.03}))
    assert dated.metrics is not None
    assert constant.metrics is not None
    assert dated.metrics.sharpe == pytest.approx(constant.metrics.sharpe, abs=1e-12)
    assert any("3% a year, of 4 January 2021" in note for note in dated.notes)
    assert not any("not set" in note for note in dated.notes)


def test_costs_may_count_market_impact() -> None:
    document, problems = made(costs=True, impact="1,5")
    assert not problems
    assert document["costs"]["impact_coefficient"] == 1.5
    assert "impact" in made(costs=True, impact="11")[1]
    assert made(costs=True, impact="")[0]["costs"]["impact_coefficient"] == 0.0


@pytest.mark.parametrize("style", ["point", "space"])
def test_figures_of_a_request_stand_in_the_fields_with_the_reader_s_mark(style: Any) -> None:
    draft = {
        "max": "12.5", "name": "2.5", "assets": ["1.5"], "kept": {"a": "1.5"}, "own_groups": {"x": {"KO": "1.5"}},
        "own_factors": {"v": {"KO": "-1.5"}}, "others": [{"least": "12.5%", "details": "level=99.5%"}],
        "views": [{"amount": "2.5", "own": {"x": "1.5"}}], "rates": "2020-01-02 1.55\n2020-01-03 2",
    }  # fmt: skip
    assert localized(draft, style) == draft | {
        "max": "12,5", "own_factors": {"v": {"KO": "-1,5"}}, "others": [{"least": "12,5%", "details": "level=99.5%"}],
        "views": [{"amount": "2,5", "own": {"x": "1.5"}}], "rates": "2020-01-02 1,55\n2020-01-03 2",
    }  # fmt: skip
    assert localized(draft, "comma") == draft


def test_changes_made_in_the_wizard_are_not_told_as_changes_of_a_run() -> None:
    preview: Any = SimpleNamespace(
        benchmark_name=None, window_start=None, observations_count=None, as_of=None, rules=None,
        expected_time=ExpectedTime(least_s=0.12, most_s=61.0, runs_count=12),
    )  # fmt: skip
    request = parsed(made()[0])

    def names(origin: str) -> list[str]:
        told = rows(request, preview, {"applied": "Raised.", "origin": origin}, None, "comma")
        return [row.name for row in told if row.name.startswith("Changed")]

    assert names("run:1:joint") == ["Changed from the run"]
    assert names("portfolio:1") == names("") == ["Changed here"]


def test_too_many_groupings_are_counted_and_told_by_their_name() -> None:
    assert GROUPINGS_MAX_COUNT == DIMENSIONS_MAX_COUNT
    most = {f"G{n}": {"KO": "x"} for n in range(GROUPINGS_MAX_COUNT)}
    assert not build(DEFAULTS | {"assets": ASSETS, "own_groups": most}).problems
    (problem,) = build(DEFAULTS | {"assets": ASSETS, "own_groups": most | {"One more": {"KO": "x"}}}).problems
    assert (problem.key, problem.message) == (
        "own_groups",
        "There are 51 groupings of your own; at most 50 can be used.",
    )


def test_limits_of_assets_that_are_not_chosen_are_told_to_be_left_out() -> None:
    preview: Any = SimpleNamespace(
        benchmark_name=None, window_start=None, observations_count=None, as_of=None, rules=None,
        expected_time=ExpectedTime(least_s=0.12, most_s=61.0, runs_count=12),
    )  # fmt: skip
    own = {"KO": {"max": "20"}, "GONE": {"min": "5", "max": ""}, "WMT": {"min": "", "max": ""}}
    for bounds, said in ((own, ["Of GONE: not among the chosen assets."]), ({"KO": {"max": "20"}}, [])):
        document, _ = made(bounds=bounds)
        told = rows(parsed(document), preview, {"assets": ASSETS, "bounds": bounds}, None, "comma")
        assert [row.value for row in told if row.name == "Limits left out"] == said
        assert "GONE" not in str(document)


def test_a_limit_on_a_group_is_named_by_what_it_groups_by() -> None:
    entries = [
        {"id": str(n), "limit": words, "of": "x", "most": "40", "firm": "must hold"}
        for n, words in enumerate(("Country", "Region", "Asset class", "Group: Sleeve", "Turnover"))
    ]
    entries[-1]["of"] = ""
    limits = parsed(made(others=entries)[0]).constraints[-5:]
    assert [label_of(one) for one in limits] == [
        "Country limit", "Region limit", "Asset class limit", "Sleeve limit", "Turnover",
    ]  # fmt: skip


def test_a_starting_point_without_views_does_not_say_that_0_views_move_it() -> None:
    document, _ = made(returns_kind="black_litterman", prior="own", own_returns=dict.fromkeys(ASSETS, "7"))
    words = parsed(document).estimates.expected_returns.explain()
    assert words == "Expected returns are those given; no view moves them."


def test_page_and_service_know_the_same_groupings() -> None:
    assert GROUPINGS == KNOWN_GROUPINGS


def test_how_long_to_search_is_told_where_whole_positions_are_searched_for() -> None:
    preview: Any = SimpleNamespace(
        benchmark_name=None, window_start=None, observations_count=None, as_of=None, rules=None,
        expected_time=ExpectedTime(least_s=0.12, most_s=61.0, runs_count=12),
    )  # fmt: skip

    def told(**parts: Any) -> dict[str, str]:
        request = parsed(made(**parts)[0])
        return {row.name: row.value for row in rows(request, preview, DEFAULTS | {"assets": ASSETS}, None, "comma")}

    assert "Search for a proof" not in told(proof="full")
    full = told(proof="full", count_max="2", min="0", max="100")
    assert full["Search for a proof"] == "Full: until it is proven, up to minutes"
    assert full["Expected time"] == "0.1 to 61 s, as most of the last 12 runs alike took here"
