"""Is a file read whatever program wrote it, and is nothing unpacked or guessed in silence?"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.upload.cells import Limits
from data.upload.encodings import decoded
from data.upload.parquet import UNPACKED_MAX_BYTES
from data.upload.reading import FileReading, read_file

TODAY = date(2023, 1, 2)
LIMITS = Limits(max_bytes=1024 * 1024, max_rows=1000, takes_parquet=True)
HEAD = "symbol,date,close\n"


def read(content: str | bytes, limits: Limits = LIMITS) -> FileReading:
    return read_file(content.encode() if isinstance(content, str) else content, "file", limits, TODAY)


def parquet(table: dict[str, Any], **more: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(table), out, **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("encoding", "name", "words"),
    [
        ("cp1252", "Société Générale", "Windows-1252 (Western European)"),
        ("cp1252", "Müller & Söhne AG", "Windows-1252"),
        ("cp1250", "Česká spořitelna", "Windows-1250 (Central European)"),
        ("cp1250", "Spółka Węglowa", "Windows-1250"),
        ("cp1251", "Газпром нефть", "Windows-1251 (Cyrillic)"),
        ("cp1253", "Εθνική Τράπεζα", "Windows-1253 (Greek)"),
        ("cp1254", "Türkiye İş Bankası", "Windows-1254 (Turkish)"),
        ("utf-8", "Ørsted — Česká", ""),
        ("utf-8-sig", "Ørsted", ""),
        ("utf-16", "Газпром", ""),
        ("utf-16-le", "Plain Company", ""),
        ("utf-16-be", "Plain Company", ""),
    ],
)
def test_the_letters_of_a_name_survive_and_a_guess_is_told(encoding: str, name: str, words: str) -> None:
    found = read(f"symbol;date;close;name\nAAA;28.12.2022;10,5;{name}\n".encode(encoding))
    assert not found.problems, found.problems
    assert found.symbols["AAA"].facts["name"] == name
    assert found.symbols["AAA"].bars[date(2022, 12, 28)].close == 10.5
    assert (words in " ".join(found.notes)) if words else not found.notes
    assert bool(words) == ("Windows" in found.kind)


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc")), max_size=60))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_that_says_how_it_is_written_is_never_changed(encoding: str, text: str) -> None:
    found = decoded(text.encode(encoding))
    assert found is not None
    assert found.text == text.removeprefix("\ufeff")
    assert not found.page


@pytest.mark.parametrize(
    "content",
    [
        "Export of the desk\nmade 29.12.2022;by Jo\n\nsymbol;date;close\nAAA;28.12.2022;101,5\n",
        "My list\n\nTicker,Date,Last\nAAA,2022-12-28,101.5\nTotal,,101.5\n",
        "symbol\tdate\tPrice\nAAA\t2022-12-28\t101.5\nSumme:\t\t101.5\n",
    ],
)
def test_lines_above_the_header_and_totals_are_left_out_and_told(content: str) -> None:
    found = read(content)
    assert not found.problems, found.problems
    assert {day: bar.close for day, bar in found.symbols["AAA"].bars.items()} == {date(2022, 12, 28): 101.5}
    assert "skipped" in " ".join(found.notes) or "total" in " ".join(found.notes)


def test_a_workbook_may_have_lines_above_its_header_too() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["Prices of the desk"], [], ["Symbol", "Date", "Close"], ["AAA", date(2022, 12, 28), 5]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert not found.problems, found.problems
    assert found.symbols["AAA"].bars[date(2022, 12, 28)].line == 4
    assert "Line 1 is skipped: the header stands in line 3." in found.notes


def test_a_symbol_called_total_with_a_day_is_a_symbol() -> None:
    assert "TOTAL" in read(HEAD + "TOTAL,2022-12-28,50\n").symbols


def test_open_high_and_low_come_beside_the_close() -> None:
    found = read("symbol,date,open,high,low,close,volume\nAAA,2022-12-28,10,12,9,11,5\nAAA,2022-12-27,,,,10,\n")
    bars = found.symbols["AAA"].bars
    one, other = bars[date(2022, 12, 28)], bars[date(2022, 12, 27)]
    assert (one.open, one.high, one.low, one.close, one.volume) == (10, 12, 9, 11, 5)
    assert np.isnan([other.open, other.high, other.low, other.volume]).all()


def test_a_high_below_the_low_is_a_problem_and_a_close_outside_is_pointed_out() -> None:
    found = read("symbol,date,high,low,close\nAAA,2022-12-28,9,12,10\nAAA,2022-12-27,9,8,10\n")
    assert [(one.line, one.column) for one in found.problems] == [(2, "high")]
    assert "Line 3: the close of AAA on 2022-12-27, 10, is not between low and high." in found.notes


def test_weekends_and_rare_prices_are_pointed_out() -> None:
    content = HEAD + "AAA,2022-12-24,1\nAAA,2022-12-25,1\nAAA,2022-12-27,1\n"
    assert any("AAA has 2 prices on weekends, the first on 2022-12-24 (line 2)" in one for one in read(content).notes)
    coins = "symbol,date,close,asset_class\n" + "BTC,2022-12-24,1,crypto\nBTC,2022-12-25,1,crypto\n"
    assert not read(coins).notes
    monthly = HEAD + "".join(f"FUND,2022-{month:02d}-28,{month}\n" for month in range(1, 11))
    assert any("FUND has a price every 31 days only" in one for one in read(monthly).notes)


@pytest.mark.requirement("2.1.D1")
def test_a_parquet_file_says_the_same_as_csv() -> None:
    days = [date(2022, 12, 27), date(2022, 12, 28)]
    for dates in (days, pa.array([datetime(one.year, one.month, one.day) for one in days], pa.timestamp("ns"))):
        raw = parquet(
            {
                "Symbol": pa.array(["aaa", "aaa"]).dictionary_encode(),
                "Date": dates,
                "Close": [10.0, 11.5],
                "Volume": pa.array([None, 1000], pa.int64()),
                "ESG": [float("nan"), 55.0],
                "adjusted_close": pa.array([Decimal("9.5"), Decimal("11.0")]),
                "name": ["Ørsted", None],
                "mood": [True, False],
            }
        )
        found = read(raw)
        assert not found.problems, found.problems
        assert (found.kind, found.content, found.rows_count) == ("Parquet", "prices and ESG scores", 2)
        bars = found.symbols["AAA"].bars
        assert [(bar.line, bar.close, bar.adjusted_close) for bar in bars.values()] == [(2, 10, 9.5), (3, 11.5, 11)]
        assert np.isnan(bars[days[0]].volume)
        assert bars[days[1]].volume == 1000
        assert found.symbols["AAA"].values == {("esg_score", days[1]): 55.0}
        assert found.symbols["AAA"].facts == {"name": "Ørsted"}


def _nested() -> bytes:
    return parquet({"symbol": ["A"], "date": ["2022-12-28"], "close": [[1.0]], "note": [b"x"]})


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (_nested(), ["“close” holds values within values", "“note” holds bytes"]),
        (parquet({f"c{n}": [1] for n in range(61)}), ["61 columns"]),
        (parquet({"symbol": ["A"] * 1001}), ["1,001 rows"]),
        (parquet({"symbol": ["x" * 2_000_000], "date": ["2022-12-28"], "close": [1.0]}), ["more than 500 characters"]),
        (parquet({"symbol": ["A"], "date": [datetime(2022, 12, 28, 9, tzinfo=UTC)], "close": [1.0]}), ["not a date"]),
        (parquet({"symbol": ["A"], "date": ["2022-12-28"], "close": [None]}), ["close is empty"]),
        (parquet({"symbol": ["A"], "date": ["2022-12-28"], "close": [float("inf")]}), ["not a finite number"]),
        (parquet({"symbol": ["A"], "date": ["2022-12-28"], "close": [1e308]}), ["too large"]),
        (parquet({"symbol": ["A"], "date": ["2022-12-28"]})[:-20], ["damaged"]),
        (b"PAR1" + b"\x00" * 40 + b"PAR1", ["damaged"]),
        (b"PARE" + b"\x00" * 40, ["an encrypted Parquet file"]),
    ],
)
def test_a_parquet_file_that_cannot_be_taken_says_why(raw: bytes, words: list[str]) -> None:
    found = read(raw, Limits(10 * 1024 * 1024, 1000, takes_parquet=True))
    said = " ".join(one.message for one in found.problems)
    assert all(one in said for one in words), found.problems


def test_parquet_is_refused_by_name_where_it_is_not_taken() -> None:
    (problem,) = read(parquet({"a": [1]}), Limits(10**6, 10)).problems
    assert problem.message == "This is a Parquet file."


def test_a_small_parquet_file_that_unpacks_to_far_more_is_not_unpacked() -> None:
    wide = pa.array(np.zeros(UNPACKED_MAX_BYTES // 8 + 1000))
    raw = parquet({"close": wide}, use_dictionary=False, compression="zstd")
    assert len(raw) < 100_000
    (problem,) = read(raw, Limits(10**6, 10**8, takes_parquet=True)).problems
    assert "unpacks to 64 MiB" in problem.message


def test_texts_that_repeat_do_not_grow() -> None:
    """One text of a hundred thousand characters in two thousand rows would be 200 megabytes."""
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), pa.array(["x" * 100_000]))
    raw = parquet({"symbol": repeated}, compression="zstd")
    assert len(raw) < 10_000
    before = pa.default_memory_pool().max_memory()
    found = read(raw, Limits(10**6, 2000, takes_parquet=True))
    assert any("more than 500 characters" in one.message for one in found.problems)
    assert pa.default_memory_pool().max_memory() - before < 50_000_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\x1f\x8b\x08\x00abc", "a packed file (gzip)"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
        (b'{"symbol": "AAA"}', "JSON"),
        (b"symbol,date,close\nAAA,2022-12-28,1\x00\n", "neither a CSV file"),
        (b"symbol,date,close\nAAA\x07,2022-12-28,1\n", "neither a CSV file"),
        (b"symbol,date\n\x81\x98,1\n", "neither a CSV file"),
    ],
)
def test_what_is_no_table_is_named(content: bytes, words: str) -> None:
    (problem,) = read(content).problems
    assert words in problem.message
    assert problem.advice


def _workbook(sheet: bytes, shared: bytes = b"") -> bytes:
    """Return a workbook whose sheet is written by hand, as no honest program writes it."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["symbol"])
    plain = io.BytesIO()
    book.save(plain)
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            body = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                body = sheet
            if part.filename == "xl/sharedStrings.xml" and shared:
                body = shared
            target.writestr(part.filename, body)
    return out.getvalue()


SHEET = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<dimension ref="%s"/><sheetData>%s</sheetData></worksheet>'
)


def test_a_workbook_that_lies_about_its_size_is_read_by_what_it_holds() -> None:
    rows = b"".join(
        b'<row r="%d">%s</row>' % (n, b"".join(b'<c t="inlineStr"><is><t>%s</t></is></c>' % one for one in cells))
        for n, cells in enumerate(((b"symbol", b"date", b"close"), (b"AAA", b"2022-12-28", b"7")), start=1)
    )
    for told in (b"A1", b"A1:XFD1048576"):
        found = read(_workbook(SHEET % (told, rows)))
        assert not found.problems, found.problems
        assert found.symbols["AAA"].bars[date(2022, 12, 28)].close == 7


@pytest.mark.parametrize("place", [b'<row r="9999999999"><c r="A9999999999"><v>1</v></c></row>',
                                   b'<row r="1"><c r="XFD1"><v>1</v></c></row>'])  # fmt: skip
def test_a_workbook_that_reaches_further_than_excel_is_given_up(place: bytes) -> None:
    found = read(_workbook(SHEET % (b"A1", place)))
    assert found.problems_count


def test_entities_that_multiply_are_not_unfolded() -> None:
    layers = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">' + layers + b"]>"
    shared = bomb + b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&l9;</t></si></sst>'
    found = read(_workbook(SHEET % (b"A1", b'<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), shared))
    assert any("damaged" in one.message for one in found.problems)


GOOD = HEAD.encode() + b"AAA,2022-12-28,101.5\nBBB,2022-12-27,1\n"


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_no_bytes_raise_and_what_is_read_is_sound(data: st.DataObject) -> None:
    """Whatever is changed in a good file: no exception, and every figure that is read is finite and above zero."""
    base = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(0, max(len(base) - 1, 0)))
        base[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    found = read(bytes(base))
    for figures in found.symbols.values():
        for day, bar in figures.bars.items():
            assert day <= TODAY
            assert np.isfinite(bar.close)
            assert bar.close > 0


SEEDS = [
    GOOD,
    GOOD.replace(b",", b";").replace(b".", b","),
    GOOD.decode().encode("utf-16"),
    "symbol;date;close;name\nÄ;28.12.2022;1;Müller\n".encode("cp1252"),
    parquet({"symbol": ["AAA"], "date": [date(2022, 12, 28)], "close": [1.0]}, compression="none"),
    _workbook(SHEET % (b"A1", b'<row r="1"><c r="A1"><v>1</v></c></row>')),
]
