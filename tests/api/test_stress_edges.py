"""Does every stress question answer with figures and flags, or with a sentence, for portfolios at the edges?"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from tests.api.test_stress import settled

CSV = {"Content-Type": "text/csv"}
SCENARIOS = ["gfc_2007", "covid_2020", "rates_up_100", "volatility_to_65", "fed_2026"]
QUESTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("", {"scenarios": SCENARIOS}),
    ("", {"scenarios": ["covid_2020"], "mode": "daily_rebalanced"}),
    ("/factors", {"moves": {"equity_frac": -0.2, "slope_pp": 0.5, "ig_pp": 1.5, "emerging_frac": -0.3}}),
    *(
        ("/monte-carlo", {"method": name, "scenarios_count": 2000, "paths_count": 100, "horizon_days": 5})
        for name in ("t_copula", "filtered", "block_bootstrap", "regimes")
    ),
    ("/monte-carlo", {"method": "normal", "horizon_days": 252}),
    ("/correlation", {"strength_frac": 1.0}),
    ("/liquidity", {"redemption_frac": 0.2}),
    ("/reverse", {"loss_frac": 0.2}),
    ("/reverse", {"loss_frac": 0.2, "basis": "assets"}),
    ("/repair", {"scenarios": ["gfc_2007", "covid_2020"], "max_loss_frac": 0.1}),
)


def opened(one: Any, positions: dict[str, str], cash: str, strategy: str = "long_only") -> str:
    made = one.post("/portfolios", json={"name": f"Edge {uuid4()}", "initial_cash_ccy": cash, "strategy": strategy})
    assert made.status_code == 201, made.text
    key, tag = made.get_json()["id"], made.headers["ETag"]
    if positions:
        rows = [{"symbol": name, "quantity": units} for name, units in positions.items()]
        done = one.ask("PUT", f"/portfolios/{key}/positions", json={"positions": rows}, headers={"If-Match": tag})
        assert done.status_code == 200, done.text
    return str(key)


def imported(one: Any, symbol: str, days: list[str], seed: int = 1) -> None:
    rng = np.random.default_rng(seed)
    prices = 50.0 * np.exp(np.cumsum(rng.normal(0.0, 0.015, len(days))))
    rows = [
        f"{symbol},{day},{price:.4f},{symbol} Co,USD,Energy" for day, price in zip(days, prices.tolist(), strict=True)
    ]
    answer = one.post(
        "/data/imports",
        data=("symbol,date,close,name,currency,sector\n" + "\n".join(rows) + "\n").encode(),
        headers=CSV,
    )
    assert answer.status_code == 201, answer.text


def weekdays(count: int, last: str = "2022-12-28") -> list[str]:
    span = np.arange(np.datetime64(last, "D") - 2 * count - 10, np.datetime64(last, "D") + 1)
    return [str(day) for day in span[np.is_busday(span)][-count:]]


def every_number(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for member in value.values() for number in every_number(member)]
    if isinstance(value, list):
        return [number for member in value for number in every_number(member)]
    return [float(value)] if isinstance(value, int | float) and not isinstance(value, bool) else []


def ask_all(one: Any, key: str) -> dict[str, Any]:
    """Ask every question; each answers with finite figures, or refuses in a sentence with a way out."""
    found: dict[str, Any] = {}
    for path, wish in QUESTIONS:
        answer = settled(one, f"/portfolios/{key}/stress{path}", wish)
        body = answer.get_json()
        name = f"{path or '/'} {wish.get('method') or wish.get('basis') or wish.get('mode') or ''}".strip()
        if answer.status_code == 200:
            assert all(math.isfinite(number) for number in every_number(body)), name
            assert "NaN" not in answer.text, name
        else:
            assert 400 <= answer.status_code < 500, (name, answer.text)
            sentence = str(body.get("detail") or body.get("title"))
            assert len(sentence.split()) >= 4, (name, answer.text)
        found[name] = body if answer.status_code == 200 else None
    return found


@pytest.mark.requirement("4.2.A1")
def test_all_cash_loses_nothing_and_says_so(api: Callable[..., Any]) -> None:
    one = api()
    found = ask_all(one, opened(one, {}, "100000"))
    if found["/"] is not None:
        for result in found["/"]["results"]:
            assert result["problem"] or result["total_frac"] == 0.0, result["id"]


def test_one_asset_is_its_own_replay(api: Callable[..., Any]) -> None:
    one = api()
    found = ask_all(one, opened(one, {"JPM": "100"}, "0"))
    assert all(body is not None for body in found.values()), [name for name, body in found.items() if body is None]
    crisis = found["/"]["results"][0]
    assert crisis["positions"][0]["tier"] == "own"
    assert crisis["total_frac"] == pytest.approx(crisis["positions"][0]["return_frac"], abs=0.01)
    assert found["/correlation"]["result"]["asked"]["average_correlation"] == 0.0


def test_long_and_short_that_cancel_keep_finite_figures(api: Callable[..., Any]) -> None:
    one = api()
    key = opened(one, {"AAPL": "100", "MSFT": "-52"}, "10000", "long_short")
    found = ask_all(one, key)
    crash = next(line for line in found["/"]["results"] if line["id"] == "covid_2020")
    by_name = {held["asset"]: held for held in crash["positions"]}
    assert by_name["AAPL"]["weight_frac"] > 0.0 > by_name["MSFT"]["weight_frac"]
    assert by_name["MSFT"]["impact_frac"] > 0.0
    assert sum(held["impact_frac"] for held in crash["positions"]) == pytest.approx(crash["total_frac"], abs=1e-12)
    assert found["/repair"] is not None


@pytest.mark.requirement("4.2.A3")
def test_a_young_asset_is_stood_in_for_or_named(api: Callable[..., Any]) -> None:
    one = api()
    imported(one, "BABY", weekdays(20))
    imported(one, "TEEN", weekdays(300), seed=2)
    found = ask_all(one, opened(one, {"BABY": "50", "TEEN": "50", "JPM": "20"}, "1000"))
    crisis = found["/"]["results"][0]
    tiers = {held["asset"]: held["tier"] for held in crisis["positions"]}
    assert tiers["JPM"] == "own"
    assert tiers["TEEN"] == "index"
    assert tiers["BABY"] in ("none", "sector")
    if tiers["BABY"] == "none":
        assert [line["asset"] for line in crisis["uncovered"]] == ["BABY"]
        assert "20 returns" in crisis["uncovered"][0]["reason"] or "19 returns" in crisis["uncovered"][0]["reason"]
        assert crisis["covered_frac"] < 1.0
    teen = next(held for held in crisis["positions"] if held["asset"] == "TEEN")
    assert teen["is_weak"], "an own random walk explains nothing of the index"
    assert any("not covered" in note or "rests on proxies" in note for note in crisis["notes"])


def test_young_assets_alone_are_replayed_over_the_days_of_the_index(api: Callable[..., Any]) -> None:
    one = api()
    imported(one, "KIDS", weekdays(300), seed=3)
    key = opened(one, {"KIDS": "50"}, "1000")
    wish = {"scenarios": ["covid_2020"], "mode": "buy_and_hold"}
    crash = settled(one, f"/portfolios/{key}/stress", wish).get_json()["results"][0]
    assert crash["path"] is not None, "the index has the days, so the stand-in has a path"
    assert len(crash["path"]["dates"]) == crash["sessions_count"] + 1
    assert crash["is_mostly_proxied"]


def test_a_gap_on_the_last_day_is_flagged_and_no_crash(api: Callable[..., Any]) -> None:
    one = api()
    imported(one, "GAPS", weekdays(600)[:-1], seed=4)
    found = ask_all(one, opened(one, {"GAPS": "50", "JPM": "20"}, "0"))
    assert all(body is not None for body in found.values()), [name for name, body in found.items() if body is None]
    assert found["/"]["as_of"] == "2022-12-27", "the last day on which everything has a close"


def test_nothing_that_moves_is_refused_at_its_field(api: Callable[..., Any]) -> None:
    one = api()
    key = opened(one, {"JPM": "10"}, "100")
    for moves in ({}, {"equity_frac": None}):
        answer = one.post(f"/portfolios/{key}/stress/factors", json={"moves": moves})
        assert answer.status_code == 422, answer.text
        assert "Nothing moves" in answer.text
    both = one.post(
        f"/portfolios/{key}/stress/factors", json={"moves": {"volatility_points": 5.0, "volatility_level_points": 40.0}}
    )
    assert both.status_code == 422, both.text
    assert "a move and a level" in both.text
    small = one.post(f"/portfolios/{key}/stress/reverse", json={"loss_frac": 1e-9})
    assert [line["path"] for line in small.get_json()["errors"]] == ["loss_frac"]
