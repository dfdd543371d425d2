"""Which targets did a portfolio have, who set them, and how does an earlier one come back?"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from data.store import tables
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import Conflict, NotFound
from services.messages.portfolios import TargetVersion, TargetView

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.portfolios_changes import Changes
    from services.ports import Ports


class Targets:
    """Targets of the portfolios that the actor may see; every save is a version, and none is ever lost."""

    def __init__(self, ports: Ports, changes: Changes) -> None:
        self._ports = ports
        self._changes = changes

    def list(self, portfolio_id: str, actor: Actor) -> builtins.list[TargetVersion]:
        """Return every target, the one in force first.

        Raises
        ------
        NotFound
            There is no such portfolio, or none for this actor.
        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            uow.portfolios.get(portfolio_id)
            rows = uow.targets.versions(portfolio_id)
            people = uow.users.get_many(sorted({row.set_by_id for row in rows if row.set_by_id is not None}))
            return [
                TargetVersion(
                    **dict(view_of(uow, row)),
                    is_in_force=row is rows[0],
                    set_by_id=row.set_by_id,
                    set_by_name=people[row.set_by_id].name if row.set_by_id in people else None,
                )
                for row in rows
            ]

    def restore(self, portfolio_id: str, version: int, actor: Actor, row_version: int | None = None) -> TargetView:
        """Put an earlier target in force again: its weights, its name and its run become the next version.

        Raises
        ------
        NotFound
            There is no such version.
        Conflict
            It is in force already.
        Stale
            The portfolio was changed since `row_version` was read.
        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        with self._ports.store.read(actor) as uow:
            uow.portfolios.get(portfolio_id)
            rows = uow.targets.versions(portfolio_id)
            wanted = next((row for row in rows if row.version == version), None)
            if wanted is None:
                raise NotFound(f"The portfolio has no target {version}.", "Choose one from the list of its targets.")
            if wanted is rows[0]:
                raise Conflict(f"Target {version} is in force already.", "Choose an earlier one.", code="in_force")
            known = view_of(uow, wanted)
        self._changes.set_target(portfolio_id, known.weights_frac, known.run_id, known.name, actor, row_version)
        return self.current(portfolio_id, actor)

    def current(self, portfolio_id: str, actor: Actor) -> TargetView:
        """Return the target in force, of a portfolio that has one."""
        with self._ports.store.read(actor) as uow:
            row = uow.targets.current(portfolio_id)
            assert row is not None, "asked only after one was saved"
            return view_of(uow, row)


def view_of(uow: UnitOfWork, row: tables.PortfolioTarget) -> TargetView:
    """Return a target with its weights by symbol."""
    weights = uow.targets.weights(row.id)
    symbols = {asset.id: asset.symbol for asset in uow.assets.get_many(list(weights)).values()}
    return TargetView(
        name=row.name,
        version=row.version,
        run_id=row.run_id,
        as_of=row.as_of,
        set_at_utc=row.created_at_utc,
        weights_frac={symbols[key]: weight for key, weight in weights.items() if key in symbols},
    )
