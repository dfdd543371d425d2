"""What do the controls of an import of holdings say, as choices for the service?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from callbacks.present_holdings_import import ACCEPT_ALL, NEW_PORTFOLIO, key_of
from callbacks.present_import_problems import GOOD_ROWS
from callbacks.present_typed import Typed
from services.errors import InvalidRequest
from services.messages.holdings_import import (
    HoldingsCheck,
    ImportChoices,
    NewAsset,
    ReplaceMode,
    SymbolChoice,
    TargetChoice,
)
from services.messages.portfolios import Strategy

OWN = ("symbol", "name", "currency", "class")


def changed(check: HoldingsCheck, said: Mapping[str, Any]) -> ImportChoices | None:
    """Return the choices that differ from what holds now; None where the controls say nothing new.

    Parameters
    ----------
    said : mapping of index to value
        Of every control on the page.

    Raises
    ------
    InvalidRequest
        A number or a day cannot be read.

    """
    found: dict[str, Any] = {}
    _columns(check, said, found)
    _questions(check, said, found)
    _names(check, said, found)
    _accounts(check, said, found)
    _booking(check, said, found)
    return ImportChoices(**found) if found else None


def _columns(check: HoldingsCheck, said: Mapping[str, Any], found: dict[str, Any]) -> None:
    if said.get("layout") not in {None, check.layout}:
        found["layout"] = said["layout"]
        return
    chosen = {index.partition(":")[2]: value for index, value in said.items() if index.startswith("column:")}
    if not chosen:
        return
    before = {one.field: place for place, one in enumerate(check.columns) if one.field}
    now: dict[str, int] = {}
    for place, one in enumerate(check.columns):  # what was changed wins over what held the field before
        value = chosen.get(str(place)) or None
        if value is not None and (value not in now or value != one.field):
            now[str(value)] = place
    if now != before:
        found["columns"] = now


def _questions(check: HoldingsCheck, said: Mapping[str, Any], found: dict[str, Any]) -> None:
    words = {}
    for one in check.questions:
        value = said.get(one.name)
        if not value:
            continue
        if one.name.startswith("word:"):
            words[one.name.removeprefix("word:")] = str(value)
        else:
            found[one.name] = str(value)
    if words:
        found["words"] = {**check.choices.words, **words}


def _names(check: HoldingsCheck, said: Mapping[str, Any], found: dict[str, Any]) -> None:
    symbols: dict[str, SymbolChoice] = {}
    for one in check.symbols:
        key = key_of(one.key)
        typed = str(said.get(f"asset:{key}") or "").strip().upper()
        if typed:
            symbols[one.key] = SymbolChoice(asset=typed[:40])
        own = [said.get(f"own-{part}:{key}") for part in OWN]
        if one.status == "new" and all(value is not None for value in own):
            new = NewAsset(
                symbol=str(own[0]).strip().upper()[:40],
                name=str(own[1]).strip()[:200],
                currency=str(own[2]).strip().upper()[:3],
                asset_class=str(own[3]),
            )
            before = check.choices.symbols.get(one.key)
            if before is None or before.new != new:
                symbols[one.key] = SymbolChoice(new=new)
    if symbols:
        found["symbols"] = {**check.choices.symbols, **symbols}


def _accounts(check: HoldingsCheck, said: Mapping[str, Any], found: dict[str, Any]) -> None:
    accounts: dict[str, TargetChoice] = {}
    for one in check.accounts:
        key = key_of(one.key)
        target = said.get(f"target:{key}")
        if target is None:
            continue
        if target != NEW_PORTFOLIO:
            wish = TargetChoice(portfolio_id=str(target))
            is_other = one.portfolio_id != target
        else:
            name = said.get(f"name:{key}")
            wish = TargetChoice(
                name=str(one.portfolio_name if name is None else name)[:200]
                if one.portfolio_id is None
                else one.account,
                base_currency=str(said.get(f"base:{key}") or one.base_currency),
                strategy=Strategy(said.get(f"strategy:{key}") or one.strategy),
            )
            now = TargetChoice(name=one.portfolio_name, base_currency=one.base_currency, strategy=one.strategy)
            is_other = one.portfolio_id is not None or wish != now
        if is_other:
            accounts[one.key] = wish
    if accounts:
        found["accounts"] = {**check.choices.accounts, **accounts}


def _booking(check: HoldingsCheck, said: Mapping[str, Any], found: dict[str, Any]) -> None:
    choices = check.choices
    day = said.get("as_of")
    shown = check.accounts[0].as_of if check.accounts else None
    if day and (shown is None or day != shown.isoformat()):
        try:
            found["as_of"] = date.fromisoformat(str(day))
        except ValueError:
            raise InvalidRequest("This day does not exist.", "Write it as 2022-12-28.") from None
    if "total" in said:
        typed = Typed()
        total = typed.number("total", "The total value", said["total"], low=0, is_low_allowed=False, kind="amount")
        if typed.problems:
            raise InvalidRequest("The value cannot be used.", "Put it right.", fields=tuple(typed.problems))
        if total is not None and total != choices.total_value_ccy:
            found["total_value_ccy"] = total
    if said.get("mode") not in {None, choices.mode.value}:
        found["mode"] = ReplaceMode(said["mode"])
    if "leave" in said and (said["leave"] == GOOD_ROWS) != choices.leave_out_problems:
        found["leave_out_problems"] = said["leave"] == GOOD_ROWS
    for index, name in (("repeats", "skip_repeats"), ("fund", "fund_missing_cash")):
        if index in said and bool(said[index]) != getattr(choices, name):
            found[name] = bool(said[index])
    name = said.get("template")
    if name and name not in {choices.template_name, check.template_name, check.layout_label}:
        found["template_name"] = str(name)[:120]


def acted(check: HoldingsCheck, index: str) -> ImportChoices | None:
    """Return the choices after a button at a name was pressed; None where the name is not there any more."""
    if index == ACCEPT_ALL:
        accepted = {one.key: SymbolChoice(asset=one.asset_symbol) for one in check.symbols if one.caution}
        return ImportChoices(symbols={**check.choices.symbols, **accepted}) if accepted else None
    verb, _, rest = index.partition(":")
    key, _, symbol = rest.partition(":")
    one = next((each for each in check.symbols if key_of(each.key) == key), None)
    if one is None:
        return None
    symbols = dict(check.choices.symbols)
    if verb == "pick":
        symbols[one.key] = SymbolChoice(asset=symbol)
    elif verb == "new" and one.suggestion is not None:
        symbols[one.key] = SymbolChoice(new=one.suggestion)
    elif verb == "skip":
        symbols[one.key] = SymbolChoice(skip=True)
    elif verb == "ask":
        symbols[one.key] = SymbolChoice()
    else:
        symbols.pop(one.key, None)
    return ImportChoices(symbols=symbols)


def by_index(ids: Iterable[Mapping[str, Any]], values: Iterable[Any]) -> dict[str, Any]:
    """Return the value of each control by its index."""
    return {str(one["index"]): value for one, value in zip(ids, values, strict=True)}
