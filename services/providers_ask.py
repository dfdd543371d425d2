"""Who is asked first, who next, and what is served while nobody answers?"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from data.errors import ProviderChanged, ProviderError, ProviderLimited, ProviderRefused
from data.providers.answers import Answer, Payload, PriceAnswer
from data.providers.questions import SUBJECTS, Question
from data.providers.vocabulary import AssetClass
from services.errors import RetryLater, ServiceError, TooMany, Unavailable
from services.messages.providers import Answered, Attempt, Outcome
from services.ports import Ports
from services.providers_flight import SingleFlight
from services.providers_gate import Gate
from services.providers_house import House, HouseProvider
from services.providers_kept import KeptAnswer, KeptAnswers, key_of
from services.providers_questions import (
    fitted,
    held_back_count,
    is_empty,
    left_of,
    requests_count,
    symbols_of,
    ttl_s,
    with_missing,
    with_symbols,
)
from services.providers_sent import sent_requests
from services.providers_stored import stored_answer

_log = logging.getLogger(__name__)

PARTLY_TTL_S = 60.0
RETRY_AFTER_S = 60


@dataclass(frozen=True)
class Turn:
    """One source whose turn it is, with the question as it can be asked it."""

    one: HouseProvider
    question: Question


@dataclass(frozen=True)
class Fetched:
    """What one source answered, its bytes, and whether its quota cut the question short."""

    answer: Answer
    payloads: tuple[Payload, ...]
    is_cut: bool


class Asking:
    """Asks sources in a house's order.

    Parameters
    ----------
    ports : Ports
    house : House
    gate : Gate

    """

    def __init__(self, ports: Ports, house: House, gate: Gate) -> None:
        self._ports = ports
        self._house = house
        self._gate = gate
        self._kept = KeptAnswers(ports)
        self._flight: SingleFlight[Answered] = SingleFlight()

    def ask(
        self, question: Question, tenant_id: str, asset_class: AssetClass | None, without: frozenset[str] = frozenset()
    ) -> Answered:
        """Return a fresh answer if any source gives one, else what is known from before, marked as stale."""
        turns = self.turns(question, tenant_id, asset_class, without)
        set_up = "|".join(f"{turn.one.name}.{turn.one.row_version}" for turn in turns)
        key = key_of(tenant_id, question, None if asset_class is None else asset_class.value, without)
        kept = self._kept.find(key)
        if kept is not None and kept.is_fresh(self._now(), set_up):
            return self._served(kept, is_stale=False)
        return self._flight.do(key, lambda: self._asked_now(question, tenant_id, turns, key, set_up))

    def turns(
        self, question: Question, tenant_id: str, asset_class: AssetClass | None, without: frozenset[str]
    ) -> list[Turn]:
        """Return who can be turned to for a question, in the house's order."""
        found = [one for one in self._house.providers(tenant_id) if one.is_enabled and one.name not in without]
        orders = self._house.orders(tenant_id)
        turns: list[Turn] = []
        for one in self._house.in_order(found, orders, asset_class):
            asked = fitted(one.provider, question, asset_class)
            if asked is not None:
                turns.append(Turn(one, asked))
        return turns

    def fetch(self, one: HouseProvider, question: Question, tenant_id: str, *, is_trial: bool = False) -> Fetched:
        """Ask one source, with its quota and its pauses.

        Raises
        ------
        NotNow
            Its key is missing, its quota is used up, or it is left alone for a while.
        data.errors.ProviderError
            What went wrong on its side, with nothing secret in its sentence.

        """
        if not one.is_outside:
            return self._fetched(one, question, 1)
        if not one.has_keys:
            raise NotNow(Outcome.NO_KEY, f"{one.label} needs a key, and none is set.")
        wanted = requests_count(question)
        held = 0 if is_trial else held_back_count(question, one.limits.day_count)
        grant = self._gate.reserve(tenant_id, one, wanted, is_trial=is_trial, held_count=held)
        if grant.outcome is not None:
            raise NotNow(grant.outcome, grant.sentence, grant.until_utc)
        with sent_requests() as sent:
            try:
                fetched = self._fetched(one, question, grant.count)
            except ProviderError as error:
                error.message = self._gate.failed(tenant_id, one, error, sent.count - grant.count)
                raise
        self._gate.succeeded(
            tenant_id,
            one.name,
            reserved=grant.count,
            sent=max(sent.count, len(fetched.payloads)),
            received_bytes=sum(len(payload.raw) for payload in fetched.payloads),
        )
        return fetched

    def _fetched(self, one: HouseProvider, question: Question, granted: int) -> Fetched:
        """Ask, fetch and shape; what an adapter did not foresee counts as a changed answer."""
        symbols, provider = symbols_of(question), one.provider
        left = symbols[granted:] if one.is_outside else ()
        question = with_symbols(question, symbols[:granted]) if left else question
        try:
            asked = provider.ask(question)
            payloads = provider.fetch(asked)
            answer = provider.shape(asked, payloads)
        except ProviderError:
            raise
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
            _log.exception("An answer of the provider %r could not be read.", one.name)
            raise ProviderChanged(
                f"{one.label} answered in a form that is not understood.", provider=one.name
            ) from error
        return Fetched(with_missing(answer, left), payloads, bool(left))

    def _asked_now(self, question: Question, tenant_id: str, turns: list[Turn], key: str, set_up: str) -> Answered:
        """Ask one source after the other; whoever waited for another caller finds that one's answer."""
        kept = self._kept.find(key)
        if kept is not None and kept.is_fresh(self._now(), set_up):
            return self._served(kept, is_stale=False)
        attempts: list[Attempt] = []
        for turn in turns:
            if not turn.one.is_outside and _has_failed(attempts):
                known = self._known(kept, question, tenant_id, attempts)
                if known is not None:
                    return known  # what a source brought before is newer than the history that is built in
            found = self._attempt(question, turn, tenant_id, attempts, key, set_up)
            if found is not None:
                return found
        known = self._known(kept, question, tenant_id, attempts)
        if known is None:
            raise nobody(question, attempts)
        return known

    def _known(
        self, kept: KeptAnswer | None, question: Question, tenant_id: str, attempts: list[Attempt]
    ) -> Answered | None:
        """Return what is known from before, marked as stale: the last answer, else what the store holds."""
        if kept is not None:
            return self._served(kept, is_stale=True, attempts=tuple(attempts))
        stored = stored_answer(self._ports, question, tenant_id)
        if stored is None:
            return None
        return Answered(stored, stored.provenance.source, True, self._age_of(stored), tuple(attempts))

    def _attempt(
        self, question: Question, turn: Turn, tenant_id: str, attempts: list[Attempt], key: str, set_up: str
    ) -> Answered | None:
        """Ask one source; None sends the caller to the next one, with the reason among the attempts."""
        one, began = turn.one, time.perf_counter()

        def noted(outcome: Outcome, sentence: str) -> None:
            elapsed_ms = (time.perf_counter() - began) * 1000.0
            attempts.append(
                Attempt(provider=one.name, label=one.label, outcome=outcome, sentence=sentence, elapsed_ms=elapsed_ms)
            )

        try:
            fetched = self.fetch(one, turn.question, tenant_id)
        except NotNow as refusal:
            noted(refusal.outcome, refusal.message)
            return None
        except ProviderError as error:
            noted(outcome_of(error), error.message)
            return None
        if is_empty(fetched.answer, turn.question):
            noted(Outcome.UNKNOWN, f"{one.label} knows nothing of what was asked for.")
            return None
        has_failed = _has_failed(attempts)
        noted(Outcome.ANSWERED, f"{one.label} answered.")
        if fetched.is_cut:
            noted(Outcome.QUOTA, f"{one.label}: the quota allowed a part of the question only.")
        left_out = tuple(name for name in symbols_of(question) if name not in symbols_of(turn.question))
        answer = with_missing(fetched.answer, left_out)
        if has_failed and not one.is_outside:
            return Answered(answer, one.name, True, self._age_of(answer), tuple(attempts), fetched.payloads)
        lasts_s = min(ttl_s(question), PARTLY_TTL_S) if fetched.is_cut or has_failed else ttl_s(question)
        self._kept.keep(key, answer, provider=one.name, set_up=set_up, ttl_s=lasts_s)
        return Answered(answer, one.name, False, 0.0, tuple(attempts), fetched.payloads)

    def _served(self, kept: KeptAnswer, *, is_stale: bool, attempts: tuple[Attempt, ...] = ()) -> Answered:
        return Answered(kept.answer, kept.provider, is_stale, kept.age_s(self._now()), attempts)

    def _age_of(self, answer: Answer) -> float:
        """Return the age of the newest figure of an answer that nobody fetched just now."""
        newest = answer.provenance.fetched_at_utc
        if isinstance(answer, PriceAnswer):
            days = [
                series.sessions[-1].astype("datetime64[D]").item() for series in answer.series if len(series.sessions)
            ]
            if days:
                newest = datetime.combine(max(days), datetime.min.time(), tzinfo=UTC)
        return max(0.0, (self._now() - newest).total_seconds())

    def _now(self) -> datetime:
        return self._ports.clock.now_utc()


def _has_failed(attempts: list[Attempt]) -> bool:
    """Return whether a source that should have answered did not; one that knows nothing of the symbols is none."""
    return any(attempt.outcome is not Outcome.UNKNOWN for attempt in attempts)


class NotNow(Exception):
    """A source is not asked at present."""

    def __init__(self, outcome: Outcome, message: str, until_utc: datetime | None = None) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message
        self.until_utc = until_utc


def outcome_of(error: ProviderError) -> Outcome:
    """Return the word for a failure of a source."""
    if isinstance(error, ProviderLimited):
        return Outcome.LIMITED
    if isinstance(error, ProviderRefused):
        return Outcome.REFUSED
    return Outcome.CHANGED if isinstance(error, ProviderChanged) else Outcome.UNAVAILABLE


def nobody(question: Question, attempts: list[Attempt]) -> ServiceError:
    """Return the refusal where no source answered and nothing is known from before."""
    subject = SUBJECTS[type(question)]
    if not attempts:
        return Unavailable(
            f"No source that is switched on answers questions about {subject} of this kind.",
            "Switch one on under Providers, or import the figures.",
            code="no_provider",
        )
    words = " ".join(attempt.sentence for attempt in attempts)
    refusal: RetryLater
    if all(attempt.outcome in (Outcome.LIMITED, Outcome.QUOTA) for attempt in attempts):
        refusal = TooMany(words, "Wait, or add another source under Providers.", retry_after_s=RETRY_AFTER_S)
    else:
        refusal = Unavailable(
            words, "Try again later, or add another source under Providers.", code="no_answer",
            retry_after_s=RETRY_AFTER_S,
        )  # fmt: skip
    refusal.attempts = tuple(attempts)
    return refusal


def each_missing(
    ask: Callable[[Question, frozenset[str]], Answered], question: Question, is_outside: Callable[[str], bool]
) -> list[Answered]:
    """Ask again for what the first answer lacks, of the sources that were not asked yet, until nothing is missing.

    What is built in counts as stale where a source outside failed before or was cut short by its quota.

    Parameters
    ----------
    ask : callable
        Takes a question and the names of sources to leave out.
    is_outside : callable
        Whether the source of a name uses the network.

    """
    found: list[Answered] = []
    has_failed = False
    without: frozenset[str] = frozenset()
    while True:
        try:
            one = ask(question, without)
        except (Unavailable, TooMany) as error:
            if not found:
                raise
            # who failed for the rest is told with the last answer; a quota leaves out what its own answer lacks
            failed = tuple(attempt for attempt in error.attempts if attempt.outcome is not Outcome.QUOTA)
            return [*found[:-1], replace(found[-1], attempts=found[-1].attempts + failed)]
        if has_failed and not is_outside(one.provider):
            one = replace(one, is_stale=True)
        has_failed |= any(attempt.outcome not in (Outcome.ANSWERED, Outcome.UNKNOWN) for attempt in one.attempts)
        found.append(one)
        left = left_of(question, one.answer)
        tried = {attempt.provider for attempt in one.attempts} | {one.provider}
        if left is None or tried <= without:
            return found
        without |= tried
        question = left
