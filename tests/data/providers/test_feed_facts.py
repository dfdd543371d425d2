"""Does a feed of facts bring exactly what it says about assets, with fiscal day, day of knowledge and unit?"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from data.errors import ProviderChanged, ProviderRefused
from data.providers.answers import AttributeAnswer
from data.providers.feed_mapping import EXAMPLES, FeedMapping
from data.providers.questions import AttributeQuestion, PriceQuestion
from data.providers.vocabulary import Fact
from tests.data.providers.test_http_feed import BASE, NOW, feed

NAMES = tuple(one.value for one in Fact)
PLACES = {
    "date": "period", "known_on": "filed", "market_value_ccy": "cap", "shares_outstanding_count": "shares",
    "pe_ratio": "pe", "pb_ratio": "pb", "dividend_yield_frac": "yield_pct", "average_daily_volume_units": "adv",
    "esg_score": "esg.risk",
}  # fmt: skip
RECORD = {
    "period": "2022-09-30", "filed": "2022-11-02", "cap": "2.0e12", "shares": 16e9, "pe": 22.5, "pb": None,
    "yield_pct": 0.6, "adv": 9e7, "esg": {"risk": 17.2},
}  # fmt: skip


def mapping(**changes: Any) -> FeedMapping:
    base = {key: value for key, value in BASE.items() if key not in ("columns", "rows")}
    about = {"shape": "one", "facts": PLACES, "yield_scale": 0.01, "esg_direction": "risk_lower_better"}
    return FeedMapping.model_validate_json(json.dumps(base | about | changes))


def facts(body: Any, described: FeedMapping | None = None, names: tuple[str, ...] = NAMES) -> AttributeAnswer:
    return feed(body, described or mapping())[0].attributes(AttributeQuestion(names, ("AAA",)))


@pytest.mark.requirement("2.1.F4")
def test_every_fact_comes_with_its_unit_its_fiscal_day_and_the_day_of_knowledge() -> None:
    answer = facts(RECORD)
    assert {(one.name, one.value, one.unit) for one in answer.values} == {
        ("market_value_ccy", 2e12, "USD"),
        ("shares_outstanding_count", 16e9, "shares"),
        ("pe_ratio", 22.5, "ratio"),
        ("dividend_yield_frac", 0.006, "fraction"),
        ("average_daily_volume_units", 9e7, "units"),
        ("esg_score", 17.2, "risk_lower_better"),
    }
    assert {(one.event_date, one.knowledge_date) for one in answer.values} == {(date(2022, 9, 30), date(2022, 11, 2))}
    assert "Dividend yields were multiplied by 0.01." in answer.provenance.transformations


def test_only_what_was_asked_for_comes_and_what_is_not_there_is_missing() -> None:
    assert [one.name for one in facts(RECORD, names=("esg_score",)).values] == ["esg_score"]
    empty = facts({**dict.fromkeys(RECORD), "esg": {}, "period": "2022-09-30", "filed": "2022-11-02"})
    assert (empty.values, empty.missing_symbols) == ((), ("AAA",))
    assert feed({"error": "none"}, mapping(), status=404)[0].attributes(
        AttributeQuestion(NAMES, ("AAA",))
    ).missing_symbols == ("AAA",)


def test_a_feed_without_days_speaks_of_the_day_of_asking_and_says_so() -> None:
    answer = facts({"score": 71}, mapping(facts={"esg_score": "score"}, currency=""))
    (one,) = answer.values
    assert (one.event_date, one.knowledge_date) == (NOW.date(), NOW.date())
    assert "Facts are dated by the day of asking." in answer.provenance.transformations


def test_a_figure_of_today_may_have_been_published_before() -> None:
    (one,) = facts(
        {"score": 71, "filed": "2022-11-02"}, mapping(facts={"esg_score": "score", "known_on": "filed"})
    ).values
    assert (one.event_date, one.knowledge_date) == (NOW.date(), date(2022, 11, 2))


def test_one_answer_may_hold_several_assets_and_quarters_in_csv_too() -> None:
    lines = b"sym;quarter;esg\nAAA;30.06.2022;70,5\nBBB;30.06.2022;50\nAAA;30.09.2022;71,5\n"
    described = mapping(
        kind="csv", separator=";", decimal=",", shape="rows", date_format="%d.%m.%Y", yield_scale=1.0, currency="",
        address="https://feed.example.com/esg.csv", facts={"symbol": "sym", "date": "quarter", "esg_score": "esg"},
        esg_direction="score_higher_better",
    )  # fmt: skip
    found = feed(lines, described)[0].attributes(AttributeQuestion(("esg_score",), ("AAA", "CCC")))
    assert [(one.event_date, one.value) for one in found.values] == [
        (date(2022, 6, 30), 70.5),
        (date(2022, 9, 30), 71.5),
    ]
    assert found.missing_symbols == ("CCC",)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({**RECORD, "yield_pct": 320}, "more than the whole price"),
        ({**RECORD, "cap": -1}, "is negative"),
        ({**RECORD, "pe": "high"}, "is not a number"),
        ({**RECORD, "esg": {"risk": 100.5}}, "is no ESG score; one is from 0 to 100"),
        ({**RECORD, "filed": "2022-09-29"}, "Published on 2022-09-29, before its own date 2022-09-30"),
        ({**RECORD, "period": "Q3"}, "is no date"),
        ({"period": "2022-09-30", "filed": "2022-11-02"}, "nothing at"),
        ([RECORD], "is not an object"),
        (b"<html></html>", "web page"),
    ],
)
def test_what_does_not_fit_is_refused_whole_and_a_trial_says_why(record: Any, words: str) -> None:
    with pytest.raises(ProviderChanged, match=words):
        facts(record)
    trial = feed(record, mapping())[0].trial("AAA")
    assert not trial.is_good
    assert any(words in one.message for one in trial.problems)


def test_two_words_on_one_day_are_a_problem_and_the_future_is_left_out() -> None:
    rows = mapping(shape="rows", rows="")
    with pytest.raises(ProviderChanged, match="AAA has another pe ratio of this day in record 1"):
        facts([RECORD, {**RECORD, "pe": 99}], rows)
    answer = facts([RECORD, RECORD, {**RECORD, "period": "2031-01-01"}], rows)
    assert len(answer.values) == 6
    assert "AAA: 1 record dated in the future left out." in answer.provenance.transformations


def test_a_trial_shows_the_facts_as_they_were_understood() -> None:
    trial = feed(RECORD, mapping())[0].trial("AAA")
    assert (trial.is_good, trial.sentence) == (True, "It works: 6 facts about AAA, the newest of 2022-09-30.")
    assert trial.rows[0].facts[Fact.DIVIDEND_YIELD] == 0.006
    assert trial.rows[0].known_on == date(2022, 11, 2)


def test_a_mapping_brings_bars_or_facts_never_both_or_none() -> None:
    for wrong, words in (
        ({"columns": {"date": "d", "close": "c"}}, "one of both"),
        ({"facts": None}, "one of both"),
        ({"facts": {"date": "d"}}, "at least one fact"),
        ({"currency": ""}, "currency"),
        ({"facts": None, "columns": {"date": "d", "close": "c"}}, "single object"),
    ):
        with pytest.raises(ValidationError, match=words):
            mapping(**wrong)
    provider, _ = feed(RECORD, mapping())
    assert provider.capabilities.attributes == frozenset(NAMES)
    with pytest.raises(ProviderRefused, match="price histories"):
        provider.answer(PriceQuestion(("AAA",)))


def test_the_example_of_facts_is_valid_as_it_stands() -> None:
    found = FeedMapping.model_validate_json(EXAMPLES["Facts about companies in JSON"])
    assert found.facts is not None
    assert Fact.ESG_SCORE in found.facts.facts()
