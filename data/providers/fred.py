"""What does FRED know: economic series of the Federal Reserve Bank of St. Louis, with every value ever published?

A value of such a series can be revised for years. A question for all vintages brings each value with the days on which
it stood, so that a look back sees only what could be seen then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from data.errors import ProviderChanged, ProviderLimited, ProviderRefused, ProviderUnavailable
from data.http.answer import HttpAnswer
from data.providers.answers import Answer, MacroAnswer, MacroFacts, MacroObservation, Payload
from data.providers.fred_pages import (
    FOREVER,
    ObservationPage,
    SeriesPage,
    VintagePage,
    facts,
    joined,
    observation,
    windows,
)
from data.providers.protocol import Capabilities
from data.providers.questions import MacroQuestion, Question
from data.providers.remote import RemoteProvider
from data.providers.symbols import is_fred_series
from data.providers.vocabulary import AssetClass, Frequency

if TYPE_CHECKING:
    from data.http.client import HttpClient

KEY = "api_key"
ROWS_MAX = 100_000
PAGES_MAX = 50
VINTAGES_MAX = 2_000
EARLIEST = date(1776, 7, 4)
"""The day from which FRED counts what could be known."""

_UNKNOWN = "does not exist"


@dataclass(frozen=True)
class _Asked:
    """The series to fetch, and those whose ids cannot be one."""

    question: MacroQuestion
    series_ids: tuple[str, ...]
    missing: tuple[str, ...]
    key: str


class Fred(RemoteProvider):
    """Economic series with their vintages; a free key is needed."""

    name: ClassVar[str] = "fred"
    label: ClassVar[str] = "FRED"
    licence: ClassVar[str] = "FRED terms of use; some series belong to others, as their notes say"
    test_symbol: ClassVar[str] = "DGS10"
    address: ClassVar[str] = "https://api.stlouisfed.org"
    absence: ClassVar[str] = "FRED has not been asked yet."
    capabilities: ClassVar[Capabilities] = Capabilities(
        questions=frozenset({MacroQuestion}),
        frequencies=frozenset({Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY}),
        asset_classes=frozenset({AssetClass.MACRO}),
        needs_credentials=(KEY,),
        is_on_demand=True,
        is_remote=True,
    )

    def can_handle(self, symbol: str) -> bool:
        """Return whether FRED could have a series of this id."""
        return is_fred_series(symbol)

    def ask(self, question: Question) -> _Asked:
        """Check ids and key."""
        if not isinstance(question, MacroQuestion):
            raise ProviderRefused(f"{self.label} has economic series only.", provider=self.name)
        ids = tuple(dict.fromkeys(question.series_ids))
        possible = tuple(series_id for series_id in ids if is_fred_series(series_id))
        return _Asked(question, possible, tuple(i for i in ids if i not in possible), self.key(KEY))

    def fetch(self, asked: Any) -> tuple[Payload, ...]:
        """Fetch, series by series: the page about it, its vintages if wanted, and its observations page by page."""
        client = self.client()
        payloads: list[Payload] = []
        for series_id in asked.series_ids:
            about = self._page(client, asked, "series", {"series_id": series_id})
            payloads.append(about)
            if self._is_unknown(about):
                continue
            for window in self._windows(client, asked, series_id, payloads):
                payloads += self._observations(client, asked, series_id, window)
        return tuple(payloads)

    def shape(self, asked: Any, payloads: tuple[Payload, ...]) -> Answer:
        """Return observations, and what each series is about."""
        question: MacroQuestion = asked.question
        about: dict[str, MacroFacts] = {}
        rows: dict[str, list[MacroObservation]] = {}
        current: str | None = None
        for payload in payloads:
            page = self.read(payload, current)
            match _kind_of(page):
                case "series":
                    row = self.checked(SeriesPage, page).seriess[0]
                    current = row.id
                    if current not in asked.series_ids:
                        raise ProviderChanged(
                            f"{self.label} answers about {current[:40]}, which was not asked for.", provider=self.name
                        )
                    about[current] = facts(row)
                    rows[current] = []
                case "observations" if current is not None:
                    rows[current] += self._read_rows(current, page, question.is_all_vintages)
                case "vintages":
                    self.checked(VintagePage, page, current)
                case "error" if _UNKNOWN in str(page.get("error_message")):
                    current = None
                case _:
                    raise self.changed("series, observations or vintage dates", current)
        done = [one for series_id in rows for one in joined(rows[series_id])]
        future = self.context.now_utc().date() + timedelta(days=1)
        kept = [one for one in done if one.realtime_start <= future]
        if done and not kept:
            raise self.changed("values published before tomorrow")
        missing = (*asked.missing, *(series_id for series_id in asked.series_ids if series_id not in about))
        future_count = len(done) - len(kept)
        said = (f"Values dated in the future left out: {future_count}.",) if future_count else ()
        provenance = self.provenance(
            "series and observations" + (", all vintages" if question.is_all_vintages else ""),
            payloads,
            ('A value written as "." is missing.', *said),
            () if question.is_all_vintages else (NOT_VINTAGES,),
        )
        return MacroAnswer(tuple(kept), tuple(about.values()), missing, provenance)

    def _observations(
        self, client: HttpClient, asked: _Asked, series_id: str, window: tuple[date, date] | None
    ) -> list[Payload]:
        """Fetch the pages of observations of one window."""
        question = asked.question
        params = {"series_id": series_id, "limit": str(ROWS_MAX), "sort_order": "asc"}
        if question.start is not None:
            params["observation_start"] = question.start.isoformat()
        if question.end is not None:
            params["observation_end"] = question.end.isoformat()
        if window is not None:
            params |= {"realtime_start": window[0].isoformat(), "realtime_end": window[1].isoformat()}
        payloads: list[Payload] = []
        for number in range(PAGES_MAX):
            payloads.append(
                self._page(client, asked, "series/observations", params | {"offset": str(number * ROWS_MAX)})
            )
            page = self.checked(ObservationPage, self.read(payloads[-1], series_id), series_id)
            if not page.observations or page.offset + len(page.observations) >= page.count:
                return payloads
        raise self.changed(f"an end after {PAGES_MAX} pages", series_id)

    def _windows(
        self, client: HttpClient, asked: _Asked, series_id: str, payloads: list[Payload]
    ) -> list[tuple[date, date] | None]:
        """Return the windows of knowledge to fetch: none for what stands today, else as few as FRED allows."""
        if not asked.question.is_all_vintages:
            return [None]
        vintages: list[date] = []
        while True:
            page = self._page(
                client, asked, "series/vintagedates", {"series_id": series_id, "offset": str(len(vintages))}
            )
            payloads.append(page)
            found = self.checked(VintagePage, self.read(page, series_id), series_id)
            vintages += found.vintage_dates
            if not found.vintage_dates or len(vintages) >= found.count:
                break
        if len(vintages) <= VINTAGES_MAX:
            return [(EARLIEST, FOREVER)]
        return list(windows(sorted(vintages), VINTAGES_MAX))

    def _page(self, client: HttpClient, asked: _Asked, path: str, params: dict[str, str]) -> Payload:
        """Fetch one page; a page that says "no such series" is kept, every other error is raised.

        Raises
        ------
        ProviderRefused, ProviderLimited, ProviderUnavailable

        """
        answer = client.get(
            f"{self.base_url}/fred/{path}", params={**params, "api_key": asked.key, "file_type": "json"}
        )
        payload = self.payload(answer)
        if answer.status != 200 or b'"error_code"' in payload.raw[:500]:
            self._judge(client, answer, payload, params["series_id"])
        return payload

    def _judge(self, client: HttpClient, answer: HttpAnswer, payload: Payload, series_id: str) -> None:
        """Raise for an error page, unless it says that there is no such series."""
        page = self.read(payload, series_id)
        if "error_code" not in page:
            raise self.changed("error_code", series_id)
        message = str(page.get("error_message", ""))
        if _UNKNOWN in message:
            return
        kind = {429: ProviderLimited, 500: ProviderUnavailable}.get(page["error_code"], ProviderRefused)
        raise kind(f"{self.label} says: {client.said(message)}", provider=self.name, symbol=series_id)

    def _is_unknown(self, payload: Payload) -> bool:
        """Return whether a page says that there is no such series."""
        return _kind_of(self.read(payload)) == "error"

    def _read_rows(self, series_id: str, page: dict[str, Any], is_all_vintages: bool) -> list[MacroObservation]:
        """Return the observations of one page."""
        found = self.checked(ObservationPage, page, series_id)
        try:
            return [observation(series_id, row, is_all_vintages) for row in found.observations]
        except ValueError:
            raise self.changed("numbers in its values", series_id) from None


NOT_VINTAGES = (
    "Only the values that stand today were asked for: each is dated as known from the day of asking, "
    "although it may have been published long before."
)


def _kind_of(page: dict[str, Any]) -> Literal["series", "observations", "vintages", "error", "other"]:
    """Return which page this is, by its own key."""
    if page.get("seriess"):
        return "series"
    if "observations" in page:
        return "observations"
    if "vintage_dates" in page:
        return "vintages"
    return "error" if "error_code" in page else "other"


PROVIDER = Fred
