"""How does a screen say what the engine says in the words of a request, and how does it list benchmarks?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from components.wizard_hints import PORTFOLIO_OWN
from services.formatting import day_short
from services.limit_kinds import DIMENSIONS

AT_DATA: Final = "at Imports > Prices"
BETAS: Final = "choose a benchmark in “Measured against”, which gives betas"
IN_TABLE: Final = "under “Groups and factors of your own” in step 3"
_OWN: Final = rf"(?:factor_exposures\.[^`]+|groups\.(?!(?:sector|{'|'.join(DIMENSIONS)})`)[^`]+)"
"""Exposures to factors, and groups of one's own: a table beside the limits takes them."""

_REPAIR: Final = ("set allow_covariance_repair to use", "switch on the repair of the matrix to use")
_NO_IMPACT: Final = ("set impact_coefficient to 0", "set the market impact to 0")

_WORDS: Final = (
    (r"give `facts\.market_weights` for all assets, ", ""),
    (r" \(`benchmark_id`\)", ""),
    (r"name a `benchmark_id`, give `facts\.benchmark_weights`", "choose another benchmark"),
    (r"give `facts\.benchmark_weights`", f"import benchmark weights {AT_DATA}"),
    (
        r"give `facts\.capital_money`, or remove the limit",
        "start from a portfolio in step 1, type the capital below the switch, or switch whole lots off",
    ),
    (r"give `facts\.capital_money`,", "start from a portfolio in step 1,"),
    (r"give `facts\.daily_volumes_money`, import volumes", f"import volumes {AT_DATA}"),
    (r", load the sample pack, or give `facts\.esg_scores`", f" {AT_DATA}, or load the sample pack"),
    (r"give (?:(?:it|them) in )?`facts\.betas`(?:, one figure for each asset)?", BETAS),
    (rf"give (it|them) in `facts\.{_OWN}`", rf"give \1 {IN_TABLE}"),
    (rf"give `facts\.{_OWN}`(?:, (?:one figure|a group) for each asset)?", f"give them {IN_TABLE}"),
    (r"give (it|them) in `facts\.[\w.]+`", rf"import \1 {AT_DATA}"),
    (r"give `facts\.[\w.]+`, (?:one figure|a group) for each asset", f"import them {AT_DATA}"),
    (r"give `facts\.[\w.]+`", f"import them {AT_DATA}"),
    (r", give `current_weights`", ""),
    (r"give `risk_aversion` to choose another", "type a risk aversion of the market to choose another"),
    (r"give `premium_annual_frac` to state", "type a premium of the market to state"),
    (r"set `reference` to `market`", "take betas to the market portfolio"),
    (r'set `unknown` to "exclude"', "leave those assets out"),
    (r"give `sectors`, a sector for each asset", "leave out assets without a sector"),
)
_RULES: Final = tuple((re.compile(pattern, re.IGNORECASE), words) for pattern, words in _WORDS)
_DIMENSION: Final = re.compile(r"\basset_class\b(?=[^`]*(?:`[^`]*`[^`]*)*$)")
_NAME: Final = re.compile(r"`(?:facts\.)?([\w.]+)`")


def plain(text: str) -> str:
    """Return a sentence without names of fields of a request: what somebody can do on the screens instead."""
    text = _DIMENSION.sub("asset class", text).replace(*_REPAIR).replace(*_NO_IMPACT)
    if "`" not in text:
        return text
    for rule, words in _RULES:
        text = rule.sub(lambda found, words=words: _cased(found, found.expand(words)), text)
    return _NAME.sub(lambda found: found[1].replace("_", " ").replace(".", " "), text)


def _cased(found: re.Match[str], words: str) -> str:
    """Return the words with a capital where what they stand for had one."""
    return words[:1].upper() + words[1:] if found[0][:1].isupper() else words


def benchmark_options(views: Iterable[Any]) -> list[dict[str, str]]:
    """Return the benchmarks for a list of choices, each with whether its constituents are known."""
    options = [dict(PORTFOLIO_OWN)]
    for one in views:
        if not one.has_weights:
            known = "no weights"
        elif one.weights_to is None:
            known = "held as one asset"
        else:
            known = f"weights of {day_short(one.weights_to)}"
        sample = ", sample, fictitious" if one.is_sample else ""
        options.append({"label": f"{one.name} ({one.currency}, {known}{sample})", "value": one.id})
    return options
