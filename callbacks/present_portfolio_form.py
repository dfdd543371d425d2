"""What do the forms about portfolios mean: what was typed in, as messages for the services, and the other way round?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from callbacks import present_teams
from callbacks.present_positions import Line, read
from services.errors import FieldProblem, InvalidRequest
from services.formatting import quantity
from services.messages.clients import Client
from services.messages.portfolios import (
    Holding,
    HouseLimits,
    NewPortfolio,
    PortfolioChanges,
    PortfolioDetail,
    PositionInput,
    PositionsInput,
    Strategy,
)

NO_CLIENT = "none"
"""What the choice of a client holds while none is chosen; an empty value would show an empty field."""


def client_choices(clients: Sequence[Client]) -> list[dict[str, str]]:
    """Return the clients that a portfolio can belong to, and none."""
    return [{"value": NO_CLIENT, "label": "No client"}, *({"value": one.id, "label": one.name} for one in clients)]


def new_portfolio(
    name: str | None,
    client_id: str | None,
    team_id: str | None,
    strategy: str,
    currency: str,
    value: float | None,
    text: str | None,
    *,
    known: Iterable[str],
) -> tuple[NewPortfolio, PositionsInput | None]:
    """Return the portfolio to make and its positions, if any were pasted.

    Raises
    ------
    InvalidRequest
        With every problem of name and positions at once.

    """
    problems = (
        [] if (name or "").strip() else [FieldProblem("name", "The name is empty.", "Give the portfolio a name.")]
    )
    positions = None
    amount = None if value is None else Decimal(str(value))
    if (text or "").strip():
        try:
            positions = positions_input(text, amount, None, known=known, needs_value=True)
        except InvalidRequest as error:
            problems += error.fields
    if problems:
        raise InvalidRequest("The form has problems.", "Put them right, then save again.", fields=tuple(problems))
    new = NewPortfolio(
        name=(name or "").strip(),
        client_id=None if client_id in {None, "", NO_CLIENT} else client_id,
        team_id=present_teams.chosen(team_id),
        strategy=Strategy(strategy),
        base_currency=currency,
        initial_cash_ccy=amount if positions is None else None,
    )
    return new, positions


def positions_input(
    text: str | None, value: Decimal | None, cash: Decimal | None, *, known: Iterable[str], needs_value: bool = False
) -> PositionsInput:
    """Return pasted positions as the service takes them.

    Raises
    ------
    InvalidRequest
        With every line that cannot be used.

    """
    pasted = read(text, known)
    problems = list(pasted.problems)
    if pasted.is_by_weight and needs_value and not value:
        advice = "Say what the portfolio is worth, or give numbers of shares."
        problems.append(FieldProblem("initial_cash_ccy", "Weights need a value to become shares.", advice))
    if problems:
        raise InvalidRequest("Some lines cannot be used.", "Put them right.", fields=tuple(problems))
    return PositionsInput(
        positions=tuple(_position(line) for line in pasted.lines),
        total_value_ccy=value if pasted.is_by_weight else None,
        cash_ccy=cash if not pasted.is_by_weight else None,
    )


def _position(line: Line) -> PositionInput:
    weight = None if line.weight_frac is None else float(line.weight_frac)
    return PositionInput(symbol=line.symbol, quantity=line.quantity, weight_frac=weight)


def positions_text(holdings: Sequence[Holding]) -> str:
    """Write the present holdings as the positions form reads them."""
    return "\n".join(f"{held.symbol}, {quantity(held.quantity).replace(',', '')}" for held in holdings)


def changes(
    name: str | None,
    client_id: str | None,
    team_id: str | None,
    strategy: str,
    description: str | None,
    *percents: float | None,
) -> PortfolioChanges:
    """Return what the edit form changes; `percents` are largest and smallest position, largest sector, gross."""
    position_max, position_min, sector_max, gross_max = (None if one is None else one / 100 for one in percents)
    limits = HouseLimits(
        position_max_frac=position_max,
        position_min_frac=position_min,
        sector_max_frac=sector_max,
        gross_max_frac=gross_max,
    )
    return PortfolioChanges(
        name=name or " ",  # the service tells an empty name together with what else is wrong
        client_id=None if client_id in {None, "", NO_CLIENT} else client_id,
        team_id=present_teams.chosen(team_id),
        strategy=Strategy(strategy),
        description=description or None,
        house_limits=limits,
    )


def as_typed(one: PortfolioDetail) -> tuple[Any, ...]:
    """Return a portfolio as the edit form shows it."""
    limits = one.house_limits
    percents = (limits.position_max_frac, limits.position_min_frac, limits.sector_max_frac, limits.gross_max_frac)
    shown = [None if share is None else round(share * 100, 6) for share in percents]
    team_id = one.team_id or present_teams.NO_TEAM
    return (one.name, one.client_id or NO_CLIENT, team_id, one.strategy.value, one.description, *shown)
