"""How do the parameters of an address become a request for market data?"""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import ValidationError

from services.errors import InvalidRequest
from services.field_problems import count_words, field_problems
from services.messages.market_data import DataRequest


def parts_of(text: str) -> list[str]:
    """Return what stands between commas, without blanks; empty parts are left out."""
    return [part.strip() for part in text.split(",") if part.strip()]


def read_request(symbols: str, fields: str, rest: Mapping[str, object]) -> DataRequest:
    """Return the request.

    Parameters
    ----------
    symbols, fields : str
        Separated by commas.
    rest : mapping
        The other fields of `DataRequest`, JSON-native.

    Raises
    ------
    InvalidRequest
        Naming every parameter that cannot be used.

    """
    document = {"symbols": parts_of(symbols), "fields": parts_of(fields), **rest}
    try:
        return DataRequest.model_validate_json(json.dumps(document))
    except ValidationError as error:
        problems = field_problems(error)
        raise InvalidRequest(
            count_words(len(problems), "address"), "Correct the parameters named.", fields=problems
        ) from error
