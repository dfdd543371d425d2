"""Which tables of compliance and of records follow which rule of visibility?"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement

from data.store import tables as t
from data.store.actor import Actor
from data.store.visible_breaches import breach
from data.store.visible_guarded import (
    GUARDED,
    RECORDS,
    auditor_report,
    change_request,
    guarded,
    records,
    restriction_list,
    short_locate,
    stated_fact,
)
from data.store.visible_rules import rule, rule_override


def compliance_rules(ids: Callable[..., Any]) -> dict[type[Any], Callable[[Actor, bool], ColumnElement[bool]]]:
    """Return the rule of each of these tables.

    Parameters
    ----------
    ids : callable
        `data.store.visibility.visible_ids`.
    """
    return {
        **{model: guarded(model) for model in GUARDED},
        **{model: records(model) for model in RECORDS},
        t.RestrictionList: restriction_list(ids),
        t.ShortLocate: short_locate(ids),
        t.AuditorReport: auditor_report,
        t.ChangeRequest: change_request,
        t.ComplianceFact: stated_fact(ids),
        t.Breach: breach(t.Breach, ids),
        t.BreachOverride: breach(t.BreachOverride, ids),
        t.Rebalancing: breach(t.Rebalancing, ids),
        t.ComplianceRule: rule(ids),
        t.RuleOverride: rule_override(ids),
    }
