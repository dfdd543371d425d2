"""Do facts of several sources reach the store together, those of a house's own feed too, with their direction?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date

import pytest

from data.http.clients import HttpClients
from data.http.limits import HttpLimits
from data.providers.answers import AttributeAnswer, AttributeValue, Provenance
from data.providers.questions import AttributeQuestion
from data.providers.vocabulary import Fact
from services.errors import InvalidRequest, NotAllowed
from services.feed_trials import FeedTrials
from services.providers_questions import left_of
from tests.contracts.local_server import LocalServer, as_json
from tests.services.providers.test_refreshing import assets

__all__ = ["assets"]

PE, ESG = Fact.PRICE_TO_EARNINGS.value, Fact.ESG_SCORE.value
ORIGIN = Provenance("x", "x", (), (), None, "x")  # type: ignore[arg-type]


@pytest.fixture
def local(ports) -> Iterator[LocalServer]:
    context = next(iter(ports.providers)).context
    object.__setattr__(context, "http", HttpClients(HttpLimits(tries_count=1), allow_private=True))
    with LocalServer().running() as server:
        yield server


def value(symbol, name):
    return AttributeValue(symbol, name, 1.0, "x", date(2025, 12, 31), date(2026, 2, 1))


def test_what_one_source_lacks_of_facts_is_counted_one_by_one():
    question = AttributeQuestion((PE, ESG), ("AAPL", "MSFT"))
    some = AttributeAnswer((value("AAPL", PE), value("MSFT", PE), value("AAPL", ESG)), (), ORIGIN)
    assert left_of(question, some) == AttributeQuestion((ESG,), ("MSFT",))
    every = AttributeAnswer((*some.values, value("MSFT", ESG)), (), ORIGIN)
    assert left_of(question, every) is None


@pytest.mark.requirement("2.1.B1")
def test_a_house_reads_ratios_of_one_source_and_esg_of_its_own_feed_in_one_round(
    online, manager, administrator, assets, alpha, local, ports, clock, monkeypatch
):
    able = dataclasses.replace(
        alpha.capabilities,
        questions=alpha.capabilities.questions | {AttributeQuestion},
        attributes=frozenset({PE}),
    )
    bars = alpha.shape

    def shape(self, asked, payloads):
        if not isinstance(asked, AttributeQuestion):
            return bars(self, asked, payloads)
        origin = Provenance(self.name, "x", (), ("0" * 64,), clock.now_utc(), "For tests")
        return AttributeAnswer(tuple(value(symbol, PE) for symbol in asked.symbols), (), origin)

    monkeypatch.setattr(alpha, "capabilities", able)
    monkeypatch.setattr(alpha, "shape", shape)
    online.put_feed(
        {
            "code": "esg", "label": "ESG house", "address": local.address + "/{symbol}", "shape": "one",
            "esg_direction": "risk_lower_better", "test_symbol": "AAPL", "facts": {"date": "of", "esg_score": "risk"},
        },
        administrator,
    )  # fmt: skip
    online.change("feed:esg", {"is_enabled": True}, administrator)
    local.script = lambda asked: as_json({"of": "2025-12-31", "risk": 17.5 if asked.path == "/AAPL" else None})
    assert online.trial("feed:esg", administrator).state == "works"
    online.refresh("facts", manager)
    with ports.store.system(manager.tenant_id, read_only=True) as uow:
        rows = uow.assets.attribute_history(list(assets.values()))
    symbols = {asset_id: symbol for symbol, asset_id in assets.items()}
    found = {(symbols[row.asset_id], row.name, float(row.value), row.unit, row.provider) for row in rows}
    assert found == {
        ("AAPL", PE, 1.0, "x", "alpha"),
        ("MSFT", PE, 1.0, "x", "alpha"),
        ("AAPL", ESG, 17.5, "risk_lower_better", "feed:esg"),
    }
    (esg,) = [row for row in rows if row.name == ESG]
    assert (esg.valid_on, esg.knowledge_time_utc) == (date(2025, 12, 31), clock.now_utc())


def test_a_try_takes_the_kept_key_of_the_same_server_only(online, administrator, manager, local, ports, clock):
    document = {
        "code": "hub", "label": "Hub", "address": local.address + "/{symbol}?k={key}", "currency": "USD",
        "columns": {"date": "d", "close": "c"}, "test_symbol": "AAPL",
    }  # fmt: skip
    online.put_feed(document, administrator)
    online.set_credentials("feed:hub", {"api_key": "kept-key-12345"}, administrator)
    local.says(as_json([{"d": str(clock.now_utc().date()), "c": 10}]))
    trials = FeedTrials(ports_with(ports))
    assert trials.run_document(document, "", administrator).is_good
    assert local.asked[-1].query == {"k": "kept-key-12345"}
    clock.advance(minutes=1)
    assert trials.run_document(document, "typed-key", administrator).is_good
    assert local.asked[-1].query == {"k": "typed-key"}
    clock.advance(minutes=1)
    moved = {**document, "address": document["address"].replace("127.0.0.1", "localhost")}
    with pytest.raises(InvalidRequest, match="needs its key"):
        trials.run_document(moved, "", administrator)
    with pytest.raises(InvalidRequest) as refused:
        trials.run_document({"code": "A B", "columns": {}}, "", administrator)
    assert {"code", "columns.close", "label"} <= {one.path for one in refused.value.fields}
    with pytest.raises(NotAllowed):
        trials.run_document(document, "", manager)


def ports_with(ports):
    """A trial has a way to the network of its own, which asks addresses inside the house only where that is allowed."""
    return dataclasses.replace(ports, settings=ports.settings.model_copy(update={"feed_allow_private": True}))
