"""What do counterparties owe a portfolio from derivatives, and to which group does a bank or a counterparty belong?

What a counterparty owes after collateral is stated, one amount for each counterparty. It stands among the positions as
one without units or value, so that rules add it to what is held of the same body. A derivative that no exchange stands
behind is itself such a claim of unknown size as long as nothing is stated. Cash that is owed is no deposit: it stands
under a name of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.compliance.examples import HARMLESS
from services.compliance.state_lines import Line, Owed
from services.compliance.stated_facts import Stated, bank_of
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

OWED_BY_BANK, OWED_BY_OTHER = "otc_exposure_bank", "otc_exposure_other"
FIELDS = frozenset({"is_otc", "is_credit_institution", "otc_exposure", "otc_exposure_ccy"})
_SECTOR, _COUNTRY = "Counterparty", "XX"
_PLAIN: dict[str, Any] = {
    **HARMLESS, "sector": _SECTOR, "industry": _SECTOR, "country": _COUNTRY, "asset_class": "derivative",
    "is_listed": True, "sell_days": 0.0, "rating_notch": 1.0, "exposure_ccy": None,
}  # fmt: skip
"""What is said of a claim on a counterparty beside its size: nothing that another rule could take offence at."""


def owed_lines(stated: Stated, wanted: Collection[str], currency: str) -> tuple[Line, ...]:
    """Return a position for each counterparty whose debt was stated, where a rule asks for it."""
    if not FIELDS & set(wanted):
        return ()
    return tuple(
        Line(f"OTC {body}", None, currency, ZERO, 1.0, ZERO, owed=Owed(body, name == OWED_BY_BANK, float(amount)))
        for (name, body), amount in sorted(stated.items())
        if name in (OWED_BY_BANK, OWED_BY_OTHER)
    )


def body_of(stated: Stated, line: Line) -> str | None:
    """Return the bank at which cash lies or the counterparty that owes; None where nobody said so."""
    if line.owed is not None:
        return line.owed.body
    bank = bank_of(stated, line.currency)
    return bank if line.quantity >= ZERO else f"Owed to {bank or 'a bank'}"


def groups_of(uow: UnitOfWork, names: Collection[str]) -> dict[str, str]:
    """Return the group of each bank or counterparty that is known as an issuer of a group, by name."""
    found = {name: issuer for name in sorted(names) if (issuer := uow.issuers.find_by_name(name)) is not None}
    ids = sorted({one.issuer_group_id for one in found.values() if one.issuer_group_id is not None})
    groups = uow.issuers.groups_by_id(ids)
    return {
        name: groups[one.issuer_group_id].name for name, one in found.items() if one.issuer_group_id in groups
    }  # fmt: skip


def claims(
    lines: Sequence[Line], stated: Stated, is_derivative: Sequence[bool], is_listed: Sequence[bool | None]
) -> dict[str, Sequence[Any]]:
    """Return what is owed by whom, for every position; not known of derivatives of which nothing is stated."""
    is_stated = any(name in (OWED_BY_BANK, OWED_BY_OTHER) for name, _ in stated)
    is_open = [
        derives and listed is not True and not is_stated
        for derives, listed in zip(is_derivative, is_listed, strict=True)
    ]
    pairs = list(zip(lines, is_open, strict=True))
    return {
        "is_otc": [True if one.owed is not None else None if is_unsure else False for one, is_unsure in pairs],
        "is_credit_institution": [
            one.owed.is_bank if one.owed is not None else None if is_unsure else False for one, is_unsure in pairs
        ],
        "otc_exposure_ccy": [
            one.owed.amount_ccy if one.owed is not None else np.nan if is_unsure else 0.0 for one, is_unsure in pairs
        ],
    }


def with_plain_claims(given: dict[str, Sequence[Any]], lines: Sequence[Line]) -> dict[str, Sequence[Any]]:
    """Return the fields with nothing missing of claims on counterparties but what says who owes how much."""
    places = [place for place, line in enumerate(lines) if line.owed is not None]
    if not places:
        return given
    kept = FIELDS | {"issuer", "issuer_group", "currency"}
    made: dict[str, Sequence[Any]] = {}
    for name, values in given.items():
        column = list(values)
        if name not in kept:
            for place in places:
                column[place] = _PLAIN[name]
        made[name] = column
    return made
