"""How does a worker read what was asked about performance?"""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from services.errors import InvalidRequest
from services.field_problems import count_words, field_problems

Form = TypeVar("Form", bound=BaseModel)


def parsed(form: type[Form], text: str) -> Form:
    """Return the request that a text states.

    Raises
    ------
    InvalidRequest
        With every problem of its fields.

    """
    try:
        return form.model_validate_json(text)
    except ValidationError as error:
        problems = field_problems(error)
        words = count_words(len(problems), "request")
        raise InvalidRequest(words, "Ask for the figures again.", fields=problems) from None
