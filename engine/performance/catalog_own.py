"""What is each figure of a record by itself called, how is it computed, and by which convention?

In formulas r is the return and f the risk-free rate of a period, n their number, k the periods per year, R and F are
annualized; `mean` is over all n, `sd` divides by n - 1.
"""

from __future__ import annotations

from engine.performance.definitions import Definition

OWN: dict[str, Definition] = {
    "total_return": Definition("return", "Total return", "fraction", "Π(1 + r) - 1", "Time-weighted, compounded."),
    "annualized_return": Definition(
        "return",
        "Annualized return",
        "fraction",
        "Π(1 + r)^(k/n) - 1",
        "Geometric. Not annualized below a year of returns (GIPS 2020).",
    ),
    "mean_annual": Definition(
        "return",
        "Mean return a year",
        "fraction",
        "k mean(r)",
        "Arithmetic: what an expected return promises, not what was earned. Absent below a year.",
    ),
    "best_period": Definition("return", "Best period", "fraction", "max r", "Of a single period."),
    "worst_period": Definition("return", "Worst period", "fraction", "min r", "Of a single period."),
    "positive_share": Definition("return", "Positive periods", "probability", "share of r > 0", "Interval of Wilson."),
    "volatility": Definition(
        "risk",
        "Volatility",
        "fraction",
        "√k sd(r)",
        "A year; n - 1. Standard error allows for fat tails: sd √((kurtosis + 2) / 4n), never less than that of normal "
        "returns.",
    ),
    "downside_deviation": Definition(
        "risk",
        "Downside deviation",
        "fraction",
        "√k √(Σ min(r - MAR, 0)² / n)",
        (
            "Divided by all n periods, not by the losing ones. MAR is the minimum acceptable return "
            "of a period, {mar} a year."
        ),
    ),
    "skewness": Definition(
        "risk",
        "Skewness",
        "ratio",
        "mean((r - mean)³) / s³",
        "Population moments; standard error for fat tails and dependent periods (Bai and Ng 2005).",
    ),
    "kurtosis": Definition(
        "risk",
        "Excess kurtosis",
        "ratio",
        "mean((r - mean)⁴) / s⁴ - 3",
        "Population moments, 0 for a normal distribution; standard error for fat tails (Bai and Ng 2005).",
    ),
    "gips_deviation_3y": Definition(
        "risk",
        "Three-year deviation (GIPS)",
        "fraction",
        "√12 sd of the last 36 monthly returns",
        "Whole calendar months, n - 1; absent below 36 of them.",
    ),
    "sharpe": Definition(
        "ratio",
        "Sharpe ratio",
        "ratio",
        "√k mean(r - f) / sd(r - f)",
        (
            "Arithmetic, deviation of the excess series. Standard error of Mertens (2002), that of Lo "
            "(2002) with skewness and fat tails."
        ),
    ),
    "sharpe_geometric": Definition(
        "ratio",
        "Sharpe ratio (geometric)",
        "ratio",
        "((1 + R) / (1 + F) - 1) / (√k sd(r - f))",
        "R and F annualized. Not annualized below a year of returns (GIPS 2020).",
    ),
    "sharpe_autocorrelation": Definition(
        "ratio",
        "Sharpe ratio (autocorrelation)",
        "ratio",
        "SR k / √(k + 2 Σ (k - j) ρ_j), SR per period",
        "Lo (2002); autocorrelations up to ⌊4 (n/100)^(2/9)⌋ lags, 0 beyond.",
    ),
    "probabilistic_sharpe": Definition(
        "ratio", "Probability that Sharpe > 0", "probability", "Φ(SR / se(SR))", "Bailey and Lopez de Prado (2012)."
    ),
    "deflated_sharpe": Definition(
        "ratio",
        "Deflated Sharpe ratio",
        "probability",
        "Φ((SR - SR₀) / se(SR))",
        "Bailey and Lopez de Prado (2014); SR₀ is the best that {trials} trials without skill would show.",
    ),
    "sortino": Definition(
        "ratio",
        "Sortino ratio",
        "ratio",
        "√k (mean(r) - MAR) / √(Σ min(r - MAR, 0)² / n)",
        "MAR is the minimum acceptable return of a period, {mar} a year.",
    ),
    "omega": Definition(
        "ratio",
        "Omega",
        "ratio",
        "Σ max(r - MAR, 0) / Σ max(MAR - r, 0)",
        "MAR is the minimum acceptable return of a period, {mar} a year.",
    ),
    "calmar": Definition(
        "ratio",
        "Calmar ratio",
        "ratio",
        "annualized return / maximum drawdown",
        "Over the whole record. Not annualized below a year of returns (GIPS 2020).",
    ),
    "calmar_3y": Definition(
        "ratio",
        "Calmar ratio, 36 months",
        "ratio",
        "annualized return / maximum drawdown",
        "Over the last 36 months; absent on a shorter record.",
    ),
    "pain_ratio": Definition(
        "ratio",
        "Pain ratio",
        "ratio",
        "(R - F) / pain index",
        "R and F annualized. Not annualized below a year of returns (GIPS 2020).",
    ),
    "martin": Definition(
        "ratio",
        "Martin ratio",
        "ratio",
        "(R - F) / Ulcer index",
        "R and F annualized. Not annualized below a year of returns (GIPS 2020).",
    ),
    "tail_ratio": Definition("tail", "Tail ratio", "ratio", "|q95| / |q5|", "Quantiles with linear interpolation."),
    "var_95": Definition(
        "tail",
        "Value at risk 95%",
        "fraction",
        "-(⌈0.05 n⌉-th smallest r)",
        "One period, historical, a positive loss. Interval by order statistics.",
    ),
    "var_99": Definition(
        "tail",
        "Value at risk 99%",
        "fraction",
        "-(⌈0.01 n⌉-th smallest r)",
        "One period, historical, a positive loss. Interval by order statistics.",
    ),
    "cvar_95": Definition(
        "tail",
        "Expected shortfall 95%",
        "fraction",
        "-mean of the worst 5% of r",
        "One period, historical, exact tail mean (Acerbi and Tasche 2002). Error of independent returns.",
    ),
    "cvar_99": Definition(
        "tail",
        "Expected shortfall 99%",
        "fraction",
        "-mean of the worst 1% of r",
        "One period, historical, exact tail mean (Acerbi and Tasche 2002). Error of independent returns.",
    ),
    "max_drawdown": Definition(
        "drawdown",
        "Maximum drawdown",
        "fraction",
        "max(1 - W_t / max W_s)",
        "Wealth from 1.0 before the first return: a loss in the first period counts.",
    ),
    "required_gain": Definition(
        "drawdown",
        "Gain to recover from it",
        "fraction",
        "1 / (1 - D) - 1",
        "From the trough of the deepest fall back to its peak.",
    ),
    "recovery_count": Definition(
        "drawdown", "Periods to recover from it", "count", "trough to recovery", "Of the deepest fall."
    ),
    "longest_drawdown_count": Definition(
        "drawdown",
        "Longest time below a peak",
        "count",
        "peak to recovery",
        "Of all falls; to the end of the record where it is still open.",
    ),
    "current_drawdown": Definition(
        "drawdown", "Below the peak now", "fraction", "1 - W_n / max W_s", "At the last close."
    ),
    "ulcer": Definition(
        "drawdown", "Ulcer index", "fraction", "√(Σ d² / n)", "d is the depth below the peak after each period."
    ),
    "pain": Definition(
        "drawdown", "Pain index", "fraction", "Σ d / n", "d is the depth below the peak after each period."
    ),
    "cdar_95": Definition(
        "drawdown",
        "Drawdown at risk 95%",
        "fraction",
        "mean of the deepest 5% of d",
        "Conditional drawdown at risk, exact tail mean.",
    ),
}
