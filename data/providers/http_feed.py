"""Which bars or facts has an HTTP feed that a house described itself, and does its description fit?

Each mapping makes a provider of its own, called ``feed:`` and the mapping's short name. The member of the registry is
the one without a mapping: it says that no feed is described yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import quote

from data.errors import ProviderChanged, ProviderError, ProviderRefused
from data.http.answer import HttpAnswer
from data.providers.answers import AttributeAnswer, AttributeValue, Payload, PriceAnswer, Provenance
from data.providers.feed_facts import FactsReading, read_facts, values_of
from data.providers.feed_mapping import KEY, PREFIX, FeedMapping
from data.providers.feed_reading import FeedReading, read_feed, series_of
from data.providers.feed_trial import TRIED_DAYS, FeedTrial, nothing_came, tried_bars, tried_facts
from data.providers.protocol import Capabilities, Provider, ProviderContext
from data.providers.questions import AttributeQuestion, PriceQuestion, Question, is_within
from data.providers.vocabulary import AssetClass, Fact, Field, Frequency
from data.upload.problems import Problems

NOT_FOUND = 404
NOTHING_FOUND = "application/x-nothing-found"
"""The media type of an answer that says that there is no such symbol."""


@dataclass(frozen=True)
class FeedQuestion:
    """A question in the feed's own words: the addresses with the symbols that each is asked for."""

    question: PriceQuestion | AttributeQuestion
    addresses: tuple[tuple[tuple[str, ...], str], ...] = field(repr=False)


class HttpFeed(Provider):
    """Bars of a feed that is described by a mapping, or facts about assets."""

    name: ClassVar[str] = PREFIX.rstrip(":")
    label: ClassVar[str] = "HTTP feed of your own"
    licence: ClassVar[str] = "By the contract of your house with the feed"
    test_symbol: ClassVar[str] = ""
    absence: ClassVar[str] = "No feed of your own is described yet."
    mapping: ClassVar[FeedMapping | None] = None
    capabilities: ClassVar[Capabilities] = Capabilities(
        questions=frozenset({PriceQuestion, AttributeQuestion}), is_on_demand=True, is_remote=True
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
        wanted = AttributeQuestion if mapping.facts is not None else PriceQuestion
        if not isinstance(question, PriceQuestion | AttributeQuestion) or not isinstance(question, wanted):
            subject = "facts" if mapping.facts is not None else "prices"
            raise ProviderRefused(f"{self.label} answers questions about {subject} only.", provider=self.name)
        if isinstance(question, PriceQuestion) and question.frequency is not mapping.frequency:
            raise ProviderRefused(f"{self.label} has {mapping.frequency.value} bars only.", provider=self.name)
        if not question.symbols:
            raise ProviderRefused(f"{self.label} must be asked for symbols by name.", provider=self.name)
        groups = [(symbol,) for symbol in question.symbols] if mapping.asks_each_symbol else [question.symbols]
        return FeedQuestion(question, tuple((group, self._address(mapping, group, question)) for group in groups))

    def fetch(self, asked: FeedQuestion) -> tuple[Payload, ...]:
        """Return the feed's bytes, one payload an address."""
        return tuple(_payload(self._get(address), self.context.now_utc()) for _, address in asked.addresses)

    def shape(self, asked: FeedQuestion, payloads: tuple[Payload, ...]) -> PriceAnswer | AttributeAnswer:
        """Return the bars in the window that was asked for, or the facts.

        Raises
        ------
        ProviderChanged
            The answer does not fit the mapping; the sentence names the first thing that is wrong, and how many there
            are.

        """
        if isinstance(asked.question, AttributeQuestion):
            return self._facts(asked.question, asked, payloads)
        mapping = self._described()
        series, missing, notes = [], [], []
        for (symbols, _), payload in zip(asked.addresses, payloads, strict=True):
            reading = self._read(payload, mapping, symbols)
            notes += [f"{', '.join(symbols[:3])}: {one}" for one in reading.notes]
            _refuse(reading.problems, self.label, self.name, symbols)
            reading.bars = [bar for bar in reading.bars if is_within(bar.when.day, asked.question)]
            found = reading.symbols()
            series += [series_of(reading, symbol, mapping) for symbol in symbols if symbol in found]
            missing += [symbol for symbol in symbols if symbol not in found]
        return PriceAnswer(tuple(series), tuple(missing), mapping.frequency, self._provenance(payloads, notes))

    def _facts(
        self, question: AttributeQuestion, asked: FeedQuestion, payloads: tuple[Payload, ...]
    ) -> AttributeAnswer:
        """Return the facts that were asked for; what the feed left out is missing."""
        mapping = self._described()
        values: list[AttributeValue] = []
        missing: list[str] = []
        notes: list[str] = []
        for (symbols, _), payload in zip(asked.addresses, payloads, strict=True):
            reading = self._read_facts(payload, mapping, symbols)
            notes += [f"{', '.join(symbols[:3])}: {one}" for one in reading.notes]
            _refuse(reading.problems, self.label, self.name, symbols)
            values += values_of(reading, mapping, question.names)
            missing += [symbol for symbol in symbols if symbol not in reading.symbols()]
        return AttributeAnswer(tuple(values), tuple(missing), self._provenance(payloads, notes))

    def trial(self, symbol: str) -> FeedTrial:
        """Ask for one symbol and say how the answer is understood; never raises for what the feed does."""
        mapping = self._described()
        today = self.context.now_utc().date()
        question: PriceQuestion | AttributeQuestion = PriceQuestion(
            (symbol,), start=today - timedelta(days=TRIED_DAYS), frequency=mapping.frequency
        )
        if mapping.facts is not None:
            question = AttributeQuestion(tuple(one.value for one in mapping.facts.facts()), (symbol,))
        try:
            (payload,) = self.fetch(self.ask(question))
        except ProviderError as error:
            return nothing_came(error)
        if mapping.facts is not None:
            return tried_facts(self._read_facts(payload, mapping, (symbol,)), payload.endpoint, symbol)
        return tried_bars(self._read(payload, mapping, (symbol,)), payload.endpoint, symbol)

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

    def _address(
        self, mapping: FeedMapping, symbols: tuple[str, ...], question: PriceQuestion | AttributeQuestion
    ) -> str:
        """Return the address with everything in its place."""
        start, end = mapping.history_start, self.context.now_utc().date()
        if isinstance(question, PriceQuestion):
            start, end = question.start or start, question.end or end
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

    def _read_facts(self, payload: Payload, mapping: FeedMapping, symbols: tuple[str, ...]) -> FactsReading:
        """Read an answer about facts; one that says that there is no such symbol has none."""
        if payload.media_type == NOTHING_FOUND:
            return FactsReading()
        found = HttpAnswer(200, {"content-type": payload.media_type}, payload.raw, payload.endpoint)
        return read_facts(found, mapping, symbols, payload.fetched_at_utc.date())

    def _provenance(self, payloads: tuple[Payload, ...], notes: list[str]) -> Provenance:
        """Say from where the figures come, and what was done to them."""
        mapping, places = self._described(), self._described().places
        done = [f"Read by the mapping “{mapping.label}”, days in {mapping.time_zone}."]
        if mapping.price_scale != 1.0:
            done.append(f"Prices were multiplied by {mapping.price_scale:g}.")
        if mapping.volume_scale != 1.0:
            done.append(f"Volumes were multiplied by {mapping.volume_scale:g}.")
        if mapping.facts is not None:
            words = {"date": "dated by", "known_on": "known from"}
            done[1:] = [f"Facts are {word} the day of asking." for name, word in words.items() if name not in places]
            if mapping.yield_scale != 1.0 and Fact.DIVIDEND_YIELD.value in places:
                done.append(f"Dividend yields were multiplied by {mapping.yield_scale:g}.")
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
    columns = mapping.places
    names = () if mapping.facts is None else tuple(one.value for one in mapping.facts.facts())
    about: dict[str, Any] = {
        "__doc__": HttpFeed.__doc__,
        "name": mapping.provider_name,
        "label": mapping.label,
        "licence": mapping.licence,
        "test_symbol": mapping.test_symbol,
        "absence": f"{mapping.label} has brought nothing yet.",
        "mapping": mapping,
        "capabilities": Capabilities(
            questions=frozenset({AttributeQuestion if names else PriceQuestion}),
            frequencies=frozenset() if names else frozenset({Frequency(mapping.frequency)}),
            asset_classes=frozenset(AssetClass(one) for one in mapping.asset_classes),
            fields=frozenset(one for one in Field if one.value in columns),
            attributes=frozenset(names),
            needs_credentials=(KEY,) if mapping.needs_key else (),
            is_on_demand=True,
            is_remote=True,
        ),
    }
    made: HttpFeed = type("DescribedFeed", (HttpFeed,), about)(context)
    return made


def try_mapping(mapping: FeedMapping, symbol: str, context: ProviderContext) -> FeedTrial:
    """Return what a mapping makes of a feed's answer for one symbol, with everything that is wrong at once.

    Raises
    ------
    ProviderRefused
        Its key is not known.

    """
    return feed_of(mapping, context).trial(symbol)


def _refuse(problems: Problems, label: str, name: str, symbols: tuple[str, ...]) -> None:
    """Refuse an answer that does not fit.

    Raises
    ------
    ProviderChanged

    """
    if not problems.total_count:
        return
    first, count = problems.sorted()[0], problems.total_count
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
