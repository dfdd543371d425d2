"""Which source can answer a question, how many requests does that take, and is an answer empty?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from data.providers.answers import (
    ActionAnswer,
    Answer,
    AttributeAnswer,
    ConstituentAnswer,
    FactorAnswer,
    MacroAnswer,
    PriceAnswer,
    QuoteAnswer,
    RateAnswer,
    ReferenceAnswer,
)
from data.providers.protocol import Provider
from data.providers.questions import (
    AttributeQuestion,
    ConstituentQuestion,
    FactorQuestion,
    MacroQuestion,
    PriceQuestion,
    Question,
    QuoteQuestion,
    RateQuestion,
)
from data.providers.vocabulary import AssetClass, Frequency

QUOTE_TTL_S = 60.0
HISTORY_TTL_S = 3600.0
HOLDS_FROM_COUNT = 10


def fitted(provider: Provider, question: Question, asset_class: AssetClass | None) -> Question | None:
    """Return the question as this source can be asked it, or None where it cannot answer.

    Symbols, fields and names that the source does not have are left out; whoever asks is told of missing symbols by the
    answer.
    """
    able = provider.capabilities
    if type(question) not in able.questions:
        return None
    if asset_class is not None and able.asset_classes and asset_class not in able.asset_classes:
        return None
    if isinstance(question, PriceQuestion):
        if question.frequency not in able.frequencies:
            return None
        shared = question.fields & able.fields
        if not shared:
            return None
        question = replace(question, fields=shared)
    if isinstance(question, AttributeQuestion):
        names = tuple(name for name in question.names if name in able.attributes)
        if not names:
            return None
        question = replace(question, names=names)
    known = tuple(symbol for symbol in symbols_of(question) if provider.can_handle(symbol))
    if symbols_of(question) and not known:
        return None
    return with_symbols(question, known)


def symbols_of(question: Question) -> tuple[str, ...]:
    """Return the symbols or series that a question names; empty where it names none."""
    if isinstance(question, MacroQuestion):
        return question.series_ids
    return tuple(getattr(question, "symbols", ()))


def with_symbols(question: Question, symbols: tuple[str, ...]) -> Question:
    """Return the question about these symbols."""
    if isinstance(question, MacroQuestion):
        return replace(question, series_ids=symbols)
    if isinstance(question, RateQuestion | ConstituentQuestion | FactorQuestion):
        return question
    return replace(question, symbols=symbols)


def requests_count(question: Question) -> int:
    """Return how many requests a question may take: one for each symbol, at least one."""
    return max(1, len(symbols_of(question)))


def held_back_count(question: Question, day_count: int | None) -> int:
    """Return how many of a day's requests bars must leave: a fifth for what is asked for daily, half from minutes."""
    if day_count is None or day_count < HOLDS_FROM_COUNT or not isinstance(question, PriceQuestion):
        return 0
    return day_count // (2 if question.frequency is Frequency.MINUTE else 5)


def ttl_s(question: Question) -> float:
    """Return for how many seconds an answer counts as fresh: a minute for live figures, an hour for histories."""
    is_live = isinstance(question, QuoteQuestion) or (
        isinstance(question, PriceQuestion) and question.frequency is Frequency.MINUTE
    )
    return QUOTE_TTL_S if is_live else HISTORY_TTL_S


def missing_of(answer: Answer) -> tuple[str, ...]:
    """Return the symbols or series that an answer lacks."""
    if isinstance(answer, MacroAnswer):
        return answer.missing_ids
    return tuple(getattr(answer, "missing_symbols", ()))


def left_of(question: Question, answer: Answer) -> Question | None:
    """Return what a question still asks after an answer; None where nothing is left.

    One source has some facts of an asset and another one others, so that facts are counted one by one.
    """
    if isinstance(question, AttributeQuestion) and isinstance(answer, AttributeAnswer) and question.symbols:
        told = {(one.symbol, one.name) for one in answer.values}
        open_pairs = [(s, n) for s in question.symbols for n in question.names if (s, n) not in told]
        names, symbols = {name for _, name in open_pairs}, {symbol for symbol, _ in open_pairs}
        if not open_pairs:
            return None
        return replace(
            question,
            names=tuple(name for name in question.names if name in names),
            symbols=tuple(symbol for symbol in question.symbols if symbol in symbols),
        )
    missing = missing_of(answer)
    return with_symbols(question, missing) if missing else None


def with_missing(answer: Answer, more: tuple[str, ...]) -> Answer:
    """Return the answer that also names symbols which were not asked for."""
    if not more or isinstance(answer, RateAnswer | ConstituentAnswer | FactorAnswer):
        return answer
    every = tuple(dict.fromkeys((*missing_of(answer), *more)))
    if isinstance(answer, MacroAnswer):
        return replace(answer, missing_ids=every)
    return replace(answer, missing_symbols=every)


def is_empty(answer: Answer, question: Question) -> bool:
    """Return whether an answer holds nothing that could be taken for figures.

    A symbol without dividends, or without a bar in a window, is an answer; a symbol that the source lacks is none.
    """
    asked = symbols_of(question)
    if asked and set(missing_of(answer)) >= set(asked):
        return True
    if isinstance(answer, PriceAnswer):
        is_open = isinstance(question, PriceQuestion) and question.start is None and question.end is None
        return is_open and not any(series.sessions.size for series in answer.series)
    if isinstance(answer, ActionAnswer):
        return False
    return not _content(answer)


def _content(answer: Answer) -> Any:
    match answer:
        case QuoteAnswer():
            return answer.quotes
        case MacroAnswer():
            return answer.observations
        case AttributeAnswer():
            return answer.values
        case ReferenceAnswer():
            return answer.assets
        case RateAnswer():
            return answer.rates
        case ConstituentAnswer():
            return answer.weights
        case _:
            return True
