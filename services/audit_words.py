"""What is each recorded deed called by people?

The audit log keeps codes such as ``breach.opened``: they are part of what the chain proves. Wherever people read them
they stand in words. Most are a thing and what was done to it; the rest stand as a whole.
"""

from __future__ import annotations

THINGS: dict[str, str] = {
    "access_review": "Review of access", "alert": "Alert", "api_key": "API key", "auditor_report": "Auditor's report",
    "benchmark": "Benchmark", "breach": "Breach", "change_request": "Request for a second person", "client": "Client",
    "dashboard_view": "View of the dashboard", "delivery": "Delivery of data", "holdings_import": "Holdings file",
    "import": "Import", "import_template": "Template for imports", "legal_hold": "Legal hold", "live": "Live prices",
    "locate": "Locate", "locked_period": "Period", "portfolio": "Portfolio",
    "portfolio_draft": "Draft of weights", "portfolio_note": "Note about a portfolio", "preference": "Preference",
    "quality": "Finding about prices", "rebalancing": "Rebalancing",
    "restriction": "Restriction", "restriction_list": "Restriction list",
    "retention": "Retention", "rule": "Rule", "rule_override": "Deviation from a rule", "run": "Run",
    "sample_pack": "Sample portfolios", "schedule": "Schedule",
    "shared_view": "Shared view of the dashboard", "stress_scenario": "Stress scenario", "team": "Team",
    "template": "Template", "tenant": "House", "user": "User",
}  # fmt: skip
DONE: dict[str, str] = {
    "accept": "accepted", "acknowledged": "acknowledged", "add": "entered", "adopt": "taken in from a pack",
    "approve": "approved", "ask": "asked for", "assigned": "given to somebody", "cancel": "ended early",
    "change": "changed", "choose": "chosen", "close": "closed", "closed": "closed", "commented": "commented on",
    "create": "made", "cured": "kept again", "delete": "deleted", "disable": "shut out", "discard": "discarded",
    "dry_run": "tried on the past", "duplicate": "copied", "edit": "changed as a draft",
    "enable": "let in again",
    "ended": "ended, the rule counts otherwise", "escalated": "escalated", "firing": "raised", "give_up": "given up",
    "grandfathered": "let be as held before the rule", "import": "imported", "invite": "invited",
    "judged": "judged again", "late": "late", "let_stand": "let stand", "load": "loaded", "lock": "locked",
    "make": "made", "no_data": "without data", "opened": "opened", "pause": "paused", "pending": "begun",
    "place": "placed", "planned": "planned to be mended", "profile": "profiled anew", "propose": "proposed",
    "read": "read", "record": "recorded", "recovering": "about to end", "reject": "refused", "release": "released",
    "remove": "removed", "rename": "renamed", "reopened": "opened again", "resolved": "ended", "restore": "restored",
    "resume": "resumed", "retire": "proposed for its end", "review": "reviewed", "revoke": "revoked",
    "save": "saved", "snoozed": "snoozed", "start": "started", "stop": "stopped",
    "submit": "started", "touched": "no longer let be, as more was bought", "undo": "undone",
    "unjudged": "no longer to be judged", "unlock": "opened again", "update": "changed",
    "withdraw": "withdrawn", "worsened": "worse than before", "changed": "changed",
}  # fmt: skip
WHOLE: dict[str, str] = {
    "audit.export": "Audit log exported",
    "auditor_report.schedule": "Schedule of auditor's reports changed",
    "breach.further_limit": "Breach beyond a further limit",
    "breach.override_approved": "Override of a breach approved",
    "breach.override_exceeded": "Override of a breach exceeded",
    "breach.override_expired": "Override of a breach expired",
    "breach.override_rejected": "Override of a breach refused",
    "breach.override_requested": "Override of a breach asked for",
    "breach.override_withdrawn": "Override of a breach withdrawn",
    "breach.rule_changed": "Rule of a breach changed",
    "breach.worsened_by_trades": "Breach made worse by trades",
    "compliance.check": "Portfolio stands otherwise by its rules",
    "compliance.fact": "Fact stated",
    "compliance.orders": "Orders checked",
    "compliance.remedies": "Ways to mend a portfolio asked for",
    "compliance.set_escalation": "Escalation of breaches changed",
    "four_eyes.switch": "Two people for a deed switched on or off",
    "import.run": "File imported",
    "holdings_import.run": "Holdings booked from a file",
    "lot.set": "Trading lot set",
    "market.refresh": "Prices refreshed",
    "portfolio.positions": "Positions entered",
    "portfolio.risk_limits": "Limits on risk changed",
    "portfolio.target": "Target set",
    "provider.change": "Source of data changed",
    "provider.delete_credentials": "Credentials of a source deleted",
    "provider.delete_feed": "Feed deleted",
    "provider.order": "Order of sources changed",
    "provider.put_feed": "Feed set up",
    "provider.set_credentials": "Credentials of a source set",
    "quality.policy": "Policy for prices changed",
    "quality.reject": "Finding about prices rejected, the raw value kept",
    "quality.undo": "Decision about prices taken back",
    "rebalancing.submit": "Rebalancing handed in",
    "restriction_list.import": "Names of a list imported",
    "retention.choose": "Retention changed",
    "retention.dispose": "Records disposed of",
    "retention.run": "Retention carried out",
    "rule.version": "Next version of a rule written",
    "session.end": "Signed out",
    "session.end_others": "Signed out everywhere else",
    "session.open": "Signed in",
    "session.revoke": "Sign-in ended by another",
    "sign_in.fail": "Sign-in failed",
    "stress_scenario.version": "Next version of a stress scenario written",
    "team.add_member": "Person added to a team",
    "team.remove_member": "Person removed from a team",
    "template.version": "Next version of a template written",
    "user.accept_invitation": "Invitation accepted",
    "user.credentials": "Password changed",
    "user.recovery_code_spent": "Recovery code used",
    "user.recovery_codes": "Recovery codes made anew",
    "user.reset_two_factor": "Second factor of a user reset",
    "user.set_role": "Role of a user changed",
    "user.shut_out": "User shut out by retention",
    "user.withdraw_invitation": "Invitation withdrawn",
}

GROUPS: dict[str, str] = {
    "audit": "Audit log", "compliance": "Compliance", "four_eyes": "Two people", "lot": "Trading lots",
    "market": "Prices", "provider": "Sources of data", "session": "Sign-ins", "sign_in": "Failed sign-ins",
}  # fmt: skip
"""What deeds are about that stand as a whole."""


def deed_in_words(action: str) -> str:
    """Return a deed as people call it; of one that is not known the code itself, so that nothing is hidden."""
    known = WHOLE.get(action)
    if known is not None:
        return known
    thing, _, done = action.partition(".")
    if thing in THINGS and done in DONE:
        return f"{THINGS[thing]} {DONE[done]}"
    return action


def group_in_words(prefix: str) -> str:
    """Return what all deeds that begin so are about; of a prefix that is not known the prefix itself."""
    name = prefix.removesuffix(".")
    return GROUPS.get(name) or THINGS.get(name, name)


ORIGINS: dict[str, str] = {
    "session": "Browser", "token": "API, signed in", "key": "API key", "cli": "Command line", "system": "The product",
    "ticket": "Browser", "worker": "Background work", "schedule": "Schedule",
}  # fmt: skip
"""How actors came in."""


def about_in_words(kind: str) -> str:
    """Return what a deed was done to as people call it, such as ``Sample portfolios`` for ``sample_pack``."""
    known = THINGS.get(kind) or GROUPS.get(kind)
    return known or kind.replace("_", " ").capitalize()


def origin_in_words(via: str) -> str:
    """Return how an actor came in, and whether a second factor was asked for."""
    name, _, factor = via.partition("+")
    return ORIGINS.get(name, name) + (", second factor" if factor else "")
