"""Which rules hold for every model that states a request, and for every model that states an answer?"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.findings import problems_of, request_path
from engine.kernel.plain import plain, plain_problem


class FrozenSpec(BaseModel):
    """Frozen, strict, closed to unknown fields, finite numbers only. Parse with `model_validate_json`."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class OpenSpec(FrozenSpec):
    """A spec that notebooks make too: lists, arrays and series become tuples, and what is wrong is `InputRefused`.

    Raises
    ------
    InputRefused
        From the constructor, with every problem found.

    """

    def __init__(self, /, **given: Any) -> None:
        try:
            super().__init__(**{name: self._read(name, value) for name, value in given.items()})
        except ValidationError as refusal:
            raise InputRefused(problems_of(refusal, request_path)) from None
        except RecursionError:
            message = "What was given is nested too deeply, or holds itself."
            raise InputRefused([Problem("body", message, "Give flatter values.")]) from None

    # Else pydantic would call the constructor for JSON too, where strict parsing already knows lists.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @classmethod
    def _read(cls, name: str, value: Any) -> Any:
        return plain_problem(value) if name == "problem" else plain(value)


class FrozenResult(BaseModel):
    """Frozen, closed to unknown fields, finite numbers only."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def trusted(cls, rows: Iterable[dict[str, Any]]) -> tuple[Self, ...]:
        """Return models from values that are known to be right, without checking them again.

        For hundreds of lines that the engine itself has computed; a test holds them against validated ones.

        Parameters
        ----------
        rows
            For each model every field in its order, of exactly its type: `float` and `bool`, never NumPy's. The
            dictionaries are kept.

        """
        new, put = cls.__new__, object.__setattr__
        given = _names_of(cls)
        made = []
        for row in rows:
            one = new(cls)
            put(one, "__dict__", row)
            put(one, "__pydantic_fields_set__", given)
            put(one, "__pydantic_extra__", None)
            put(one, "__pydantic_private__", None)
            made.append(one)
        return tuple(made)


@lru_cache(maxsize=1_024)
def _names_of(model: type[BaseModel]) -> set[str]:
    """Return the names of a model's fields, one set for all of its models: copies of them get their own."""
    return set(model.__pydantic_fields__)
