"""Which bars has an HTTP feed that a house described itself, and does its description fit?

Each mapping makes a provider of its own, called ``feed:`` and the mapping's short name. The member of the registry is
the one without a mapping: it says that no feed is described yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import quote

from data.errors import ProviderChanged, ProviderError, ProviderRefused
from data.http.answer import HttpAnswer
from data.providers.answers import Payload, PriceAnswer, Provenance
from data.providers.feed_mapping import KEY, PREFIX, FeedMapping
from data.providers.feed_reading import FeedReading, read_feed, series_of
from data.providers.protocol import Capabilities, Provider, ProviderContext
from data.providers.questions import PriceQuestion, Question
from data.providers.vocabulary import AssetClass, Field, Frequency
from data.upload.problems import FileProblem

ROWS_SHOWN_MAX_COUNT = 20
TRIED_DAYS = 30
"""A trial asks for so many days; that is enough to see whether the figures are understood."""
NOT_FOUND = 404
NOTHING_FOUND = "application/x-nothing-found"
"""The media type of an answer that says that there is no such symbol."""


@dataclass(frozen=True)
class FeedQuestion:
    """A question in the feed's own words: the addresses with the symbols that each is asked for."""

    question: PriceQuestion
    addresses: tuple[tuple[tuple[str, ...], str], ...] = field(repr=False)


@dataclass(frozen=True)
class TriedRow:
    """One bar as a mapping understands it; ``number`` is its place in the answer, counted from 1 (in CSV its line)."""

    number: int
    symbol: str
    day: date
    instant_utc: datetime | None
    currency: str
    figures: Mapping[Field, float]


@dataclass(frozen=True)
class FeedTrial:
    """What became of trying a mapping on one symbol.

    Parameters
    ----------
    address : str
        What was asked, without the key; empty where nothing was.
    rows : tuple of TriedRow
        The latest bars as they were understood, the latest last.
    rows_count : int
        How many bars were understood.
    problems : tuple of FileProblem
        Everything that is wrong, with the number of the bar and the place in it.
    problems_count : int
        How many there are; only the first few hundred are kept.
    notes : tuple of str
        What was left out.
    sentence : str
        The trial in one sentence.

    """

    address: str
    rows: tuple[TriedRow, ...]
    rows_count: int
    problems: tuple[FileProblem, ...]
    problems_count: int
    notes: tuple[str, ...]
    sentence: str

    @property
    def is_good(self) -> bool:
        """Whether the mapping brings bars and nothing is wrong."""
        return self.rows_count > 0 and not self.problems_count


class HttpFeed(Provider):
    """Bars of a feed that is described by a mapping."""

    name: ClassVar[str] = PREFIX.rstrip(":")
    label: ClassVar[str] = "HTTP feed of your own"
    licence: ClassVar[str] = "By the contract of your house with the feed"
    test_symbol: ClassVar[str] = ""
    absence: ClassVar[str] = "No feed of your own is described yet."
    mapping: ClassVar[FeedMapping | None] = None
    capabilities: ClassVar[Capabilities] = Capabilities(
        questions=frozenset({PriceQuestion}), is_on_demand=True, is_remote=True
    )

    def can_handle(self, symbol: str) -> bool:
        """Return whether the feed may know the symbol; one without a list of symbols may know any."""
        mapping = self.mapping
        return mapping is not None and (not mapping.symbols or symbol in mapping.symbols)

    def universe(self) -> tuple[str, ...]:
        """Return the symbols that the mapping lists, in alphabetical order."""
        return () if self.mapping is None else tuple(sorted(self.mapping.symbols))

    def ask(self, question: Question) -> FeedQuestion:
        """Turn a question into addresses, refusing what the mapping does not bring."""
        mapping = self._described()
        if not isinstance(question, PriceQuestion):
            raise ProviderRefused(f"{self.label} answers questions about prices only.", provider=self.name)
        if question.frequency is not mapping.frequency:
            raise ProviderRefused(f"{self.label} has {mapping.frequency.value} bars only.", provider=self.name)
        if not question.symbols:
            raise ProviderRefused(f"{self.label} must be asked for symbols by name.", provider=self.name)
        groups = [(symbol,) for symbol in question.symbols] if mapping.asks_each_symbol else [question.symbols]
        return FeedQuestion(question, tuple((group, self._address(mapping, group, question)) for group in groups))

    def fetch(self, asked: FeedQuestion) -> tuple[Payload, ...]:
        """Return the feed's bytes, one payload an address."""
        return tuple(_payload(self._get(address), self.context.now_utc()) for _, address in asked.addresses)

    def shape(self, asked: FeedQuestion, payloads: tuple[Payload, ...]) -> PriceAnswer:
        """Return the bars in the window that was asked for.

        Raises
        ------
        ProviderChanged
            The answer does not fit the mapping; the sentence names the first thing that is wrong, and how many there
            are.

        """
        mapping = self._described()
        series, missing, notes = [], [], []
        for (symbols, _), payload in zip(asked.addresses, payloads, strict=True):
            reading = self._read(payload, mapping, symbols)
            notes += [f"{', '.join(symbols[:3])}: {one}" for one in reading.notes]
            _refuse(reading, self.label, self.name, symbols)
            reading.bars = [bar for bar in reading.bars if _is_within(bar.when.day, asked.question)]
            found = reading.symbols()
            series += [series_of(reading, symbol, mapping) for symbol in symbols if symbol in found]
            missing += [symbol for symbol in symbols if symbol not in found]
        return PriceAnswer(tuple(series), tuple(missing), mapping.frequency, self._provenance(payloads, notes))

    def trial(self, symbol: str) -> FeedTrial:
        """Ask for one symbol and say how the answer is understood; never raises for what the feed does."""
        mapping = self._described()
        today = self.context.now_utc().date()
        question = PriceQuestion((symbol,), start=today - timedelta(days=TRIED_DAYS), frequency=mapping.frequency)
        try:
            (payload,) = self.fetch(self.ask(question))
        except ProviderError as error:
            wrong = FileProblem(None, None, error.message, "Check address, headers and key, then try again.")
            return FeedTrial("", (), 0, (wrong,), 1, (), f"Nothing came: {error.message}")
        reading = self._read(payload, mapping, (symbol,))
        return _trial(reading, payload.endpoint, symbol)

    def _described(self) -> FeedMapping:
        """Return the mapping.

        Raises
        ------
        ProviderRefused
            There is none, or its key is not known.

        """
        if self.mapping is None:
            raise ProviderRefused("No feed of your own is described yet.", provider=self.name)
        if self.mapping.needs_key and not self.context.credentials.get(KEY):
            raise ProviderRefused(f"{self.label} needs its key. Enter it with the feed.", provider=self.name)
        return self.mapping

    def _address(self, mapping: FeedMapping, symbols: tuple[str, ...], question: PriceQuestion) -> str:
        """Return the address with everything in its place."""
        start = question.start or mapping.history_start
        end = question.end or self.context.now_utc().date()
        return mapping.address.format(
            symbol=quote(mapping.theirs(symbols[0]), safe=""),
            start=quote(_day_text(start, mapping, at_end=False), safe=""),
            end=quote(_day_text(end, mapping, at_end=True), safe=""),
            key=quote(self.context.credentials.get(KEY, ""), safe=""),
        )

    def _get(self, address: str) -> HttpAnswer:
        """Return the feed's answer; one that says "not found" is an answer too.

        Raises
        ------
        ProviderRefused
            The feed finds fault with the question.

        """
        mapping, key = self._described(), self.context.credentials.get(KEY, "")
        secrets = (key, quote(key, safe="")) if key else ()
        client = self.context.http.client(self.name, self.label, secrets=secrets, apart=_apart(mapping, key))
        headers = {name: text.replace("{key}", key) for name, text in mapping.headers.items()}
        found = client.get(address, headers=headers)
        if found.status >= 400 and found.status != NOT_FOUND:
            raise ProviderRefused(f"{self.label} refuses the question (status {found.status}).", provider=self.name)
        return replace(found, headers={"content-type": NOTHING_FOUND}) if found.status == NOT_FOUND else found

    def _read(self, payload: Payload, mapping: FeedMapping, symbols: tuple[str, ...]) -> FeedReading:
        """Read an answer; one that says that there is no such symbol has no bars."""
        if payload.media_type == NOTHING_FOUND:
            return FeedReading()
        headers = {"content-type": payload.media_type}
        newest = payload.fetched_at_utc.date() + timedelta(days=1)
        return read_feed(HttpAnswer(200, headers, payload.raw, payload.endpoint), mapping, symbols, newest)

    def _provenance(self, payloads: tuple[Payload, ...], notes: list[str]) -> Provenance:
        """Say from where the figures come, and what was done to them."""
        mapping = self._described()
        done = [f"Read by the mapping “{mapping.label}”, days in {mapping.time_zone}."]
        if mapping.price_scale != 1.0:
            done.append(f"Prices were multiplied by {mapping.price_scale:g}.")
        if mapping.volume_scale != 1.0:
            done.append(f"Volumes were multiplied by {mapping.volume_scale:g}.")
        return Provenance(
            source=self.name,
            dataset=mapping.label,
            endpoints=tuple(one.endpoint for one in payloads),
            payload_sha256=tuple(one.sha256 for one in payloads),
            fetched_at_utc=payloads[0].fetched_at_utc,
            licence=mapping.licence,
            transformations=(*done, *notes),
        )


def feed_of(mapping: FeedMapping, context: ProviderContext) -> HttpFeed:
    """Return the provider that a mapping describes.

    Parameters
    ----------
    mapping : FeedMapping
    context : ProviderContext
        With the feed's own key among the credentials, as ``api_key``, where it needs one.

    """
    columns = mapping.columns.named()
    facts: dict[str, Any] = {
        "__doc__": HttpFeed.__doc__,
        "name": mapping.provider_name,
        "label": mapping.label,
        "licence": mapping.licence,
        "test_symbol": mapping.test_symbol,
        "absence": f"{mapping.label} has brought nothing yet.",
        "mapping": mapping,
        "capabilities": Capabilities(
            questions=frozenset({PriceQuestion}),
            frequencies=frozenset({Frequency(mapping.frequency)}),
            asset_classes=frozenset(AssetClass(one) for one in mapping.asset_classes),
            fields=frozenset(one for one in Field if one.value in columns),
            needs_credentials=(KEY,) if mapping.needs_key else (),
            is_on_demand=True,
            is_remote=True,
        ),
    }
    made: HttpFeed = type("DescribedFeed", (HttpFeed,), facts)(context)
    return made


def try_mapping(mapping: FeedMapping, symbol: str, context: ProviderContext) -> FeedTrial:
    """Return what a mapping makes of a feed's answer for one symbol, with everything that is wrong at once.

    Raises
    ------
    ProviderRefused
        Its key is not known.

    """
    return feed_of(mapping, context).trial(symbol)


def _trial(reading: FeedReading, address: str, symbol: str) -> FeedTrial:
    """Return a trial that got an answer."""
    rows = tuple(
        TriedRow(bar.number, bar.symbol, bar.when.day, bar.when.instant_utc, bar.currency, bar.figures)
        for bar in reading.bars[-ROWS_SHOWN_MAX_COUNT:]
    )
    count, wrong = len(reading.bars), reading.problems.total_count
    if wrong:
        sentence = f"The answer came, and does not fit: {wrong:,} problem{'s' if wrong > 1 else ''}."
    elif rows:
        newest = rows[-1]
        sentence = (
            f"It works: {count:,} bar{'s' if count > 1 else ''} of {symbol}, the newest of {newest.day.isoformat()} "
            f"with a close of {newest.figures[Field.CLOSE]:,.10g} {newest.currency}."
        )
    else:
        sentence = f"The feed answers, and has no bars of {symbol} in the last {TRIED_DAYS} days."
    return FeedTrial(address, rows, count, reading.problems.sorted(), wrong, tuple(reading.notes), sentence)


def _refuse(reading: FeedReading, label: str, name: str, symbols: tuple[str, ...]) -> None:
    """Refuse an answer that does not fit.

    Raises
    ------
    ProviderChanged

    """
    if not reading.problems.total_count:
        return
    first, count = reading.problems.sorted()[0], reading.problems.total_count
    where = "" if first.line is None else f"bar {first.line}: "
    more = f" There are {count - 1:,} further problems." if count > 1 else ""
    raise ProviderChanged(
        f"The answer of {label} does not fit its mapping: {where}{first.message}{more}",
        provider=name,
        symbol=symbols[0] if len(symbols) == 1 else None,
    )


def _apart(mapping: FeedMapping, key: str) -> str:
    """Return what tells this feed from one of the same name in another house, whose failures are not its own."""
    return sha256(f"{mapping.model_dump_json()}\n{key}".encode()).hexdigest()


def _payload(answer: HttpAnswer, now_utc: datetime) -> Payload:
    """Return an answer as bytes with where they came from; the character set stays with the media type."""
    return Payload(answer.body, answer.headers.get("content-type", answer.media_type)[:120], answer.url, now_utc)


def _is_within(day: date, question: PriceQuestion) -> bool:
    return (question.start is None or day >= question.start) and (question.end is None or day <= question.end)


def _day_text(day: date, mapping: FeedMapping, *, at_end: bool) -> str:
    """Return a day as the address wants it; as a count of seconds the end is the last second of the day."""
    form = mapping.address_date_format
    if form in ("iso", "%Y-%m-%d"):
        return day.isoformat()
    if form not in ("epoch_s", "epoch_ms"):
        return day.strftime(form)
    seconds = int(datetime.combine(day, time(23, 59, 59) if at_end else time(0), tzinfo=UTC).timestamp())
    return str(seconds if form == "epoch_s" else seconds * 1000)


PROVIDER = HttpFeed
