"""Does the surface of three objectives say what it shows, from any side, on paper and as the browser turns it?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.tradeoffs_view import ENDS_DEG, USUAL_DEG, view_of
from services.charts import tradeoffs_view
from services.charts.tradeoffs import Marks
from services.charts.tradeoffs_solid import NAME, surface_of_three
from services.exports_kinds import charts_of_kind
from services.exports_vector import draw
from tests.services.charts.test_tradeoffs import axis, point

SCRIPT = Path(__file__).parents[3] / "assets" / "tradeoffs_solid.js"
NOW = datetime(2023, 1, 2, tzinfo=UTC)


@pytest.fixture
def found() -> dict[str, Any]:
    """A surface of 28 points in three objectives, two of them found by search, with a current portfolio."""
    places = [(n / 6, m / 6) for n in range(7) for m in range(7 - n)]
    points = [
        point([0.04 + 0.08 * u, 0.16 - 0.08 * v, 22.0 + 8.0 * (1.0 - u - v)], is_exact=n > 1)
        for n, (u, v) in enumerate(places)
    ]
    return {
        "message": "28 portfolios.",
        "axes": [
            axis("return", "Expected return", "annual_frac", 0.12, 0.04),
            axis("volatility", "Volatility", "annual_frac", 0.08, 0.16),
            axis("esg", "ESG score", "score", 30.0, 22.0),
        ],
        "points": points,
        "current": point([0.05, 0.15, 23.0], is_exact=False),
        "lineage": {"as_of": "2022-12-28", "observations_count": 1260, "data": {"providers": ["embedded"]}},
    }  # fmt: skip


def named(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name]


@pytest.mark.requirement("1.2.A5")
def test_the_surface_joins_the_points_and_says_what_the_best_of_one_objective_costs(found: dict[str, Any]) -> None:
    figure = surface_of_three(found, marks=Marks([0.08, 0.12, 26.0], [0.06, 0.1, 28.0]))
    assert figure.layout.title.text == (
        "The best expected return, 12.00%, comes with volatility 16.00% and ESG score 22.0"
    )
    faces = sum(list(trace.x).count(None) for trace in named(figure, "Face"))
    assert faces == 36  # seven rows of points in a triangle
    assert all(trace.fill == "toself" for trace in named(figure, "Face"))
    assert (len(named(figure, "Proven")[0].x), len(named(figure, "Found by search")[0].x)) == (26, 2)
    assert [trace.name for trace in figure.data[-3:]] == ["Current", "Recommended", "Chosen"]
    assert all(len(trace.x) == 1 for trace in figure.data[-3:])
    notes = [note.text for note in figure.layout.annotations if note.name != "source"]
    assert notes[0] == "<b>Volatility a year</b><br>best 8.00%<br>worst 16.00%"
    assert figure.layout.meta["choices"]["points"] is True
    columns, rows = figure.layout.meta["table"]
    assert (columns[0], rows[0][0]) == ("Portfolio", "Current")
    assert "color: ESG score, from 22.0 (blue) to 30.0 (amber)" in figure.layout.title.subtitle.text


def test_a_mark_far_outside_is_left_to_the_table_and_broken_rules_are_crossed(found: dict[str, Any]) -> None:
    found["current"] = point([0.0, 0.4, 5.0], is_exact=False)
    found["rules"] = {"checked": ["5/10/40"], "broken": [["5/10/40"], *[[]] * 27]}
    figure = surface_of_three(found)
    assert len(named(figure, "Current")[0].x) == 0
    assert figure.layout.meta["table"][1][0][0] == "Current"
    crosses = named(figure, "Breaks a rule")[0]
    assert (len(crosses.x), len(crosses.meta["solid"])) == (1, 1)


@pytest.mark.parametrize("count", [2, 4])
def test_of_another_number_of_objectives_there_is_no_surface(found: dict[str, Any], count: int) -> None:
    found["axes"] = [*found["axes"], axis("cvar", "CVaR", "period_frac", 0.01, 0.05)][:count]
    assert surface_of_three(found).layout.title.text == f"A surface is drawn of three objectives; these are {count}."
    assert surface_of_three({"axes": [], "points": [], "message": "Nothing."}).layout.title.text == "Nothing."


@pytest.mark.requirement("1.2.B4")
@pytest.mark.parametrize("kind", ["pdf", "svg", "png"])
def test_it_becomes_a_file_without_a_browser(found: dict[str, Any], kind: Any, tmp_path: Path) -> None:
    figure = surface_of_three(found, turn_deg=20.0, tilt_deg=50.0)
    data = draw(figure, kind, made_at_utc=NOW, cache_dir=tmp_path)
    assert data.startswith({"pdf": b"%PDF", "svg": b"<?xml", "png": b"\x89PNG"}[kind])
    if kind == "svg":
        bare = surface_of_three(found)
        bare.data = [trace for trace in bare.data if trace.name != "Face"]
        assert data.count(b"<path") > draw(bare, "svg", made_at_utc=NOW, cache_dir=tmp_path).count(b"<path")


def test_it_is_a_picture_of_runs_like_the_others_and_pages_hold_its_ends() -> None:
    assert charts_of_kind("pareto")["tradeoffs_solid"] is surface_of_three
    assert (tradeoffs_view.TURNS_DEG, tradeoffs_view.TILTS_DEG) == ENDS_DEG
    assert (tradeoffs_view.TURN_DEG, tradeoffs_view.TILT_DEG) == USUAL_DEG
    assert NAME == "trade-offs-in-three"


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("27,15", (27.0, 15.0)),
        ("0,90", (10.0, 60.0)),
        ("nan,inf", USUAL_DEG),
        ("1,2,3", USUAL_DEG),
        (None, USUAL_DEG),
        ("x", USUAL_DEG),
    ],
)
def test_an_address_names_a_side_or_none(text: str | None, view: tuple[float, float]) -> None:
    assert view_of(text) == view


@pytest.mark.browser
def test_the_browser_turns_it_to_where_the_server_draws_it(found: dict[str, Any], browser: Any) -> None:
    start, end = surface_of_three(found), surface_of_three(found, turn_deg=70.0, tilt_deg=20.0)
    page = browser.new_page()
    page.set_content("<main></main>")
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    ask = "(sent) => dash_clientside.tradeoffsSolid.turned(JSON.parse(sent), 70, 20)"
    turned = page.evaluate(ask, start.to_json())
    page.close()
    for own, theirs in zip(end.data, turned["data"], strict=True):
        for side in ("x", "y"):
            expected = [np.nan if one is None else one for one in getattr(own, side)]
            assert [np.nan if one is None else one for one in theirs[side]] == pytest.approx(expected, nan_ok=True)
    spots = {note["name"]: (note["x"], note["y"]) for note in turned["layout"]["annotations"]}
    for note in end.layout.annotations:
        assert spots[note.name] == pytest.approx((note.x, note.y))
