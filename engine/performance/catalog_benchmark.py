"""What is each figure of a record beside its benchmark called, how is it computed, and by which convention?

Letters as for the figures of the record by itself; b is the benchmark's return of a period, B its annualized return.
"""

from __future__ import annotations

from engine.performance.definitions import Definition

BESIDE: dict[str, Definition] = {
    "benchmark_return": Definition(
        "benchmark", "Benchmark, total", "fraction", "Π(1 + b) - 1", "Only periods on which both have a return."
    ),
    "benchmark_annualized": Definition(
        "benchmark",
        "Benchmark, annualized",
        "fraction",
        "Π(1 + b)^(k/n) - 1",
        "Only periods on which both have a return. Not annualized below a year of returns (GIPS 2020).",
    ),
    "active_return": Definition(
        "benchmark",
        "Active return",
        "fraction",
        "Π(1 + r) - Π(1 + b)",
        "Difference of the compounded returns. Only periods on which both have a return.",
    ),
    "active_annualized": Definition(
        "benchmark",
        "Active return a year",
        "fraction",
        "R - B",
        "Difference of the annualized returns. Not annualized below a year of returns (GIPS 2020).",
    ),
    "tracking_error": Definition(
        "benchmark", "Tracking error", "fraction", "√k sd(r - b)", "A year; n - 1. Standard error as of volatility."
    ),
    "information_ratio": Definition(
        "benchmark",
        "Information ratio",
        "ratio",
        "√k mean(r - b) / sd(r - b)",
        "Arithmetic. Standard error of Mertens (2002).",
    ),
    "information_geometric": Definition(
        "benchmark",
        "Information ratio (geometric)",
        "ratio",
        "((1 + R) / (1 + B) - 1) / (√k sd((1 + r)/(1 + b) - 1))",
        "R and B annualized. Not annualized below a year of returns (GIPS 2020).",
    ),
    "alpha": Definition(
        "benchmark",
        "Alpha (regression)",
        "fraction",
        "(1 + a)^k - 1",
        (
            "a is the constant of the regression of r - f on b - f, compounded to a year. Returns "
            "above the risk-free rate of each period. Newey-West, {lags} lags. Absent below a year."
        ),
    ),
    "alpha_jensen": Definition(
        "benchmark",
        "Alpha (Jensen)",
        "fraction",
        "R - F - beta (B - F)",
        (
            "Annualized returns; differs from the regression's by compounding. Not annualized below a "
            "year of returns (GIPS 2020)."
        ),
    ),
    "beta": Definition(
        "benchmark",
        "Beta",
        "ratio",
        "cov(r - f, b - f) / var(b - f)",
        "Returns above the risk-free rate of each period. Newey-West, {lags} lags.",
    ),
    "r_squared": Definition(
        "benchmark",
        "R squared",
        "probability",
        "1 - Σ e² / Σ (r - mean)²",
        "Of the same regression; interval by Fisher's z of the correlation.",
    ),
    "correlation": Definition("benchmark", "Correlation", "ratio", "corr(r, b)", "Interval by Fisher's z."),
    "beta_up": Definition(
        "benchmark",
        "Beta, rising benchmark",
        "ratio",
        "regression on periods with b > 0",
        "Returns above the risk-free rate of each period.",
    ),
    "beta_down": Definition(
        "benchmark",
        "Beta, falling benchmark",
        "ratio",
        "regression on periods with b < 0",
        "Returns above the risk-free rate of each period.",
    ),
    "treynor": Definition(
        "benchmark",
        "Treynor ratio",
        "fraction",
        "k mean(r - f) / beta",
        "Arithmetic; absent where beta is not above 0, and below a year.",
    ),
    "m_squared": Definition(
        "benchmark",
        "M squared",
        "fraction",
        "SR √k sd(b - f) + k mean(f)",
        "Modigliani: the return a year at the benchmark's volatility. Absent below a year.",
    ),
    "up_capture": Definition(
        "benchmark",
        "Up capture",
        "fraction",
        "g(r) / g(b) over months with b > 0",
        "g is the geometric mean. Whole calendar months; a month with b = 0 is in neither.",
    ),
    "down_capture": Definition(
        "benchmark",
        "Down capture",
        "fraction",
        "g(r) / g(b) over months with b < 0",
        "g is the geometric mean. Whole calendar months; a month with b = 0 is in neither.",
    ),
    "up_capture_cumulative": Definition(
        "benchmark",
        "Up capture, cumulative",
        "fraction",
        "(Π(1 + r) - 1) / (Π(1 + b) - 1), b > 0",
        "Whole calendar months; a month with b = 0 is in neither.",
    ),
    "down_capture_cumulative": Definition(
        "benchmark",
        "Down capture, cumulative",
        "fraction",
        "(Π(1 + r) - 1) / (Π(1 + b) - 1), b < 0",
        "Whole calendar months; a month with b = 0 is in neither.",
    ),
    "hit_rate": Definition("benchmark", "Periods ahead", "probability", "share of r > b", "Interval of Wilson."),
    "hit_rate_months": Definition(
        "benchmark",
        "Months ahead",
        "probability",
        "share of months with r > b",
        "Whole calendar months; interval of Wilson.",
    ),
    "active_drawdown": Definition(
        "benchmark",
        "Maximum active drawdown",
        "fraction",
        "max(1 - A_t / max A_s), A = Π (1 + r)/(1 + b)",
        "Wealth relative to the benchmark, from 1.0.",
    ),
}
