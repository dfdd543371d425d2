"""Does the page of sources say how each one stands, offer only what somebody may do, and read a description back?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from callbacks import present_feed_trials, present_feeds, present_providers
from callbacks.present_shell import as_of_words
from components.data_age import data_age
from components.topbar import as_of_badge
from services.errors import InvalidRequest
from services.messages.feed_trials import FeedTrialRow, FeedTrialView
from services.messages.imports import ImportProblem
from services.messages.providers import (
    FeedDescription,
    KeyView,
    OrderView,
    ProviderLight,
    ProvidersView,
    ProviderView,
    QuotaView,
    TrialView,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def quota(used: int, limit: int | None) -> QuotaView:
    return QuotaView(
        span="day", used_count=used, limit_count=limit, default_count=25, resets_at_utc=NOON,
        sentence=f"{used:,} of {limit:,} requests used today." if limit else "No limit.",
    )  # fmt: skip


def view(**more: Any) -> ProviderView:
    usual: dict[str, Any] = {
        "name": "yahoo", "label": "Yahoo Finance", "licence": "Terms", "light": ProviderLight.WORKING,
        "sentence": "Answered last today.", "is_enabled": True, "is_outside": True, "is_custom": False,
        "has_keys": True, "keys": (KeyView(name="api_key", is_set=True, last4="9876"),), "keys_set_at_utc": NOON,
        "answers": ("price histories",), "asset_classes": ("equity",), "quotas": (quota(20, 25), quota(1, 5)),
        "failed_today_count": 0, "received_today_bytes": 0, "breaker": "closed", "paused_until_utc": None,
        "last_success_at_utc": NOON, "last_failure_at_utc": None, "last_failure": None,
        "newest_session": date(2026, 2, 27), "newest_age_days": 3, "test_symbol": "AAPL", "row_version": 1,
    }  # fmt: skip
    return ProviderView(**(usual | more))


def told(component: Any) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json())


def listed(*found: ProviderView) -> ProvidersView:
    enabled = sum(one.is_enabled and one.is_outside for one in found)
    return ProvidersView(providers=found, orders=(), outside_enabled_count=enabled, sentence="Sources.")


def test_the_page_says_that_the_product_works_offline_until_a_source_is_switched_on() -> None:
    text = told(present_providers.summary(listed(view(is_enabled=False)), "comma"))
    assert "The product works offline" in text
    assert "Add a provider to get fresh prices: switch one on below" in text
    others = told(present_providers.summary(listed(view(is_enabled=False)), "comma", may_write=False))
    assert "an administrator can switch one on" in others
    assert "Not every source answers" in told(
        present_providers.summary(listed(view(light=ProviderLight.BROKEN)), "comma")
    )


@pytest.mark.parametrize("light", list(ProviderLight))
def test_every_state_has_a_sign_and_a_word(light: ProviderLight) -> None:
    state, word = present_providers.LIGHTS[light]
    text = told(present_providers.provider_card(view(light=light), "comma", may_write=True, may_try=True))
    assert f"light light-{state}" in text
    assert word in text


def test_a_card_tells_quota_key_age_and_failure_in_the_readers_numbers() -> None:
    one = view(quotas=(quota(1900, 2000),), last_failure="It was away 1,234 times.", last_failure_at_utc=NOON)
    text = told(present_providers.provider_card(one, "point", may_write=True, may_try=True))
    assert "1.900 of 2.000 requests used today." in text
    assert "meter-amber" in text
    assert "Set, ends in 9876, since 2 Mar 2026" in text
    assert "27 Feb 2026, 3 days old" in text
    assert "is-stale" not in text
    assert "It was away 1.234 times." in text


def test_an_old_day_stands_in_amber_only_where_a_source_should_have_brought_a_newer_one() -> None:
    assert "is-stale" in told(present_providers.newest(view(newest_age_days=6), "comma"))
    assert "is-stale" not in told(present_providers.newest(view(newest_age_days=6, is_enabled=False), "comma"))
    assert "exclamation-triangle" in told(data_age("Prices of 2 March", is_stale=True, why="Yahoo is away."))


def test_nobody_is_offered_what_would_be_refused() -> None:
    nothing = told(present_providers.provider_card(view(), "comma", may_write=False, may_try=False))
    assert "Switch" not in nothing
    assert "Test" not in nothing
    trying = told(present_providers.provider_card(view(), "comma", may_write=False, may_try=True))
    assert "Test" in trying
    assert "Limits" not in trying
    without = told(present_providers.provider_card(view(has_keys=False), "comma", may_write=True, may_try=True))
    assert "Set the key" in without
    assert 'providers-trial"' not in without  # nothing to test without a key
    assert "card-foot" not in nothing  # no line below which nothing stands
    feed = told(present_providers.provider_card(view(is_custom=True), "comma", may_write=True, may_try=True))
    assert "Description" in feed


def test_sources_move_by_one_place_and_never_beyond_the_ends() -> None:
    assert present_providers.moved(("a", "b", "c"), "up:b") == ["b", "a", "c"]
    assert present_providers.moved(("a", "b", "c"), "down:feed:x") == ["a", "b", "c"]
    assert present_providers.moved(("a", "feed:x", "c"), "down:feed:x") == ["a", "c", "feed:x"]
    assert present_providers.moved(("a", "b"), "up:a") == ["a", "b"]
    assert present_providers.moved(("a", "b"), "down:b") == ["a", "b"]
    order = OrderView(asset_class="equity", providers=("yahoo",), is_own=False)
    text = told(present_providers.order(order, listed(view()), may_write=True))
    assert '"aria-label": "Yahoo Finance earlier"' in text
    assert "providers-move" not in told(present_providers.order(order, listed(view()), may_write=False))


def test_typed_limits_are_whole_numbers_or_the_usual_ones() -> None:
    assert present_providers.typed_limits("1,000", "") == {"day_limit_count": 1000, "minute_limit_count": None}
    for day in ("x", "1.5", "-1"):
        with pytest.raises(InvalidRequest) as refused:
            present_providers.typed_limits(day, "")
        assert [problem.path for problem in refused.value.fields] == ["day_limit_count"]


def test_a_trial_reads_with_a_sign_and_a_word() -> None:
    works = TrialView(provider="x", state="works", sentence="X works.", symbol="A", elapsed_s=0.1)
    assert "light-ok" in told(present_providers.trial(works, "comma"))
    assert "light-red" in told(present_providers.trial(works.model_copy(update={"state": "refused"}), "comma"))


def test_a_description_survives_the_way_through_the_form() -> None:
    mapping = FeedDescription(
        code="hub", label="Hub", address="https://hub.example.com/{symbol}?t={key}", currency="EUR", kind="csv",
        separator="\t", headers={"X-Api-Key": "{key}"}, symbols={"AAPL": "AAPL.US"}, test_symbol="AAPL",
        columns={"date": "Day", "close": "Last", "volume": "Vol"}, price_scale=0.01, has_header=True,
    )  # fmt: skip
    known = mapping.model_dump(mode="json")
    typed = {path: present_feeds._value(path, info, known) for path, info in present_feeds.PATHS}
    again = FeedDescription.model_validate_json(json.dumps(present_feeds.document_of(typed)))
    assert again == mapping
    assert "Which key or column means what" in told(present_feeds.fields_of(known))


def test_a_description_of_facts_survives_too_and_its_fields_stand_open() -> None:
    mapping = FeedDescription(
        code="esg", label="ESG", address="https://hub.example.com/{symbol}", shape="one", test_symbol="AAPL",
        esg_direction="risk_lower_better", yield_scale=0.01, facts={"date": "of", "esg_score": "risk"},
    )  # fmt: skip
    known = mapping.model_dump(mode="json")
    typed = {path: present_feeds._value(path, info, known) for path, info in present_feeds.PATHS}
    assert FeedDescription.model_validate_json(json.dumps(present_feeds.document_of(typed))) == mapping
    assert '"open": true' in told(present_feeds.fields_of(known))
    assert '"open": true' not in told(present_feeds.fields_of({}))
    assert present_feeds.document_of({})["columns"] == {}  # so that the fields of bars say what they need


def trial(**more: Any) -> FeedTrialView:
    usual: dict[str, Any] = {
        "is_good": True, "sentence": "It works: 1,234 bars.", "address": "https://hub.example.com/AAPL?k=***",
        "rows": (), "rows_count": 0, "problems": (), "problems_count": 0, "notes": (),
    }  # fmt: skip
    return FeedTrialView(**(usual | more))


def row(**more: Any) -> FeedTrialRow:
    usual: dict[str, Any] = dict.fromkeys(("open", "high", "low", "close", "adjusted_close", "volume"))
    usual |= {"number": 1, "symbol": "AAPL", "day": date(2026, 2, 27), "instant_utc": None, "currency": "USD"}
    return FeedTrialRow(**(usual | more))


def test_a_try_shows_the_latest_rows_in_the_readers_numbers() -> None:
    rows = tuple(row(number=n, close=1234.5 + n, volume=1e6) for n in range(1, 9))
    text = told(present_feed_trials.shown(trial(rows=rows, rows_count=1234), "point"))
    assert "The mapping works" in text
    assert "It works: 1.234 bars." in text
    assert "the latest 5 of 1.234 bars" in text
    assert "1.242,50" in text
    assert "1.235,50" not in text  # the first of the eight is not among the latest five
    assert "1.000.000" in text
    assert "Adjusted close" not in text  # a column that no row has
    assert "k=***" in text


def test_a_try_of_facts_says_from_when_they_are_known() -> None:
    facts = {"pe_ratio": 22.5, "dividend_yield_frac": 0.006, "market_value_ccy": 2e12}
    one = row(known_on=date(2026, 3, 1), facts=facts)
    text = told(present_feed_trials.shown(trial(rows=(one,), rows_count=1), "comma"))
    for words in ("Known from", "1 Mar 2026", "P/E", "22.50", "0.60%", "2,000,000,000,000", "the latest 1 of 1 record"):
        assert words in text, words


def test_a_try_that_fails_names_every_problem_with_its_row_and_the_way_out() -> None:
    wrong = ImportProblem(line=2, column="c", message="“eleven” is not a number.", advice="Correct the column.")
    more = trial(is_good=False, sentence="It does not fit: 12 problems.", problems=(wrong,) * 12, problems_count=12)
    text = told(present_feed_trials.shown(more, "comma"))
    assert "The mapping does not fit yet" in text
    assert "Row 2, c: " in text
    assert "is not a number. Correct the column." in text
    assert "and 2 more problems." in text
    assert "banner-bad" in text
    empty = told(present_feed_trials.shown(trial(is_good=False, sentence="No bars."), "comma"))
    assert "banner-warn" in empty


def test_what_cannot_be_read_in_a_description_is_told_at_its_field() -> None:
    with pytest.raises(InvalidRequest) as refused:
        present_feeds.document_of({"price_scale": "much", "headers": "no colon here"})
    assert {problem.path for problem in refused.value.fields} == {"price_scale", "headers"}


def test_the_badge_of_the_frame_tells_the_age_while_a_source_does_not_answer() -> None:
    day, today = date(2026, 2, 27), date(2026, 3, 2)
    assert as_of_words(day, today) == "Prices to 27 Feb 2026"
    down = as_of_words(day, today, is_source_down=True)
    assert down == "Prices to 27 Feb 2026, 3 days old: a source does not answer"
    # what a phone leaves out of the badge is never the day, the age or the reason
    assert "as-of-lead" not in told(as_of_badge(down, True))
    history = as_of_words(date(2022, 12, 28), today, is_source_down=True)
    assert history == "Historical data: prices to 28 Dec 2022, 1,160 days old: a source does not answer"
    (lead, rest) = as_of_badge(history, True).children[1].children
    assert (lead.children, rest) == ("Historical data: ", history.removeprefix("Historical data: "))
