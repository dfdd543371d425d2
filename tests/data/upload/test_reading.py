"""Is a file read exactly as it stands, in every usual dialect, and is everything wrong with it told with its place?"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import numpy as np
import openpyxl
import pytest

from data.errors import ProviderRefused
from data.providers.protocol import ProviderContext
from data.providers.questions import (
    AttributeQuestion,
    ConstituentQuestion,
    PriceQuestion,
    RateQuestion,
    ReferenceQuestion,
)
from data.providers.registry import ProviderRegistry
from data.providers.upload import UploadedFiles
from data.providers.vocabulary import Adjustment, Field
from data.upload.cells import Limits
from data.upload.reading import FileReading, read_file

TODAY = date(2023, 1, 2)
LIMITS = Limits(max_bytes=1024 * 1024, max_rows=1000)
HEAD = "symbol,date,close\n"


def read(content: str | bytes, name: str = "file.csv", limits: Limits = LIMITS) -> FileReading:
    return read_file(content.encode() if isinstance(content, str) else content, name, limits, TODAY)


def told(content: str | bytes) -> list[tuple[int | None, str | None]]:
    found = read(content)
    assert found.problems_count == len(found.problems)
    assert all(one.message.endswith((".", "?")) and one.advice.endswith(".") for one in found.problems)
    return [(one.line, one.column) for one in found.problems]


def closes(found: FileReading, symbol: str = "AAA") -> dict[date, float]:
    assert not found.problems, found.problems
    return {day: bar.close for day, bar in found.symbols[symbol].bars.items()}


def workbook(*rows: list[Any], **sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    for title, content in sheets.items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        HEAD + "AAA,2022-12-28,101.5\n",
        "\ufeff" + HEAD + "AAA,2022-12-28,101.5",
        "symbol;date;close\r\nAAA;28.12.2022;101,5\r\n",
        "Ticker\tDate\tClose\naaa\t2022-12-28\t101.5\n",
        "sep=;\nsymbol;date;close\nAAA;2022-12-28;101,5\n",
        '"symbol","date","close"\n"AAA","2022-12-28 00:00:00","101,5"\n',
        "\n\nclose|symbol|date\n\n1.015e2|AAA|2022-12-28\n",
        (HEAD + "AAA,2022-12-28,101.5\n").encode("utf-16"),
    ],
)
def test_the_usual_dialects_say_the_same(content: str | bytes) -> None:
    assert closes(read(content)) == {date(2022, 12, 28): 101.5}


def test_a_workbook_says_the_same_and_its_first_sheet_counts() -> None:
    raw = workbook(
        ["Symbol", "Date", "Close", "ESG score"],
        ["AAA", datetime(2022, 12, 28), 101.5, 55],
        ["AAA", "2022-12-27", "100", None],
        Other=[["x"]],
    )
    found = read(raw, "book.xlsx")
    assert closes(found) == {date(2022, 12, 28): 101.5, date(2022, 12, 27): 100.0}
    assert found.symbols["AAA"].values == {("esg_score", date(2022, 12, 28)): 55.0}
    assert any("2 sheets" in one for one in found.notes)
    assert found.content == "prices and ESG scores"


@pytest.mark.parametrize(
    "raw",
    [
        b"symbol\tdate\tclose\nBRK.A\t2022-12-27\t450,123\nBRK.A\t2022-12-28\t451,200\n",
        b"symbol;date;close\nBRK.A;2022-12-27;450,123\nBRK.A;2022-12-28;451,200\n",
        workbook(["symbol", "date", "close"], ["A", "2022-12-27", "1,234"], ["A", "2022-12-28", "1,300"]),
    ],
)
def test_three_digits_behind_every_comma_are_not_guessed(raw: bytes) -> None:
    found = read(raw)
    assert [one.line for one in found.problems] == [2, 3]
    assert all("can be read in two ways" in one.message for one in found.problems)


def test_a_comma_that_cannot_stand_between_thousands_tells_for_the_whole_file() -> None:
    for other, close in (("0,125", 0.125), ("1234,567", 1234.567), ("1,5", 1.5)):
        found = read(f"symbol;date;close\nAAA;2022-12-27;450,123\nAAA;2022-12-28;{other}\n")
        assert closes(found) == {date(2022, 12, 27): 450.123, date(2022, 12, 28): close}


def test_every_problem_is_told_at_once_with_line_column_cause_and_way_out() -> None:
    content = (
        "symbol,date,close,adjusted_close,volume,currency\n"
        "AAA,2022-12-28,0,,,\n"
        "AAA,2022-12-27,-1,,,\n"
        "AAA,2022-02-30,nan,,,\n"
        "AAA,03/04/2022,inf,,,XXX\n"
        ",2022-12-26,1,,,\n"
        "AAA,2024-01-01,1,,-5,\n"
        "AAA,2022-12-23,5,,,\n"
        "AAA,2022-12-23,5,,,\n"
        'AAA,2022-12-22,"1,234",,,\n'
        "AAA,2022-12-21,=1+1,,,\n"
        "A A,2022-12-20,1,,,\n"
        "AAA,2022-12-19,,,,\n"
        "AAA,1899-12-31,1,,,\n"
        "AAA,2022-12-16,1,,,USD,extra\n"
    )
    assert told(content) == [
        (2, "close"), (3, "close"), (4, "close"), (4, "date"), (5, "close"), (5, "currency"), (5, "date"),
        (6, "symbol"), (7, "date"), (7, "volume"), (9, "date"), (10, "close"), (11, "close"), (12, "symbol"),
        (13, "close"), (14, "date"), (15, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"\x00\x01\x02" * 30, "neither a CSV file nor an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "old Excel format"),
        (b"PK\x03\x04 broken", "damaged"),
        (HEAD, "no rows below the header"),
        ("just one line of text", "only one column"),
        ("date,close\n2022-12-28,1\n", "no column symbol"),
        ("symbol,date\nAAA,2022-12-28\n", "no column with prices, scores or rates"),
        ("symbol,date,close,field,value\nAAA,2022-12-28,1,esg_score,5\n", "stand beside columns of their own"),
        ("symbol,ticker,date,close\nAAA,AAA,2022-12-28,1\n", "Two columns mean symbol"),
        (HEAD + 'AAA,2022-12-28,"1\n', "quotation mark"),
        (HEAD + "AAA,2022-12-28,1\n" * 1001, "more than the 1,000 rows"),
        (HEAD + "A" * 600 + ",2022-12-28,1\n", "more than 500 characters"),
        (HEAD + "x" * (1024 * 1024), "more than the 1 MiB allowed"),
        ("symbol,date,esg_score\nAAA,2022-12-28,101\n", "no ESG score"),
        ("symbol,date,field,value\nAAA,2022-12-28,beta,1\n", "not a figure that the product knows"),
        ("symbol,date,close,name\nAAA,2022-12-28,1,=cmd\n", "looks like a formula"),
        ("symbol,date,close,name\nAAA,2022-12-27,1,One\nAAA,2022-12-28,1,Two\n", "in an earlier line"),
        ("symbol,date,close,adjusted_close\nAAA,2022-12-27,1,1\nAAA,2022-12-28,1,\n", "some days only"),
        ("symbol;date;close\nAAA;2022-12-27;1,5\nAAA;2022-12-28;1.5\n", "another decimal mark"),
        ("base,quote,date,rate\nEUR,EUR,2022-12-28,1\n", "no rate to itself"),
        ("base,quote,date,rate\nEUR,USD,2022-12-28,1\nUSD,EUR,2022-12-27,1\n", "both directions"),
        ("base,quote,date,rate\nABC,USD,2022-12-28,1\n", "not a currency"),
    ],
)
def test_what_cannot_be_imported_says_why(content: str | bytes, words: str) -> None:
    found = read(content)
    assert found.problems_count
    assert any(words in one.message for one in found.problems), found.problems
    assert all(one.advice for one in found.problems)


@pytest.mark.parametrize("row", ["A" * 600 + ",2022-12-28,1", "AAA,2022-12-28,1" + "," * 61, 'AAA,2022-12-28,"1'])
def test_a_line_that_cannot_be_cut_into_cells_hides_no_other_fault(row: str) -> None:
    assert {line for line, _ in told(HEAD + f"AAA,2022-02-30,1\n{row}\n")} == {2, 3}


def test_the_sum_of_weights_is_not_judged_without_a_broken_line() -> None:
    head = "benchmark,symbol,date,weight\n"
    content = head + "HOUSE,AAA,2022-12-28,0.6\nHOUSE,BBB,2022-12-28," + "4" * 600 + "\n"
    assert [line for line, _ in told(content)] == [3]


def test_formulas_and_errors_of_a_workbook_are_problems_not_numbers() -> None:
    raw = workbook(
        ["symbol", "date", "close"], ["AAA", date(2022, 12, 28), "=1+1"], ["AAA", date(2022, 12, 27), "#N/A"]
    )
    found = read(raw)
    assert [(one.line, one.column) for one in found.problems if one.column] == [(2, "C"), (3, "C")]
    assert any("formula" in one.message for one in found.problems)


def test_a_workbook_that_unpacks_to_far_more_than_it_weighs_is_not_unpacked() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<x/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    found = read(made.getvalue(), limits=Limits(10_000_000, 1000))
    (problem,) = found.problems
    assert "unpacks to 57 MiB" in problem.message


def test_a_file_with_thousands_of_problems_stays_readable() -> None:
    found = read(HEAD + "AAA,x,y\n" * 900)
    assert found.problems_count == 1800
    assert len(found.problems) == 500


def test_unknown_columns_and_wild_prices_are_noted_without_a_refusal() -> None:
    found = read("symbol,date,close,mood\nAAA,2022-12-27,10,good\nAAA,2022-12-28,1000,bad\n")
    assert not found.problems
    assert "“mood”" in " ".join(found.notes)
    assert "Line 3: AAA goes from 10 to 1000 on 2022-12-28." in " ".join(found.notes)


@pytest.fixture
def provider() -> UploadedFiles:
    content = (
        "symbol,date,close,adjusted_close,volume,esg_score,name,currency,asset_class\n"
        "BBB,2022-12-28,20,19,,60,Bee Fund,EUR,fund\n"
        "AAA,2022-12-28,11,10,5,,Ay Corp,USD,\n"
        "AAA,2022-12-27,10,9,,,,,\n"
    )
    return UploadedFiles(ProviderContext(file=read(content, "own.csv")))


def test_the_provider_answers_from_the_file_with_provenance(provider: UploadedFiles) -> None:
    answer = provider.prices(PriceQuestion(("AAA", "ZZZ"), fields=frozenset({Field.CLOSE})))
    (series,) = answer.series
    assert answer.missing_symbols == ("ZZZ",)
    assert series.columns[Field.CLOSE].tolist() == [10.0, 11.0]
    assert series.columns[Field.ADJUSTED_CLOSE].tolist() == [9.0, 10.0]
    assert np.array_equal(series.columns[Field.VOLUME], [np.nan, 5.0], equal_nan=True)
    assert series.adjustment is Adjustment.SPLITS_AND_DIVIDENDS
    assert answer.provenance.endpoints == ("own.csv",)
    assert answer.provenance.payload_sha256 == (provider.version(),)
    facts = {one.symbol: one for one in provider.reference(ReferenceQuestion()).assets}
    assert (facts["BBB"].asset_class, facts["BBB"].currency, facts["AAA"].asset_class) == ("etf", "EUR", "equity")
    (value,) = provider.attributes(AttributeQuestion(("esg_score",))).values
    assert (value.symbol, value.value, value.event_date) == ("BBB", 60.0, date(2022, 12, 28))
    assert provider.universe() == ("AAA", "BBB")


def test_rates_come_from_a_file_of_rates() -> None:
    file = read("base,quote,date,rate\nEUR,USD,2022-12-28,1.07\nEUR,USD,2022-12-27,1.06\n")
    answer = UploadedFiles(ProviderContext(file=file)).rates(RateQuestion("EUR", "USD"))
    assert [str(rate) for rate in answer.rates] == ["1.06", "1.07"]


def test_without_a_file_or_with_a_broken_one_every_question_is_refused() -> None:
    empty = UploadedFiles(ProviderContext())
    assert empty.universe() == ()
    assert not empty.can_handle("AAPL")
    for one in (empty, UploadedFiles(ProviderContext(file=read(HEAD + "AAA,x,1\n")))):
        with pytest.raises(ProviderRefused):
            one.prices(PriceQuestion(()))
    with pytest.raises(ProviderRefused, match="no file"):
        empty.constituents(ConstituentQuestion("X"))
    assert "upload" in ProviderRegistry.load().names()


@pytest.mark.parametrize(
    ("rows", "is_refused"),
    [
        ("symbol;date;close\nAAA;2022-12-28;1.234\n", True),
        ("symbol;date;close\nAAA;2022-12-28;1.234\nAAA;2022-12-27;95,20\n", True),
        ("symbol;date;close\nAAA;2022-12-28;1.234\nAAA;2022-12-27;95.20\n", False),
        ("symbol,date,close\nAAA,2022-12-28,1.234\n", False),
    ],
)
def test_a_point_that_may_stand_between_thousands_is_never_guessed(rows: str, *, is_refused: bool) -> None:
    found = read(rows)
    assert [one.message for one in found.problems] == (["“1.234” can be read in two ways."] if is_refused else [])


def test_macros_are_told_and_not_run() -> None:
    packed = io.BytesIO(workbook(["symbol", "date", "close"], ["AAA", "2022-12-28", 5]))
    with zipfile.ZipFile(packed, "a") as parts:
        parts.writestr("xl/vbaProject.bin", b"x")
    found = read(packed.getvalue())
    assert closes(found) == {date(2022, 12, 28): 5.0}
    assert "The workbook has macros. They are not run; only its cells are read." in found.notes


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("content.xml", "a document in the OpenDocument format (.ods)"),
        ("xl/workbook.bin", "an Excel workbook in the binary format (.xlsb)"),
        ("a.csv", "a packed file, but no Excel workbook"),
    ],
)
def test_other_packed_files_are_named(part: str, words: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        parts.writestr(part, "x")
    assert [one.message for one in read(packed.getvalue()).problems] == [f"This is {words}."]
