"""How is one page fetched from a server, with bounds on everything that the server decides?"""

from __future__ import annotations

import functools
import re
import ssl
from collections.abc import Callable, Mapping
from typing import Any

import httpcore
import httpx

from data.errors import (
    ProviderChanged,
    ProviderError,
    ProviderLimited,
    ProviderMoved,
    ProviderRefused,
    ProviderTooLarge,
    ProviderUnavailable,
)
from data.http.addresses import AddressRefused, AddressUnknown, Resolver, system_resolver
from data.http.answer import HttpAnswer
from data.http.body import BodyTooLarge, BodyTruncated, BodyUnreadable, read_body
from data.http.breaker import Breaker
from data.http.connection import GuardedBackend, guarded
from data.http.limits import MEGABYTE, HttpLimits
from data.http.masking import masked, masked_url
from data.http.statuses import ASK_AGAIN, LIMITED, REFUSED, redirect_host, retry_after_s
from data.http.timing import Deadline, Timing
from data.http.tries import AskAgain, with_tries

USER_AGENT = "Mozilla/5.0 (compatible; QuantumPortfolioOptimizer/1.0)"

_HOST = re.compile(rb"[A-Za-z0-9._:-]+")


class HttpClient:
    """Fetches pages of one source.

    Parameters
    ----------
    name : str
        The source's name, as it stands in its errors.
    label : str
        The source as users know it.
    limits : HttpLimits
    timing : Timing
    breaker : Breaker or None
        A breaker of its own when None.
    secrets : tuple of str
        Values that never appear in an error or an endpoint: keys and passwords.
    allow_private : bool
        True lets it connect to addresses inside the house, and without TLS.
    resolver : callable
        Name and port to addresses.
    before_try : callable
        Told the name before each request is sent; may raise ProviderLimited when a quota is used up.

    """

    def __init__(
        self,
        name: str,
        label: str | None = None,
        *,
        limits: HttpLimits | None = None,
        timing: Timing | None = None,
        breaker: Breaker | None = None,
        secrets: tuple[str, ...] = (),
        allow_private: bool = False,
        resolver: Resolver = system_resolver,
        before_try: Callable[[str], None] | None = None,
    ) -> None:
        self.name = name
        self.label = label or name
        self.timing = timing or Timing()
        self.breaker = breaker or Breaker(name, self.timing)
        self._limits = limits or HttpLimits()
        self._secrets = tuple(secret for secret in secrets if secret)
        self._allow_private = allow_private
        self._lookup = guarded(resolver, allow_private)
        self._before_try = before_try

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        deadline_s: float | None = None,
        max_bytes: int | None = None,
    ) -> HttpAnswer:
        """Return the whole answer to one GET.

        Parameters
        ----------
        url : str
            ``https`` only, unless private addresses are allowed.
        params, headers : mapping of str to str, optional
        deadline_s : float, optional
            Seconds for one try, from finding the address to the last byte; the limits' when None. All tries together
            get the limits' overall time, or this when it is longer.
        max_bytes : int, optional
            Size of the answer; the limits' when None.

        Returns
        -------
        HttpAnswer
            With status 200 to 299, or 4xx other than those below: its body may say what is wrong.

        Raises
        ------
        ProviderUnavailable
            Not reached, too slow, cut off, 5xx, or left alone by the breaker.
        ProviderLimited
            429; ``retry_after_s`` as the server says it.
        ProviderRefused
            401, 403, an address that may not be asked.
        ProviderChanged
            A redirect, too large an answer, an unreadable one.

        """
        request = self._request(url, params, headers)
        try_s = deadline_s or self._limits.try_s
        whole = Deadline.after(max(self._limits.overall_s, try_s), self.timing)
        tries_count = 0

        def once() -> HttpAnswer:
            nonlocal tries_count
            tries_count += 1
            if self._before_try is not None:
                self._before_try(self.name)
            deadline = Deadline.after(min(try_s, max(whole.left_s, 0.001)), self.timing)
            return self._try(request, deadline, max_bytes or self._limits.max_bytes, tries_count)

        with self.breaker.passage():
            return with_tries(once, self._limits, self.timing, whole)

    def said(self, text: str) -> str:
        """Return a source's own words, short and without secrets, for use in an error."""
        return masked(" ".join(text.split()), self._secrets)[:300]

    def _request(self, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None) -> httpx.Request:
        """Return the request, refusing an address that cannot be asked."""
        try:
            address = httpx.URL(url)
            if params:
                address = address.copy_merge_params(dict(params))
        except (httpx.InvalidURL, UnicodeError) as error:
            raise self._error(ProviderRefused, "has an address that is not a web address. Correct it.") from error
        if address.host and not _HOST.fullmatch(address.raw_host):
            raise self._error(ProviderRefused, "has an address whose host is no name. Correct it.")
        if address.scheme not in ("http", "https") or not address.host:
            raise self._error(ProviderRefused, "has an address that does not begin with https://. Correct it.")
        if address.scheme == "http" and not self._allow_private:
            raise self._error(ProviderRefused, "has an address without encryption. Use one that begins with https://.")
        if address.userinfo:
            raise self._error(
                ProviderRefused, "has an address that holds a password. Put it into the settings of the source instead."
            )
        sent = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip", "Connection": "close"}
        try:
            return httpx.Request("GET", address, headers={**sent, **(headers or {})})
        except UnicodeError as error:
            raise self._error(
                ProviderRefused, "has a header or a key with letters that no header may hold. Correct it."
            ) from error

    def _try(self, request: httpx.Request, deadline: Deadline, max_bytes: int, number: int) -> HttpAnswer:
        """Ask once."""
        backend = GuardedBackend(self._lookup, deadline)
        try:
            with (
                httpcore.ConnectionPool(ssl_context=_trust(), network_backend=backend) as pool,
                pool.stream(
                    request.method, _core_url(request.url), headers=request.headers.raw, extensions={"timeout": {}}
                ) as response,
            ):
                headers = _joined(response.headers)
                self._judge(response.status, headers)
                body = read_body(
                    response.iter_stream(),
                    headers.get("content-encoding", "").strip().lower(),
                    _declared(headers),
                    max_bytes,
                )
        except (
            AddressRefused,
            AddressUnknown,
            BodyTooLarge,
            BodyTruncated,
            BodyUnreadable,
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            OSError,
        ) as error:
            raise self._translated(error, max_bytes) from error
        return HttpAnswer(response.status, headers, body, masked_url(str(request.url), self._secrets), number)

    def _judge(self, status: int, headers: Mapping[str, str]) -> None:
        """Raise for a status that is not an answer."""
        wait_s = retry_after_s(headers, self.timing.now_utc())
        if status in LIMITED:
            raise AskAgain(self._error(ProviderLimited, f"was asked too often (status {status}).", wait_s))
        if 300 <= status < 400:
            raise self._error(
                ProviderMoved, f"points to {redirect_host(headers)} instead of answering; redirects are not followed."
            )
        if status in REFUSED:
            raise self._error(ProviderRefused, f"refuses the request (status {status}). Check the key.")
        if status >= 500 or status < 200:
            failure = self._error(ProviderUnavailable, f"answers with status {status}.", wait_s)
            raise AskAgain(failure) if status in ASK_AGAIN else failure

    def _translated(self, error: Exception, max_bytes: int) -> Exception:
        """Turn what went wrong on the way into an error of the source."""
        if isinstance(error, AddressRefused):
            return self._error(ProviderRefused, f"cannot be asked: {error}")
        if isinstance(error.__context__ or error.__cause__, ssl.SSLCertVerificationError):
            return self._error(ProviderRefused, "shows a certificate that is not trusted.")
        if isinstance(error, AddressUnknown | httpcore.ConnectError | httpcore.ConnectTimeout):
            return AskAgain(self._error(ProviderUnavailable, "cannot be reached."))
        if isinstance(error, httpcore.TimeoutException):
            return self._error(ProviderUnavailable, "did not finish its answer in time.")
        if isinstance(error, BodyTooLarge):
            return self._error(ProviderTooLarge, f"sends more than the {max_bytes / MEGABYTE:g} MB that are taken.")
        if isinstance(error, BodyUnreadable):
            return self._error(ProviderChanged, f"sends an answer that cannot be read: {error}.")
        return self._error(ProviderUnavailable, "broke off in the middle of its answer.")

    def _error(self, kind: type[ProviderError], what: str, wait_s: float | None = None) -> ProviderError:
        """Return an error that names the source as users know it."""
        return kind(f"{self.label} {what}", provider=self.name, retry_after_s=wait_s)


@functools.cache
def _trust() -> ssl.SSLContext:
    """Return the certificates that are trusted; reading them takes longer than a request."""
    return httpx.create_ssl_context()


def _core_url(url: httpx.URL) -> httpcore.URL:
    """Return the address in the form of the lower layer."""
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _joined(raw: Any) -> dict[str, str]:
    """Return headers with names in lower case; repeated ones joined, as RFC 9110 5.3 has it."""
    joined: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined


def _declared(headers: Mapping[str, str]) -> int | None:
    """Return the declared length in bytes, or None."""
    said = headers.get("content-length", "").strip()
    return int(said[:18]) if said.isascii() and said.isdigit() else None
