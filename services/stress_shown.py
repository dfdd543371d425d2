"""Which scenario of a stress report is looked at, where nobody or somebody has chosen one?"""

from __future__ import annotations

from services.messages.stress_report import ScenarioResult, StressReport


def chosen_of(found: StressReport, group: str, scenario: str) -> str:
    """Return the scenario to look at: the one that is chosen, else the worst of the group, else the worst of all."""
    known = {one.id for one in found.results}
    if scenario in known:
        return scenario
    computed = [one for one in found.results if one.total_frac is not None]
    inside = [one for one in computed if one.group == group] or computed or list(found.results)
    return min(inside, key=impact).id if inside else ""


def impact(one: ScenarioResult) -> float:
    """Return the impact of a scenario for sorting; what could not be computed comes last."""
    return one.total_frac if one.total_frac is not None else float("inf")
