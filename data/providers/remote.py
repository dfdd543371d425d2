"""What do all providers share that ask a server outside?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError

from data.errors import ProviderChanged, ProviderRefused
from data.http.answer import HttpAnswer
from data.http.json_body import read_json
from data.providers.answers import Payload, PriceSeries, Provenance, RateAnswer
from data.providers.bars import AllInFuture, RawBars, shaped
from data.providers.protocol import Provider
from data.providers.questions import Question, RateQuestion
from data.providers.vocabulary import Field

if TYPE_CHECKING:
    from data.http.client import HttpClient

Model = TypeVar("Model", bound=BaseModel)


class RemoteProvider(Provider):
    """A provider behind an address.

    ``address`` is its public one; a context may name another in ``base_urls``.
    """

    address: ClassVar[str]

    def universe(self) -> tuple[str, ...]:
        """Return nothing: a server outside knows too many symbols to list."""
        return ()

    @property
    def base_url(self) -> str:
        """The address that is asked, without a slash at its end."""
        return self.context.base_urls.get(self.name, self.address).rstrip("/")

    def client(self) -> HttpClient:
        """Return a client that knows what must stay secret."""
        return self.context.http.client(self.name, self.label, secrets=tuple(self.context.credentials.values()))

    def key(self, name: str) -> str:
        """Return one of the provider's own credentials.

        Raises
        ------
        ProviderRefused
            There is none.

        """
        key = self.context.credentials.get(name, "").strip()
        if not key:
            raise ProviderRefused(
                f"{self.label} needs a key. Enter one on the page Providers; {self.label} gives them out.",
                provider=self.name,
            )
        return key

    def symbols_asked(self, question: Question, otherwise: str) -> tuple[str, ...]:
        """Return the symbols of a question, each once; a rate of exchange is asked for as its pair.

        Raises
        ------
        ProviderRefused
            This provider does not answer such questions; ``otherwise`` says what it has.

        """
        if type(question) not in self.capabilities.questions:
            raise ProviderRefused(otherwise, provider=self.name)
        if isinstance(question, RateQuestion):
            return (pair_of(question),)
        return tuple(dict.fromkeys(getattr(question, "symbols", ())))

    def in_order(self, raw: RawBars, start: date | None, end: date | None) -> tuple[PriceSeries, tuple[str, ...]]:
        """Return rows as a series with what was done to get it.

        Raises
        ------
        ProviderChanged
            Every bar is dated in the future.

        """
        try:
            return shaped(raw, self.context.now_utc(), start, end)
        except AllInFuture:
            raise ProviderChanged(
                f"{self.label} dates every bar of {raw.symbol} in the future.", provider=self.name, symbol=raw.symbol
            ) from None

    def check_subject(self, said: object, theirs: str, symbol: str) -> None:
        """Refuse an answer about another symbol than the one asked for; an answer that names none is believed.

        Parameters
        ----------
        said : object
            Whom the answer names.
        theirs : str
            What was asked for, in the provider's words.
        symbol : str
            The same in the product's.

        Raises
        ------
        ProviderChanged

        """
        named, asked = _plain(said), _plain(theirs)
        # a pair with the dollar is also called by its other currency alone
        is_pair = asked.endswith("=X") and asked.endswith(named)
        if named and named != asked and not is_pair:
            raise ProviderChanged(
                f"{self.label} answers about {str(said)[:40]}, and was asked for {symbol}.",
                provider=self.name,
                symbol=symbol,
            )

    def no_rate(self, question: RateQuestion) -> ProviderRefused:
        """Return the error that there is no such pair of currencies."""
        return ProviderRefused(
            f"{self.label} has no rate of {question.quote} for {question.base}.",
            provider=self.name,
            symbol=pair_of(question),
        )

    def rate_answer(
        self, question: RateQuestion, bars: PriceSeries, written: Callable[[float], str], provenance: Provenance
    ) -> RateAnswer:
        """Return the closes of a pair as rates; sessions without one are left out."""
        close = bars.columns[Field.CLOSE]
        usable = np.isfinite(close) & (close > 0)
        rates = tuple(Decimal(written(float(value))) for value in close[usable])
        return RateAnswer(question.base, question.quote, bars.sessions[usable], rates, provenance)

    def payload(self, answer: HttpAnswer) -> Payload:
        """Keep an answer's bytes with where and when they came from."""
        media_type = answer.media_type + (f"; charset={answer.charset}" if answer.charset else "")
        return Payload(answer.body, media_type, answer.url, self.context.now_utc())

    def read(self, payload: Payload, symbol: str | None = None) -> dict[str, Any]:
        """Return a payload as a JSON object.

        Raises
        ------
        ProviderChanged
            It is not JSON, or not an object.

        """
        charset = payload.media_type.partition("charset=")[2] or None
        found = read_json(payload.raw, provider=self.name, label=self.label, charset=charset)
        if not isinstance(found, dict):
            raise self.changed("a JSON object", symbol)
        return found

    def checked(self, model: type[Model], found: Any, symbol: str | None = None) -> Model:
        """Return what was read as a model.

        Raises
        ------
        ProviderChanged
            Something is missing or of another kind; the sentence names the first such place.

        """
        try:
            return model.model_validate(found)
        except ValidationError as error:
            place = ".".join(str(step) for step in error.errors(include_input=False)[0]["loc"]) or "the answer"
            raise self.changed(f"{place} as agreed", symbol) from None

    def changed(self, what: str, symbol: str | None = None) -> ProviderChanged:
        """Return the error that an answer lacks something; the sentence says what."""
        about = f" for {symbol}" if symbol else ""
        return ProviderChanged(
            f"{self.label} answers{about} in another shape than agreed: it lacks {what}.",
            provider=self.name,
            symbol=symbol,
        )

    def provenance(
        self,
        dataset: str,
        payloads: tuple[Payload, ...],
        transformations: tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> Provenance:
        """Say where an answer comes from and what was done to it."""
        return Provenance(
            source=self.name,
            dataset=dataset,
            endpoints=tuple(payload.endpoint for payload in payloads),
            payload_sha256=tuple(payload.sha256 for payload in payloads),
            fetched_at_utc=payloads[0].fetched_at_utc if payloads else self.context.now_utc(),
            licence=self.licence,
            transformations=transformations,
            notes=notes,
        )


def _plain(said: object) -> str:
    """Return a symbol in capitals with one mark for classes of shares and exchanges; empty for none."""
    return said.strip().upper().replace("-", ".") if isinstance(said, str) else ""


def pair_of(question: RateQuestion) -> str:
    """Return the product's symbol of a pair of currencies."""
    return f"{question.base}{question.quote}=X"
