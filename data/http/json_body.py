"""Is a body really JSON, and only one JSON?

Python's reader takes NaN and Infinity, which JSON does not have, and keeps the last of two equal keys without a word.
A price that came that way would be nobody's.
"""

from __future__ import annotations

import json
import math
from typing import Any

from data.errors import ProviderChanged

_CHARSETS = {"utf-8": "utf-8-sig", "utf8": "utf-8-sig", "us-ascii": "utf-8-sig", "ascii": "utf-8-sig"}
_LATIN = frozenset({"iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252"})


class _Refused(ValueError):
    """Something that JSON does not have; the message says what."""


def text_of(body: bytes, charset: str | None, *, provider: str, label: str) -> str:
    """Return the body as text.

    Parameters
    ----------
    body : bytes
    charset : str or None
        What the server named; UTF-8, UTF-16 or UTF-32 by the first bytes when it named none.
    provider, label : str
        The source's name and the name that users know, for the error.

    Raises
    ------
    ProviderChanged
        The bytes are not text in that character set.

    """
    named = (charset or "").lower()
    encoding = _CHARSETS.get(named) or ("cp1252" if named in _LATIN else json.detect_encoding(body))
    try:
        return body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise ProviderChanged(
            f"{label} sends bytes that are not text in {named or encoding}.", provider=provider
        ) from None


def read_json(body: bytes, *, provider: str, label: str, charset: str | None = None) -> Any:
    """Return what a JSON body says.

    Raises
    ------
    ProviderChanged
        Empty, a web page, not JSON, cut short, nested too deeply, or with NaN, Infinity, numbers beyond floating point
        or one key twice. The sentence names which; it quotes nothing of the body.

    """
    text = text_of(body, charset, provider=provider, label=label).strip()
    try:
        if not text:
            raise _Refused("an empty answer")
        if text.startswith("<"):
            raise _Refused("a web page instead of data")
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_distinct)
    except _Refused as refused:
        what = str(refused)
    except RecursionError:
        what = "data nested too deeply to be read"
    except ValueError:
        what = "an answer that is not whole JSON"
    raise ProviderChanged(f"{label} sends {what}.", provider=provider)


def _no_constant(name: str) -> Any:
    raise _Refused(f"{name}, which JSON does not have")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _Refused("a number too large to be one")
    return number


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("one key twice, so that it is unclear which counts")
    return found
