"""Which rules hold for every model that states a request, and for every model that states an answer?"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class FrozenSpec(BaseModel):
    """Frozen, strict, closed to unknown fields, finite numbers only. Parse with `model_validate_json`."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class FrozenResult(BaseModel):
    """Frozen, closed to unknown fields, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
