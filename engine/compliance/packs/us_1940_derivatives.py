"""How much may a registered fund lose, or be exposed, through derivatives and short sales under Rule 18f-4?

A fund within the limit of limited users needs neither test of loss; above it, it keeps one: beside a reference
portfolio, or, where none suits it, beside its net assets.
"""

from __future__ import annotations

from engine.compliance.rule import Definition, Parameter, Rule

_EXPOSURE = "abs(exposure)"
_MEANT = "not is_cash and (is_derivative or quantity < 0)"
_OF_ALL = Definition(
    name="derivatives", expression=f"sum({_EXPOSURE}, where={_MEANT})", label="exposure of derivatives and short sales"
)
_LIMITED = Parameter(name="limited", value=0.10, label="Exposure up to which a fund is a limited user")

DERIVATIVES = (
    Rule(
        id="us_1940.derivatives_10",
        title="Derivatives and short sales above 10%: no longer a limited user",
        citation="17 CFR 270.18f-4(c)(4)",
        severity="warning",
        parameters=(_LIMITED,),
        universe=_MEANT,
        measure=f"sum({_EXPOSURE})",
        limit="limited",
        warn_at="0.9 * limited",
        cure_days=30,
    ),
    Rule(
        id="us_1940.var_relative",
        title="With derivatives: loss at most twice that of the reference portfolio",
        citation="17 CFR 270.18f-4(c)(2)(i)",
        parameters=(_LIMITED, Parameter(name="factor", value=2.0, unit="plain", label="Times the reference's")),
        definitions=(_OF_ALL,),
        measure="var_99_20d",
        keep="derivatives > limited",
        limit="factor * benchmark_var_99_20d",
        warn_at="0.9 * factor * benchmark_var_99_20d",
        cure_days=7,
    ),
    Rule(
        id="us_1940.var_absolute",
        title="With derivatives and no suitable reference: loss at most 20% of net assets",
        citation="17 CFR 270.18f-4(c)(2)(ii)",
        parameters=(_LIMITED, Parameter(name="cap", value=0.20, label="Greatest loss over 20 days at 99%")),
        definitions=(_OF_ALL,),
        measure="var_99_20d",
        keep="derivatives > limited",
        limit="cap",
        warn_at="0.9 * cap",
        cure_days=7,
    ),
)
