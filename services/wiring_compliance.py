"""How do the services of compliance come together over the others?

One line a service in each of the two places below; `services.wiring.Services` has them all as attributes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.analyses import Analyses
    from services.compliance.breach_escalation import Escalation
    from services.compliance.breach_overrides import BreachOverrides
    from services.compliance.breaches import Breaches
    from services.compliance.checks import ComplianceChecks
    from services.compliance.dry_run import ComplianceDryRuns
    from services.compliance.matrix import ComplianceMatrices
    from services.compliance.remedies import Remedies
    from services.compliance.rules import Rules
    from services.compliance.stated_facts import StatedFacts
    from services.compliance.watch import ComplianceWatch
    from services.optimize import Optimize
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.ports import Ports
    from services.runs import Runs


@dataclass(frozen=True, kw_only=True)
class ComplianceServices:
    """The verbs of compliance, one attribute a subject."""

    breach_escalation: Escalation
    breach_overrides: BreachOverrides
    breaches: Breaches
    compliance_checks: ComplianceChecks
    compliance_dry_runs: ComplianceDryRuns
    compliance_matrix: ComplianceMatrices
    compliance_remedies: Remedies
    compliance_watch: ComplianceWatch
    stated_facts: StatedFacts
    rules: Rules


def compliance_services(
    ports: Ports, *, analyses: Analyses, facts: PortfolioFactsReader, optimize: Optimize, runs: Runs
) -> dict[str, Any]:
    """Return the services of compliance by the names of the attributes."""
    from services.compliance.breach_escalation import Escalation
    from services.compliance.breach_overrides import BreachOverrides
    from services.compliance.breaches import Breaches
    from services.compliance.checks import ComplianceChecks
    from services.compliance.dry_run import ComplianceDryRuns
    from services.compliance.matrix import ComplianceMatrices
    from services.compliance.remedies import Remedies
    from services.compliance.rules import Rules
    from services.compliance.stated_facts import StatedFacts
    from services.compliance.watch import ComplianceWatch

    checks = ComplianceChecks(ports, analyses=analyses, facts=facts, optimize=optimize, runs=runs)
    optimize.attach_rules(checks.states)
    return {
        "breach_escalation": Escalation(ports),
        "breach_overrides": BreachOverrides(ports),
        "breaches": Breaches(ports),
        "compliance_checks": checks,
        "compliance_dry_runs": ComplianceDryRuns(ports, runs=runs, states=checks.states),
        "compliance_matrix": ComplianceMatrices(ports, facts.reader),
        "compliance_remedies": Remedies(ports, analyses=analyses, checks=checks),
        "compliance_watch": ComplianceWatch(ports, analyses, facts.reader),
        "stated_facts": StatedFacts(ports),
        "rules": Rules(ports),
    }
