"""Does a source answer with the key that it was given, and if not, why?"""

from __future__ import annotations

import contextvars
import threading
import time
from datetime import datetime, timedelta

from data.errors import ProviderError, ProviderLimited, ProviderRefused
from data.providers.answers import Answer, AttributeAnswer, MacroAnswer, PriceAnswer, QuoteAnswer
from data.providers.protocol import Provider
from data.providers.questions import AttributeQuestion, MacroQuestion, PriceQuestion, Question, QuoteQuestion
from data.providers.vocabulary import Frequency
from services import formatting
from services.errors import ServiceError, TooMany
from services.messages.providers import Outcome, TrialView
from services.ports import Ports
from services.providers_ask import Asking, Fetched, NotNow, outcome_of
from services.providers_gate import scrubbed
from services.providers_house import House, HouseProvider
from services.providers_questions import is_empty
from services.providers_setup import find

TRIAL_MAX_S = 4.5
AGAIN_AFTER_S = 5.0
WINDOW_DAYS = 14
WORKS = "works"
SLOW = "slow"


class Trials:
    """Tries sources out, each at most every few seconds.

    Parameters
    ----------
    ports : Ports
    house : House
    asking : Asking

    """

    def __init__(self, ports: Ports, house: House, asking: Asking) -> None:
        self._ports = ports
        self._house = house
        self._asking = asking

    def of(self, name: str, tenant_id: str) -> TrialView:
        """Ask a source for the symbol that it is tried with; it counts in the quota and not against pauses."""
        one = find(self._house.providers(tenant_id), name)
        self._not_too_often(one, tenant_id)
        question = trial_question(one.provider, self._ports.clock.now_utc())
        if question is None:
            return _view(one, Outcome.UNKNOWN.value, f"{one.label} has nothing that could be tried.", 0.0)
        began = time.perf_counter()
        work = _Work(lambda: self._asking.fetch(one, question, tenant_id, is_trial=True))
        is_done = work.wait(TRIAL_MAX_S)
        elapsed_s = time.perf_counter() - began
        if not is_done:
            words = f"{one.label} did not answer within {formatting.number(TRIAL_MAX_S, 1)} seconds."
            return _view(one, SLOW, f"{words} Try again, or use another source meanwhile.", elapsed_s)
        return self._told(one, question, work, elapsed_s)

    def _told(self, one: HouseProvider, question: Question, work: _Work, elapsed_s: float) -> TrialView:
        error = work.error
        if isinstance(error, NotNow):
            return _view(one, error.outcome.value, error.message, elapsed_s, until=error.until_utc)
        if isinstance(error, ProviderError):
            until = _until(error, self._ports.clock.now_utc())
            return _view(one, outcome_of(error).value, _failure(one, error, until), elapsed_s, until=until)
        if error is not None:
            raise error
        assert work.found is not None
        if is_empty(work.found.answer, question):
            words = f"{one.label} answered, and knows nothing of {one.provider.test_symbol}."
            return _view(one, Outcome.UNKNOWN.value, words, elapsed_s)
        day = newest_day(work.found.answer)
        seconds = formatting.number(elapsed_s, 1)
        newest = (
            ""
            if day is None
            else f" Its newest figure of {one.provider.test_symbol} is of {formatting.day(day.date())};"
        )
        words = f"{one.label} works.{newest or ' It'} {'it' if newest else ''} took {seconds} s.".replace("  ", " ")
        view = _view(one, WORKS, words, elapsed_s)
        return view if day is None else view.model_copy(update={"newest_day": day.date()})

    def _not_too_often(self, one: HouseProvider, tenant_id: str) -> None:
        key, now_utc = f"provider-trial:{tenant_id}:{one.name}", self._ports.clock.now_utc()
        last = self._ports.cache.get(key)
        if isinstance(last, str):
            waits_s = AGAIN_AFTER_S - (now_utc - datetime.fromisoformat(last)).total_seconds()
            if waits_s > 0:
                raise TooMany(
                    f"{one.label} was tried a moment ago.", "Wait a few seconds.", retry_after_s=int(waits_s) + 1
                )
        self._ports.cache.put(key, now_utc.isoformat(), 60.0)


class _Work:
    """Something that is done beside, so that whoever waits can stop waiting."""

    def __init__(self, do: object) -> None:
        self._do = do
        self.found: Fetched | None = None
        self.error: Exception | None = None
        context = contextvars.copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._run,), daemon=True, name="provider-trial")
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Return whether the work was done in time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.found = self._do()  # type: ignore[operator]
        except (NotNow, ProviderError, ServiceError) as error:
            self.error = error


def trial_question(provider: Provider, now_utc: datetime) -> Question | None:
    """Return the smallest question that shows whether a source answers; None where it has none."""
    able, start = provider.capabilities, (now_utc - timedelta(days=WINDOW_DAYS)).date()
    if not provider.test_symbol:
        return None
    if PriceQuestion in able.questions:
        frequency = Frequency.DAILY if Frequency.DAILY in able.frequencies else min(able.frequencies, default=None)
        if frequency is not None:
            # the same fields as the daily round wants: a key may have a part of them only
            return PriceQuestion((provider.test_symbol,), start, None, frequency, able.fields)
    if MacroQuestion in able.questions:
        return MacroQuestion((provider.test_symbol,), (now_utc - timedelta(days=400)).date())
    if QuoteQuestion in able.questions:
        return QuoteQuestion((provider.test_symbol,))
    if AttributeQuestion in able.questions:
        return AttributeQuestion(tuple(sorted(able.attributes)), (provider.test_symbol,))
    return None


def newest_day(answer: Answer) -> datetime | None:
    """Return midnight of the newest day that an answer speaks of; None where it has no days."""
    days = []
    if isinstance(answer, PriceAnswer):
        days = [one.sessions[-1].astype("datetime64[D]").item() for one in answer.series if one.sessions.size]
    elif isinstance(answer, MacroAnswer):
        days = [one.event_date for one in answer.observations]
    elif isinstance(answer, QuoteAnswer):
        days = [one.event_time_utc.date() for one in answer.quotes]
    elif isinstance(answer, AttributeAnswer):
        days = [one.event_date for one in answer.values]
    return datetime.combine(max(days), datetime.min.time()) if days else None


def _failure(one: HouseProvider, error: ProviderError, until: datetime | None) -> str:
    message = scrubbed(error.message, one.credentials)
    if isinstance(error, ProviderRefused) and one.provider.capabilities.needs_credentials:
        return message if "key" in message.lower() else f"{message} Check the key, and paste it again."
    if isinstance(error, ProviderLimited):
        return f"{message} Try again after {formatting.moment(until)}." if until else message
    return f"{message} What is stored stays in use."


def _until(error: ProviderError, now_utc: datetime) -> datetime | None:
    return None if error.retry_after_s is None else now_utc + timedelta(seconds=error.retry_after_s)


def _view(one: HouseProvider, state: str, sentence: str, elapsed_s: float, until: datetime | None = None) -> TrialView:
    return TrialView(
        provider=one.name,
        state=state,
        sentence=sentence,
        symbol=one.provider.test_symbol,
        elapsed_s=round(elapsed_s, 3),
        retry_at_utc=until,
    )
