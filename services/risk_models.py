"""Which volatility model describes a portfolio, fitted at most once a week?

A fit takes about a second, and loading its library several: between two fits the parameters stay and only the filter
follows the returns. A change of the ledger makes another portfolio, which is fitted anew.
"""

from __future__ import annotations

import logging
from datetime import timedelta

import numpy as np

from engine.kernel.errors import EngineError
from engine.version import ENGINE_VERSION
from engine.volatility.result import GarchParameters
from services.auth.actor import Actor
from services.errors import ServiceError
from services.portfolio_facts import FloatArray, PortfolioFacts
from services.ports import Ports
from services.risk_tails import FILTER_WINDOW_COUNT

_log = logging.getLogger(__name__)

GARCH = "garch"
REFIT_AFTER = timedelta(days=7)


def garch_of(
    ports: Ports,
    facts: PortfolioFacts,
    returns_frac: FloatArray,
    ledger_number: int,
    tenant_id: str,
    *,
    is_latest: bool,
) -> GarchParameters | None:
    """Return the model of a portfolio, fitted now where the kept one is a week old or of other holdings; None without.

    Parameters
    ----------
    is_latest : bool
        Whether the facts are those of now: a day of the past has its own fit, which is not kept.

    """
    product = Actor.system(tenant_id)
    with ports.store.read(product) as uow:
        kept = uow.risk_models.latest(facts.portfolio_id, GARCH)
    if kept is not None and kept.ledger_number == ledger_number and kept.engine_version == ENGINE_VERSION:
        age = facts.as_of - kept.fitted_on
        if timedelta(0) <= age < REFIT_AFTER:
            return GarchParameters.model_validate(kept.parameters)
    fitted = _fit(facts, returns_frac)
    if fitted is not None and is_latest:
        _keep(ports, product, facts, fitted, ledger_number)
    return fitted


def _fit(facts: PortfolioFacts, returns_frac: FloatArray) -> GarchParameters | None:
    from engine.volatility.fit import fit_garch

    recent = returns_frac[-FILTER_WINDOW_COUNT:]
    if not bool(np.isfinite(recent).any()):
        return None
    try:
        return fit_garch(recent, fitted_on=facts.as_of)
    except EngineError:
        return None


def _keep(ports: Ports, product: Actor, facts: PortfolioFacts, fitted: GarchParameters, number: int) -> None:
    try:
        with ports.store.work(product) as uow:
            uow.risk_models.keep(
                facts.portfolio_id,
                GARCH,
                fitted_on=facts.as_of,
                ledger_number=number,
                parameters=fitted.model_dump(mode="json"),
                engine_version=ENGINE_VERSION,
            )
            uow.commit()
    except ServiceError as refusal:
        _log.warning("The volatility model of a portfolio could not be kept: %s", refusal.sentence)
