"""What does the PDF of the moved frontier hold: the chart, where each limit stands, the point, what was pinned?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.charts.frontier_marks import Point
from services.charts.look import Look
from services.exports_page import PageDocument, PageTable
from services.living_answer import point_at
from services.messages.living import LivingFrontier, LivingHandle, LivingProblem

LETTERS = "ABCD"
HELD_FRAC = 5e-5


@dataclass(frozen=True)
class Chosen:
    """The point on the frontier and what was pinned; weights in the order of the assets."""

    spot: Point | None
    weights_frac: tuple[float, ...]
    pins: tuple[tuple[str, Point, tuple[float, ...]], ...]

    @classmethod
    def of(cls, problem: LivingProblem, found: LivingFrontier, at: Any, pins: Sequence[Mapping[str, Any]]) -> Chosen:
        """Return the certified portfolio with an expected return of `at`, and the pins as they were kept.

        A pin's weights are measured anew: only weights are taken from the page.
        """
        spot, weights = point_at(found, float(at)) if at is not None and found.corners else (None, ())
        kept = []
        for letter, pin in zip(LETTERS, pins, strict=False):
            held = tuple(float(one) for one in pin.get("weights") or ())
            if len(held) == len(problem.assets):
                risk, gain = float(pin["risk"]), float(pin["gain"])
                kept.append((letter, (risk, gain), held))
        return cls(spot, weights, tuple(kept))

    @property
    def pinned_spots(self) -> list[tuple[str, Point]]:
        """Name and place of what was pinned."""
        return [(letter, spot) for letter, spot, _ in self.pins]


def living_document(
    problem: LivingProblem,
    found: LivingFrontier,
    chosen: Chosen,
    moves: Mapping[str, float],
    title: str,
    look: Look,
) -> Callable[[Any], PageDocument]:
    """Return what sets the page on paper, once its chart is drawn."""

    def document(figure: Any) -> PageDocument:
        meta = figure.layout.meta or {}
        parts: list[Any] = [("", figure), ("Limits", _limits(problem, moves, look))]
        if chosen.spot is not None:
            parts.append(("The point", _held(problem, chosen, look)))
        if chosen.pins:
            parts.append(("Pinned portfolios", _pins(problem, chosen, look)))
        what_if = [
            f"A what-if that breaks a rule of compliance: {one}. No run is asked for it." for one in found.looser
        ]
        said = [*what_if, *found.blockers, found.advice, *found.notes]
        parts.append(("Notes", [one for one in said if one] or ["Between corners every portfolio is a mixture."]))
        return PageDocument(
            title=f"Frontier of {title}",
            lead=str(meta.get("title", "")),
            facts=[
                ("Assets", look.number(len(problem.assets), 0)),
                ("Corners", look.number(len(found.corners), 0)),
                ("Limits moved", look.number(len(moves), 0)),
                ("Input hash", str(found.lineage.request_sha256 or "")[:16]),
            ],
            parts=parts,
            running=title,
            source=str(meta.get("source", "")),
            name=f"frontier {title}",
        )

    return document


def _limits(problem: LivingProblem, moves: Mapping[str, float], look: Look) -> PageTable:
    shown = [one for one in problem.handles if one.owner != "added" or one.key in moves]
    rows = [(one.label, _value(one, one.value, look), _value(one, moves.get(one.key), look)) for one in shown]
    return PageTable([("Limit", False), ("As asked", True), ("Moved to", True)], rows)


def _value(handle: LivingHandle, value: float | None, look: Look) -> str:
    if value is None:
        return ""
    return look.weight(value) if handle.unit == "share" else look.number(value, 1)


def _held(problem: LivingProblem, chosen: Chosen, look: Look) -> PageTable:
    assert chosen.spot is not None
    held = [(name, weight) for name, weight in zip(problem.assets, chosen.weights_frac, strict=True)]
    held = sorted((one for one in held if abs(one[1]) > HELD_FRAC), key=lambda one: -abs(one[1]))
    note = f"Expected return {look.rate(chosen.spot[1])}, volatility {look.rate(chosen.spot[0])} a year."
    return PageTable([("Asset", False), ("Weight", True)], [(name, look.weight(one)) for name, one in held], note)


def _pins(problem: LivingProblem, chosen: Chosen, look: Look) -> PageTable:
    rows: list[tuple[str, ...]] = [
        ("Expected return", *(look.rate(spot[1]) for _, spot, _ in chosen.pins)),
        ("Volatility", *(look.rate(spot[0]) for _, spot, _ in chosen.pins)),
    ]
    for place, name in enumerate(problem.assets):
        weights = [held[place] for _, _, held in chosen.pins]
        if any(abs(one) > HELD_FRAC for one in weights):
            rows.append((name, *(look.weight(one) for one in weights)))
    return PageTable([("", False), *((letter, True) for letter, _, _ in chosen.pins)], rows)
