"""Are returns of factors read as they stand, of a library or a table, and everything wrong told with its line?"""

from __future__ import annotations

import csv
import gzip
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from data.providers.protocol import ProviderContext
from data.providers.questions import FactorQuestion
from data.providers.upload import UploadedFiles
from data.upload.cells import Limits
from data.upload.factor_library import set_name
from data.upload.reading import FileReading, read_file
from tests.data.upload.test_reading import read

pytestmark = pytest.mark.requirement("4.1.F3")
TODAY = date(2022, 12, 30)
LIMITS = Limits(5 * 1024 * 1024, 100_000, takes_parquet=True)
REAL = Path("/work/shared/data/factors/ff5_mom_daily_1963_2022.csv.gz")
DAILY = """This file was created by using the 202410 CRSP database.
The Tbill return is the simple daily rate that, over the number of trading days
in the month, compounds to 1-month TBill rate.

,Mkt-RF,SMB,HML,RF
20221227,   -0.67,    0.02, -99.99,    0.012
20221228,    0.79,   -0.28,    0.28,    0.012
20221229,    0.63,   -999,    -0.10,    0.012

Copyright 2024 Kenneth R. French
"""
TABLE = "factor_set,factor,date,return_frac\n"


def messages(found: FileReading) -> list[str]:
    return [one.message for one in found.problems]


def library(text: str, name: str = "F-F_Research_Data_Factors_daily_CSV.csv") -> FileReading:
    return read_file(text.encode(), name, LIMITS, TODAY)


def test_a_file_of_the_library_is_read_in_percent_and_what_is_missing_is_left_out() -> None:
    found = library(DAILY)
    assert (found.problems, found.content, found.rows_count) == ((), "factor returns", 3)
    (table,) = found.factors.values()
    assert list(found.factors) == ["F-F_Research_Data_Factors_daily"]
    days = [date(2022, 12, 27), date(2022, 12, 28), date(2022, 12, 29)]
    assert table.returns["Mkt-RF"] == dict(zip(days, (-0.0067, 0.0079, 0.0063), strict=True))
    assert table.returns["SMB"] == {days[0]: 0.0002, days[1]: -0.0028}
    assert table.returns["HML"] == {days[1]: 0.0028, days[2]: -0.001}
    notes = " ".join(found.notes)
    assert "2 figures are -99.99 or -999" in notes
    assert "4 lines are skipped: the factors are named in line 5." in notes
    assert "RF is the risk-free rate" in notes


def test_a_momentum_file_with_one_factor_is_known_too() -> None:
    found = library("Missing data are -99.99 or -999.\n\n,Mom\n19261103,  0.56\n19261104,  0.70\n", "mom.csv")
    assert found.problems == ()
    assert found.factors["mom"].returns == {"Mom": {date(1926, 11, 3): 0.0056, date(1926, 11, 4): 0.007}}


def test_monthly_files_are_refused_with_the_way_out_and_years_below_are_not_read() -> None:
    monthly = DAILY.replace("20221227", "202210").replace("20221228", "202211").replace("20221229", "202212")
    (problem,) = library(monthly).problems
    assert problem.line == 6
    assert problem.message == "The file holds returns of months."
    assert "_daily" in problem.advice
    both = DAILY.replace(
        "\nCopyright", "\n Annual Factors: January-December\n,Mkt-RF,SMB,HML,RF\n  1927,29.47,-2,-3,3\n\nCopyright"
    )
    found = library(both)
    assert (found.problems, found.rows_count) == ((), 3)
    assert any(
        "From line 10 on further tables follow (“Annual Factors: January-December”)" in one for one in found.notes
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "message"),
    [
        ("-0.67", "x", 6, "Mkt-RF", "“x” is no number."),
        ("-0.67", "", 6, "Mkt-RF", "The return is empty."),
        ("-0.67", "-100", 6, "Mkt-RF", "“-100” is no return of a day in percent."),
        ("-0.67", "nan", 6, "Mkt-RF", "“nan” is no number."),
        ("20221228", "20221227", 7, "date", "2022-12-27 stands in line 6 already."),
        ("20221228", "20230105", 7, "date", "“2023-01-05” lies in the future."),
        ("20221228", "20221328", 7, "date", "“2022-13-28” is a day that does not exist."),
        (",    0.28,    0.012", "", 7, None, "This line has 3 columns, the header has 5."),
        (",Mkt-RF,SMB,HML,RF", ",Mkt-RF,SMB,SMB,RF", 5, None, "The factor “SMB” stands twice in the header."),
    ],
)
def test_each_refusal_names_line_factor_cause_and_way_out(
    old: str, new: str, line: int, column: str | None, message: str
) -> None:
    problem = library(DAILY.replace(old, new, 1)).problems[0]
    assert (problem.line, problem.column, problem.message) == (line, column, message)
    assert problem.advice.endswith(".")


def rows(scale: float) -> str:
    lines = [
        f"{day},{scale * (0.9 if place % 2 else -0.8)},{scale * 0.4}"
        for place, day in enumerate(range(20220601, 20220629))
    ]
    return "date,Mkt-RF,SMB\n" + "\n".join(lines)


@pytest.mark.parametrize(("scale", "words"), [(0.01, "look like fractions"), (60.0, "too large for returns of a day")])
def test_units_that_cannot_be_percent_are_refused(scale: float, words: str) -> None:
    assert library(rows(1.0)).problems == ()
    (problem,) = library(rows(scale)).problems
    assert words in problem.message


def test_a_table_of_prices_with_symbols_of_shares_is_no_library() -> None:
    found = library("date,CMA,RF\n2022-12-27,66.1,21.3\n")
    assert found.factors == {}
    assert found.problems_count > 0


def test_a_table_of_ones_own_is_read_in_fractions() -> None:
    found = read(
        TABLE + "House,Market,2022-12-27,-0.0041\nHouse,Quality,2022-12-27,0.0012\nOther,Market,2022-12-27,0\n"
    )
    assert (found.problems, found.content) == ((), "factor returns")
    assert found.factors["House"].returns == {
        "Market": {date(2022, 12, 27): -0.0041},
        "Quality": {date(2022, 12, 27): 0.0012},
    }
    assert found.factors["Other"].returns == {"Market": {date(2022, 12, 27): 0.0}}


def test_everything_wrong_in_a_table_is_told_at_once() -> None:
    found = read(
        TABLE + "House,Market,2022-12-27,0.01\nHouse,Market,2022-12-27,0.02\nHouse,Market,2022-12-28,-1\n"
        'House,"A,B",2022-12-27,0.01\nHouse,Market,,0.01\n'
    )
    said = messages(found)
    assert "Market of House has a return of 2022-12-27 in line 2 already." in said
    assert "“-1” is no return of a day as a fraction." in said
    assert "“A,B” is no name for factors." in said
    assert "The date is empty." in said
    percent = TABLE + "".join(f"H,M,2022-11-{day:02d},{0.9 if day % 2 else -0.7}\n" for day in range(1, 25))
    assert "look like percent" in " ".join(messages(read(percent)))


def test_the_provider_answers_with_the_returns_of_a_set_and_says_how_they_were_read() -> None:
    provider = UploadedFiles(ProviderContext(file=library(DAILY)))
    answer = provider.factors(FactorQuestion("F-F_Research_Data_Factors_daily"))
    assert [one.factor for one in answer.series] == ["Mkt-RF", "SMB", "HML", "RF"]
    np.testing.assert_array_equal(answer.series[1].returns_frac, [0.0002, -0.0028])
    assert "left out" in answer.provenance.transformations[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("F-F_Momentum_Factor_daily_CSV.csv", "F-F_Momentum_Factor_daily"), ("Europe 5 Factors.CSV", "Europe 5 Factors"),
     (".csv", "Factors"), ("a,b.txt", "a b")],
)  # fmt: skip
def test_a_set_is_called_after_its_file(name: str, expected: str) -> None:
    assert set_name(name) == expected


@pytest.mark.skipif(not REAL.exists(), reason="the shared real factor data are not on this machine")
def test_the_real_five_factors_with_momentum_are_read_to_the_last_digit() -> None:
    raw = gzip.decompress(REAL.read_bytes())
    found = read_file(raw, "ff5_mom_daily.csv", LIMITS, date(2026, 1, 1))
    assert (found.problems, found.rows_count) == ((), 14_979)
    returns = found.factors["ff5_mom_daily"].returns
    for line in list(csv.DictReader(io.StringIO(raw.decode())))[::997]:
        for factor, days in returns.items():
            assert days[date.fromisoformat(line["date"])] == float(Decimal(line[factor]) / 100)
