"""Which resources does the API have? One module each; a handler reads, calls one service verb, and answers."""

from __future__ import annotations

from importlib import import_module

from api.routing import Resource

NAMES = (
    "health",
    "auth",
    "api_keys",
    "assets",
    "benchmarks",
    "imports",
    "factor_sets",
    "holdings_imports",
    "explorer",
    "lineage",
    "market_data",
    "market_facts",
    "deliveries",
    "providers",
    "feeds",
    "quality",
    "dashboard",
    "dashboard_views",
    "dashboard_shared",
    "portfolios",
    "portfolios_work",
    "rebalancings",
    "rules",
    "rules_versions",
    "rule_packs",
    "rule_overrides",
    "rules_dry_run",
    "compliance",
    "compliance_facts",
    "compliance_remedies",
    "breaches",
    "breach_overrides",
    "risk",
    "performance",
    "clients",
    "templates",
    "wizard_drafts",
    "stress",
    "stress_questions",
    "optimizations",
    "optimizations_explain",
    "optimizations_frontier",
    "frontiers_living",
    "optimizations_limits",
    "optimizations_universe",
    "optimizations_pareto",
    "optimizations_uncertainty",
    "optimizations_walk_forward",
    "runs",
    "users",
    "teams",
    "alerts",
    "notifications",
    "schedules",
    "academic",
    "audit",
    "auditor_reports",
    "change_requests",
    "records",
    "restrictions",
    "locates",
    "sample_pack",
    "exports",
    "find",
    "help",
    "live",
    "stream",
)


def all_resources() -> list[Resource]:
    """Return every resource, in the order of the document."""
    found: list[Resource] = []
    for name in NAMES:
        module = import_module(f"api.resources.{name}")
        resource = module.resource
        assert isinstance(resource, Resource)
        found.append(resource)
    return found
