"""What do the forms about portfolios mean: what was typed in, as messages for the services, and the other way round?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from callbacks import present_teams
from callbacks.present_positions import Line, read
from callbacks.present_typed import Typed
from callbacks.typed_marks import unmistakable
from services.errors import FieldProblem, InvalidRequest
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
from services.portfolios_checks import LIMITS, limit_problems, name_problems

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
    value: object,
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
    typed = Typed()
    amount = typed.number("initial_cash_ccy", "The value", value, low=0, kind="amount")
    is_unreadable = bool(typed.problems)
    problems = [*name_problems(name), *typed.problems]
    positions = None
    if (text or "").strip():
        try:
            positions = positions_input(text, amount, None, known=known, needs_value=not is_unreadable)
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


def positions_typed(text: str | None, value: object, cash: object, *, known: Iterable[str]) -> PositionsInput:
    """Return what the positions form holds, as the service takes it; its numbers are still text.

    Raises
    ------
    InvalidRequest
        With every line and number that cannot be used.

    """
    typed = Typed()
    value_ccy = typed.number("total_value_ccy", "The value", value, low=0, is_low_allowed=False, kind="amount")
    cash_ccy = typed.number("cash_ccy", "The cash", cash, kind="amount")
    try:
        made = positions_input(text, value_ccy, cash_ccy, known=known)
    except InvalidRequest as error:
        typed.problems += error.fields
    if typed.problems:
        raise InvalidRequest("Some lines cannot be used.", "Put them right.", fields=tuple(typed.problems))
    return made


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


def told_by_line(error: InvalidRequest, text: str | None) -> InvalidRequest:
    """Return a service's refusal of positions with the lines of the text in place of the places in the request."""
    lines = read(text).lines
    problems = []
    for problem in error.fields:
        found = re.match(r"positions\[(\d+)\]", problem.path)
        if found and int(found[1]) < len(lines):
            number = lines[int(found[1])].number
            problem = FieldProblem(f"line {number}", f"Line {number}: {problem.message}", problem.advice)
        problems.append(problem)
    return InvalidRequest(error.message, error.advice, code=error.code, fields=tuple(problems))


def _position(line: Line) -> PositionInput:
    weight = None if line.weight_frac is None else float(line.weight_frac)
    return PositionInput(symbol=line.symbol, quantity=line.quantity, weight_frac=weight)


def positions_text(holdings: Sequence[Holding]) -> str:
    """Write the present holdings as the positions form reads them, to the last digit."""
    return "\n".join(f"{held.symbol}, {unmistakable(f'{held.quantity.normalize():f}')}" for held in holdings)


def changes(
    name: str | None,
    client_id: str | None,
    team_id: str | None,
    strategy: str,
    description: str | None,
    *percents: object,
) -> PortfolioChanges:
    """Return what the edit form changes; `percents` are largest and smallest position, largest sector, gross.

    Raises
    ------
    InvalidRequest
        With every problem of the name and of each limit at once.

    """
    typed = Typed()
    shares = {
        field: typed.percent(f"house_limits.{field}", LIMITS[field].name, text)
        for field, text in zip(LIMITS, percents, strict=True)
    }
    draft = HouseLimits.model_construct(**shares)
    problems = [*name_problems(name), *typed.problems, *limit_problems(draft, None)]
    if problems:
        raise InvalidRequest("The form has problems.", "Put them right, then save again.", fields=tuple(problems))
    return PortfolioChanges(
        name=(name or "").strip(),
        client_id=None if client_id in {None, "", NO_CLIENT} else client_id,
        team_id=present_teams.chosen(team_id),
        strategy=Strategy(strategy),
        description=description or None,
        house_limits=HouseLimits(**shares),
    )


def as_typed(one: PortfolioDetail) -> tuple[Any, ...]:
    """Return a portfolio as the edit form shows it."""
    percents = [getattr(one.house_limits, field) for field in LIMITS]
    texts = [None if share is None else f"{share * 100:.6f}".rstrip("0").rstrip(".") for share in percents]
    shown = [None if text is None else unmistakable(text) for text in texts]
    team_id = one.team_id or present_teams.NO_TEAM
    return (one.name, one.client_id or NO_CLIENT, team_id, one.strategy.value, one.description, *shown)
