"""Do whiskers and band stand where the intervals say, on screen and in files, and only once they are known?"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from operator import sub
from typing import Any

import pytest
from PIL import Image

from services.charts import efficient_frontier, weights_comparison
from services.exports_sheets import result_sheets
from services.exports_vector import draw
from services.messages.uncertainty import FrontierBand, UncertaintyResult, WeightInterval


def sure_of(*lines: tuple[str, float, float, float, float]) -> UncertaintyResult:
    """Return a result with an interval (asset, weight, from, to, held in) each, and a band of three places."""
    return UncertaintyResult(
        status="optimal",
        message="90% intervals from 500 other histories as likely as the real one.",
        level_frac=0.9,
        resamples_count=500,
        answered_count=500,
        is_complete=True,
        seed=1,
        assets=tuple(line[0] for line in lines),
        weights=tuple(
            WeightInterval(
                asset=asset, weight_frac=at, lower_frac=low, median_frac=at, upper_frac=high, inclusion_frac=held
            )
            for asset, at, low, high, held in lines
        ),
        bands=tuple(
            FrontierBand(
                risk_aversion=None,
                return_annual_frac=middle,
                volatility_annual_frac=risk,
                return_lower_annual_frac=middle - 0.05,
                return_upper_annual_frac=middle + 0.07,
                volatility_lower_annual_frac=risk - 0.01,
                volatility_upper_annual_frac=risk + 0.01,
                weights_lower_frac=(),
                weights_upper_frac=(),
            )
            for risk, middle in ((0.2, 0.12), (0.1, 0.08), (0.15, 0.1))
        ),
        elapsed_ms={"total": 1.0},
    )


@pytest.fixture
def sure(result: dict[str, Any]) -> UncertaintyResult:
    """An interval of 3 pp to either side of each weight, but not below zero."""
    return sure_of(
        *((w["asset"], w["weight_frac"], max(0.0, w["weight_frac"] - 0.03), w["weight_frac"] + 0.03, 0.75)
          for w in result["weights"])
    )  # fmt: skip


def traces(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name]


@pytest.mark.requirement("1.1.A4")
@pytest.mark.parametrize("has_current", [True, False])
def test_each_weight_carries_a_whisker_from_the_lower_to_the_upper_end(
    result: dict[str, Any], sure: UncertaintyResult, has_current: bool
) -> None:
    if not has_current:
        result = result | {"weights": [w | {"current_frac": None} for w in result["weights"]]}
    figure = weights_comparison(result, sure=sure)
    line, ends = traces(figure, "90% interval")
    known = {one.asset: one for one in sure.weights}
    drawn = {ends.y[n]: (ends.x[n], ends.x[n + 1]) for n in range(0, len(ends.x), 2)}
    assert drawn
    for asset, span in drawn.items():
        assert span == (known[asset].lower_frac, known[asset].upper_frac)
    assert list(line.x)[:3] == [ends.x[0], ends.x[1], None]
    assert figure.layout.xaxis.range[1] > max(ends.x)
    columns, rows = figure.layout.meta["table"]
    assert columns[-1] == "90% interval"
    assert " to " in rows[0][-1]


def test_the_frontier_lies_in_its_band(result: dict[str, Any], sure: UncertaintyResult) -> None:
    (area,) = traces(efficient_frontier(result, sure=sure), "90% band")
    assert area.fill == "toself"
    assert list(area.x) == [0.1, 0.15, 0.2, 0.2, 0.15, 0.1]
    assert list(area.y) == pytest.approx([0.15, 0.17, 0.19, 0.07, 0.05, 0.03])


def test_without_a_look_the_charts_are_as_before(result: dict[str, Any]) -> None:
    assert not traces(weights_comparison(result), "90% interval")
    assert not traces(efficient_frontier(result), "90% band")


def test_the_files_table_has_the_intervals_once_they_are_known(result: dict[str, Any], sure: UncertaintyResult) -> None:
    before = result_sheets(result, None, {}, "comma")
    after = result_sheets(result, None, {}, "comma", sure)
    assert [sheet.name for sheet in after] == [*(sheet.name for sheet in before), "How sure"]
    keys = [column.key for column in after[0].columns]
    at = keys.index("weight_lower_frac")
    assert keys[at : at + 3] == ["weight_lower_frac", "weight_upper_frac", "inclusion_frac"]
    assert "weight_lower_frac" not in [column.key for column in before[0].columns]
    first = sure.weights[0]
    row = next(row for row in after[0].rows if row[0] == first.asset)
    assert list(row[at : at + 3]) == [first.lower_frac, first.upper_frac, 0.75]
    assert all(len(row) == len(keys) for row in after[0].rows)
    assert all(len(row) == len(after[-1].columns) for row in after[-1].rows)


def test_the_drawing_without_a_browser_fills_the_band(
    result: dict[str, Any], sure: UncertaintyResult, tmp_path: Any
) -> None:
    def tinted(figure: Any) -> int:
        made = draw(figure, "png", made_at_utc=datetime(2026, 3, 2, tzinfo=UTC), cache_dir=tmp_path)
        seen = Image.open(io.BytesIO(made)).convert("RGB").getcolors(1 << 24) or []
        # the band's blue at its 12% on white paper
        return sum(n for n, color in seen if max(map(abs, map(sub, color, (224, 238, 246)))) <= 2)

    assert tinted(efficient_frontier(result)) < 1_000
    assert tinted(efficient_frontier(result, sure=sure)) > 20_000
