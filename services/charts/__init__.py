"""Which pictures does the product draw from its results, on screen, in exports and in reports alike?"""

from __future__ import annotations

from services.charts import half_loaded
from services.charts.allocation import allocation_bars, sector_allocation
from services.charts.frontier import efficient_frontier
from services.charts.history import drawdown, price_line, value_history
from services.charts.template import chart_templates, template
from services.charts.tradeoffs import tradeoffs_surface
from services.charts.tradeoffs_axes import tradeoffs_side_by_side
from services.charts.tradeoffs_solid import surface_of_three
from services.charts.weights import weights_comparison

half_loaded.install()

__all__ = [
    "allocation_bars",
    "chart_templates",
    "drawdown",
    "efficient_frontier",
    "price_line",
    "sector_allocation",
    "surface_of_three",
    "template",
    "tradeoffs_side_by_side",
    "tradeoffs_surface",
    "value_history",
    "weights_comparison",
]
