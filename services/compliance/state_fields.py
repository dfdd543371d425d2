"""What is known of each position beside its value, by the names that rules use?

What the product does not know stays unknown: no industry is guessed from a name, no bond is taken for a state's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from services.compliance.firm_holdings import units_elsewhere
from services.compliance.firm_stakes import STAKES, stakes_of
from services.compliance.firm_trades import crossed
from services.compliance.lists import listings, locates
from services.compliance.shared_reads import remembered
from services.compliance.short_month import SHORT, short_averages
from services.compliance.state_asked import Asked, Fields, Floats
from services.compliance.state_bodies import FIELDS as CLAIMS
from services.compliance.state_bodies import body_of, claims, groups_of, with_plain_claims
from services.compliance.state_products import (
    ATTRIBUTES,
    EXPOSED,
    Client,
    client_on,
    exposures,
    falls,
    follows,
    product_fields,
)
from services.compliance.stated_facts import is_marked_completely
from services.portfolios_benchmark import benchmark_weights
from services.risk import PARTICIPATION_FRAC

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.compliance.state_lines import Line
    from services.portfolio_facts_reader import PortfolioFactsReader

FUNDS = frozenset({"etf", "fund"})
DERIVATIVES = frozenset({"derivative", "option", "future", "forward", "swap", "warrant"})
DEBT = frozenset({"bond"})
NOT_REGULATED = frozenset({"OTCM", "OTCB", "OTCQ", "OOTC", "PINX", "PINL", "PINI", "XOTC"})
"""Market codes of dealers' systems that are no regulated market."""
WEEK_TRADING_DAYS = 5
DEBT_UNITS = "debt_outstanding_count"
SHARES, VOTES, ESG, RATING = "shares_outstanding_count", "votes_outstanding_count", "esg_score", "rating_notch"
SECURITIES_REVENUE = "securities_revenue_frac"
FLAGS = (
    "is_government", "is_covered", "is_ucits", "is_listed", "is_illiquid", "is_named", "is_own_firm", "is_party",
    "is_employer", "is_144a", "is_qptp", "has_fund_agreement", "is_money_market", "is_nonvoting", "is_leveraged",
    "is_priip", "is_sustainable",
)  # fmt: skip
"""Truths that a file may state of an asset as 1 or 0, under the same name."""
LOWER_IS_BETTER = "lower is better"
PURCHASES = frozenset({"buy", "opening", "transfer"})
LISTED = ("is_restricted", "is_watched", "is_excluded")
CAPITAL = "capital_outstanding_count"
SHARES_OF = {"class_share": (SHARES,), "vote_share": (VOTES,), "debt_share": (DEBT_UNITS,),
             "capital_share": (CAPITAL, SHARES)}  # fmt: skip
"""What a unit is a share of, by field: facts about assets, the first that is known."""
WORDS = ("issuer", "issuer_group", "sector", "industry", "country")
AssetWords: TypeAlias = "tuple[str | None, str | None, str | None, str | None, str | None]"
OF_PRODUCTS = frozenset({"sri", "holding_days", "is_in_target_market", "is_known_kind"})


def fields_of(uow: UnitOfWork, facts: PortfolioFactsReader, asked: Asked) -> Fields:
    """Return every field that is wanted and can be known."""
    return _Reading(uow, facts, asked).fields()


class _Reading:
    """One reading of the store."""

    def __init__(self, uow: UnitOfWork, facts: PortfolioFactsReader, asked: Asked) -> None:
        self._uow, self._facts, self._asked = uow, facts, asked
        self._assets = {line.asset.id: line.asset for line in asked.lines if line.asset is not None}
        self._is_sample = False
        self._said = self._attributes()

    def fields(self) -> Fields:
        """Return all that is wanted."""
        wanted, lines = set(self._asked.wanted), self._asked.lines
        needed = wanted | ({"sell_days"} if "is_illiquid" in wanted else set())
        per_unit = {name: made for name, made in self._per_unit().items() if name in needed}
        given: dict[str, Sequence[Any]] = {
            "is_cash": [line.is_cash for line in lines],
            "asset_class": ["cash" if line.asset is None else line.asset.asset_class for line in lines],
            "currency": [line.currency for line in lines],
            "is_fund": [line.asset is not None and line.asset.asset_class in FUNDS for line in lines],
            "is_derivative": [line.asset is not None and line.asset.asset_class in DERIVATIVES for line in lines],
            **self._words(),
            **{name: self._flags(name) for name in FLAGS if name in wanted or name == "is_listed"},
        }
        sizes = np.array([abs(float(line.quantity)) for line in lines])
        for name, one in per_unit.items():
            given[name] = (np.where(sizes == 0.0, np.where(np.isnan(one), np.nan, 0.0), one * sizes)).tolist()
        if "is_illiquid" in wanted:
            given["is_illiquid"] = self._illiquid(given["sell_days"])
        for name, attribute in (("esg_score", ESG), ("rating_notch", RATING)):
            if name in wanted:
                given[name] = [self._number(line, attribute) for line in lines]
        if "firm_share" in wanted:
            given["firm_share"] = [self._firm_share(line) for line in lines]
        if "held_days" in wanted:
            given["held_days"] = self._held_days()
        if wanted & set(LISTED):
            given |= self._listed()
        if "has_locate" in wanted:
            given["has_locate"] = self._located()
        if wanted & SHORT:
            given |= self._short()
        if "other_class_share" in wanted:
            given["other_class_share"] = self._elsewhere()
        if wanted & STAKES:
            found, is_sample = stakes_of(self._uow, self._asked)
            given, self._is_sample = given | found, self._is_sample or is_sample
        if "is_crossed" in wanted:
            given["is_crossed"] = self._crossed()
        if "active_weight" in wanted:
            given["active_weight"] = self._active()
        given |= product_fields(lines, wanted, self._value, self._client()) if wanted & OF_PRODUCTS else {}
        given |= claims(lines, self._asked.stated, given["is_derivative"], given["is_listed"])
        if "fall_since_bought" in wanted:
            given["fall_since_bought"] = falls(lines, self._asked.state, self._asked.day)
        kept = wanted | {"is_cash"} | ({"otc_exposure_ccy"} if "otc_exposure" in wanted else set())
        if wanted & EXPOSED and any(given["is_derivative"]):
            given["exposure_ccy"], per_unit["exposure_ccy"] = exposures(
                lines, given["is_derivative"], self._value, self._asked.state, self._asked.day
            )
            kept |= {"exposure_ccy"}
        return Fields(
            with_plain_claims({name: values for name, values in given.items() if name in kept}, lines),
            {name: values for name, values in per_unit.items() if name in kept},
            self._is_sample,
        )

    def _attributes(self) -> dict[str, dict[str, tables.AssetAttribute]]:
        by_field = {
            "esg_score": ESG,
            "rating_notch": RATING,
            "firm_share": SECURITIES_REVENUE,
            **{name: name for name in FLAGS},
        }
        wanted = set(self._asked.wanted)
        wanted |= {"class_share"} if wanted & {"short_month_share", "other_class_share"} else set()
        wanted |= {"is_144a"} if "is_illiquid" in wanted else set()
        wanted |= {"is_government"} if "firm_share" in wanted else set()
        wanted |= {"is_listed"} if wanted & CLAIMS else set()
        more_of = {**SHARES_OF, **ATTRIBUTES}
        needed = {by_field[name] for name in wanted if name in by_field}
        names = sorted(needed.union(*(more for name, more in more_of.items() if name in wanted)))
        if not names or not self._assets:
            return {}
        return self._uow.assets.attributes_named(sorted(self._assets), names, self._asked.on, self._asked.known_at_utc)

    def _value(self, line: Line, name: str) -> float | None:
        said = self._said.get(name)
        row = None if line.asset is None or not said else said.get(line.asset.id)
        if row is None:
            return None
        self._is_sample |= row.is_sample
        if name == ESG and LOWER_IS_BETTER in (row.unit or ""):
            return None
        return float(row.value)

    def _number(self, line: Line, name: str) -> float:
        found = self._value(line, name)
        return np.nan if found is None else found

    def _flags(self, name: str) -> list[bool | None]:
        """Return a truth of every line; one that nothing was stated of follows from the asset and the house alone."""
        said = self._said.get(name, {})
        key = f"{name} of assets{' marked' if is_marked_completely(self._asked.stated, name) else ''}"
        known: dict[str, bool | None] = remembered(self._uow, key)
        found: list[bool | None] = []
        for line in self._asked.lines:
            if line.asset is None:
                found.append(False)
                continue
            asset_id = line.asset.id
            if asset_id in said:
                found.append(self._flag(line, name))
                continue
            if asset_id not in known:
                known[asset_id] = self._flag(line, name)
            found.append(known[asset_id])
        return found

    def _flag(self, line: Line, name: str) -> bool | None:
        """Return a truth: what was stated, else what follows from the kind of asset, else None."""
        if line.asset is None:
            return False
        said = self._value(line, name)
        if said is not None:
            return {1.0: True, 0.0: False}.get(said)
        kind = line.asset.asset_class
        if name in ("is_government", "is_covered"):
            return None if kind in DEBT else False
        if name == "is_ucits":
            return None if kind in FUNDS else False
        if name == "is_listed" and line.asset.exchange:
            return line.asset.exchange.upper() not in NOT_REGULATED
        found = follows(name, kind, is_fund=kind in FUNDS, is_derivative=kind in DERIVATIVES)
        if found is not None:
            return found
        if (name == "has_fund_agreement" and kind not in FUNDS) or (name == "is_qptp" and kind in DEBT | FUNDS):
            return False
        return False if is_marked_completely(self._asked.stated, name) else None

    def _firm_share(self, line: Line) -> float:
        """Return the share of securities business; cash, states and funds have none (17 CFR 270.12d3-1(d)(7))."""
        if line.asset is None or line.asset.asset_class in FUNDS or self._flag(line, "is_government"):
            return 0.0
        return self._number(line, SECURITIES_REVENUE)

    def _words(self) -> dict[str, Sequence[str | None]]:
        lines = self._asked.lines
        of_assets = self._words_of_assets()
        bodies = {line.symbol: body_of(self._asked.stated, line) for line in lines if line.asset is None}
        of_bodies = groups_of(self._uow, {one for one in bodies.values() if one is not None})
        found: list[AssetWords] = []
        for line in lines:
            if line.asset is None:
                name = bodies[line.symbol]
                found.append((name, of_bodies.get(name or "", name), "Cash", "Cash", None))
            else:
                found.append(of_assets[line.asset.id])
        return dict(zip(WORDS, map(list, zip(*found, strict=True)), strict=True))

    def _words_of_assets(self) -> dict[str, AssetWords]:
        """Return the words of each asset, in the order of `WORDS`; portfolios that are read together share them."""
        past = self._classified()
        known: dict[str, AssetWords] = {} if self._asked.is_past else remembered(self._uow, "words of assets")
        rows = [row for key, row in self._assets.items() if key not in known]
        issuers = self._uow.issuers.get_many(sorted({row.issuer_id for row in rows if row.issuer_id is not None}))
        groups = self._uow.issuers.groups_by_id(
            sorted({one.issuer_group_id for one in issuers.values() if one.issuer_group_id is not None})
        )
        for row in rows:
            issuer = issuers.get(row.issuer_id or "")
            group = None if issuer is None else groups.get(issuer.issuer_group_id or "")
            name = None if issuer is None else issuer.name
            known[row.id] = (
                name,
                name if group is None else group.name,
                past["sector"].get(row.id, row.sector),
                past["industry"].get(row.id, row.industry),
                row.country or (None if issuer is None else issuer.country),
            )
        return known

    def _classified(self) -> dict[str, dict[str, str]]:
        """Return sectors and industries of a day of the past, where they are dated."""
        asked = self._asked
        if not asked.is_past:
            return {"sector": {}, "industry": {}}
        ids = sorted(self._assets)
        return {scheme: self._uow.assets.classifications(ids, scheme, asked.on) for scheme in ("sector", "industry")}

    def _per_unit(self) -> dict[str, Floats]:
        """Return what one unit adds to shares of a class and of votes, and to the time of a sale; zero for cash."""
        lines, wanted = self._asked.lines, set(self._asked.wanted)
        made: dict[str, Floats] = {}
        for name, attributes in SHARES_OF.items():
            if name in wanted:
                counts = [next((one for key in attributes if (one := self._value(line, key)) is not None), np.nan)
                          for line in lines]  # fmt: skip
                made[name] = np.array(
                    [0.0 if _has_none(line, name) else _inverse(line, count)
                     for line, count in zip(lines, counts, strict=True)]
                )  # fmt: skip
        if wanted & {"sell_days", "is_illiquid"}:
            volumes = self._facts.volumes(self._uow, sorted(self._assets), self._asked.day)
            units = [volumes.get("" if one.asset is None else one.asset.id, (np.nan, False)) for one in lines]
            self._is_sample |= any(is_invented for _, is_invented in units)
            made["sell_days"] = np.array(
                [_inverse(line, unit * PARTICIPATION_FRAC) for line, (unit, _) in zip(lines, units, strict=True)]
            )
        return made

    def _client(self) -> Client:
        asked = self._asked
        return client_on(self._uow, asked.portfolio, asked.on, asked.stated)

    def _illiquid(self, sell_days: Sequence[float]) -> list[bool | None]:
        """Return what cannot be sold within seven calendar days: stated, else more than five trading days."""
        found: list[bool | None] = []
        for line, days in zip(self._asked.lines, sell_days, strict=True):
            said = self._flag(line, "is_illiquid")
            known = None if math.isnan(days) else math.ceil(days) > WEEK_TRADING_DAYS
            if self._flag(line, "is_144a"):  # illiquid unless somebody determined otherwise
                known = True
            found.append(known if said is None else said)
        return found

    def _held_days(self) -> list[float]:
        """Return calendar days since the last purchase; NaN where none is known, zero for what is only traded."""
        last: dict[str, date] = {}
        for entry in self._asked.state.entries:
            is_bought = entry.kind in PURCHASES and entry.quantity > 0
            if entry.asset_id is not None and is_bought and entry.trade_date <= self._asked.day:
                last[entry.asset_id] = max(entry.trade_date, last.get(entry.asset_id, entry.trade_date))
        found = []
        for line in self._asked.lines:
            bought = None if line.asset is None else last.get(line.asset.id)
            found.append(np.nan if bought is None else float((self._asked.day - bought).days))
        return found

    def _listed(self) -> dict[str, Sequence[bool]]:
        asked = self._asked
        listed = listings(
            self._uow, asked.portfolio.id, asked.on, asset_ids=sorted(self._assets), known_at_utc=asked.known_at_utc
        )
        return {
            name: [line.asset is not None and line.asset.id in listed and getattr(listed[line.asset.id], name)
                   for line in asked.lines]
            for name in LISTED
        }  # fmt: skip

    def _located(self) -> list[bool]:
        """Return of which short positions, as they are after the trades, enough units were located."""
        asked = self._asked
        after = {
            line.asset.id: line.quantity + asked.trades.get(line.symbol, Decimal(0))
            for line in asked.lines
            if line.asset is not None
        }
        short = {key: -quantity for key, quantity in after.items() if quantity < 0}
        found = locates(self._uow, asked.portfolio.id, asked.on) if short else {}
        located = {key for key, units in short.items() if found.get(key, Decimal(0)) >= units}
        return [line.asset is not None and line.asset.id in located for line in asked.lines]

    def _short(self) -> dict[str, Sequence[float]]:
        """Return what was short on average in the month, of assets that were; zero of the others."""
        asked = self._asked
        units = {line.asset.id: self._number(line, SHARES) for line in asked.lines if line.asset is not None}
        found = short_averages(self._uow, self._facts.reader, asked.portfolio.id, asked.state, asked.day, units)
        pairs = [(0.0, 0.0) if line.asset is None else found.get(line.asset.id, (0.0, 0.0)) for line in asked.lines]
        return {"short_month_ccy": [one for one, _ in pairs], "short_month_share": [share for _, share in pairs]}

    def _elsewhere(self) -> list[float]:
        """Return the share of each class that other portfolios of the house hold."""
        units = units_elsewhere(self._uow, self._asked.portfolio.id, self._asked.day)
        found = []
        for line in self._asked.lines:
            held = 0.0 if line.asset is None else float(units.get(line.asset.id, 0))
            found.append(0.0 if held == 0.0 else held * _inverse(line, self._number(line, SHARES)))
        return found

    def _crossed(self) -> list[bool]:
        """Return what another portfolio of the house trades the other way on the same day."""
        asked = self._asked
        ids = {line.symbol: line.asset.id for line in asked.lines if line.asset is not None}
        trades = {ids[symbol]: units for symbol, units in asked.trades.items() if symbol in ids}
        found = crossed(self._uow, asked.portfolio.id, asked.on, asked.day, trades)
        return [line.asset is not None and line.asset.id in found for line in asked.lines]

    def _active(self) -> list[float]:
        """Return weights less those in the benchmark; NaN where one of them is not known."""
        asked = self._asked
        benchmark_id = asked.portfolio.benchmark_id
        row = None if benchmark_id is None else self._uow.benchmarks.find(benchmark_id)
        weights = {} if row is None else benchmark_weights(self._uow, self._facts.reader, row, asked.day)
        whole = asked.state.value_ccy
        if not weights or whole is None or whole <= 0:
            return [np.nan] * len(asked.lines)
        found = []
        for line in asked.lines:
            beside = 0.0 if line.asset is None else weights.get(line.asset.id, 0.0)
            found.append(np.nan if line.value_ccy is None else float(line.value_ccy / whole) - beside)
        return found


def _has_none(line: Line, name: str) -> bool:
    """Return whether there is nothing to count: bonds have no votes, and only bonds are debt."""
    if line.asset is None:
        return True
    is_debt = line.asset.asset_class in DEBT
    return is_debt if name in ("vote_share", "capital_share") else name == "debt_share" and not is_debt


def _inverse(line: Line, count: float) -> float:
    """Return one over a count of units; zero for cash, NaN where the count is not known or none."""
    if line.asset is None:
        return 0.0
    return np.nan if math.isnan(count) or count <= 0.0 else 1.0 / count


def end_of(day: date) -> datetime:
    """Return the last instant of a day in UTC."""
    return datetime.combine(day, time.max, UTC)


__all__ = ["FLAGS", "Asked", "Fields", "end_of", "fields_of"]
