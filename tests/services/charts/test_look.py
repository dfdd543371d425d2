"""Do charts follow a user's number format and colors of gain and loss?"""

from __future__ import annotations

import re

import pytest

from services.charts import drawdown, efficient_frontier, weights_comparison
from services.charts.frame import hashed, with_footer
from services.charts.tokens import LOSS_BAND, color


@pytest.mark.parametrize(("style", "separators", "words"), [("comma", ".,", "14.00%"), ("point", ",.", "14,00%")])
def test_titles_tables_and_axes_are_written_in_the_chosen_format(result, style, separators, words):
    figure = efficient_frontier(result, style=style)
    assert figure.layout.separators == separators
    assert words in figure.layout.title.text
    assert any(words in row for row in figure.layout.meta["table"][1])


def test_gain_and_loss_take_the_chosen_colors(result):
    def colors(signs):
        figure = weights_comparison(result, signs=signs)
        return {note.font.color for note in figure.layout.annotations}

    assert color("up", "light", "green_red") in colors("green_red")
    assert color("up") not in colors("green_red")
    assert color("up") in colors("blue_orange")
    fall = drawdown(["2022-01-03", "2022-01-04"], [1.0, 0.9], signs="green_red")
    assert fall.data[0].fillcolor == color(LOSS_BAND, "light", "green_red") != color(LOSS_BAND)


def test_names_of_close_points_never_cover_each_other(result):
    near = result | {"current_metrics": {"return_annual_frac": 0.055, "volatility_annual_frac": 0.123, "sharpe": 0.4}}
    near["metrics"] = {"return_annual_frac": 0.054, "volatility_annual_frac": 0.1235, "sharpe": 0.4}
    figure = efficient_frontier(near)
    least = [trace for trace in figure.data if trace.name == "Minimum risk"]
    assert all(trace.mode == "markers+text" or trace.showlegend for trace in least)
    assert all(trace.cliponaxis is False for trace in figure.data if "text" in str(trace.mode))


def test_a_figure_for_a_file_says_what_it_belongs_to(result):
    figure = with_footer(efficient_frontier(result), "Growth · request 3fa94c21")
    (source,) = [note for note in figure.layout.annotations if note.name == "source"]
    assert source.text.startswith("Growth · request 3fa94c21 · Estimated from")


def test_a_figure_for_a_file_names_the_hash_of_its_request_or_else_of_what_it_shows(result):
    def told(figure):
        (source,) = [note.text for note in hashed(figure).layout.annotations if note.name == "source"]
        return source

    plain = told(with_footer(efficient_frontier(result), "Growth"))
    assert re.search(r"^Growth · Estimated from .* · hash of what is shown [0-9a-f]{16}$", plain)
    assert told(with_footer(efficient_frontier(result), "Growth")) == plain
    moved = result | {"metrics": result["metrics"] | {"return_annual_frac": 0.0123}}
    assert told(with_footer(efficient_frontier(moved), "Growth")) != plain
    asked = told(with_footer(efficient_frontier(result), "Growth · request 3fa94c21"))
    assert "hash" not in asked, "what was asked for tells more"
    assert hashed({"data": []}) == {"data": []}, "what a screen handed in has its foot"
