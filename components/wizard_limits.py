"""Step 3: which limits must the portfolio keep?"""

from __future__ import annotations

from typing import Any

from dash import html

from components import wizard_limit_grid, wizard_own_tables
from components.grid import column, grid
from components.ids import Wizard
from components.wizard_draft import HARD
from components.wizard_fields import choice_field, field_row, fold, number_field, problem_slot, section, switch_field


def _typed(field: str, header: str, tooltip: str) -> dict[str, Any]:
    return column(
        field,
        header,
        width_px=88,
        tooltip=tooltip,
        editable=True,
        cellEditor="agTextCellEditor",
        type="rightAligned",
        cellClass="ag-right-aligned-cell num wz-cell",
        valueFormatter={"function": "qpoWizardPercent(params)"},
        cellClassRules={"wz-cell-bad": f"params.data.bad && params.data.bad.indexOf('{field}') >= 0"},
    )


OWN_COLUMNS = (
    column("symbol", "Asset", width_px=96, pinned=True),
    column("name", "Name", grow=2, width_px=150, narrow=False),
    _typed("min", "Least, %", "Empty: the limit of all positions."),
    _typed("max", "Most, %", "Empty: the limit of all positions."),
)

SECTOR_COLUMNS = (
    column("sector", "Sector", grow=2, width_px=110),
    column("count", "Assets chosen", format="count", width_px=116, narrow=False),
    _typed("min", "Least, %", "Empty: no lower limit."),
    _typed("max", "Most, %", "Empty: no upper limit."),
)

_EDITING = {"singleClickEdit": True, "stopEditingWhenCellsLoseFocus": True, "enterNavigatesVerticallyAfterEdit": True}


def panel() -> html.Section:
    """Draw step 3; rows of assets and sectors follow what was chosen in step 1."""
    positions = section(
        "Size of a position",
        field_row(
            number_field("min", "Smallest position", help_text="No position is smaller than this."),
            number_field("max", "Largest position", help_text="No single asset is larger than this."),
        ),
        switch_field(
            "zero_or_min",
            "Zero or at least the smallest position",
            help_text="On: an asset may be left out; what is held is at least the smallest position. "
            "Off: every chosen asset is held with at least that much.",
        ),
    )
    shorts = section(
        "Long-only or long-short",
        switch_field(
            "long_short",
            "Allow short positions",
            help_text="Off: no position is below zero and the whole capital is invested.",
        ),
        html.Div(
            [
                field_row(
                    number_field("net", "Net investment", help_text="Longs less shorts; 100% is fully invested."),
                    number_field("gross_max", "Gross exposure, at most", help_text="Longs plus shorts."),
                    number_field(
                        "short_max", "All shorts together, at most", help_text="Their sum, as a share of the capital."
                    ),
                    number_field("short_position_max", "One short, at most", help_text="No single short is larger."),
                ),
            ],
            id=Wizard.LONG_SHORT_FIELDS,
            className="wz-nested",
        ),
    )
    sectors = section(
        "Sectors",
        grid(
            may_take=False,
            id=Wizard.SECTORS,
            columns=SECTOR_COLUMNS,
            rows=[],
            row_key="sector",
            label="Limits of sectors",
            empty="Choose assets in step 1 first.",
            options=_EDITING,
        ),
        problem_slot("sectors"),
        text="Type a percentage into a cell. Empty cells set no limit.",
    )
    own = fold(
        "Limits of single assets",
        html.P("What is typed here replaces the limits above for that asset.", className="field-help"),
        grid(
            may_take=False,
            id=Wizard.OWN_BOUNDS,
            columns=OWN_COLUMNS,
            rows=[],
            row_key="symbol",
            height_px=330,
            label="Limits of single assets",
            empty="Choose assets in step 1 first.",
            options=_EDITING,
        ),
        problem_slot("bounds"),
    )
    rules = section(
        "Rules of compliance",
        switch_field(
            "keep_rules",
            "Keep the portfolio's rules",
            help_text="On: rules in force that bind are kept besides these limits, and the answer is held against all "
            "of them. Off: they are left out. A list of assets without a portfolio has none.",
        ),
    )
    return html.Section(
        [positions, shorts, rules, sectors, own, _more(), wizard_own_tables.panel(), wizard_limit_grid.panel()],
        id=Wizard.STEP_LIMITS,
        className="wz-panel",
        **{"aria-label": "Step 3: Limits"},
    )


PRIORITIES = (
    {"label": "Must hold", "value": HARD},
    {"label": "May give way, last", "value": "2"},
    {"label": "May give way", "value": "5"},
    {"label": "May give way first", "value": "8"},
)


PROOFS = (
    {"label": "Quick: the first good answer", "value": "quick"},
    {"label": "Standard", "value": "standard"},
    {"label": "Full: until it is proven, up to minutes", "value": "full"},
)


def _more() -> html.Details:
    """Return the limits that only some mandates have; an empty field sets none."""
    return fold(
        "More limits: turnover, tracking error, risk, ESG, number of holdings",
        html.P(
            "An empty field sets no limit. A limit that may give way does so as little as possible, "
            "and only where not all can hold.",
            className="field-help",
        ),
        _pair("turnover", "Turnover, at most", "One-way, from the portfolio held now: half of all bought and sold."),
        _pair("tracking", "Tracking error, at most", "Against the benchmark; needs its weights.", unit="% a year"),
        _pair("volatility", "Volatility, at most", "Standard deviation of the yearly return.", unit="% a year"),
        _pair("cvar", "CVaR 95%, at most", "Average loss on the worst 5 of 100 past days."),
        _pair("esg", "ESG score, at least", "Average score of what is invested; needs scores.", unit="", side="min"),
        field_row(
            number_field("count_min", "Holdings, at least", unit="assets", help_text="How many assets are held."),
            number_field("count_max", "Holdings, at most", unit="assets", help_text="The search may take seconds."),
            number_field("trade_min", "Smallest trade", help_text="A position stays as it is or changes by this much."),
        ),
        field_row(
            choice_field(
                "proof",
                "Search for a proof",
                PROOFS,
                help_text="With a number of holdings, a smallest trade or “zero or at least”: how long the search may "
                "go on to prove that nothing better exists. The best one found is given either way.",
            )
        ),
    )


def _pair(name: str, label: str, help_text: str, *, unit: str = "%", side: str = "max") -> html.Div:
    """Return a limit and whether it may give way."""
    return field_row(
        number_field(f"{name}_{side}", label, unit=unit, help_text=help_text),
        choice_field(f"{name}_soft", f"{label.split(',')[0]}: how firm", PRIORITIES),
    )
