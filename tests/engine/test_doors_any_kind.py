"""Whatever is handed to the engine's public doors: does nothing but its own error come out, with field and way out?"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine
from engine.kernel.errors import EngineError, InputRefused, PanelRefused

NAMES = ["A", "B", "C", "D"]
INDEX = pd.date_range("2020-01-01", periods=60)
RETURNS = np.random.default_rng(0).normal(0.0004, 0.01, (60, 4))
FRAME = pd.DataFrame(RETURNS, index=INDEX, columns=NAMES)
SHORT = FRAME.iloc[:5, :2]
FULL: dict[str, Any] = {
    "asset_ids": NAMES,
    "estimates": {"covariance": {"kind": "ledoit_wolf"}, "lookback_days": 50},
    "objective": {"kind": "max_utility", "risk_aversion": 3.0},
    "constraints": [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6, "assets": ["A", "B"]},
        {"kind": "group_limit", "dimension": "country", "group": "US", "max_frac": 0.9},
        {"kind": "factor_exposure", "factor": "market", "max_exposure": 2.0},
    ],
    "current_weights": {"A": 0.5, "B": 0.5},
    "facts": {
        "groups": {"country": {"A": "US", "B": "DE"}},
        "benchmark_weights": {"A": 0.5, "B": 0.5},
        "factor_exposures": {"market": dict.fromkeys(NAMES, 1.0)},
    },
    "costs": {"spread_frac": 0.001},
    "frontier_points_count": 0,
}
PROBLEM: dict[str, Any] = {
    "problem": {
        "assets": NAMES,
        "expected_returns_frac": [0.0001, 0.0002, 0.0003, 0.0001],
        "covariance": (np.eye(4) * 1e-4).tolist(),
    },
    "objective": {"kind": "min_volatility"},
    "frontier_points_count": 0,
}


class _Odd:
    """An object of a kind that nobody expects."""


def _round() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


JUNK: list[Any] = [
    None, True, 0, -1, 2, 1e308, 10**400, float("nan"), float("inf"), "", "x", "5", "\ud800", "\x00", b"x", 1j, [],
    [None], [[1]], [[0.1, 0.2], [0.1]], {}, {"a": 1}, {1: 2}, {None: 1}, {"A": "x"}, {"A": [1]}, set(),
    {"A", "B"}, range(3),
    np.array(1.0), np.array([1, 2]), np.array(["x"]), np.array([1j]), np.array([[1, "x"]], dtype=object),
    np.zeros((2, 2, 2)), np.array([True]), np.array(["2020-01-01"], dtype="datetime64[D]"),
    np.zeros(2, dtype=[("a", float)]),
    pd.Series([1.0, 2.0]), pd.Series([0.5, 0.5], index=["A", "A"]), pd.DataFrame(), FRAME > 0, SHORT,
    SHORT.assign(C="x"), pd.concat([SHORT, SHORT]), pd.DataFrame(np.eye(3), index=list("AAB"), columns=list("AAB")),
    pd.NA, pd.NaT,
    pd.Timestamp("2020-01-01"), date(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC), Decimal("1.5"), _Odd(), _Odd, len,
    {"kind": "max_sharpe"}, {"kind": []}, [{"kind": "turnover", "max_frac": 5}], _round(),
]  # fmt: skip


def only_engine_errors(call: Callable[[], Any]) -> Any:
    """Return what a call answers; anything but the engine's own error, complete, fails the test."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return call()
        except InputRefused as refusal:
            told = refusal.problems
        except EngineError:
            return None
    assert told
    assert all(one.message for one in told)
    return None


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return every place of a document."""
    found = [here]
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in entries:
        found += places(one, (*here, step))
    return found


def with_at(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of a document with a value at a place."""
    if not place:
        return value
    made = copy.deepcopy(document)
    inner = made
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return made


LIGHT = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@LIGHT
@given(
    st.sampled_from([FULL, PROBLEM]).flatmap(lambda one: st.tuples(st.just(one), st.sampled_from(places(one)))),
    st.sampled_from(range(len(JUNK))),
)
def test_any_value_at_any_place_of_a_request_is_refused_or_solved(where: Any, number: int) -> None:
    base, place = where
    document = with_at(base, place, JUNK[number])
    request = only_engine_errors(lambda: engine.parse_request(document))
    if isinstance(document, dict) and all(isinstance(name, str) for name in document):
        only_engine_errors(lambda: engine.OptimizationRequest(**document))
    if request is not None:
        for door in (engine.optimize, engine.diagnose, engine.frontier):
            only_engine_errors(lambda door=door: door(request, FRAME))


ARGUMENTS = ("request", "panel", "sectors", "current_weights_frac", "facts", "risk_free", "figures", "data_lineage")


@LIGHT
@given(st.sampled_from(range(len(JUNK))), st.sampled_from((*ARGUMENTS, "on_progress", "risk", "reward")))
def test_any_argument_of_the_doors_is_refused_or_used(number: int, name: str) -> None:
    of = {"on_progress": ("optimize",), "risk": ("frontier",), "reward": ("frontier",)}
    doors = of.get(name, ("optimize", "frontier") if name == "data_lineage" else ("optimize", "diagnose", "frontier"))
    for document in (FULL, PROBLEM):
        given_all: dict[str, Any] = {"request": engine.parse_request(document), "panel": FRAME} | {name: JUNK[number]}
        for door in doors:
            only_engine_errors(lambda door=door, given_all=given_all: getattr(engine, door)(**given_all))


MAKERS: dict[str, Callable[..., Any]] = {
    "ReturnsPanel": lambda one: [engine.ReturnsPanel(*with_at([INDEX, NAMES, RETURNS], (n,), one)) for n in range(3)],
    "from_array": lambda one: engine.ReturnsPanel.from_array(one, NAMES),
    "from_array names": lambda one: engine.ReturnsPanel.from_array(RETURNS, one),
    "from_array dates": lambda one: engine.ReturnsPanel.from_array(RETURNS, NAMES, one),
    "from_frame": engine.ReturnsPanel.from_frame,
    "from_prices": engine.ReturnsPanel.from_prices,
    "PricePanel": lambda one: engine.PricePanel(INDEX, NAMES, one),
    "PricePanel.from_frame": engine.PricePanel.from_frame,
    "select": engine.ReturnsPanel.from_frame(FRAME).select,
    "until": engine.ReturnsPanel.from_frame(FRAME).until,
    "tail": engine.ReturnsPanel.from_frame(FRAME).tail,
    "constant": engine.RiskFree.constant,
    "dated": lambda one: engine.RiskFree.dated(one, [0.01, 0.02]),
    "dated rates": lambda one: engine.RiskFree.dated(["2020-01-01", "2020-01-02"], one),
    "at": engine.RiskFree.dated(["2020-01-01", "2020-01-02"], [0.01, 0.02]).at,
    "RiskFree": lambda one: engine.RiskFree(one, one),
    "Figures names": lambda one: engine.Figures(one, [0.1] * 4, np.eye(4) * 0.04),
    "Figures returns": lambda one: engine.Figures(NAMES, one, np.eye(4) * 0.04),
    "Figures covariance": lambda one: engine.Figures(NAMES, [0.1] * 4, one),
    "Figures factors": lambda one: engine.Figures(NAMES, [0.1] * 4, factors=one),
    "Figures select": engine.Figures(NAMES, [0.1] * 4, np.eye(4) * 0.04).select,
    "loadings": lambda one: engine.Figures(NAMES, [0.1] * 4, factors=engine.FactorForm(one, [[0.04]], [0.01] * 4)),
    "factor covariance": lambda one: engine.Figures(
        NAMES, [0.1] * 4, factors=engine.FactorForm(np.ones((4, 1)), one, [0.01] * 4)
    ),
    "specific": lambda one: engine.Figures(NAMES, [0.1] * 4, factors=engine.FactorForm(np.ones((4, 1)), [[0.04]], one)),
    "facts": lambda one: [engine.Facts(**{name: one}) for name in engine.Facts.model_fields],
}  # fmt: skip


@pytest.mark.parametrize("maker", MAKERS)
def test_whatever_panels_figures_and_rates_are_made_of_is_used_or_refused(maker: str) -> None:
    for one in JUNK:
        only_engine_errors(lambda one=one: MAKERS[maker](one))


TOLD: list[tuple[str, Callable[[], Any], str, str]] = [
    ("one number", lambda: engine.ReturnsPanel.from_array(1.0, ["A"]), "returns_frac", "One number is no table"),
    ("nothing", lambda: engine.ReturnsPanel.from_array(None, ["A"]), "returns_frac", "Nothing was given"),
    ("no names", lambda: engine.ReturnsPanel.from_array(RETURNS, None), "assets", "not a list of names"),  # type: ignore[arg-type]
    ("a set of names", lambda: engine.ReturnsPanel.from_array(RETURNS, set(NAMES)), "assets", "has no order"),  # type: ignore[arg-type]
    ("one date", lambda: engine.ReturnsPanel.from_array(RETURNS, NAMES, "2020-01-01"),
     "dates", "not a list of dates"),
    ("numbers for dates", lambda: engine.ReturnsPanel.from_array(RETURNS, NAMES, range(60)),
     "dates", "numbers, not dates"),
    ("now", lambda: engine.ReturnsPanel.from_array([[0.1]], ["A"], ["now"]), "dates", "no date"),
    ("timedeltas", lambda: engine.ReturnsPanel.from_frame(SHORT.set_axis(pd.to_timedelta(range(5), unit="D"))), "dates",
     "lengths of time"),
    ("ragged", lambda: engine.ReturnsPanel.from_array([[0.1, 0.2], [0.1]], ["A", "B"]),
     "returns_frac", "different lengths"),
    ("complex", lambda: engine.ReturnsPanel.from_array(RETURNS * 1j, NAMES), "returns_frac", "complex numbers"),
    ("texts", lambda: engine.ReturnsPanel.from_array([["0.1", "0.2"]], ["A", "B"]),
     "returns_frac", "texts, not numbers"),
    ("bools", lambda: engine.ReturnsPanel.from_frame(SHORT > 0), "returns_frac", "A and B hold"),
    ("a bool column", lambda: engine.ReturnsPanel.from_frame(SHORT.assign(C=True)), "returns_frac", "C holds"),
    ("no rows", lambda: engine.ReturnsPanel.from_frame(SHORT.iloc[:0]), "dates", "no rows"),
    ("no frame", lambda: engine.ReturnsPanel.from_frame(pd.DataFrame()), "dates", "no rows"),
    ("twice", lambda: engine.ReturnsPanel.from_frame(pd.concat([SHORT, SHORT]).sort_index()), "dates",
     "Rows 1 and 2 are both of 1 January 2020"),
    ("backwards", lambda: engine.ReturnsPanel.from_frame(SHORT[::-1]), "dates", "Row 2 is of 4 January 2020"),
    ("two columns", lambda: engine.ReturnsPanel.from_frame(SHORT.set_axis(["A", "A"], axis=1)),
     "assets", "A repeats"),
    ("levels", lambda: engine.ReturnsPanel.from_frame(pd.concat({"x": SHORT}, axis=1)), "assets", "2 levels"),
    ("other names", lambda: engine.ReturnsPanel.from_array(SHORT, ["A", "C"]),
     "assets", "columns of the frame are A and B"),
    ("year 20000", lambda: engine.ReturnsPanel.from_array([[0.1]], ["A"], np.array(["20000-01-01"], dtype="M8[D]")),
     "dates", "years 1 to 9999"),
    ("text for a rate", lambda: engine.RiskFree.constant("2%"), "risk_free", "texts, not numbers"),  # type: ignore[arg-type]
    ("figures of texts", lambda: engine.Figures(["A"], ["0.1"], [[0.04]]),  # type: ignore[arg-type]
     "returns_annual_frac", "texts, not numbers"),
    ("sector of no text", lambda: engine.optimize(engine.parse_request(PROBLEM), sectors={"A": 5}),  # type: ignore[dict-item]
     "sectors", "is no text"),
    ("weight of a list", lambda: engine.optimize(engine.parse_request(PROBLEM), current_weights_frac={"A": [1]}),  # type: ignore[dict-item]
     "current_weights_frac", "is no number"),
    ("half a character", lambda: engine.parse_request(PROBLEM | {"name": "a\ud800"}), "name", "half of a character"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "field", "cause"), [one[1:] for one in TOLD], ids=[one[0] for one in TOLD])
def test_field_cause_and_way_out_are_told(call: Callable[[], Any], field: str, cause: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        call()
    (problem,) = refusal.value.problems
    assert problem.path == field
    assert cause in problem.message
    assert problem.advice


def test_what_can_be_read_is_read() -> None:
    plain = engine.ReturnsPanel.from_frame(SHORT)
    mixed = [
        pd.Timestamp("2020-01-01 23:30", tz="America/New_York"),
        date(2020, 1, 2),
        "2020-01-03",
        "2020-01-04T00:00Z",
    ]
    mixed.append(np.datetime64("2020-01-05"))
    others = [
        engine.ReturnsPanel.from_frame(SHORT.astype(object)),
        engine.ReturnsPanel.from_frame(SHORT.convert_dtypes()),
        engine.ReturnsPanel.from_frame(SHORT.tz_localize("Asia/Tokyo")),
        engine.ReturnsPanel.from_array(SHORT[["B", "A"]], ["A", "B"], SHORT.index),
        engine.ReturnsPanel.from_array(SHORT.to_numpy(), ["A", "B"], mixed),
        engine.ReturnsPanel.from_array([[Decimal(repr(float(one))) for one in row] for row in SHORT.to_numpy()],
                                       ["A", "B"], iter(SHORT.index)),
    ]  # fmt: skip
    for other in others:
        assert other.assets == plain.assets
        np.testing.assert_array_equal(other.dates, plain.dates)
        np.testing.assert_array_equal(other.returns_frac, plain.returns_frac)


def test_a_masked_price_is_a_missing_one() -> None:
    prices = np.ma.masked_array(np.full((4, 1), 2.0), mask=[[False], [True], [False], [False]])
    panel = engine.PricePanel(INDEX[:4], ["A"], prices)  # type: ignore[arg-type]
    assert np.isnan(panel.prices[1, 0])
    assert engine.ReturnsPanel.from_prices(panel).observations_count == 2


def test_a_table_that_is_wrong_in_every_part_is_told_in_every_part() -> None:
    with pytest.raises(PanelRefused) as refusal:
        engine.ReturnsPanel.from_array([["x"]], "AB", "2020")
    assert {one.path for one in refusal.value.problems} == {"returns_frac", "assets", "dates"}
