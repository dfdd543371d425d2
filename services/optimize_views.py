"""How does a view about returns read as a sentence, and which estimates does a request state in words?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.estimators.views import USUAL_CONFIDENCE_FRAC
from services.messages.optimize import OptimizationRequest
from services.optimize_sentence import names_of, short_percent


def view_sentence(view: Mapping[str, Any]) -> str:
    """Return a view in words: "AAPL beats MSFT by 2% a year, confidence 60%."

    Parameters
    ----------
    view : mapping
        In the form of the request: `asset`, or `long` and `short`, with `return_annual_frac` and how sure it is.

    """
    one = view.get("asset")
    ahead: Sequence[str] = (one,) if one else tuple(view.get("long") or ())
    behind: Sequence[str] = tuple(view.get("short") or ())
    value = float(view["return_annual_frac"])
    if behind and value < 0.0:
        ahead, behind, value = behind, ahead, -value
    if behind:
        verb = "beats" if len(ahead) == 1 else "together beat"
        said = f"{names_of(tuple(ahead))} {verb} {names_of(tuple(behind))} by {short_percent(value)} a year"
    else:
        verb = "earn" if value >= 0.0 else "lose"
        verb = f"{verb}s" if len(ahead) == 1 else f"together {verb}"
        said = f"{names_of(tuple(ahead))} {verb} {short_percent(abs(value))} a year"
    weighed = " (weighted as in the market)" if view.get("shares") == "market" and len(ahead) + len(behind) > 2 else ""
    return f"{said}{weighed}, {_certainty(view)}."


def _certainty(view: Mapping[str, Any]) -> str:
    error = view.get("standard_error_annual_frac")
    if error is not None:
        return f"standard error {short_percent(float(error))}"
    sure = view.get("confidence_frac")
    if sure is None:
        return f"at the usual confidence of {short_percent(USUAL_CONFIDENCE_FRAC)}"
    return f"confidence {short_percent(float(sure))}"


def views_of(request: OptimizationRequest) -> tuple[str, ...]:
    """Return the views of a request as sentences, forecasts of a model included."""
    estimate: Any = request.estimates.expected_returns
    views = [view_sentence(view.model_dump(mode="json")) for view in getattr(estimate, "views", ())]
    return (*views, *(view_sentence(one.model_dump(mode="json")) for one in getattr(estimate, "forecasts", ())))
