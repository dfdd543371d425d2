"""How does an answer of a source become JSON that a cache keeps, and an answer again?

Only the classes of `data.providers.answers` and the words of `data.providers.vocabulary` are ever made from what a
cache holds: nothing in it can name another class.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np

from data.providers import answers, vocabulary
from data.providers.answers import Answer
from services.errors import ServiceError

_CLASSES = {
    name: found
    for name, found in vars(answers).items()
    if isinstance(found, type) and is_dataclass(found) and found is not answers.Payload
}
_WORDS = {
    name: found for name, found in vars(vocabulary).items() if isinstance(found, type) and issubclass(found, StrEnum)
}
_DTYPES = frozenset({"<f8", "<M8[D]", "<M8[s]"})


class Unreadable(ServiceError):
    """What was kept is not an answer of this version of the product."""


def to_json(value: Any) -> Any:
    """Return a JSON-native form of an answer or a question that `from_json` reads again."""
    if isinstance(value, StrEnum):
        return {"$word": type(value).__name__, "is": value.value}
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else {"$float": repr(value)}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, dict):
        return {"$map": [[to_json(key), to_json(one)] for key, one in value.items()]}
    if isinstance(value, frozenset):
        return {"$set": sorted((to_json(one) for one in value), key=str)}
    if isinstance(value, tuple | list):
        return [to_json(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {
            "$class": type(value).__name__,
            "with": {f.name: to_json(getattr(value, f.name)) for f in fields(value)},
        }
    raise TypeError(f"A {type(value).__name__} cannot be kept.")


def from_json(kept: Any) -> Answer:
    """Return the answer that was kept.

    Raises
    ------
    Unreadable
        It is none, or it was written by another version.

    """
    try:
        found = _read(kept)
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise Unreadable("A kept answer cannot be read any more.", "It will be asked for anew.") from error
    if not isinstance(found, answers.Answer):
        raise Unreadable("A kept answer cannot be read any more.", "It will be asked for anew.")
    return found


def _array(value: np.ndarray[Any, Any]) -> dict[str, Any]:
    if value.dtype.kind in "US":
        return {"$texts": value.tolist()}
    little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
    packed = base64.b64encode(zlib.compress(little.tobytes(), 1)).decode("ascii")
    return {"$array": little.dtype.str, "of": packed}


def _read(kept: Any) -> Any:
    if isinstance(kept, list):
        return tuple(_read(one) for one in kept)
    if not isinstance(kept, dict):
        return kept
    kind = next(iter(kept))
    if kind == "$class":
        given = {name: _read(one) for name, one in kept["with"].items()}
        return _CLASSES[kept[kind]](**given)
    if kind == "$array":
        if kept[kind] not in _DTYPES:
            raise ValueError(kept[kind])
        raw = zlib.decompress(base64.b64decode(kept["of"]))
        return np.frombuffer(raw, dtype=kept[kind]).astype(np.dtype(kept[kind]).newbyteorder("="), copy=True)
    if kind == "$map":
        return {_read(key): _read(one) for key, one in kept[kind]}
    if kind == "$word":
        return _WORDS[kept[kind]](kept["is"])
    return _SIMPLE[kind](kept[kind])


_SIMPLE: dict[str, Any] = {
    "$float": float,
    "$decimal": Decimal,
    "$time": datetime.fromisoformat,
    "$day": date.fromisoformat,
    "$set": lambda kept: frozenset(_read(one) for one in kept),
    "$texts": lambda kept: np.asarray(kept, dtype=np.str_),
}
