"""What is each figure of performance? Formula and convention are those by which it is computed."""

from __future__ import annotations

from typing import Final

from engine.performance.catalog_benchmark import BESIDE
from engine.performance.catalog_own import OWN
from services.help.entry import term
from services.messages.help import Term

_UNITS: Final = {
    "fraction": "percent",
    "ratio": "a plain number",
    "probability": "percent, from 0 to 100",
    "count": "a count",
}
_NAMED: Final = {
    "{mar} a year": "named beside the figure",
    "{lags} lags": "with as many lags as are named beside the figure",
    "{trials} trials": "as many trials as were made",
}

_MEANINGS: Final[dict[str, str]] = {
    "total_return": "What one unit of money became over the whole period, less that unit. Deposits and withdrawals are "
    "taken out.",
    "annualized_return": "The steady yearly rate that would have led to the same total return.",
    "mean_annual": "The average return of a period, scaled to a year without compounding.",
    "best_period": "The highest return of a single period.",
    "worst_period": "The lowest return of a single period.",
    "positive_share": "How many of the periods earned more than nothing.",
    "volatility": "How widely returns spread around their average, as a standard deviation per year.",
    "downside_deviation": "How far returns fell below the least acceptable one; gains do not count as risk.",
    "skewness": "Whether large losses (below 0) or large gains (above 0) stand out.",
    "kurtosis": "How much more often extreme returns come than a normal distribution would have them.",
    "gips_deviation_3y": "The standard deviation of the last 36 monthly returns, per year, as GIPS reports show it.",
    "sharpe": "Return above the risk-free rate for each unit of volatility. A negative one ranks nothing: more "
    "volatility makes it look better.",
    "sharpe_geometric": "The Sharpe ratio with compounded returns in place of average ones.",
    "sharpe_autocorrelation": "The yearly Sharpe ratio when returns follow one another: returns that trend make the "
    "usual one too high.",
    "probabilistic_sharpe": "How likely the true Sharpe ratio lies above 0, given how long the record is and how its "
    "returns are distributed.",
    "deflated_sharpe": "How likely the true Sharpe ratio lies above what the best of all that was tried would show by "
    "luck alone.",
    "sortino": "Return above the least acceptable one for each unit of downside deviation.",
    "omega": "The sum of gains over the sum of losses, both measured from the least acceptable return.",
    "calmar": "Annualized return for each unit of the deepest fall.",
    "calmar_3y": "The Calmar ratio of the last 36 months.",
    "pain_ratio": "Annualized return above the risk-free rate for each unit of the average depth below the peak.",
    "martin": "Annualized return above the risk-free rate for each unit of the Ulcer index.",
    "tail_ratio": "How large a good day is beside a bad one, at the ends of 5%.",
    "var_95": "The loss that was reached or exceeded in 5 of 100 periods.",
    "var_99": "The loss that was reached or exceeded in 1 of 100 periods.",
    "cvar_95": "The average loss of the worst 5 of 100 periods.",
    "cvar_99": "The average loss of the worst 1 of 100 periods.",
    "max_drawdown": "The deepest fall of wealth from an earlier peak.",
    "required_gain": "What has to be earned from the trough of the deepest fall to stand at the peak again.",
    "recovery_count": "How many periods it took from the trough of the deepest fall back to the peak.",
    "longest_drawdown_count": "The most periods in a row that wealth stood below an earlier peak.",
    "current_drawdown": "How far wealth stands below its highest value so far.",
    "ulcer": "The depth below the peak over time, deep falls counting more: a root mean square.",
    "pain": "The average depth below the peak over time.",
    "cdar_95": "The average depth below the peak on the worst 5 of 100 days, also called conditional drawdown at risk.",
    "benchmark_return": "What the benchmark returned in total on the days on which both have a return.",
    "benchmark_annualized": "The benchmark's return as a steady yearly rate.",
    "active_return": "The portfolio's return less that of its benchmark.",
    "active_annualized": "The portfolio's annualized return less that of its benchmark.",
    "tracking_error": "How widely the portfolio's return strays from that of its benchmark, as a yearly deviation.",
    "information_ratio": "Return above the benchmark for each unit of tracking error.",
    "information_geometric": "The information ratio with compounded returns in place of average ones.",
    "alpha": "Return a year that the benchmark's movements do not explain, from a regression.",
    "alpha_jensen": "Return a year above what the portfolio's beta would have let expect.",
    "beta": "How much the portfolio moves when its benchmark, or the market, moves by one percent.",
    "r_squared": "The share of the portfolio's ups and downs that its benchmark explains.",
    "correlation": "How closely two returns move together: 1 in step, 0 unrelated, -1 against each other.",
    "beta_up": "Beta on the days on which the benchmark rose.",
    "beta_down": "Beta on the days on which the benchmark fell.",
    "treynor": "Return above the risk-free rate for each unit of beta.",
    "m_squared": "The return that the portfolio would have had at the benchmark's volatility.",
    "up_capture": "How much of the benchmark's gain the portfolio took part in, in months in which it rose.",
    "down_capture": "How much of the benchmark's loss the portfolio took part in, in months in which it fell.",
    "up_capture_cumulative": "Up capture with the rising months compounded to one gain.",
    "down_capture_cumulative": "Down capture with the falling months compounded to one loss.",
    "hit_rate": "How many of the periods were better than the benchmark's.",
    "hit_rate_months": "How many of the months were better than the benchmark's.",
    "active_drawdown": "The deepest fall behind the benchmark, measured from the best lead before it.",
}
_ALSO: Final[dict[str, tuple[str, ...]]] = {
    "total_return": ("Return",),
    "volatility": ("Highest volatility", "Volatility until then"),
    "sharpe": ("Sharpe", "Sharpe ratio after costs"),
    "max_drawdown": ("Drawdown", "Max drawdown"),
    "current_drawdown": ("Current drawdown",),
    "downside_deviation": ("Semi-deviation",),
    "cdar_95": ("CDaR",),
    "active_return": ("vs. bench.", "Against the benchmark", "Beside the benchmark", "Ahead by"),
    "annualized_return": ("Return a year (compounded)",),
    "tracking_error": ("Tracking error left",),
}
_ELSEWHERE: Final[dict[str, str]] = {
    "volatility": "home optimize result risk",
    "sharpe": "optimize result frontier walk-forward",
    "max_drawdown": "optimize result risk",
    "current_drawdown": "risk",
    "tracking_error": "optimize result risk",
    "beta": "optimize risk",
    "correlation": "risk stress",
    "deflated_sharpe": "walk-forward",
    "cdar_95": "optimize tradeoffs",
    "downside_deviation": "optimize tradeoffs",
    "active_return": "home",
    "var_95": "result",
    "var_99": "result",
    "cvar_95": "result",
    "cvar_99": "result",
}
_LOSSES: Final = {"var_95", "var_99", "cvar_95", "cvar_99", "max_drawdown", "cdar_95", "active_drawdown"}


def _words(text: str) -> str:
    for mark, words in _NAMED.items():
        text = text.replace(mark, words)
    return text


TERMS: Final[tuple[Term, ...]] = tuple(
    term(
        key.replace("_", "-"),
        known.label,
        f"{_MEANINGS[key]} {_words(known.convention)}",
        f"performance {_ELSEWHERE.get(key, '')}",
        also=_ALSO.get(key, ()),
        formula=known.formula,
        unit=_UNITS[known.unit],
        sign="A loss or a fall is positive." if key in _LOSSES else None,
    )
    for key, known in {**OWN, **BESIDE}.items()
)
"""In formulas r, f and b are the returns of portfolio, risk-free rate and benchmark in a period, k periods a year."""
