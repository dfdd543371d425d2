"""Are providers found by lying in the folder, and does each keep the protocol's promises?"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from data.errors import ProviderRefused
from data.providers.answers import PriceSeries
from data.providers.protocol import ProviderContext
from data.providers.questions import PriceQuestion, ReferenceQuestion
from data.providers.registry import ProviderRegistry
from data.providers.vocabulary import Field

ROOT = Path(__file__).parents[3]


def market_series():
    sessions = np.arange("2010-01-04", "2012-12-31", dtype="datetime64[D]")
    sessions = sessions[np.is_busday(sessions)]
    steps = np.random.default_rng(5).normal(0.0003, 0.011, sessions.size)
    return sessions, 1000.0 * np.exp(np.cumsum(steps))


@pytest.fixture(scope="module")
def registry() -> ProviderRegistry:
    return ProviderRegistry.load(ProviderContext(market_series=market_series))


def test_every_member_file_is_found_in_sorted_order(registry):
    members = [
        path.stem
        for path in sorted((ROOT / "data" / "providers").glob("*.py"))
        if "\nPROVIDER = " in path.read_text("utf-8")
    ]
    assert [type(provider).__module__.rpartition(".")[2] for provider in registry] == members


def test_two_providers_of_one_name_are_refused(registry):
    one = registry.get("embedded")
    with pytest.raises(ValueError, match="Two providers"):
        ProviderRegistry((one, one))


def test_an_unknown_name_is_answered_with_the_known_ones(registry):
    with pytest.raises(ProviderRefused, match=r"alpha_vantage, embedded, .*sample, upload, yahoo"):
        registry.get("nope")


def test_a_symbol_leads_to_the_provider_that_knows_it(registry):
    assert registry.for_symbol("AAPL").name == "embedded"
    assert registry.for_symbol("ALDM.X").name == "sample"
    assert registry.for_symbol("NOPE") is None


@pytest.mark.parametrize("name", ["embedded", "sample"])
def test_each_stage_can_be_run_apart_and_the_raw_bytes_are_kept(registry, name):
    provider = registry.get(name)
    asked = provider.ask(PriceQuestion((provider.test_symbol,)))
    payloads = provider.fetch(asked)
    assert all(isinstance(payload.raw, bytes) and payload.raw for payload in payloads)
    answer = provider.shape(asked, payloads)
    assert answer.provenance.payload_sha256 == tuple(payload.sha256 for payload in payloads)
    assert answer.series[0].symbol == provider.test_symbol
    assert np.isfinite(answer.series[0].columns[Field.CLOSE]).all()


@pytest.mark.parametrize("name", ["embedded", "sample"])
def test_names_exist_for_every_symbol_that_can_be_listed(registry, name):
    provider = registry.get(name)
    answer = provider.reference(ReferenceQuestion())
    assert {row.symbol for row in answer.assets} == set(provider.universe())


def test_nothing_outside_the_providers_knows_the_embedded_one_by_name():
    """The first provider must stay one of many: its name may appear in its own file and tests only."""
    found = []
    for package in ("data", "services", "api", "callbacks", "pages", "components"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text("utf-8")
            if path.name != "embedded.py" and ("providers.embedded" in text or '"embedded"' in text):
                found.append(path.relative_to(ROOT).as_posix())
    assert not [path for path in found if "settings" not in path], json.dumps(found)


def test_a_series_out_of_order_or_of_unequal_length_is_refused():
    days = np.array(["2020-01-03", "2020-01-02"], dtype="datetime64[D]")
    flags = np.array(["ok", "ok"])
    with pytest.raises(ValueError, match="strictly increasing"):
        PriceSeries("A", "USD", days, {Field.CLOSE: np.ones(2)}, flags)
    with pytest.raises(ValueError, match="2 sessions"):
        PriceSeries("A", "USD", days[::-1].copy(), {Field.CLOSE: np.ones(3)}, flags)
