"""Which rows of a file are planned together, because their accounts go into one portfolio?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from services.messages.holdings_import import ImportChoices

if TYPE_CHECKING:
    from services.holdings_import_plan import AccountPlan


def account_key(account: str) -> str:
    """Return the key of an account: upper and lower case are the same account."""
    return " ".join(account.casefold().split())


def by_target(accounts: Mapping[str, Any], choices: ImportChoices) -> list[list[str]]:
    """Return the keys of the accounts, those that go into one existing portfolio together."""
    found: dict[str, list[str]] = {}
    for key in accounts:
        target = choices.accounts.get(key)
        portfolio_id = None if target is None else target.portfolio_id
        found.setdefault(f"account {key}" if portfolio_id is None else f"portfolio {portfolio_id}", []).append(key)
    return list(found.values())


def shared(first: AccountPlan, members: Mapping[str, Sequence[Any]], notes: list[str]) -> list[AccountPlan]:
    """Return one plan for each account: the first has all entries, and every one shows what is held afterwards."""
    if len(members) == 1:
        return [first]
    names = ", ".join(f"“{rows[0].account}”" for rows in members.values())
    notes.append(f"The accounts {names} go into one portfolio: their rows are added up and booked together.")
    plans = []
    for key, rows in members.items():
        facts: dict[str, Any] = {"key": key, "account": rows[0].account, "rows_count": len(rows)}
        if key != first.key:
            facts |= {"drafts": [], "duplicates": (), "repeats": ()}
        plans.append(replace(first, **facts))
    return plans
