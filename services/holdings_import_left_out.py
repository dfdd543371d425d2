"""Which assets do the rows that are left out speak of, and which rows cannot be left out?

What a file says of an asset in a row that is not booked is not known; that nothing of it is held, it does not say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING

from data.upload.holdings.layout import FileKind
from data.upload.holdings.rows import FileRows
from data.upload.problems import FileProblem
from services.holdings_import_accounts import account_key
from services.holdings_import_gap import rejected_lines
from services.holdings_import_symbols import Meaning, resolve
from services.messages.holdings_import import ImportChoices

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.holdings_import_plan import HoldingsPlan


def named_by_left_out(
    uow: UnitOfWork, rows: FileRows, meanings: dict[str, Meaning], choices: ImportChoices, today: date
) -> tuple[dict[str, set[str]], dict[str, str]]:
    """Return the ids of the assets that unread or skipped rows of holdings name: by account, and by their name."""
    if rows.kind is not FileKind.HOLDINGS:
        return {}, {}
    skipped = {key for key, one in meanings.items() if one.status == "skipped"}
    named = [(one.account, one.security) for one in rows.unread if one.security is not None]
    named += [
        (row.account, row.security) for row in rows.holdings if row.security is not None and row.security.key in skipped
    ]
    if not named:
        return {}, {}
    chosen = {key: one for key, one in choices.symbols.items() if one.asset is not None}
    meant = resolve(uow, Counter(security for _, security in named), chosen, today, choices.currency or "")
    found: dict[str, set[str]] = defaultdict(set)
    for account, security in named:
        asset = meant[security.key].asset
        if asset is not None:
            found[account_key(account)].add(asset.id)
    return dict(found), {key: one.asset.id for key, one in meant.items() if one.asset is not None}


def weights_left_out(plan: HoldingsPlan, choices: ImportChoices) -> list[FileProblem]:
    """Return why rows of a file of weights cannot be left out: what they weigh would be booked as cash."""
    wrong = rejected_lines(plan) if choices.leave_out_problems else []
    skipped = {key for key, one in plan.meanings.items() if one.status == "skipped"}
    names = sorted(
        row.security.key
        for row in plan.rows.holdings
        if row.weight_frac is not None and row.security is not None and row.security.key in skipped
    )
    found = []
    if wrong:
        message = "Rows of a file with weights cannot be left out: what they weigh would count as cash."
        found.append(FileProblem(None, None, message, "Put them right, or bring a file without them."))
    if names:
        message = f"{', '.join(names[:5])}: a name with a weight cannot be left out, because it would count as cash."
        found.append(FileProblem(None, None, message, "Choose an asset for it, or bring a file without it."))
    return found
