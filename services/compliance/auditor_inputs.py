"""What does a report for auditors rest on: rules, changes, breaches, overrides, decisions, and what proves them?

Everything is plain JSON and is kept as it was collected, so that the report can be made again whatever changed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from data.store import tables
from services import formatting
from services.compliance import breach_words
from services.compliance.in_force import rule_of
from services.compliance.restrictions_views import name_of, named, scope_names
from services.compliance.rules_words import rule_sentence

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.messages.audit import VerifyResult

FORM = 1


@dataclass(frozen=True)
class Span:
    """The days of a report, both included, and the portfolio if it is about one alone."""

    start_on: date
    end_on: date
    portfolio_id: str | None = None

    @property
    def start_utc(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.start_on, time(), UTC)

    @property
    def end_utc(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.end_on + timedelta(days=1), time(), UTC)


def collect(uow: UnitOfWork, span: Span, chain: VerifyResult, made_at_utc: datetime, made_by: str) -> dict[str, Any]:
    """Return everything that a report of a house rests on.

    Parameters
    ----------
    uow : UnitOfWork
        Of the product itself, for the house.
    span : Span
    chain : VerifyResult
        Whether the audit log is whole.
    made_at_utc : datetime
    made_by : str

    """
    seq, mac = uow.audit.head(str(uow.actor.tenant_id))
    people = {row.id: row.name for row in uow.users.all()}
    portfolios = {row.id: row for row in _portfolios(uow)}
    rules = {row.id: row for row in _rules(uow, span)}
    breaches = _breaches(uow, span)
    about = None if span.portfolio_id is None else portfolios[span.portfolio_id].name
    return {
        "form": FORM,
        "house": uow.tenants.get(str(uow.actor.tenant_id)).name,
        "portfolio": about,
        "start_on": span.start_on.isoformat(),
        "end_on": span.end_on.isoformat(),
        "made_at_utc": made_at_utc.isoformat(),
        "made_by": made_by,
        "rules": _in_force(uow, rules, span, people),
        "changes": _changes(uow, rules, span, people),
        "breaches": [_breach(row, portfolios, people) for row in breaches],
        "breach_events": _breach_events(uow, span, {row.id: row for row in breaches}, portfolios),
        "overrides": _overrides(uow, span, {row.id: row for row in breaches}, portfolios, people),
        "restrictions": _restrictions(uow, span, people),
        "decisions": [_decision(row, people) for row in uow.change_requests.between(span.start_utc, span.end_utc)],
        "standing": _standing(uow, span, portfolios),
        "evidence": _evidence(uow, people),
        "chain": {
            "is_intact": chain.is_intact, "sentence": chain.sentence, "rows": chain.rows_count,
            "anchors": chain.anchors_count, "head_seq": seq, "head_mac": mac,
        },
    }  # fmt: skip


def _portfolios(uow: UnitOfWork) -> Iterable[tables.Portfolio]:
    page = uow.portfolios.list(limit=1000)
    yield from page.rows
    while page.next_cursor is not None:
        page = uow.portfolios.list(cursor=page.next_cursor, limit=1000)
        yield from page.rows


def _rules(uow: UnitOfWork, span: Span) -> Sequence[tables.ComplianceRule]:
    """Return the rules of the house, or those that concern the portfolio."""
    if span.portfolio_id is None:
        return uow.rules.all()
    client_id = uow.portfolios.get(span.portfolio_id).client_id
    return uow.rules.of_scopes([] if client_id is None else [client_id], [span.portfolio_id])


def _in_force(
    uow: UnitOfWork, rules: dict[str, tables.ComplianceRule], span: Span, people: dict[str, str]
) -> list[dict[str, Any]]:
    """Return the wordings that were approved by the last day and not retired."""
    last = span.end_utc - timedelta(microseconds=1)
    scopes = scope_names(
        uow, {one.client_id or one.portfolio_id or "": one.scope for one in rules.values() if one.scope != "house"}
    )
    found = []
    for rule_id, version in uow.rules.standing(list(rules), last).items():
        row, rule = rules[rule_id], rule_of(version)
        if version.is_retirement or not rule.is_in_force(span.end_on):
            continue
        found.append(
            {
                "code": row.code, "version": version.version, "title": rule.title, "severity": rule.severity,
                "citation": rule.citation, "sentence": rule_sentence(rule), "scope": row.scope,
                "scope_name": scopes.get(row.client_id or row.portfolio_id or "", ""),
                "approved_by": people.get(version.decided_by_id or "", ""),
                "approved_at_utc": _moment(version.decided_at_utc),
            }
        )  # fmt: skip
    return sorted(found, key=lambda one: (one["scope"] != "house", one["scope_name"], one["code"]))


def _changes(
    uow: UnitOfWork, rules: dict[str, tables.ComplianceRule], span: Span, people: dict[str, str]
) -> list[dict[str, Any]]:
    """Return what was decided about wordings, and about who has figures otherwise."""
    found = []
    for version in uow.rules.decided(span.start_utc, span.end_utc - timedelta(microseconds=1)):
        row = rules.get(version.rule_id)
        if row is not None:
            what = "End of the rule" if version.is_retirement else f"Version {version.version}"
            makers = [people.get(one, "") for one in version.maker_ids] or [people.get(version.made_by_id or "", "")]
            found.append(
                {
                    "at_utc": _moment(version.decided_at_utc), "code": row.code, "what": what, "state": version.state,
                    "made_by": ", ".join(one for one in makers if one),
                    "decided_by": people.get(version.decided_by_id or "", ""), "reason": version.decision_reason or "",
                    "sentence": "" if version.is_retirement else rule_sentence(rule_of(version)),
                }
            )  # fmt: skip
    for deviation in uow.rule_overrides.decided(span.start_utc, span.end_utc - timedelta(microseconds=1)):
        row = rules.get(deviation.rule_id)
        if row is not None and span.portfolio_id in (None, deviation.portfolio_id):
            figures = "; ".join(f"{name} {value}" for name, value in sorted(deviation.figures.items()))
            found.append(
                {
                    "at_utc": _moment(deviation.decided_at_utc), "code": row.code,
                    "what": f"{deviation.kind.capitalize()} of a {deviation.scope} ({deviation.effect})",
                    "state": deviation.state, "made_by": people.get(deviation.made_by_id or "", ""),
                    "decided_by": people.get(deviation.decided_by_id or "", ""), "reason": deviation.reason,
                    "sentence": figures,
                }
            )  # fmt: skip
    return sorted(found, key=lambda one: (one["at_utc"], one["code"]))


def _breaches(uow: UnitOfWork, span: Span) -> Sequence[tables.Breach]:
    return uow.breaches.alive_between(span.start_utc, span.end_utc, span.portfolio_id)


def _breach(row: tables.Breach, portfolios: dict[str, tables.Portfolio], people: dict[str, str]) -> dict[str, Any]:
    portfolio = portfolios.get(row.portfolio_id)
    return {
        "portfolio": _name(portfolio), "rule": row.rule_title, "group": row.group_name, "severity": row.severity,
        "status": row.status, "cause": row.cause or "",
        "sentence": breach_words.broken(row, "" if portfolio is None else portfolio.base_currency),
        "opened_at_utc": _moment(row.opened_at_utc), "cure_by": _iso(row.cure_by),
        "cured_at_utc": _moment(row.cured_at_utc), "closed_at_utc": _moment(row.closed_at_utc),
        "owner": people.get(row.owner_id or "", ""), "close_reason": row.close_reason or "",
    }  # fmt: skip


def _breach_events(
    uow: UnitOfWork, span: Span, breaches: dict[str, tables.Breach], portfolios: dict[str, tables.Portfolio]
) -> list[dict[str, Any]]:
    return [
        {
            "at_utc": _moment(row.created_at_utc), "portfolio": _name(portfolios.get(breach.portfolio_id)),
            "rule": breach.rule_title, "group": breach.group_name, "kind": row.kind, "who": row.actor_name,
            "sentence": row.sentence, "comment": row.comment or "",
        }
        for row in uow.breach_events.between(span.start_utc, span.end_utc)
        if (breach := breaches.get(row.breach_id)) is not None
    ]  # fmt: skip


def _overrides(
    uow: UnitOfWork,
    span: Span,
    breaches: dict[str, tables.Breach],
    portfolios: dict[str, tables.Portfolio],
    people: dict[str, str],
) -> list[dict[str, Any]]:
    found = []
    for row in uow.breach_overrides.between(span.start_utc, span.end_utc):
        breach, portfolio = breaches.get(row.breach_id), portfolios.get(row.portfolio_id)
        if breach is None:
            continue
        currency = "" if portfolio is None else portfolio.base_currency
        found.append(
            {
                "portfolio": _name(portfolio), "rule": breach.rule_title, "group": row.group_name,
                "state": row.state, "reason": row.reason,
                "reach": breach_words.level_words(row.level, breach.operator, breach.unit, currency),
                "requested_by": people.get(row.requested_by_id, ""),
                "requested_at_utc": _moment(row.requested_at_utc),
                "decided_by": people.get(row.decided_by_id or "", ""),
                "decided_at_utc": _moment(row.decided_at_utc), "decision_reason": row.decision_reason or "",
                "expires_on": _iso(row.expires_on),
            }
        )  # fmt: skip
    return found


def _restrictions(uow: UnitOfWork, span: Span, people: dict[str, str]) -> list[dict[str, Any]]:
    """Return the names that went on or off lists, the first first."""
    lists = {row.id: row for row in uow.restriction_lists.all(with_closed=True)}
    if span.portfolio_id is not None:
        client_id = uow.portfolios.get(span.portfolio_id).client_id
        own = {None, span.portfolio_id, client_id}
        lists = {key: row for key, row in lists.items() if row.scope_id in own}
    rows = uow.restriction_entries.changed_between(list(lists), span.start_utc, span.end_utc)
    names = named(uow, rows)
    found = []
    for row in rows:
        shared = {"list": lists[row.list_id].name, "kind": lists[row.list_id].kind, "name": name_of(row, names)}
        if span.start_utc <= row.created_at_utc < span.end_utc:
            found.append(
                {
                    **shared, "at_utc": _moment(row.created_at_utc), "what": "on the list", "reason": row.reason,
                    "from_on": _iso(row.from_on), "by": people.get(row.added_by_id or "", ""),
                }
            )  # fmt: skip
        if row.removed_at_utc is not None and span.start_utc <= row.removed_at_utc < span.end_utc:
            found.append(
                {
                    **shared, "at_utc": _moment(row.removed_at_utc), "what": "off the list",
                    "reason": row.removal_reason or "", "by": people.get(row.removed_by_id or "", ""),
                    "from_on": _iso(row.removed_on),
                }
            )  # fmt: skip
    return sorted(found, key=lambda one: (one["at_utc"], one["list"], one["name"]))


def _decision(row: tables.ChangeRequest, people: dict[str, str]) -> dict[str, Any]:
    return {
        "at_utc": _moment(row.created_at_utc), "sentence": row.sentence, "reason": row.reason, "state": row.state,
        "requested_by": people.get(row.requested_by_id, ""), "decided_by": people.get(row.decided_by_id or "", ""),
        "decided_at_utc": _moment(row.decided_at_utc), "decision_reason": row.decision_reason or "",
    }  # fmt: skip


def _standing(uow: UnitOfWork, span: Span, portfolios: dict[str, tables.Portfolio]) -> list[dict[str, Any]]:
    """Return how each portfolio stood when it was checked last before the report was made."""
    checks = uow.compliance_checks.all()
    found = []
    for portfolio_id, portfolio in portfolios.items():
        if span.portfolio_id not in (None, portfolio_id):
            continue
        check = checks.get(portfolio_id)
        found.append(
            {
                "portfolio": portfolio.name, "status": "not checked" if check is None else check.status or "unknown",
                "as_of": None if check is None else _iso(check.as_of),
                "checked_at_utc": None if check is None else _moment(check.checked_at_utc),
                "rules": 0 if check is None else check.rules_count,
                "inputs_sha256": "" if check is None else check.inputs_sha256,
                "engine_version": "" if check is None else check.engine_version,
            }
        )  # fmt: skip
    return sorted(found, key=lambda one: one["portfolio"])


def _evidence(uow: UnitOfWork, people: dict[str, str]) -> list[str]:
    """Return the controls around the records, as sentences."""
    reviews, rounds = uow.access_reviews.list(limit=1).rows, uow.retention_reports.list(limit=1).rows
    holds, locks = uow.legal_holds.all(), uow.locked_periods.all()
    if not reviews:
        access = "Who may do what has not been reviewed yet."
    elif reviews[0].reviewed_at_utc is None:
        access = f"Who may do what was listed on {formatting.moment(reviews[0].created_at_utc)} and not reviewed yet."
    else:
        by = people.get(reviews[0].reviewed_by_id or "", "somebody")
        access = f"Who may do what was reviewed on {formatting.moment(reviews[0].reviewed_at_utc)} by {by}."
    kept = f"Retention was applied last on {formatting.moment(rounds[0].created_at_utc)}." if rounds else ""
    return [
        access,
        kept or "Retention has not been applied yet.",
        f"{formatting.count(len(holds), 'legal hold is', 'legal holds are')} in force.",
        f"{formatting.count(len(locks), 'period is', 'periods are')} locked.",
    ]


def _name(portfolio: tables.Portfolio | None) -> str:
    return "A portfolio that was put aside" if portfolio is None else portfolio.name


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat()


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
