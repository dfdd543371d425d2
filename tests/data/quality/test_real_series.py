"""Are real broken series put right as their repaired versions say, and real crashes and squeezes left alone?"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.proofs.planted_prices import history
from data.quality.check import check
from data.quality.findings import Kind
from data.quality.series import Action, QualitySeries

SAME_FRAC = 0.005
REPAIRED = {
    "SSW-JO-1d-100x-error": Kind.UNIT,
    "ALPHA-PA-1d-bad-stock-split": Kind.SPLIT,
    "DEX-AX-1d-bad-stock-split": Kind.SPLIT,
    "LA-V-1d-bad-stock-split": Kind.SPLIT,
    "MOB-ST-1d-bad-stock-split": Kind.SPLIT,
    "8TRA-DE-1d-missing-div-adjust": Kind.DIVIDEND,
    "ADIG-L-1d-bad-div": Kind.DIVIDEND,
    "RGL-L-1d-bad-div": Kind.DIVIDEND,
    "DODFX-1d-cg-double-count": Kind.DIVIDEND,
}


def read(folder: Path, name: str) -> QualitySeries:
    """Read one series with its dividends and splits."""
    with (folder / "bad_data" / f"{name}.csv").open(encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: next(iter(row.values())))
    days = np.array([next(iter(row.values()))[:10] for row in rows], dtype="datetime64[D]")

    def column(title: str) -> Any:
        return np.array([float(row[title]) for row in rows])

    actions = [
        Action("dividend", day, amount_ccy=float(row["Dividends"]))
        for day, row in zip(days, rows, strict=True)
        if float(row["Dividends"]) > 0
    ]
    actions += [
        Action("split", day, ratio=float(row["Stock Splits"]))
        for day, row in zip(days, rows, strict=True)
        if float(row["Stock Splits"]) > 0
    ]
    return QualitySeries(
        name, days, column("Close"), column("Adj Close"), column("Open"), column("High"), column("Low"),
        column("Volume"), actions=tuple(actions),
    )  # fmt: skip


def wrong_frac(values: Any, truth: Any) -> float:
    return float(np.mean(np.abs(values / truth - 1.0) > SAME_FRAC))


@pytest.mark.requirement("2.1.B3")
@pytest.mark.parametrize("name", sorted(REPAIRED))
def test_accepting_every_proposal_gives_the_repaired_series(shared_data: Path, name: str) -> None:
    broken, repaired = read(shared_data, name), read(shared_data, f"{name}-fixed")
    findings = [one for one in check([broken]).findings if one.proposed is not None]
    assert REPAIRED[name] in {one.kind for one in findings}
    close, adjusted = broken.close.copy(), broken.adjusted.copy()
    assert max(wrong_frac(close, repaired.close), wrong_frac(adjusted, repaired.adjusted)) > 0
    for one in findings:
        if one.kind is Kind.OUTLIER:
            continue  # of thinly traded prices; the repaired versions leave them as they are
        inside = np.isin(broken.sessions, one.sessions)
        scale = one.proposed / one.raw
        adjusted[inside] *= scale
        if not one.is_adjusted_only:
            close[inside] *= scale
    assert wrong_frac(close, repaired.close) == 0
    assert wrong_frac(adjusted, repaired.adjusted) == 0


@pytest.mark.parametrize("name", ["EWG-1d-no-bad-divs", "IBE-MC-1d-no-bad-divs", "TISG-MI-1d-no-bad-divs"])
def test_series_that_are_in_order_get_no_proposal(shared_data: Path, name: str) -> None:
    assert [one.reason for one in check([read(shared_data, name)]).findings if one.proposed is not None] == []


def test_a_tenfold_error_of_a_day_is_told_without_its_split_and_in_sixteen_bars(shared_data: Path) -> None:
    one = replace(read(shared_data, "MOB-ST-1d-bad-stock-split"), actions=())
    (finding,) = [one for one in check([one]).findings if one.kind is Kind.OUTLIER]
    assert finding.sessions.tolist() == [date(2023, 5, 22)]
    assert finding.proposed is not None
    assert finding.proposed[0] == pytest.approx(22.75, rel=0.03)


@pytest.mark.requirement("2.1.B3")
def test_2020_and_ten_years_of_real_closes_are_left_as_they_are() -> None:
    report = check(history())
    assert report.findings == ()


@pytest.mark.requirement("2.1.B3")
def test_2008_and_2020_and_the_jumps_of_single_stocks_are_not_corrected(shared_data: Path) -> None:
    """Banks in 2008, Apple in September 2000 (half in a day), and others over 22 years: nothing is proposed."""
    import pandas as pd

    table = pd.read_csv(shared_data / "prices" / "us_equities_ohlcv_2000_2022.csv.gz", dtype={"date": str})
    chosen = sorted(table["ticker"].unique())[::12]
    chosen += [one for one in ("AAPL", "C", "BAC", "AIG", "NFLX", "GME") if one in set(table["ticker"])]
    universe = []
    for ticker, rows in table[table["ticker"].isin(chosen)].groupby("ticker"):
        part = {name: rows[name].to_numpy(dtype=float) for name in ("open", "high", "low", "close", "volume")}
        days = np.array(rows["date"].tolist(), dtype="datetime64[D]")
        universe.append(
            QualitySeries(
                str(ticker), days, part["close"], part["close"], part["open"], part["high"], part["low"], part["volume"]
            )
        )
    assert sum(len(one.sessions) for one in universe) > 50_000
    assert [one.reason for one in check(universe).findings if one.proposed is not None] == []
