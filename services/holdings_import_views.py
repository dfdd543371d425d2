"""How do a file of holdings or transactions, and what booking it would do, read?"""

from __future__ import annotations

import csv
import io
from typing import Any

from data.store import tables
from data.upload.holdings.headings import FIELDS
from data.upload.holdings.layout import FileKind
from data.upload.holdings.registry import layout_named
from services import formatting
from services.exports_table import safe_text
from services.holdings_import_gap import left_out_of, rejected_lines, skipped_lines
from services.holdings_import_plan import AccountPlan, HoldingsPlan
from services.holdings_import_symbols import Meaning, suggestion
from services.messages.holdings_import import (
    AccountView,
    ColumnView,
    DroppedRow,
    FileKindName,
    FileSymbol,
    HoldingsCheck,
    HoldingsImportState,
    HoldingsImportView,
    ImportChoices,
    ImportTemplateView,
    QuestionView,
    RowProblem,
)

PROBLEMS_MAX_COUNT = 500
SYMBOLS_MAX_COUNT = 1000


def import_view(row: tables.HoldingsImport) -> HoldingsImportView:
    """Return one import as people and programs read it."""
    said: dict[str, Any] = row.outcome or {}
    portfolios = tuple((one["id"], one["name"]) for one in said.get("portfolios", ()))
    return HoldingsImportView(
        id=row.id,
        state=HoldingsImportState(row.state),
        kind=FileKindName(row.kind),
        file_name=row.file_name,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        created_at_utc=row.created_at_utc,
        imported_at_utc=row.imported_at_utc,
        by=said.get("by_name"),
        portfolios=portfolios,
        entries_count=int(said.get("entries_count", 0)),
        rejects_count=len(said.get("rejects", {}).get("rows", ())),
        new_assets=tuple(said.get("new_assets", ())),
        unpriced=tuple(said.get("unpriced", ())),
        undone_at_utc=row.undone_at_utc,
        undone_by=row.undone_by_name,
        sentence=_sentence(row, said, [name for _, name in portfolios]),
        row_version=row.row_version,
    )


def _sentence(row: tables.HoldingsImport, said: dict[str, Any], names: list[str]) -> str:
    if row.state == HoldingsImportState.DRAFT.value:
        return "Not booked yet."
    into = ", ".join(f"“{name}”" for name in names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    what = f"{formatting.count(int(said.get('entries_count', 0)), 'entry', 'entries')} in {into}"
    if row.state == HoldingsImportState.UNDONE.value:
        return f"Undone: {what} {'was' if int(said.get('entries_count', 0)) == 1 else 'were'} reversed."
    made = said.get("new_assets", ())
    return f"{what}." + (f" {formatting.count(len(made), 'new asset')}: {', '.join(made[:5])}." if made else "")


def check_of(
    row: tables.HoldingsImport,
    choices: ImportChoices,
    plan: HoldingsPlan,
    template: tables.ImportTemplate | None,
    already: tables.HoldingsImport | None,
) -> HoldingsCheck:
    """Return what booking a file would do."""
    rows = plan.rows
    problems = sorted(plan.problems, key=lambda one: (one.line or 0, one.column or ""))
    problems_count = rows.problems_count - len(rows.problems) + len(problems)
    rejected = rejected_lines(plan)
    is_open = bool(rows.questions) or any(one.line is None or one.line not in rows.lines for one in problems)
    entries_count = sum(len(one.drafts) for one in plan.accounts)
    step = _step(plan, problems_count, choices)
    can_import = step == "ready" and entries_count > 0 and not is_open
    by_place = {place: name for name, place in rows.columns.items()}
    return HoldingsCheck(
        draft=import_view(row),
        choices=choices,
        step=step,
        layout=rows.layout.name,
        layout_label=rows.layout.label,
        file_words=rows.words,
        header_line=rows.header_line,
        template_name=None if template is None else template.name,
        columns=tuple(
            ColumnView(heading=heading, field=by_place.get(n), label=_label(by_place.get(n)))
            for n, heading in enumerate(rows.headings)
        ),
        sample=rows.sample,
        rows_count=rows.rows_count,
        questions=tuple(
            QuestionView(name=one.name, sentence=one.sentence, options=one.options) for one in rows.questions
        ),
        symbols=tuple(_symbol(one, plan.priced) for one in _unknown_first(plan)[:SYMBOLS_MAX_COUNT]),
        accounts=tuple(_account(one) for one in plan.accounts),
        needs_value=plan.needs_value,
        dropped=tuple(DroppedRow(line=one.line, text=one.text, why=one.why) for one in rows.dropped[:100]),
        duplicates_count=sum(len(one.duplicates) for one in plan.accounts),
        repeats_count=sum(len(one.repeats) for one in plan.accounts),
        notes=tuple(plan.notes[:100]),
        problems=tuple(
            RowProblem(line=one.line, column=one.column, message=one.message, advice=one.advice)
            for one in problems[:PROBLEMS_MAX_COUNT]
        ),
        problems_count=problems_count,
        rejects_count=len(rejected),
        left_out=left_out_of(plan),
        already=None if already is None else import_view(already),
        can_import=can_import,
        sentence=_verdict(plan, step, problems_count, len(rejected), entries_count, choices),
    )


def _unknown_first(plan: HoldingsPlan) -> list[Meaning]:
    order = {"unknown": 0, "guessed": 2, "new": 3, "chosen": 4, "skipped": 5}
    return sorted(
        plan.meanings.values(), key=lambda one: (1 if one.caution else order.get(one.status, 6), one.security.key)
    )


def _label(name: str | None) -> str | None:
    return None if name is None else FIELDS[name].label


def _step(plan: HoldingsPlan, problems_count: int, choices: ImportChoices) -> str:
    """Return the first step that waits for an answer."""
    rows = plan.rows
    headline = {one.line for one in rows.problems} & {None, rows.header_line or None}
    if rows.questions or headline or (not rows.holdings and not rows.transactions):
        return "columns"
    if plan.unknown or any(meaning.problem for meaning in plan.meanings.values()):
        return "symbols"
    if problems_count and not (choices.leave_out_problems and all(one.line for one in plan.problems)):
        return "check"
    return "ready"


def _symbol(meaning: Meaning, priced: frozenset[str]) -> FileSymbol:
    security, asset = meaning.security, meaning.asset
    return FileSymbol(
        key=security.key,
        symbol=security.symbol,
        identifiers=security.identifiers,
        name=security.name,
        currency=security.currency,
        rows_count=meaning.rows_count,
        status=meaning.status,
        asset_symbol=meaning.symbol,
        asset_name=asset.name if asset is not None else None if meaning.new is None else meaning.new.name,
        candidates=meaning.candidates,
        suggestion=suggestion(meaning) if meaning.status in {"unknown", "new"} else None,
        is_priced=asset is not None and asset.id in priced,
        caution=meaning.caution,
    )


def _account(one: AccountPlan) -> AccountView:
    return AccountView(
        key=one.key,
        account=one.account,
        rows_count=one.rows_count,
        portfolio_id=None if one.row is None else one.row.id,
        portfolio_name=one.row.name if one.row is not None else (one.target.name or ""),
        base_currency=one.base_currency,
        strategy=one.strategy,
        positions_count=len(one.held),
        entries_count=len(one.drafts),
        duplicates_count=len(one.duplicates),
        cash=tuple(sorted(one.balances.items())),
        value_ccy=one.value_ccy,
        priced_value_ccy=one.priced_value_ccy,
        as_of=one.day,
        unpriced=one.unpriced,
    )


def _verdict(
    plan: HoldingsPlan, step: str, problems_count: int, rejects_count: int, entries_count: int, choices: ImportChoices
) -> str:
    """Return the check in one sentence."""
    rows = plan.rows
    if step == "columns" and rows.questions:
        return f"{formatting.count(len(rows.questions), 'question')} about the file to answer."
    if step == "columns" and not rows.rows_count:
        return "The file brings no rows."
    if step == "columns" and rejects_count:
        return "No row can be read this way: change what the columns mean, or put the rows right."
    if step == "columns":
        return "The columns of the file do not suffice yet."
    if step == "symbols":
        return f"{formatting.count(len(plan.unknown), 'name')} in the file to find an asset for, or to leave out."
    if step == "check":
        return f"{formatting.count(problems_count, 'problem')} to put right. Nothing is booked before that."
    if entries_count == 0:
        return "Nothing is to do: the portfolio holds what the file states, or every row stands in the ledger already."
    left = f" {formatting.count(rejects_count, 'row')} with problems left out." if rejects_count else ""
    into = formatting.count(len({one.row.id if one.row else one.key for one in plan.accounts}), "portfolio")
    return f"Ready: {formatting.count(entries_count, 'entry', 'entries')} in {into}.{left}"


def rejects_of(plan: HoldingsPlan) -> dict[str, Any]:
    """Return the rows that are left out with their reasons, to be kept with the import."""
    reasons: dict[int, list[str]] = {}
    for one in plan.problems:
        if one.line is not None:
            reasons.setdefault(one.line, []).append(f"{one.message} {one.advice}".strip())
    for line in rejected_lines(plan):
        reasons.setdefault(line, [f"It has a problem too; only the first {PROBLEMS_MAX_COUNT} are told in words."])
    for line, name in skipped_lines(plan).items():
        reasons.setdefault(line, []).append(f"The name {name} was left out by hand.")
    for line, symbol in plan.kept_lines.items():
        reasons.setdefault(line, [f"{symbol} stays as it is held, because another row about it is left out."])
    return {
        "headings": list(plan.rows.headings),
        "rows": [
            [*plan.rows.lines[line], " ".join(reasons[line])] for line in sorted(reasons) if line in plan.rows.lines
        ],
        "widths": len(plan.rows.headings),
    }


def rejects_csv(rejects: dict[str, Any]) -> bytes:
    """Return the rejected rows as a CSV file that can be put right and brought again; the last column says why."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    width = int(rejects.get("widths", 0))
    writer.writerow([*(safe_text(one) for one in rejects.get("headings", [])), "Why it was left out"])
    for row in rejects.get("rows", []):
        *cells, why = row
        padded = [*cells[:width], *[""] * (width - len(cells))]
        writer.writerow([*(_safe_cell(one) for one in padded), safe_text(why)])
    return out.getvalue().encode("utf-8-sig")


def _safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet computes; a plain negative number stays one."""
    if text[:1] in "+-" and text[1:].replace(".", "", 1).replace(",", "").isdigit():
        return text
    return safe_text(text)


def template_view(row: tables.ImportTemplate) -> ImportTemplateView:
    """Return how files with one header are read."""
    kind = FileKindName(row.kind)
    layout = layout_named(str(row.choices.get("layout") or ""), FileKind(row.kind))
    return ImportTemplateView(
        id=row.id,
        name=row.name,
        kind=kind,
        layout=layout.name,
        layout_label=layout.label,
        columns=row.choices.get("columns"),
        used_count=row.used_count,
        created_at_utc=row.created_at_utc,
        row_version=row.row_version,
    )
