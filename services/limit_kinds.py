"""Which kinds of limits does the table of limits know, and which column holds which part of each?

One form a word of the column `limit`. A kind may have several words: groups have one for each dimension, and what may
be sold short is two lines, the shorts together and the gross exposure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

from engine.constraints import CONSTRAINTS

Unit = Literal["percent", "score", "count", "none"]
Way = Literal["percent", "choice", "whole"]

COLUMNS: Final = ("limit", "of", "least", "most", "measured from", "firm", "details")
"""The columns of the table, in their order."""

GROUP_PREFIX: Final = "Group:"
DIMENSIONS: Final[dict[str, str]] = {
    "country": "Country",
    "region": "Region",
    "currency": "Currency",
    "asset_class": "Asset class",
    "industry": "Industry",
    "exchange": "Exchange",
    "issuer": "Issuer",
}
"""Dimensions of groups that the product knows itself, with their words; others are the user's own."""


@dataclass(frozen=True)
class Detail:
    """A part of a limit that has no column: ``level=99%``."""

    key: str
    name: str
    way: Way
    choices: Mapping[str, str] = field(default_factory=dict)


LEVEL: Final = Detail("level", "level", "percent")
SHORT: Final = Detail("short", "short_max_frac", "percent")
UNSCORED: Final = Detail("without a score", "unknown", "choice", {"refuse": "refused", "exclude": "left out"})
PRIORITY: Final = Detail("priority", "priority", "whole")
"""The priority of a limit that must hold: it has no effect, but it is not lost."""


@dataclass(frozen=True)
class LimitForm:
    """How one word of the column `limit` is laid out.

    Attributes
    ----------
    kind, words
        The engine's name, and the plain words of the column.
    also
        Other words that mean the same.
    of
        The field that the column `of` states; ``assets`` is a list that may be empty.
    least, most
        The fields that these columns state; the same field in both means that it is met exactly.
    unit, unit_words
        In what the two sides are, and how that is said on a screen.
    bases
        What the sides may be measured from, besides nothing.
    fixed
        Fields that the word itself states.
    details
        What has no column.
    is_open
        Whether both sides may be empty.

    """

    kind: str
    words: str
    also: tuple[str, ...] = ()
    of: str = ""
    least: str = ""
    most: str = ""
    unit: Unit = "percent"
    unit_words: str = "%"
    bases: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    details: tuple[Detail, ...] = ()
    is_open: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether there is one figure that is met exactly."""
        return bool(self.least) and self.least == self.most


def _group(dimension: str, words: str) -> LimitForm:
    return LimitForm(
        "group_limit",
        words,
        (),
        "group",
        "min_frac",
        "max_frac",
        bases=("benchmark",),
        fixed={"dimension": dimension},
    )


_FORMS: Final = (
    LimitForm(
        "position_bounds", "Position", ("position size", "asset", "weight"), "assets", "min_frac", "max_frac",
        bases=("current", "benchmark"), details=(SHORT,),
    ),
    LimitForm("sector_limit", "Sector", (), "sector", "min_frac", "max_frac"),
    *(_group(dimension, words) for dimension, words in DIMENSIONS.items()),
    LimitForm("budget", "Net investment", ("net", "net exposure"), "", "net_frac", "net_frac"),
    LimitForm("long_short", "Gross exposure", ("gross",), "", "", "gross_max_frac"),
    LimitForm(
        "long_short", "Shorts", ("short", "all shorts together", "long and short"), "", "", "short_max_frac",
        is_open=True,
    ),
    LimitForm("turnover", "Turnover", (), "", "", "max_frac"),
    LimitForm("tracking_error", "Tracking error", (), "", "", "max_annual_frac", unit_words="% a year"),
    LimitForm("volatility_ceiling", "Volatility", (), "", "", "max_annual_frac", unit_words="% a year"),
    LimitForm("cvar_ceiling", "CVaR", ("expected shortfall",), "", "", "max_frac", details=(LEVEL,)),
    LimitForm("cdar_ceiling", "CDaR", (), "", "", "max_frac", details=(LEVEL,)),
    LimitForm("drawdown_ceiling", "Maximum drawdown", ("drawdown", "max drawdown"), "", "", "max_frac"),
    LimitForm(
        "esg_floor", "ESG score", ("esg",), "", "min_score", "", unit="score", unit_words="or better",
        details=(UNSCORED,),
    ),
    LimitForm("beta", "Beta", (), "", "min_beta", "max_beta", unit="score", unit_words=""),
    LimitForm(
        "factor_exposure", "Factor", ("factor exposure",), "factor", "min_exposure", "max_exposure", unit="score",
        unit_words="",
    ),
    LimitForm(
        "holdings_count", "Holdings count", ("number of holdings", "holdings"), "", "min_count", "max_count",
        unit="count", unit_words="assets",
    ),
    LimitForm("min_holding", "Minimum holding", ("zero or at least", "smallest holding"), "", "min_frac", ""),
    LimitForm("min_trade", "Minimum trade", ("smallest trade",), "", "min_frac", ""),
    LimitForm("round_lots", "Round lots", ("whole lots", "lots"), unit="none", unit_words=""),
)  # fmt: skip

FORMS: Final[tuple[LimitForm, ...]] = _FORMS


def normalized(words: str) -> str:
    """Return words as they are compared: small letters, one blank between them."""
    return " ".join(words.replace("_", " ").replace("-", " ").lower().split())


@cache
def _by_words() -> dict[str, LimitForm]:
    found: dict[str, LimitForm] = {}
    for form in FORMS:
        names = (form.words, *form.also) if form.kind in ("group_limit", "long_short") else (
            form.words, *form.also, form.kind,
        )  # fmt: skip
        for name in names:
            found.setdefault(normalized(name), form)
    found[normalized("long_short")] = found["shorts"]
    return found


def form_of_words(words: str) -> LimitForm | None:
    """Return the form that the words of a cell mean; None where they mean none.

    A group of the user's own is named by its dimension, exactly as it is written: ``Group: Sleeve``.
    """
    plain = words.strip()
    if plain.lower().startswith(GROUP_PREFIX.lower()):
        dimension = plain[len(GROUP_PREFIX) :].strip()
        return own_group(unquoted(dimension)) if dimension else None
    return _by_words().get(normalized(plain))


def own_group(dimension: str) -> LimitForm:
    """Return the form of limits on groups of a dimension."""
    if dimension in DIMENSIONS:
        return _by_words()[normalized(DIMENSIONS[dimension])]
    return _group(dimension, f"{GROUP_PREFIX} {quoted(dimension)}")


def forms_of(limit: Mapping[str, Any]) -> tuple[LimitForm, ...]:
    """Return the forms that state a limit, one a line of the table."""
    kind = str(limit["kind"])
    if kind == "group_limit":
        return (own_group(str(limit["dimension"])),)
    found = tuple(form for form in FORMS if form.kind == kind)
    if kind != "long_short":
        return found
    stated = tuple(form for form in found if limit.get(form.most) is not None)
    return stated or tuple(form for form in found if form.is_open)


def label_of(limit: Any) -> str:
    """Return the name of a limit's kind on a screen: that on a group is named by what the assets are grouped by.

    Parameters
    ----------
    limit
        A limit of a request.

    """
    return str(limit.title)


def quoted(text: str, *, in_list: bool = False) -> str:
    """Return a name as it stands in a cell: in quotation marks where it could be misread or computed otherwise."""
    marks = ",;\t" if in_list else ""
    is_plain = text == text.strip() and not text.startswith(('"', "=", "+", "-", "@", "'")) and "\r" not in text
    if text and is_plain and not any(mark in text for mark in marks) and "\n" not in text:
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def unquoted(text: str) -> str:
    """Return the name that a cell states."""
    plain = text.strip()
    if len(plain) >= 2 and plain.startswith('"') and plain.endswith('"'):
        return plain[1:-1].replace('""', '"')
    return plain


@cache
def span_of(kind: str, name: str) -> tuple[float, float, bool]:
    """Return the least and the largest value of a field, and whether the least itself is excluded."""
    schema: dict[str, Any] = CONSTRAINTS.get(kind).model_json_schema()["properties"][name]
    told = {**schema, **{key: one for part in schema.get("anyOf", ()) for key, one in part.items()}}
    low = told.get("exclusiveMinimum", told.get("minimum", float("-inf")))
    return float(low), float(told.get("maximum", float("inf"))), "exclusiveMinimum" in told
