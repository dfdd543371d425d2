"""What do the columns of a file mean, and which figures can be read from it?

A layout is recognized by its header alone. Prices, scores in columns and facts about assets may stand in one file; a
file of single values has one row a value.
"""

from __future__ import annotations

from dataclasses import dataclass

from data.upload.cells import Line
from data.upload.problems import Problems, shown


@dataclass(frozen=True)
class FieldRule:
    """One kind of figure beside prices that the product knows.

    Parameters
    ----------
    name, label, unit : str
    lowest, highest : float
        What it may be, both ends included.

    """

    name: str
    label: str
    unit: str
    lowest: float
    highest: float


YES_OR_NO = "1 for yes, 0 for no"
FIELDS: dict[str, FieldRule] = {
    rule.name: rule
    for rule in (
        FieldRule("esg_score", "ESG score", "0 to 100, higher is better", 0.0, 100.0),
        FieldRule(
            "average_daily_volume_units", "Average daily volume", "units, mean of 20 sessions", 0.0, 1_000_000_000_000.0
        ),
        FieldRule("market_value_ccy", "Market value", "in the asset's currency", 0.0, 1e15),
        FieldRule("shares_outstanding_count", "Number of shares", "shares", 0.0, 1e13),
        FieldRule("pe_ratio", "P/E ratio", "price over earnings a share of a year", -1e6, 1e6),
        FieldRule("pb_ratio", "P/B ratio", "price over book value a share", -1e6, 1e6),
        FieldRule("dividend_yield_frac", "Dividend yield", "fraction a year: 0.02 is 2%", 0.0, 1.0),
        FieldRule("modified_duration_years", "Modified duration", "years", -10.0, 60.0),
        FieldRule("convexity_years2", "Convexity", "years squared", -500.0, 3000.0),
        FieldRule("spread_duration_years", "Spread duration", "years", 0.0, 60.0),
        FieldRule("quoted_spread_frac", "Quoted spread", "fraction of the price", 0.0, 0.5),
        FieldRule("votes_outstanding_count", "Number of votes", "votes of all classes of the issuer", 0.0, 1e14),
        FieldRule("debt_outstanding_count", "Number of debt units", "units of all debt of the issuer", 0.0, 1e14),
        FieldRule("rating_notch", "Rating notch", "1 is AAA, 10 is BBB-, 22 is D", 1.0, 22.0),
        FieldRule(
            "securities_revenue_frac", "Revenue from securities business", "fraction of the issuer's revenue", 0.0, 1.0
        ),
        FieldRule(
            "capital_outstanding_count", "Number of all shares", "shares of all classes of the issuer", 0.0, 1e14
        ),
        FieldRule(
            "exposure_per_unit_ccy",
            "Exposure of a unit",
            "of derivatives: notional times delta, asset's currency",
            -1e12,
            1e12,
        ),
        FieldRule("priips_sri", "Summary risk indicator", "1 to 7", 1.0, 7.0),
        FieldRule("recommended_holding_days", "Recommended holding period", "days", 0.0, 36_525.0),
        FieldRule("target_client_rank", "Least kind of client", "1 retail, 2 professional, 3 counterparty", 1.0, 3.0),
        FieldRule(
            "target_knowledge_rank", "Least knowledge of the client", "1 basic, 2 informed, 3 advanced", 1.0, 3.0
        ),
        FieldRule("is_government", "Issued by a state or its agency", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_covered", "Covered bond", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_ucits", "UCITS fund", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_listed", "Admitted to a regulated market", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_illiquid", "Cannot be sold within seven calendar days", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_money_market", "Money market instrument", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_nonvoting", "Share without votes", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_leveraged", "Leveraged", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_priip", "Packaged product", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_sustainable", "Sustainable investment", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_named", "What the fund's name suggests", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_own_firm", "Issued by the own firm", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_party", "Of a party in interest", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_employer", "Security of the employer", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_144a", "Under Rule 144A", YES_OR_NO, 0.0, 1.0),
        FieldRule("is_qptp", "Publicly traded partnership", YES_OR_NO, 0.0, 1.0),
        FieldRule("has_fund_agreement", "Fund of funds agreement", YES_OR_NO, 0.0, 1.0),
    )
}
"""The figures beside prices, by the name that a file gives them."""

KEYS = ("symbol", "date")
RANGE = ("open", "high", "low")
PRICES = (*RANGE, "close", "adjusted_close", "volume")
FACTS = ("name", "sector", "industry", "country", "currency", "asset_class", "issuer")
LONG = ("field", "value")
RATES = ("base", "quote", "rate")
WEIGHTS = ("benchmark", "weight")
FACTORS = ("factor_set", "factor", "return_frac")
BESIDE_WEIGHTS = frozenset({*KEYS, *WEIGHTS, "name", "currency"})
KNOWN = frozenset({*KEYS, *PRICES, *FACTS, *LONG, *RATES, *WEIGHTS, *FACTORS, *FIELDS})
ALIASES = {
    "ticker": "symbol",
    "day": "date",
    "session": "date",
    "datum": "date",
    "price": "close",
    "last": "close",
    "last_price": "close",
    "schluss": "close",
    "schlusskurs": "close",
    "kurs": "close",
    "adj_close": "adjusted_close",
    "adjclose": "adjusted_close",
    "adjusted": "adjusted_close",
    "eröffnung": "open",
    "hoch": "high",
    "tief": "low",
    "volumen": "volume",
    "währung": "currency",
    "esg": "esg_score",
    "type": "asset_class",
}
ADVICE = (
    "Name the columns symbol, date and close for prices; symbol, date, field and value, or symbol, date and "
    "esg_score, for scores; base, quote, date and rate for exchange rates; benchmark, symbol, date and weight for the "
    "weights of a benchmark; factor_set, factor, date and return_frac for factors. The templates beside the form show "
    "it."
)


@dataclass(frozen=True)
class Layout:
    """Where what stands.

    Parameters
    ----------
    places : dict of str to int
        The product's name of a column to its place in a line.
    headings : dict of str to str
        The product's name of a column to its heading in the file.
    ignored : tuple of str
        Headings that mean nothing here.

    """

    places: dict[str, int]
    headings: dict[str, str]
    ignored: tuple[str, ...]

    @property
    def has_prices(self) -> bool:
        """Whether each row has a price."""
        return "close" in self.places

    @property
    def is_long(self) -> bool:
        """Whether each row has one named value."""
        return all(name in self.places for name in LONG)

    @property
    def is_rates(self) -> bool:
        """Whether each row has a rate of exchange."""
        return all(name in self.places for name in RATES)

    @property
    def is_weights(self) -> bool:
        """Whether each row has the weight of one member of a benchmark."""
        return all(name in self.places for name in WEIGHTS)

    @property
    def is_factors(self) -> bool:
        """Whether each row has the return of one factor."""
        return all(name in self.places for name in FACTORS)

    @property
    def fields(self) -> tuple[str, ...]:
        """The figures beside prices that have a column of their own."""
        return tuple(name for name in FIELDS if name in self.places)

    @property
    def words(self) -> str:
        """What the file holds, for a sentence."""
        if self.is_rates:
            return "exchange rates"
        if self.is_weights:
            return "benchmark weights"
        if self.is_factors:
            return "factor returns"
        parts = ["prices"] if self.has_prices else []
        parts += ["single values"] if self.is_long else []
        parts += [FIELDS[name].label + "s" for name in self.fields]
        return " and ".join(parts)


def find_layout(header: Line, problems: Problems) -> Layout | None:
    """Return what the columns mean, or None with the reasons among the problems."""
    places: dict[str, int] = {}
    headings: dict[str, str] = {}
    ignored: list[str] = []
    before = problems.total_count
    for place, cell in enumerate(header.cells):
        name = _name(cell.text)
        if name not in KNOWN:
            if cell.text:
                ignored.append(cell.text)
        elif name in places:
            message = f"Two columns mean {name}: {shown(headings[name])} and {shown(cell.text)}."
            problems.add(header.number, cell.text, message, "Keep one of them.")
        else:
            places[name], headings[name] = place, cell.text
    if not all(name in places for name in WEIGHTS):
        ignored += [headings[name] for name in WEIGHTS if places.pop(name, None) is not None]
    layout = Layout(places, headings, tuple(ignored))
    has_symbol = not (layout.is_rates or layout.is_factors)
    missing = [name for name in KEYS if name not in places and (has_symbol or name != "symbol")]
    if missing:
        problems.add(header.number, None, f"There is no column {' and no column '.join(missing)}.", ADVICE)
    beside = [headings[name] for name in places if layout.is_weights and name not in BESIDE_WEIGHTS]
    if beside:
        message = f"Beside the weights of a benchmark stand other columns: {', '.join(shown(one) for one in beside)}."
        problems.add(header.number, beside[0], message, "Put them into a file of their own.")
    elif not (layout.is_weights or layout.is_rates or layout.is_factors or _has_figures(layout)):
        problems.add(
            header.number, None, "There is no column with prices, scores or rates, nor one with weights.", ADVICE
        )
    elif layout.is_long and (layout.has_prices or layout.fields):
        message = "The columns field and value stand beside columns of their own for prices or scores."
        problems.add(header.number, None, message, "Use one of the two forms in a file.")
    return layout if problems.total_count == before else None


def _has_figures(layout: Layout) -> bool:
    """Return whether a row has a figure of a symbol."""
    return layout.has_prices or layout.is_long or bool(layout.fields)


def is_known(heading: str) -> bool:
    """Return whether a heading is one of those that are read here."""
    return _name(heading) in KNOWN


def _name(heading: str) -> str:
    """Return the product's name of a column: case, spaces and hyphens do not matter."""
    plain = "_".join(heading.casefold().replace("-", " ").replace("_", " ").split())
    return ALIASES.get(plain, plain)
