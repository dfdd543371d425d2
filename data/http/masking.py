"""How are secrets kept out of whatever is kept, shown or logged?"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

MASK = "***"
SECRET_NAMES = frozenset(
    {
        "api-key",
        "api_key",
        "apikey",
        "access_token",
        "auth",
        "authorization",
        "client_secret",
        "key",
        "password",
        "secret",
        "sig",
        "signature",
        "token",
        "x-api-key",
    }
)


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text with every secret replaced, also as it stands percent-encoded.

    Parameters
    ----------
    text : str
    secrets : iterable of str
        The secret values; those under four characters are left, for they would mask half of any text.

    """
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) >= 4:
            text = text.replace(secret, MASK).replace(quote(secret, safe=""), MASK)
    return text


def masked_url(url: str, secrets: Iterable[str] = ()) -> str:
    """Return the address with the values of secret parameters, user names and passwords masked.

    Parameters
    ----------
    url : str
    secrets : iterable of str
        Values to be masked wherever they stand, also in the path.

    """
    parts, secrets = urlsplit(url), tuple(secrets)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    # masked as it reads, before it is quoted: a secret that is quoted in part would no longer be known as one
    query = "&".join(
        f"{quote(masked(name, secrets), safe='*')}="
        + (MASK if name.lower() in SECRET_NAMES else quote(masked(value, secrets), safe=",:^=*"))
        for name, value in pairs
    )
    host = parts.netloc.rpartition("@")[2]
    return masked(urlunsplit((parts.scheme, host, parts.path, query, "")), secrets)
