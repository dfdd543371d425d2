"""How do rules become rows, and one of them words with its versions?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from dash import html

from callbacks.wording import reader_style, told
from components.compliance_status import WORDS as STANDS
from components.kpi_card import MISSING
from components.pills import tag
from components.progress import progress as progress_bar
from components.table import facts, more, table
from components.toast import banner
from services import formatting
from services.compliance.rules_words import figure_words
from services.messages.compliance_dry_run import DryRun, DryRunPortfolio
from services.messages.compliance_rules import (
    CaseResult,
    RuleComparison,
    RuleDetail,
    RuleOverrideView,
    RuleVersionView,
    RuleView,
    Standing,
)
from services.messages.runs import RunStatus, RunView

LIGHTS: Final[dict[Standing, str]] = {
    "in_force": "succeeded", "not_yet": "no_portfolio", "proposed": "no_portfolio", "draft": "pending",
    "ended": "cancelled", "rejected": "cancelled", "withdrawn": "cancelled", "retired": "cancelled",
}  # fmt: skip
"""The states whose shapes the table's lights have; the words are the row's own."""
SHORT: Final[dict[Standing, str]] = {
    "in_force": "In force", "not_yet": "Not yet in force", "proposed": "Waits for approval", "draft": "Draft",
    "ended": "Ended", "rejected": "Rejected", "withdrawn": "Withdrawn", "retired": "Retired",
}  # fmt: skip
SEVERITIES: Final = {"info": "Information", "warning": "Warning", "soft": "Soft", "hard": "Hard"}
TIMINGS: Final = {
    "pre": "before trades",
    "post": "after every change",
    "eod": "at the end of the day",
    "quarter_end": "at the end of a quarter",
}
REMEDIES: Final = {"trim": "Sell down", "buy": "Buy", "exclude": "Sell all of it", "notify": "Notify"}
OVERRIDE_STATES: Final = {
    "proposed": "Waits for approval", "approved": "Approved", "rejected": "Rejected", "withdrawn": "Withdrawn",
}  # fmt: skip
OUT: Final = ("ended", "rejected", "withdrawn", "retired")
DRY_RUN_MAX_COUNT = 12


def is_shown(one: RuleView, state: str, pack: str, severity: str, scope: str, text: str = "") -> bool:
    """Return whether a rule is of the kinds that are asked for, and holds every word that is looked for."""
    stands = {
        "all": True,
        "in_force": one.standing == "in_force",
        "waiting": one.waiting_state == "proposed",
        "draft": one.waiting_state == "draft",
        "out": one.standing in OUT,
    }
    return (
        stands.get(state, True)
        and pack in ("all", one.pack or "own")
        and severity in ("all", one.severity)
        and scope in ("all", one.scope)
        and _holds(one, text)
    )


def _holds(one: RuleView, text: str) -> bool:
    said = " ".join(
        (one.title, one.code, one.citation, told(one.sentence), one.scope_name, one.pack_title or "")
    ).casefold()
    return all(word in said for word in text.casefold().split())


def summary(found: Sequence[RuleView]) -> str:
    """Say how many rules there are, and what waits."""
    if not found:
        return "No rules yet: take in a pack below, then have a second person approve what you propose."
    in_force = sum(one.standing == "in_force" for one in found)
    drafts = sum(one.waiting_state == "draft" for one in found)
    waiting = sum(one.waiting_state == "proposed" for one in found)
    parts = [f"{in_force:,} of {formatting.count(len(found), 'rule')} {'is' if in_force == 1 else 'are'} in force"]
    parts += [f"{waiting:,} wait{'s' if waiting == 1 else ''} for approval"] if waiting else []
    parts += [formatting.count(drafts, "draft")] if drafts else []
    return f"{'; '.join(parts)}."


def pack_options(found: Sequence[RuleView]) -> list[dict[str, str]]:
    """Offer all packs of which there are rules, and the house's own."""
    titles = {one.pack or "own": one.pack_title or "Own rules" for one in found}
    made = [{"value": key, "label": title} for key, title in sorted(titles.items(), key=lambda one: one[1])]
    return [{"value": "all", "label": "All"}, *made]


def library_row(one: RuleView) -> dict[str, Any]:
    """Return one rule as a row; a version that waits is told beside what is in force."""
    words = SHORT[one.standing]
    if one.waiting_version is not None and one.approved_version is not None:
        words += f"; {one.waiting_version} {'waits' if one.waiting_state == 'proposed' else 'is a draft'}"
    return {
        "id": one.id,
        "title": one.title,
        "note": f"{one.code}{f' · {one.citation}' if one.citation else ''}",
        "is_sample": one.is_sample,
        "standing": LIGHTS[one.standing],
        "state_words": words,
        "severity": SEVERITIES[one.severity],
        "whose": one.scope_name,
        "version": one.approved_version or one.latest_version,
        "waiting_version": one.waiting_version,
    }


def ticked_ids(selected: Any) -> set[str]:
    """Return the ids of what is ticked; a selection comes as rows or as {"ids"}."""
    return set(selected.get("ids", []) if isinstance(selected, dict) else [row["id"] for row in selected or []])


def ticked(selected: Any, rows: Sequence[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """Return the ticked rows in the order of the list."""
    ids = ticked_ids(selected)
    return [row for row in rows or [] if row["id"] in ids]


class Went(NamedTuple):
    """Where rules are found after a deed, as a further sentence and a link; nothing where they are shown still."""

    said: str = ""
    link: tuple[str, str] | None = None


def went_to(deed: str, state: str | None, rule_ids: Sequence[str]) -> Went:
    """Return where rules went that leave the kind that is shown by waiting for a second person."""
    if deed not in ("propose", "retire") or state in (None, "all", "waiting"):
        return Went()
    is_one = len(rule_ids) == 1
    address = f"/compliance?tab=rules&stands=waiting&rule={rule_ids[0]}"
    return Went(
        f" {'It is' if is_one else 'They are'} shown under Waiting for approval.",
        ("Show it" if is_one else "Show them", address),
    )


def no_rule(has_rows: bool) -> Any:
    """Return what stands in the place of a rule."""
    words = "Press a rule to read it." if has_rows else "There is no rule of this kind."
    return html.P(words, className="muted")


def several(rows: Sequence[dict[str, Any]]) -> Any:
    """Show which rules are ticked."""
    return html.Ul([html.Li(f"{row['title']}: {row['state_words'].lower()}") for row in rows])


def version_options(found: RuleDetail) -> list[dict[str, str]]:
    """Offer the versions, the latest first; which is in force is said."""
    return [
        {
            "value": str(one.version),
            "label": f"Version {one.version}, "
            + ("in force" if _is_now(found.rule, one) else one.state_words.lower())
            + (", retirement" if one.is_retirement else ""),
        }
        for one in found.versions
    ]


def usual_version(found: RuleView) -> int:
    """Return the version that is read first: what waits, else what is in force, else the latest."""
    return found.waiting_version or found.approved_version or found.latest_version


def base_version(found: RuleDetail, shown: RuleVersionView, wanted: str | None = None) -> int | None:
    """Return against which version a difference is told: the one wanted, else what is in force, else the one before."""
    if wanted and wanted.isdecimal() and int(wanted) in {one.version for one in found.versions} - {shown.version}:
        return int(wanted)
    now = found.rule.approved_version
    if now is not None and now != shown.version:
        return now
    return shown.version - 1 if shown.version > 1 else None


def _is_now(rule: RuleView, one: RuleVersionView) -> bool:
    return one.version == rule.approved_version and rule.standing in ("in_force", "not_yet")


def detail(found: RuleDetail, shown: RuleVersionView, against: RuleComparison | None, tried: DryRun | None) -> Any:
    """Show a version of a rule: its sentence, facts, examples, dry run, difference, deviations and history."""
    rule = found.rule
    head = html.Div(
        [
            tag(SEVERITIES[shown.rule.severity], "bad" if shown.rule.severity == "hard" else "warn"),
            tag(SHORT[rule.standing], "ok" if rule.standing == "in_force" else ""),
            tag(f"Version {shown.version}: {shown.state_words.lower()}"),
            *([tag("Sample", "sample")] if rule.is_sample else []),
        ],
        className="evidence-head",
    )
    parts = [
        head,
        html.P(told(shown.sentence), className="evidence-sentence"),
        *_missing(shown),
        *([html.P(told(shown.warning), className="rule-missing")] if shown.warning else []),
        facts([(name, value) for name, value in _facts(rule, shown) if value]),
        *_difference(against),
        *_examples(shown),
        *_tried(shown, tried),
        *_deviations(found.overrides),
        html.H3("History"),
        _history(found),
        more("How it is written", _written(shown)),
    ]
    return html.Div(parts, className="stack")


def _missing(shown: RuleVersionView) -> list[Any]:
    if not shown.missing:
        return []
    lines = html.Ul([html.Li(told(one)) for one in shown.missing])
    return [html.Div([html.Strong("What is still missing"), lines], className="rule-missing")]


def _facts(rule: RuleView, shown: RuleVersionView) -> list[tuple[str, Any]]:
    one = shown.rule
    days = [formatting.day(one.effective_from) if one.effective_from else None,
            formatting.day(one.effective_to) if one.effective_to else None]  # fmt: skip
    since = f"from {days[0]}" if days[0] else "from its approval"
    return [
        ("Code", rule.code),
        ("Source", one.citation),
        ("Pack", rule.pack_title),
        ("Whose", rule.scope_name),
        ("For", told(shown.applies_words)),
        ("Severity", rule.severity_words if one.severity == rule.severity else SEVERITIES[one.severity]),
        ("Looked at", ", ".join(TIMINGS[when] for when in one.timing)),
        ("Takes effect", f"{since}{f' until {days[1]}' if days[1] else ''}"),
        ("Days to cure", None if one.cure_days is None else formatting.count(one.cure_days, "day")),
        ("What mends it", REMEDIES[one.remedy]),
        ("Figures", ", ".join(_parameters(shown))),
        ("Written", told(_by(shown.made_by, shown.made_at_utc))),
        ("Proposed", shown.proposed_at_utc and told(_by(shown.proposed_by, shown.proposed_at_utc))),
        ("Decided on", shown.decided_at_utc and told(_by(shown.decided_by, shown.decided_at_utc))),
        ("Why", told(shown.note) if shown.note else None),
        ("Reason of the decision", shown.decision_reason),
    ]


def _parameters(shown: RuleVersionView) -> list[str]:
    return [
        told(f"{one.label or one.name.replace('_', ' ')} {figure_words(one.value, one.unit)}")
        for one in shown.rule.parameters
    ]


def _by(name: str | None, at_utc: Any) -> str:
    return f"{formatting.moment(at_utc)} by {name or 'the product itself'}"


def _difference(against: RuleComparison | None) -> list[Any]:
    if against is None:
        return []
    title = html.H3(f"How it differs from version {against.first_version}")
    if not against.differences:
        return [title, html.P(told(against.effect_words))]
    rows = [
        [one.label, told(one.first) if one.first else MISSING, told(one.second) if one.second else MISSING]
        for one in against.differences
    ]
    heads = [("What", False), (f"Version {against.first_version}", False), (f"Version {against.second_version}", False)]
    return [title, html.P(told(against.effect_words)), table(heads, rows, caption="How the versions differ")]


def _examples(shown: RuleVersionView) -> list[Any]:
    return [html.H3("Its own examples"), *examples_table(shown.case_results)]


def examples_table(found: Sequence[CaseResult]) -> list[Any]:
    """Say how many examples are judged as expected, and list them."""
    if not found:
        return [html.P("It has no examples of its own yet.", className="muted")]
    rows = [
        [
            one.outcome.name,
            STANDS[one.outcome.expected],
            MISSING if one.outcome.found is None else STANDS[one.outcome.found],
            _figure(one.outcome.value, one.outcome.unit),
            _figure(one.outcome.limit, one.outcome.unit),
            tag("As expected", "ok") if one.is_as_expected else tag("Otherwise than expected", "bad"),
        ]
        for one in found
    ]
    right = sum(one.is_as_expected for one in found)
    counted = formatting.count(len(rows), "example")
    said = f"{right:,} of {counted} {'is' if right == 1 else 'are'} judged as its author expects."
    heads = [("Example", False), ("Expected", False), ("Found", False), ("Figure", True), ("Limit", True), ("", False)]
    return [html.P(said), more("Show the examples", table(heads, rows, caption="Examples"))]


def _figure(value: float | None, unit: str | None) -> str:
    return MISSING if value is None or unit is None else told(figure_words(value, unit))


def _tried(shown: RuleVersionView, tried: DryRun | None) -> list[Any]:
    title = html.H3("Dry run over the past")
    if tried is None:
        is_open = shown.state in ("draft", "proposed") and not shown.is_retirement
        return [title, html.P("None was made of this wording yet.", className="muted")] if is_open else []
    style = reader_style()
    rows = [
        [one.name, *(formatting.number(days, 0, style=style) for days in _days(one)), told(one.sentence)]
        for one in tried.portfolios[:DRY_RUN_MAX_COUNT]
    ]
    heads = [("Portfolio", False), ("Days", True), ("Broken", True), ("Not judged", True), ("What it shows", False)]
    made = html.P(f"Made {formatting.moment(tried.made_at_utc)}.", className="muted")
    later = [banner(told(tried.later), tone="warn")] if tried.later else []
    shown_rows = [table(heads, rows, caption="Dry run by portfolio")] if rows else []
    return [title, html.P(told(tried.sentence)), *later, *shown_rows, made]


def _days(one: DryRunPortfolio) -> tuple[int, int, int]:
    return one.days_count, one.failed_count, one.indeterminate_count


def _deviations(found: Sequence[RuleOverrideView]) -> list[Any]:
    if not found:
        return []
    rows = [
        [
            one.scope_name,
            told(one.sentence),
            told(_effect(one)),
            one.reason,
            OVERRIDE_STATES[one.state],
        ]
        for one in found
    ]
    heads = [("Who", False), ("What", False), ("Effect", False), ("Reason", False), ("State", False)]
    return [html.H3("What clients and portfolios have otherwise"), table(heads, rows, caption="Deviations")]


def _effect(one: RuleOverrideView) -> str:
    return f"{one.effect_words} {one.would_end}" if one.would_end else one.effect_words


def _history(found: RuleDetail) -> Any:
    rows = [
        [
            f"{one.version}" + (", retirement" if one.is_retirement else ""),
            one.state_words,
            told(_by(one.made_by, one.made_at_utc)),
            told(_by(one.decided_by, one.decided_at_utc)) if one.decided_at_utc else MISSING,
            one.decision_reason or one.note or MISSING,
        ]
        for one in found.versions
    ]
    heads = [("Version", False), ("State", False), ("Written", False), ("Decided on", False), ("Why", False)]
    return table(heads, rows, caption="Versions")


def _written(shown: RuleVersionView) -> Any:
    one = shown.rule
    lines = [
        ("Which positions", one.universe or "all"),
        ("Grouped by", one.group_by or "the portfolio as a whole"),
        *((f"Where {name.name} is", name.expression) for name in one.definitions),
        ("Measure", one.measure),
        ("Which groups count", one.keep or "all"),
        ("Tested", f"{one.over} {one.operator} {one.limit}"),
        ("Warning level", one.warn_at),
    ]
    return facts([(name, html.Code(value)) for name, value in lines if value])


def progress(run: RunView) -> Any:
    """Show how far a dry run is, or why it waits; what it judged before it let others go first is kept."""
    if run.status is RunStatus.PENDING:
        return progress_bar(told(run.message or "The dry run waits for a worker"), run.progress_frac)
    return progress_bar(told(run.stage or "The dry run begins"), run.progress_frac)


def tried(run: RunView) -> tuple[str, str]:
    """Say how a dry run ended, as the title and text of a message."""
    if run.status is RunStatus.SUCCEEDED:
        return "Dry run made", "What it found stands with each rule."
    title = "The dry run was cancelled" if run.status is RunStatus.CANCELLED else "The dry run could not be made"
    return title, told(run.message or "Start it anew.")
