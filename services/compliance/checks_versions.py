"""From what was a check made, and has any of it changed since?

One word a portfolio, cheap enough to be asked for of every portfolio of a house: its row and ledger, the house's
prices, rules, lists and overrides, its benchmark, its client's profile, and the day. The day is part of it because
rules speak of ages, and deviations, lists and overrides end: so every portfolio is checked once a day at the least.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from engine.kernel.canonical import sha256_of
from engine.version import ENGINE_VERSION
from services.compliance.in_force import rules_version

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.market_series import SeriesReader

HEX_COUNT = 40


def versions_of(
    uow: UnitOfWork, reader: SeriesReader, portfolios: Sequence[tables.Portfolio], today: date
) -> dict[str, str]:
    """Return the word of each portfolio; the unit must be the product's own, so that everybody gets the same."""
    if not portfolios:
        return {}
    house = (
        ENGINE_VERSION,
        today.isoformat(),
        reader.version(uow),
        rules_version(uow),
        uow.compliance_checks.house_word(),
    )
    entries = uow.ledger.last_entries([row.id for row in portfolios])
    ids = sorted({row.benchmark_id for row in portfolios if row.benchmark_id is not None})
    benchmarks = {key: row.row_version for key, row in uow.benchmarks.get_many(ids).items()} if ids else {}
    profiles = uow.compliance_checks.profile_versions()
    return {
        row.id: sha256_of(
            [
                *house,
                row.row_version,
                entries.get(row.id, 0),
                benchmarks.get(row.benchmark_id or "", 0),
                profiles.get(row.client_id or "", 0),
            ]
        )[:HEX_COUNT]
        for row in portfolios
    }
