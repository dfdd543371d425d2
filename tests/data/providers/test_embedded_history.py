"""Does the embedded history hand on what the installed files hold, with names, provenance and nothing invented?"""

from __future__ import annotations

import gzip
import importlib.util
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data.errors import ProviderChanged, ProviderRefused
from data.providers.embedded import EmbeddedHistory
from data.providers.protocol import ProviderContext
from data.providers.questions import AttributeQuestion, PriceQuestion, ReferenceQuestion
from data.providers.vocabulary import Adjustment, AssetClass, Field, Flag, Frequency

STOCKS = [
    "AAPL",
    "AMD",
    "BAC",
    "BBY",
    "CVX",
    "GE",
    "HD",
    "JNJ",
    "JPM",
    "KO",
    "LLY",
    "MRK",
    "MSFT",
    "PEP",
    "PFE",
    "PG",
    "RRC",
    "UNH",
    "WMT",
    "XOM",
]
FUNDS = ["MTUM", "QUAL", "SIZE", "USMV", "VLUE"]


@pytest.fixture(scope="module")
def provider() -> EmbeddedHistory:
    return EmbeddedHistory(ProviderContext())


@pytest.fixture(scope="module")
def answer(provider):
    return provider.prices(PriceQuestion(provider.universe()))


def by_symbol(answer, symbol):
    return next(series for series in answer.series if series.symbol == symbol)


@pytest.mark.requirement("2.1.B2")
def test_twenty_stocks_five_funds_and_the_index_are_there_to_the_last_day(answer):
    assert sorted(s.symbol for s in answer.series) == sorted([*STOCKS, *FUNDS, "SP500"])
    assert answer.missing_symbols == ()
    assert {str(s.sessions[-1]) for s in answer.series} == {"2022-12-28"}
    assert {str(by_symbol(answer, s).sessions[0]) for s in [*STOCKS, "SP500"]} == {"1990-01-02"}
    assert {str(by_symbol(answer, s).sessions[0]) for s in FUNDS} == {"2014-01-02"}


def test_every_value_equals_the_installed_file_line_by_line(answer):
    """Second route: the text of the file, read without any library."""
    folder = Path(importlib.util.find_spec("skfolio").origin).parent / "datasets" / "data"
    lines = gzip.decompress((folder / "sp500_dataset.csv.gz").read_bytes()).decode().splitlines()
    header = lines[0].split(",")
    for row in (1, 4000, len(lines) - 1):
        cells = lines[row].split(",")
        for column, symbol in enumerate(header[1:], 1):
            series = by_symbol(answer, symbol)
            assert str(series.sessions[row - 1]) == cells[0]
            assert series.columns[Field.CLOSE][row - 1] == float(cells[column])


def test_the_crises_are_in_the_data(answer):
    index = by_symbol(answer, "SP500")
    closes = index.columns[Field.CLOSE]
    window = (index.sessions >= np.datetime64("2007-10-09")) & (index.sessions <= np.datetime64("2009-03-09"))
    assert closes[window][-1] / closes[window].max() - 1 < -0.5
    spring = (index.sessions >= np.datetime64("2020-02-19")) & (index.sessions <= np.datetime64("2020-03-23"))
    assert closes[spring][-1] / closes[spring][0] - 1 < -0.3


def test_closes_of_stocks_are_known_to_contain_dividends_and_the_index_is_not(answer):
    assert by_symbol(answer, "KO").adjustment is Adjustment.SPLITS_AND_DIVIDENDS
    assert by_symbol(answer, "SP500").adjustment is Adjustment.SPLITS
    assert any("dividends" in note for note in answer.provenance.notes)


def test_arrays_are_read_only_and_flagged(answer):
    series = by_symbol(answer, "AAPL")
    with pytest.raises(ValueError, match="read-only"):
        series.columns[Field.CLOSE][0] = 1.0
    assert set(series.flags.tolist()) == {Flag.OK.value}


def test_provenance_names_source_files_hashes_and_licence(answer):
    provenance = answer.provenance
    assert provenance.source == "embedded"
    assert len(provenance.endpoints) == len(provenance.payload_sha256) == 3
    assert all(len(value) == 64 for value in provenance.payload_sha256)
    assert provenance.fetched_at_utc.utcoffset().total_seconds() == 0
    assert provenance.licence
    assert not provenance.is_sample


def test_a_window_is_cut_with_both_ends_included(provider):
    question = PriceQuestion(("AAPL",), start=date(2020, 3, 2), end=date(2020, 3, 6))
    (series,) = provider.prices(question).series
    assert [str(s) for s in series.sessions] == [f"2020-03-0{d}" for d in range(2, 7)]


def test_unknown_symbols_are_named_and_not_made_up(provider):
    answer = provider.prices(PriceQuestion(("AAPL", "NOPE")))
    assert answer.missing_symbols == ("NOPE",)
    assert not provider.can_handle("NOPE")
    assert provider.can_handle(provider.test_symbol)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (PriceQuestion(("AAPL",), fields=frozenset({Field.CLOSE, Field.VOLUME})), "lacks volume"),
        (PriceQuestion(("AAPL",), frequency=Frequency.MINUTE), "not minute"),
        (AttributeQuestion(("esg_score",)), "does not answer"),
    ],
)
def test_what_it_lacks_is_refused_in_a_sentence(provider, question, words):
    with pytest.raises(ProviderRefused, match=words):
        provider.answer(question)


def test_the_reference_table_has_facts_for_every_series(provider):
    facts = {row.symbol: row for row in provider.reference(ReferenceQuestion()).assets}
    assert sorted(facts) == sorted([*STOCKS, *FUNDS, "SP500"])
    assert all(facts[s].asset_class is AssetClass.EQUITY and facts[s].sector and facts[s].industry for s in STOCKS)
    assert all(facts[s].asset_class is AssetClass.ETF and facts[s].sector == "Diversified" for s in FUNDS)
    assert facts["SP500"].exchange_mic is None
    assert not facts["SP500"].is_investable
    assert {row.currency for row in facts.values()} == {"USD"}
    assert {facts[s].exchange_mic for s in STOCKS} == {"XNAS", "XNYS"}
    assert len({facts[s].sector for s in STOCKS}) == 7


@pytest.mark.parametrize(
    "raw",
    [b"not gzip", gzip.compress(b"<html>sorry</html>"), gzip.compress(b"Date,A\n2020-01-01,x\n")],
    ids=["not_compressed", "a_page", "no_price"],
)
def test_a_file_of_another_shape_is_reported_as_a_changed_provider(provider, raw):
    asked = provider.ask(PriceQuestion(("AAPL",)))
    payloads = tuple(replace(payload, raw=raw) for payload in provider.fetch(asked))
    with pytest.raises(ProviderChanged, match=r"cannot be read|is not a table"):
        provider.shape(asked, payloads)


def test_reading_the_files_does_not_import_the_library_that_brings_them():
    code = (
        "import sys; from data.providers.registry import ProviderRegistry;"
        "from data.providers.questions import PriceQuestion;"
        "ProviderRegistry.load().get('embedded').prices(PriceQuestion(('AAPL',)));"
        "assert not {'skfolio', 'sklearn', 'cvxpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
