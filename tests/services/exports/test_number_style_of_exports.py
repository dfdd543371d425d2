"""Do the sentences in a file stand in the number format of whoever asked for it, and its figures stay numbers?"""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace

import openpyxl
import pytest

from services.messages.preferences import Preferences
from tests.services.exports.conftest import FakePortfolios, holding

MARKER = "Took 1,234.5 of 98.7%."
TURNED = "Took 1.234,5 of 98,7%."


@pytest.fixture
def continental(exports, result):
    """The service for somebody who prefers 1.234,5; every sentence of the result is a marker."""
    exports._given["preferences"] = SimpleNamespace(get=lambda actor: Preferences(number_format="point"))
    result["message"] = MARKER
    result["notes"] = [MARKER]
    result["metrics"] |= {"var_note": MARKER, "max_drawdown_note": MARKER}
    result["certificate"]["limits"][0]["name"] = MARKER
    result["lineage"]["data"]["sample_notes"] = [MARKER]
    return exports


def texts_of(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return "\n".join(str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row)


def test_the_workbook_of_a_result_tells_in_the_readers_format(continental, actor):
    made = continental.table("done", "xlsx", actor)
    texts = texts_of(made.data)
    assert texts.count(TURNED) == 6
    assert MARKER not in texts
    assert openpyxl.load_workbook(io.BytesIO(made.data))["Weights"]["D2"].value == 0.25


def test_holdings_tell_in_the_readers_format_and_csv_figures_stay_numbers(continental, actor):
    class Noted(FakePortfolios):
        def get(self, portfolio_id, actor):
            return SimpleNamespace(**vars(super().get(portfolio_id, actor)) | {"notes": (MARKER,)})

        def holdings(self, portfolio_id, actor):
            return [holding("AAPL", note=MARKER)]

    continental._given["portfolios"] = Noted()
    texts = texts_of(continental.holdings("p", "xlsx", actor).data)
    assert texts.count(TURNED) == 2
    assert "5.000,00 USD" in texts
    assert MARKER not in texts
    head, row = csv.reader(io.StringIO(continental.holdings("p", "csv", actor).data.decode("utf-8-sig")))
    first = dict(zip(head, row, strict=True))
    assert (first["weight_frac"], first["note"]) == ("0.25", TURNED)


def test_a_chart_that_only_tells_why_there_is_none_tells_it_in_the_readers_format(continental, result, actor):
    result["metrics"] = None
    drawn = continental._figure("done", "frontier", actor)
    assert drawn.layout.title.text == TURNED
