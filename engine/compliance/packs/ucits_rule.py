"""How is a rule of the UCITS directive written?"""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.compliance.rule import Parameter, Rule

_IN_FORCE = date(2011, 7, 1)


def ucits_rule(key: str, title: str, article: str, **given: Any) -> Rule:
    """Return a rule of Directive 2009/65/EC; its warning begins at nine tenths of a cap, where it has one."""
    parameters = tuple(Parameter(**one) for one in given.pop("parameters", ()))
    if any(one.name == "cap" for one in parameters):
        given.setdefault("limit", "cap")
        given.setdefault("warn_at", "0.9 * cap")
    return Rule(
        id=f"ucits.{key}",
        title=title,
        citation=f"Directive 2009/65/EC, {article}",
        effective_from=_IN_FORCE,
        parameters=parameters,
        **given,
    )


def cap(value: float, label: str) -> dict[str, Any]:
    """Return the figure that a sum must not exceed."""
    return {"name": "cap", "value": value, "label": label}
