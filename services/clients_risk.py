"""What does a client's profile say to the engine, which recommends a portfolio by it?

Score, horizon and capacity for loss are the profile's own. A preference for sustainable investments counts as one
quarter beside return and risk, unless the profile states a share of its own as `esg_importance_frac`. Both are the
house's own rule, stated here so that a compliance officer can judge and change it.
"""

from __future__ import annotations

from engine.pareto.client import ClientRisk
from services.messages.clients import ClientProfile

SUSTAINABLE_FRAC = 0.25
STATED, WISHED, EXCLUDES = "esg_importance_frac", "sustainable", "excludes"


def client_risk(profile: ClientProfile) -> ClientRisk:
    """Return the profile as `engine.pareto.recommend` takes it; along a frontier the ESG score plays no part."""
    return ClientRisk(
        risk_tolerance=profile.score,
        horizon_years=profile.horizon_years,
        loss_capacity_frac=profile.loss_capacity_frac,
        esg_importance_frac=esg_importance_frac(profile),
    )


def wishes_words(profile: ClientProfile) -> str:
    """Return that the assets the client wishes to leave out are not checked; empty where there is no such wish."""
    wish = profile.preferences.get(EXCLUDES)
    if not isinstance(wish, str) or not wish.strip():
        return ""
    return f"The client's wishes (excludes {wish.strip()}) are not checked: no data say which assets they concern."


def esg_importance_frac(profile: ClientProfile) -> float:
    """Return how much the ESG score counts for the client beside return and risk, from 0 to 1."""
    stated = profile.preferences.get(STATED)
    if isinstance(stated, int | float) and not isinstance(stated, bool):
        return min(1.0, max(0.0, float(stated)))
    return SUSTAINABLE_FRAC if profile.preferences.get(WISHED) is True else 0.0
