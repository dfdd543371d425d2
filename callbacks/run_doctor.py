"""How does a diagnosis read: the conflicts, each change in its user's unit, and where a press leads?"""

from __future__ import annotations

from typing import Any, Final

from components.button import link_button
from components.result_doctor import ConflictView, DoctorView, SingleView, doctor
from services import formatting
from services.formatting import Style
from services.limit_kinds import label_of
from services.messages.optimize import OptimizationRequest, OptimizationResult
from services.number_style import in_style

REVIEW: Final = 4
GAINS: Final = {
    "sharpe": "Sharpe ratio",
    "volatility_annual_frac": "volatility a year",
    "return_annual_frac": "expected return a year",
}
_FIELDS: Final = (
    ("short_max", "largest short"),
    ("gross_max", "gross exposure, at most"),
    ("net_frac", "net investment"),
    ("max", "at most"),
    ("min", "at least"),
)
NAMES_MAX_COUNT: Final = 3


def doctor_view(
    title: str,
    run_id: str,
    asked: OptimizationRequest,
    result: OptimizationResult,
    style: Style,
    *,
    may_run: bool = True,
) -> Any:
    """Return the part of the page that says why no portfolio is possible and what helps; None without a diagnosis.

    Whoever may not start runs is told what helps, without a way to apply it.
    """
    found = result.diagnosis
    if found is None:
        return None
    here = f"/optimize?run={run_id}"
    joint = found.joint_repair
    singles = [
        SingleView(in_style(one.sentence, style), _gain(one, style), f"{here}&repair=single:{n}&step={REVIEW}")
        for n, one in enumerate(found.single_repairs)
        if one.is_enough and one.changes
    ]
    others = [_name(asked, one.limit.constraint_index) for one in found.single_repairs if not one.is_enough]
    return doctor(
        DoctorView(
            title=title,
            conflicts=[_conflict(one, style) for one in found.conflicts],
            changes=[change_words(asked, one, style) for one in joint.changes] if joint else (),
            joint_href=f"{here}&repair=joint&step={REVIEW}",
            singles=singles,
            no_help=_no_help(others, has_others=bool(singles)),
            notes=[in_style(text, style) for text in found.notes],
            actions=(
                *([link_button("Change limits", f"{here}&step=3", glyph="sliders")] if may_run else []),
                link_button("All runs", "/runs", kind="quiet"),
            ),
            may_apply=may_run,
        )
    )


def change_words(asked: OptimizationRequest, change: Any, style: Style) -> tuple[str, str, str]:
    """Return one change: which limit and side, its value now, and then, each in the unit that it is typed in."""
    name = _name(asked, change.constraint_index)
    if change.field is None:
        return name, "set", "removed"
    side = next((words for part, words in _FIELDS if part in change.field), "")
    return (
        f"{name}, {side}" if side else name,
        _value(change.field, change.from_value, style),
        _value(change.field, change.to_value, style),
    )


def _name(asked: OptimizationRequest, index: int | None) -> str:
    """Return a limit by its label and whom it is about, or the goal."""
    if index is None:
        return f"Goal: {type(asked.objective).label}"
    if index >= len(asked.constraints):
        return "Limit"
    limit: Any = asked.constraints[index]
    who = getattr(limit, "sector", None) or getattr(limit, "group", None) or getattr(limit, "factor", None)
    assets = getattr(limit, "assets", None)
    if who is None and assets:
        rest = len(assets) - NAMES_MAX_COUNT
        who = ", ".join(assets[:NAMES_MAX_COUNT]) + (f" and {rest} more" if rest > 0 else "")
    label = label_of(limit)
    return f"{label} ({who})" if who else label


def _value(field: str, value: float | None, style: Style) -> str:
    if value is None:
        return "none"
    if field.endswith("_frac"):
        hundredths = round(abs(value) * 1e6) % 10_000
        decimals = 0 if hundredths == 0 else 1 if hundredths % 1_000 == 0 else 2 if hundredths % 100 == 0 else 4
        return formatting.percent(value, decimals, style=style)
    return formatting.number(value, 0 if float(value).is_integer() else 2, style=style)


def _conflict(conflict: Any, style: Style) -> ConflictView:
    return ConflictView(
        in_style(conflict.sentence, style),
        in_style(conflict.advice, style),
        [in_style(one.sentence, style).rstrip(".") for one in conflict.limits],
    )


def _gain(single: Any, style: Style) -> str:
    if single.figure is None or single.figure_value is None:
        return ""
    is_ratio = single.figure == "sharpe"
    value = (
        formatting.ratio(single.figure_value, style=style)
        if is_ratio
        else formatting.rate(single.figure_value, style=style)
    )
    return f"The best portfolio then has a {GAINS[single.figure]} of {value}."


def _no_help(names: list[str], *, has_others: bool) -> str:
    """Return the limits of which no change alone is enough, each once, in one calm line."""
    once = list(dict.fromkeys(names))
    if not once:
        return ""
    if not has_others:
        return "No single limit is enough by itself: what clashes has to move together."
    return f"Not enough by themselves: {'; '.join(once)}."
