"""How do the small axes below a drawn chart stand, such as those of the volumes below the prices?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from services.charts.tokens import color
from services.exports_figure import tick_words
from services.exports_ticks import number_ticks
from services.formatting import Style

if TYPE_CHECKING:
    from services.exports_vector import Faces

SMALL_PX = 11.0
Place = tuple[float, float, float, float]
"""Left, bottom, width and height as parts of the picture."""


def settle_under(under: Any, above: Any, faces: Faces, given: Mapping[str, Any], style: Style) -> None:
    """Give the lower axes few marks from zero on, and the days, which leave the axes above.

    Parameters
    ----------
    under, above : matplotlib Axes
        They share the x-axis.
    given : mapping
        What the figure says about the lower y-axis.
    """
    for edge in ("top", "right", "left"):
        under.spines[edge].set_visible(False)
    under.spines["bottom"].set_color(color("line-strong"))
    under.set_ylim(bottom=0.0)
    low, high = under.get_ylim()
    at = [value for value in number_ticks(low, high, 2) if value > 0] or [0.0]
    under.yaxis.set_ticks(at, [tick_words(value, given.get("tickformat"), style) for value in at])
    under.set_axisbelow(True)
    under.yaxis.grid(True, color=color("grid"), linewidth=0.75)
    above.xaxis.set_visible(False)
    above.spines["bottom"].set_visible(False)
    for axis in (under.xaxis, under.yaxis):
        axis.set_tick_params(length=0, pad=6)
        for label in axis.get_ticklabels():
            label.set_fontproperties(faces.sized(SMALL_PX))
            label.set_color(color("text-muted"))


def part_of(place: Place, domain: Any) -> Place:
    """Return the part of the plot area that an axis takes of its height."""
    low, high = domain or (0.0, 1.0)
    left, bottom, width, height = place
    return left, bottom + height * float(low), width, height * (float(high) - float(low))
