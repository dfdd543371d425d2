"""What stands in the controls of the pages of compliance while somebody acts on something of ours?"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

_TODAY, _LATER = "2999-01-01", "2999-01-31"
_REASON = "As counsel says."
_CSV = base64.b64encode(b"symbol,from\nMATRIX,2022-01-03\n").decode()
_YAML = base64.b64encode(b"rules: []\n").decode()


def values_of(ours: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return what stands in each control, by ``component.property``; `ours` is what the fixture of that name made."""
    known, rule = ours[""], {"id": ours[""]["rule_id"], "title": "x", "state_words": "x"}
    return {
        "compliance-breaches-queue.selectedRows": {"ids": [known["breach_id"]]},
        "compliance-breaches-queue.rowData": [{"id": known["breach_id"]}],
        "compliance-breaches-status.value": "all",
        "compliance-breaches-severity.value": "all",
        "compliance-breaches-owner.value": "all",
        "compliance-breaches-portfolio.value": "all",
        "compliance-breaches-deed.value": "comment",
        "compliance-breaches-text.value": _REASON,
        "compliance-breaches-day.value": _TODAY,
        "compliance-breaches-person.value": known["user_id"],
        "compliance-deviations-deed.value": "ask",
        "compliance-deviations-for.value": f"portfolio:{known['portfolio_id']}",
        "compliance-deviations-kind.value": "exempt",
        "compliance-deviations-first-day.value": _TODAY,
        "compliance-deviations-last-day.value": _LATER,
        "compliance-deviations-reason.value": _REASON,
        "compliance-facts-fact.value": "private_funds_ccy",
        "compliance-facts-portfolio.value": known["portfolio_id"],
        "compliance-facts-about.value": "",
        "compliance-facts-value.value": "5",
        "compliance-facts-since.value": "2022-01-03",
        "compliance-facts-source.value": "A paper",
        "compliance-holds-deed.value": "place",
        "compliance-holds-name.value": "x",
        "compliance-holds-whom.value": "house",
        "compliance-holds-reason.value": _REASON,
        "compliance-holds-shown.value": "all",
        "compliance-locks-deed.value": "lock",
        "compliance-locks-start.value": "1985-01-01",
        "compliance-locks-end.value": "1985-01-31",
        "compliance-locks-reason.value": _REASON,
        "compliance-locks-shown.value": "all",
        "compliance-listed-portfolio.value": known["portfolio_id"],
        "compliance-listed-symbol.value": "MATRIX",
        "compliance-listed-quantity.value": "5",
        "compliance-listed-broker.value": "B",
        "compliance-listed-until.value": None,
        "compliance-listed-withdraw.index": known["locate_id"],
        "compliance-lists-lists.selectedRows": {"ids": [known["list_id"]]},
        "compliance-lists-lists.rowData": [{"id": known["list_id"]}],
        "compliance-lists-pick.data": known["list_id"],
        "compliance-lists-entries.selectedRows": [],
        "compliance-lists-entries.rowData": [],
        "compliance-lists-kind.value": "all",
        "compliance-lists-on.value": None,
        "compliance-lists-shown.value": "all",
        "compliance-lists-deed.value": "add",
        "compliance-lists-text.value": _REASON,
        "compliance-lists-covers.value": "asset",
        "compliance-lists-symbol.value": "NOWHERE",
        "compliance-lists-from.value": None,
        "compliance-lists-until.value": None,
        "compliance-facts-file.contents": f"data:text/csv;base64,{_CSV}",
        "compliance-facts-file.filename": "facts.csv",
        "compliance-lists-file.contents": f"data:text/csv;base64,{_CSV}",
        "compliance-new-list-name.value": "x",
        "compliance-new-list-kind.value": "restricted",
        "compliance-new-list-scope.value": "portfolio",
        "compliance-new-list-who.value": known["portfolio_id"],
        "compliance-new-list-note.value": "",
        "compliance-packs-pack.value": "house",
        "compliance-packs-for.value": f"portfolio:{known['portfolio_id']}",
        "compliance-packs-take.id": {"index": 12, "type": "compliance-packs-take"},
        "compliance-packs-take.value": True,
        "compliance-packs-figure.id": {"index": "12-x", "type": "compliance-packs-figure"},
        "compliance-packs-figure.value": "",
        "compliance-records-requests.selectedRows": {"ids": [known["request_id"]]},
        "compliance-records-state.value": "all",
        "compliance-records-deed.value": "agree",
        "compliance-records-text.value": _REASON,
        "compliance-reports-cadence.value": "quarter",
        "compliance-reports-start.value": "2022-01-01",
        "compliance-reports-end.value": "2022-01-31",
        "compliance-reports-portfolio.value": known["portfolio_id"],
        "compliance-reports-take.index": f"{known['report_id']}|xlsx",
        "compliance-reports-check.index": known["report_id"],
        "compliance-retention-class.value": "audit_log",
        "compliance-retention-years.value": "10",
        "compliance-retention-action.value": "archive",
        "compliance-retention-reason.value": _REASON,
        "compliance-reviews-close.index": known["review_id"],
        "compliance-reviews-which.value": known["review_id"],
        "compliance-reviews-note.value": _REASON,
        "compliance-reviews-decision.value": "keep",
        "compliance-rule-editor-opened.data": {"what": "copy", "rule_id": rule["id"], "portfolio_ids": []},
        "compliance-rule-editor-typed.data": 1,
        "compliance-rule-editor-field.index": "code",
        "compliance-rule-editor-field.value": "of.matrix",
        "compliance-rule-editor-what.value": "next",
        "compliance-rule-files-file.contents": f"data:text/yaml;base64,{_YAML}",
        "compliance-rules-library.selectedRows": {"ids": [rule["id"]]},
        "compliance-rules-library.rowData": [rule],
        "compliance-rules-pick.data": rule["id"],
        "compliance-rules-version.value": "1",
        "compliance-rules-version.options": [],
        "compliance-rules-against.value": "",
        "compliance-rules-as-of.value": "2999-01-01",
        "compliance-rules-state.value": "all",
        "compliance-rules-severity.value": "all",
        "compliance-rules-scope.value": "all",
        "compliance-rules-of-pack.value": "all",
        "compliance-rules-search.value": "",
        "compliance-rules-deed.value": "propose",
        "compliance-rules-text.value": _REASON,
        "compliance-rules-try-first.value": None,
        "compliance-rules-try-last.value": None,
        "compliance-rules-try-of.value": [known["portfolio_id"]],
        "compliance-rules-run.data": "x",
        "compliance-status-pick.data": f"{known['portfolio_id']}|{rule['id']}",
        "compliance-status-standing.value": "all",
        "compliance-status-portfolio.value": "all",
        "compliance-mend-portfolio.value": known["portfolio_id"],
        "compliance-mend-buffer.value": "0.1",
        "compliance-mend-asked.data": {
            "subject": known["portfolio_id"], "portfolio_id": known["portfolio_id"], "wish": {}, "ticks": 0, "press": 1,
        },
        "compliance-mend-breach-asked.data": None,
        "compliance-trade-portfolio.value": known["portfolio_id"],
        "compliance-trade-source.value": "typed",
        "compliance-trade-orders.value": "MATRIX 5",
        "compliance-trade-asked.data": {
            "wanted": {"portfolio_id": known["portfolio_id"], "orders": [{"symbol": "MATRIX", "quantity": "5"}]}
        },
        "portfolio-asked-targets.data": "targets",
        "compliance-audit-action.value": "all",
        "compliance-audit-kind.value": "all",
        "compliance-audit-start.value": None,
        "compliance-audit-end.value": None,
        "compliance-audit-rows.rowData": [],
        "compliance-audit-rows.selectedRows": [],
        "portfolio-id.data": known["portfolio_id"],
    }  # fmt: skip


def deeds_of(ours: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the callbacks that do one of several deeds: where the page says which, and what it says for each."""
    known, asked = ours[""], ours["rule-overrides"]["override_id"]
    breach = (
        "acknowledge", "assign", "comment", "plan", "request_override", "approve_override", "reject_override",
        "withdraw_override", "close",
    )  # fmt: skip
    opened = {"rule_id": known["rule_id"], "version": 1, "row_version": 1, "portfolio_ids": []}
    return {
        "compliance_breaches.act": ("compliance-breaches-deed.value", {one: one for one in breach}),
        "compliance_controls.act_on_hold": (
            "compliance-holds-deed.value", {"place": "place", "release": known["hold_id"]},
        ),
        "compliance_controls.act_on_lock": ("compliance-locks-deed.value", {"lock": "lock", "open": known["lock_id"]}),
        "compliance_deviations.act": (
            "compliance-deviations-deed.value",
            {"ask": "ask", **{one: f"{one}:{asked}" for one in ("approve", "reject", "withdraw")}},
        ),
        "compliance_lists.act": ("compliance-lists-deed.value", {one: one for one in ("add", "import", "close")}),
        "compliance_records.decide": (
            "compliance-records-deed.value", {one: one for one in ("agree", "refuse", "withdraw")},
        ),
        "compliance_rule_editor.save": (
            "compliance-rule-editor-opened.data",
            {"copy": {**opened, "what": "copy"}},
        ),
        "compliance_rules.act": (
            "compliance-rules-deed.value",
            {one: one for one in ("propose", "approve", "reject", "withdraw", "retire", "dry_run")},
        ),
    }  # fmt: skip
