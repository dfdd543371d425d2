"""Which estimates does a draft ask for, with every parameter, and how do they come back from a request?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from callbacks.optimize_asset_tables import own_covariance, restored_tables
from callbacks.optimize_figures import figure_text, percent_text
from callbacks.optimize_numbers import Reader, TypedProblem
from callbacks.optimize_own_returns import own_returns, texts_of
from callbacks.optimize_views import row_of, views_of
from components.wizard_draft import DEFAULTS

Draft = Mapping[str, Any]
Parameters = dict[str, Any]

RETURNS: Final = "estimates.expected_returns"
COVARIANCE: Final = "estimates.covariance"
OWN: Final = "own"
DAYS_A_YEAR: Final = 252


def estimates_of(draft: Draft, reader: Reader, paths: dict[str, str]) -> dict[str, Any]:
    """Return how return and risk are estimated; parameters without a field come from the run that was reopened."""
    paths |= {RETURNS: "returns_kind", COVARIANCE: "covariance_kind", "estimates.lookback_days": "lookback"}
    lookback = reader.whole("lookback", "The history used", draft["lookback"], 2, 20000, "trading days")
    kept = _kept(draft)
    made = {
        "expected_returns": _estimate("expected_returns", "returns_kind", draft, reader, paths),
        "covariance": _estimate("covariance", "covariance_kind", draft, reader, paths),
        "lookback_days": lookback or int(DEFAULTS["lookback"]),
    }
    return made if "periods_per_year" not in kept else made | {"periods_per_year": kept["periods_per_year"]}


def _kept(draft: Draft) -> dict[str, Any]:
    return dict(dict(draft["kept"]).get("estimates") or {})


def _estimate(field: str, key: str, draft: Draft, reader: Reader, paths: dict[str, str]) -> dict[str, Any]:
    kind = str(draft[key])
    kept = dict(_kept(draft).get(field) or {})
    kept = kept if kept.get("kind") == kind else {}
    read = _READ.get(kind)
    return {**kept, "kind": kind} | (read(draft, reader, paths, kept) if read else {})


def _ewma_mean(draft: Draft, reader: Reader, paths: dict[str, str], kept: Parameters) -> Parameters:
    paths[f"{RETURNS}.half_life_days"] = "half_life"
    label = "The half-life"
    return {"half_life_days": reader.positive("half_life", label, draft["half_life"], 5000, 252.0)}


def _capm(draft: Draft, reader: Reader, paths: dict[str, str], kept: Parameters) -> Parameters:
    paths |= {f"{RETURNS}.premium_annual_frac": "premium", f"{RETURNS}.reference": "capm_reference"}
    premium = reader.optional_percent("premium", "The premium of the market", draft["premium"], -50, 50)
    return {"reference": draft["capm_reference"] or "market", "premium_annual_frac": premium}


def _market_implied(draft: Draft, reader: Reader, paths: dict[str, str], kept: Parameters) -> Parameters:
    paths |= {f"{RETURNS}.risk_aversion": "market_aversion", f"{RETURNS}.market_sharpe_annual": "market_sharpe"}
    label, other = "The market's risk aversion", "The Sharpe ratio of the market"
    return {
        "risk_aversion": reader.optional_positive("market_aversion", label, draft["market_aversion"], 100),
        "market_sharpe_annual": reader.optional_positive("market_sharpe", other, draft["market_sharpe"], 5),
    }


def _black_litterman(draft: Draft, reader: Reader, paths: dict[str, str], kept: Parameters) -> Parameters:
    paths |= {f"{RETURNS}.tau": "tau", f"{RETURNS}.views": "views"}
    prior = None
    if draft["prior"] == OWN:
        old = kept.get("prior_returns_annual_frac") or {}
        prior = own_returns(draft, reader, paths, f"{RETURNS}.prior_returns_annual_frac", old, 1.0)
    return {
        **_market_implied(draft, reader, paths, kept),
        "tau": reader.positive("tau", "The uncertainty of the starting point", draft["tau"], 10, 0.05),
        "uses_posterior_covariance": bool(draft["posterior"]),
        "views": views_of(draft["views"], draft["assets"], reader, paths),
        "prior_returns_annual_frac": prior or None,
    }


def _given_returns(draft: Draft, reader: Reader, paths: dict[str, str], kept: Parameters) -> Parameters:
    scale = _scale(kept, _kept(draft))
    figures = own_returns(draft, reader, paths, f"{RETURNS}.returns_frac", kept.get("returns_frac") or {}, scale)
    return {"returns_frac": figures or dict.fromkeys(draft["assets"] or ["?"], 0.0)}


def _scale(parameters: Mapping[str, Any], estimates: Mapping[str, Any]) -> float:
    """Return how many of the figures given make a year."""
    return 1.0 if parameters.get("is_annual", True) else float(estimates.get("periods_per_year", DAYS_A_YEAR))


def _ewma(draft: Draft, reader: Reader, paths: dict[str, str], kept: Parameters) -> Parameters:
    paths[f"{COVARIANCE}.decay"] = "decay"
    decay = reader.positive("decay", "The decay", draft["decay"], 1, 0.97)
    if decay >= 1.0:
        advice = "Type a number between 0 and 1, such as 0.97."
        reader.problems.append(TypedProblem("decay", "A decay of 1 forgets nothing and has no mean.", advice))
        decay = 0.97
    return {"decay": decay}


def _factor_model(draft: Draft, reader: Reader, paths: dict[str, str], kept: Parameters) -> Parameters:
    paths[f"{COVARIANCE}.factors_count"] = "factors"
    typed = str(draft["factors"]).strip()
    count = reader.whole("factors", "The number of factors", typed, 1, 200, "factors") if typed else None
    return {"factors_count": count}


def _given_covariance(draft: Draft, reader: Reader, paths: dict[str, str], kept: Parameters) -> Parameters:
    return own_covariance(draft, reader, paths, kept, _scale(kept, _kept(draft)))


_READ: Final[dict[str, Callable[[Draft, Reader, dict[str, str], Parameters], Parameters]]] = {
    "ewma_mean": _ewma_mean,
    "capm": _capm,
    "market_implied": _market_implied,
    "black_litterman": _black_litterman,
    "given_returns": _given_returns,
    "ewma": _ewma,
    "factor_model": _factor_model,
    "given_covariance": _given_covariance,
}


def restored_estimates(request: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """Return the parts of a draft that the estimates of a request stand for; what has no field is kept."""
    estimates = request.get("estimates") or {}
    returns, covariance = (dict(estimates.get(field) or {}) for field in ("expected_returns", "covariance"))
    parts: dict[str, Any] = {"kept": {**draft["kept"], "estimates": dict(estimates)}}
    parts |= restored_tables(request, _scale(covariance, estimates))
    for name, key in _PLAIN.items():
        if (returns | covariance).get(name) is not None:
            parts[key] = figure_text((returns | covariance)[name])
    if returns.get("kind") == "capm":
        parts["premium"] = percent_text(returns.get("premium_annual_frac"))
        parts["capm_reference"] = returns.get("reference") or "market"
    figures = returns.get("returns_frac") or returns.get("prior_returns_annual_frac")
    if figures:
        parts["own_returns"] = texts_of(figures, _scale(returns, estimates))
    if returns.get("kind") == "black_litterman":
        parts["views"] = [row_of(view) for view in returns.get("views") or ()]
        parts["posterior"] = bool(returns.get("uses_posterior_covariance"))
        parts["prior"] = OWN if figures else "market"
    return parts


_PLAIN: Final = {
    "half_life_days": "half_life",
    "risk_aversion": "market_aversion",
    "market_sharpe_annual": "market_sharpe",
    "tau": "tau",
    "decay": "decay",
    "factors_count": "factors",
}
