"""How does an optimization read before it is run: parameters in words, expected time, problems at their fields?"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from callbacks.optimize_draft import Built
from callbacks.optimize_numbers import TypedProblem
from callbacks.optimize_terms import (
    PROOFS,
    costs_words,
    estimate_words,
    history_words,
    own_facts,
    rate_words,
    rules_words,
    searches,
    time_words,
)
from callbacks.optimize_words import plain
from components.wizard_draft import STEPS, step_of
from components.wizard_draft_estimates import TABLES
from components.wizard_review import SummaryRow
from services.errors import FieldProblem, InvalidRequest
from services.formatting import Style, count
from services.limit_kinds import label_of
from services.messages.optimize import OptimizationRequest, Preview
from services.number_style import in_style
from services.optimize_sentence import names_of
from services.optimize_views import views_of
from services.runs_submit import canonical_json

MANY = 12
SHOWN_COUNT = 5


@dataclass(frozen=True)
class Checked:
    """A draft after every check.

    Parameters
    ----------
    request : OptimizationRequest or None
        None while something typed cannot be used.
    preview : Preview or None
        What the service says about it.
    problems : tuple of TypedProblem
        Everything that stands in the way, each with its part of the draft.

    """

    request: OptimizationRequest | None
    preview: Preview | None
    problems: tuple[TypedProblem, ...]

    @property
    def is_ready(self) -> bool:
        """Whether it can be run."""
        return self.request is not None and self.preview is not None and not self.problems


def with_fields(built: Built, error: InvalidRequest) -> tuple[TypedProblem, ...]:
    """Bring the service's problems back to the fields they came from, beside those found while reading."""
    known = {problem.key for problem in built.problems}
    found = error.fields or [FieldProblem("", error.message, error.advice)]
    others = [TypedProblem(built.key_of(p.path), p.message, p.advice) for p in found]
    return (*built.problems, *[p for p in others if p.key not in known or not p.key])


def check(built: Built, optimize: Any, actor: Any) -> Checked:
    """Parse the request and ask what would be computed; nothing is computed."""
    if any(problem.key == "assets" for problem in built.problems):
        return Checked(None, None, built.problems)
    try:
        request = optimize.parse(built.request_json)
        if built.problems:
            return Checked(None, None, built.problems)
        preview = optimize.preview(request, actor)
    except InvalidRequest as error:
        return Checked(None, None, with_fields(built, error))
    found = tuple(TypedProblem(built.key_of(p.path), p.message, p.advice) for p in preview.problems)
    return Checked(request, preview, found)


def problem_words(problems: Sequence[TypedProblem], style: Style) -> tuple[TypedProblem, ...]:
    """Return the problems as their reader sees numbers written."""
    return tuple(
        TypedProblem(p.key, in_style(plain(p.message), style), in_style(plain(p.advice), style)) for p in problems
    )


def in_words(checked: Checked, style: Style) -> Checked:
    """Return a checked draft as its reader sees numbers written; the request itself stays as it is."""
    seen, obstacle = checked.preview, checked.preview.obstacle if checked.preview else None
    if obstacle is not None:
        words = {"message": in_style(plain(obstacle.message), style), "advice": in_style(plain(obstacle.advice), style)}
        obstacle = obstacle.model_copy(update=words)
    if seen is not None:
        warnings = tuple(in_style(plain(text), style) for text in seen.warnings)
        sentence = in_style(seen.sentence, style)
        seen = seen.model_copy(update={"sentence": sentence, "warnings": warnings, "obstacle": obstacle})
    return replace(checked, preview=seen, problems=problem_words(checked.problems, style))


def steps_with_problems(problems: Sequence[TypedProblem]) -> list[bool]:
    """Return for each step whether something there has to be put right."""
    wrong = {step_of(problem.key) for problem in problems}
    return [n in wrong for n in range(len(STEPS))]


def messages_by_field(problems: Sequence[TypedProblem]) -> dict[str, str]:
    """Return one text for each part of the draft; the rows of a table share a place, which tells the first few."""
    texts: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        head = problem.key.split(".", 1)[0]
        texts[head if head in {"bounds", "sectors", "others"} | TABLES else problem.key].append(
            f"{problem.message} {problem.advice}".strip()
        )
    return {key: "\n".join(_few(parts) if key in TABLES else parts) for key, parts in texts.items()}


def _few(texts: list[str]) -> list[str]:
    left_count = len(texts) - SHOWN_COUNT
    return [*texts[:SHOWN_COUNT], f"And {left_count} more like these."] if left_count > 0 else texts


def rows(
    request: OptimizationRequest, preview: Preview, draft: Mapping[str, Any], portfolio: str | None, style: Style
) -> list[SummaryRow]:
    """Return the parameters in words, in the order of the steps and in the reader's number format."""
    assets = list(draft.get("assets") or ())
    shown = ", ".join(assets[:MANY]) + (f" and {len(assets) - MANY} more" if len(assets) > MANY else "")
    estimates = request.estimates
    views = [SummaryRow(f"View {n}", in_style(text, style), 1) for n, text in enumerate(views_of(request), 1)]
    applied = [SummaryRow(_changed_from(draft), in_style(str(draft["applied"]), style))] if draft.get("applied") else []
    return [
        *applied,
        SummaryRow("Assets", f"{count(len(assets), 'asset', style=style)}: {shown}", 0),
        SummaryRow("Compared with", portfolio or "Nothing: no portfolio was chosen", 0),
        SummaryRow("Goal", in_style(request.objective.explain(), style), 1),
        *([SummaryRow("Trading costs", costs_words(request, style), 1)] if request.costs else []),
        *([SummaryRow("Measured against", preview.benchmark_name, 1)] if preview.benchmark_name else []),
        SummaryRow("Expected returns", estimate_words(estimates.expected_returns, style), 1),
        *views,
        SummaryRow("Covariance", estimate_words(estimates.covariance, style), 1),
        SummaryRow("History", history_words(request, preview, style), 1),
        SummaryRow("Risk-free rate", rate_words(request, style), 1),
        *[SummaryRow(name, in_style(words, style), 2) for name, words in own_facts(request)],
        *[SummaryRow(label_of(limit), in_style(limit.sentence(), style), 2) for limit in request.all_constraints()],
        *_left_out(draft),
        *([SummaryRow("Compliance rules", rules_words(preview.rules, style), 2)] if preview.rules else []),
        *([SummaryRow("Search for a proof", PROOFS[request.proof_effort], 2)] if searches(request) else []),
        SummaryRow("Request hash", request_sha256(request)),
        *([SummaryRow("Expected time", time_words(preview.expected_time, style))] if preview.expected_time else []),
    ]


def _left_out(draft: Mapping[str, Any]) -> list[SummaryRow]:
    """Return what limits of single assets, such as those of a template, have no asset to hold for."""
    asked = {asset for asset, own in dict(draft.get("bounds") or {}).items() if own.get("min") or own.get("max")}
    missing = tuple(sorted(asked - set(draft.get("assets") or ())))
    return (
        [SummaryRow("Limits left out", f"Of {names_of(missing)}: not among the chosen assets.", 2)] if missing else []
    )


def _changed_from(draft: Mapping[str, Any]) -> str:
    """Return the name of the row that tells of changes made for the user: from a run, or here in the wizard."""
    return "Changed from the run" if str(draft.get("origin") or "").startswith("run:") else "Changed here"


def request_sha256(request: OptimizationRequest) -> str:
    """Return the hash under which the run of this request will be stored."""
    return hashlib.sha256(canonical_json(request.model_dump(mode="json")).encode()).hexdigest()
