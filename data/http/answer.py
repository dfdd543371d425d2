"""What came back from a server?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class HttpAnswer:
    """One whole answer, read to its end.

    Parameters
    ----------
    status : int
        200 to 299, or a 4xx that is the caller's to read; every other status is an error of the client.
    headers : mapping of str to str
        Names in lower case; of a repeated header the values stand joined by a comma.
    body : bytes
        After decompression.
    url : str
        What was asked, with every secret masked, so that it may be kept and shown.
    tries_count : int
        How many requests it took.

    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    url: str
    tries_count: int = 1

    @property
    def media_type(self) -> str:
        """The media type without its parameters, in lower case; ``application/octet-stream`` when none is named."""
        named = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return named or "application/octet-stream"

    @property
    def charset(self) -> str | None:
        """The character set that the server names, or None."""
        for part in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = part.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'").lower() or None
        return None
