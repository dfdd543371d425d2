"""Does the page of a portfolio leave over the API as PDF, PNG and SVG, with the same figures that the API tells?"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from services import formatting
from tests.api.test_performance import settled


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture
def address(api: Callable[..., Any]) -> str:
    made = api().post(
        "/portfolios", json={"name": "On paper & <in> full", "base_currency": "USD", "initial_cash_ccy": "100000.00"}
    )
    return str(made.headers["Location"])


def fill(one: Any, address: str) -> None:
    wished = {"positions": [{"symbol": "AAPL", "quantity": "10"}, {"symbol": "JPM", "quantity": "20.5"}]}
    answer = one.ask("PUT", address + "/positions", json=wished, headers={"If-Match": one.get(address).headers["ETag"]})
    assert answer.status_code == 200, answer.text


def test_the_pdf_tells_what_the_api_tells(api: Callable[..., Any], address: str) -> None:
    one = api()
    fill(one, address)
    answer = one.get(address + "/page/pdf")
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    assert answer.headers["X-Drawn-By"] == "vector"
    assert "portfolio-on-paper-in-full" in answer.headers["Content-Disposition"]
    text, read = text_of(answer.data), one.get(address).get_json()
    assert formatting.money(read["value_ccy"] and float(read["value_ccy"]), "USD") in text
    for line in one.get(address + "/positions").get_json()["data"]:
        assert line["symbol"] in text
        assert formatting.weight(line["weight_frac"]) in text
    for words in ("On paper & <in> full", "Input hash", "Page 1 of", "28 Dec 2022"):
        assert words in text, words


def test_the_hash_changes_with_the_holdings_and_with_nothing_else(api: Callable[..., Any], address: str) -> None:
    one = api()
    first, again = (_hash(one.get(address + "/page/pdf").data) for _ in range(2))
    assert first == again
    fill(one, address)
    assert _hash(one.get(address + "/page/pdf").data) != first


def test_the_page_of_risk_tells_what_the_report_tells(api: Callable[..., Any], address: str) -> None:
    one = api()
    fill(one, address)
    report = settled(one, f"{address}/risk").get_json()["report"]
    answer = None
    for _ in range(60):
        answer = one.get(f"{address}/risk/page/pdf?level=99&horizon=10")
        if answer.status_code != 202:
            break
        time.sleep(0.5)
    assert answer is not None
    assert answer.status_code == 200, answer.text
    text = text_of(answer.data)
    for words in ("Risk of On paper", "Losses over 10 days at 99%", "Concentration", "AAPL", "JPM", "Input hash"):
        assert words in text, words
    assert report["as_of"] in text or formatting.day(date.fromisoformat(report["as_of"])) in text
    assert one.get(f"{address}/risk/page/docx").status_code == 422
    assert one.get(f"{address}/risk/page/pdf?level=42").status_code == 422


def paper_of(one: Any, path: str) -> Any:
    """Ask for a page until its figures are there."""
    for _ in range(60):
        answer = one.get(path)
        if answer.status_code != 202:
            return answer
        time.sleep(0.5)
    raise AssertionError("the page never came")


def test_the_page_of_stress_tests_tells_what_the_scenarios_tell(api: Callable[..., Any], address: str) -> None:
    one = api()
    fill(one, address)
    answer = paper_of(one, f"{address}/stress/page/pdf?scenario=covid_2020&mode=daily_rebalanced")
    assert answer.status_code == 200, answer.text
    wished = {"scenarios": ["covid_2020"], "mode": "daily_rebalanced"}
    told = one.post(f"{address}/stress", json=wished).get_json()["results"][0]
    text = text_of(answer.data)
    for words in ("Stress of On paper", "Past events", told["name"], "Positions", "AAPL", "JPM", "Input hash"):
        assert words in text, words
    for line in told["positions"]:
        assert formatting.rate(line["impact_frac"]) in text
    factors = paper_of(one, f"{address}/stress/page/pdf?group=factor")
    assert "Moves of factors" in text_of(factors.data)
    assert "Past events" not in text_of(factors.data)


def test_a_page_of_stress_tests_names_what_it_cannot_show(api: Callable[..., Any], address: str) -> None:
    one = api()
    fill(one, address)
    assert one.get(f"{address}/stress/page/docx").status_code == 422
    assert one.get(f"{address}/stress/page/pdf?group=nonsense").status_code == 422
    assert one.get("/portfolios/none/stress/page/pdf").status_code == 404
    unknown = paper_of(one, f"{address}/stress/page/pdf?scenario=nonsense")
    assert unknown.status_code == 422
    assert "nonsense" in unknown.text


def _hash(pdf: bytes) -> str:
    words = text_of(pdf).split("Input hash ")[1].split()
    return words[0]


def test_an_empty_portfolio_leaves_with_a_sentence(api: Callable[..., Any], address: str) -> None:
    assert "Nothing is held." in text_of(api().get(address + "/page/pdf").data)


def test_pictures_are_one_sheet_and_other_kinds_are_refused(api: Callable[..., Any], address: str) -> None:
    one = api()
    assert one.get(address + "/page/png").data.startswith(b"\x89PNG")
    assert b"<svg" in one.get(address + "/page/svg").data
    assert one.get(address + "/page/docx").status_code == 422
    assert one.get("/portfolios/none/page/pdf").status_code == 404


def test_the_page_of_performance_leaves_with_every_chart_once_its_reports_are_there(
    api: Callable[..., Any],
) -> None:
    listed = api().get("/portfolios").get_json()["data"]
    growth = next(one["id"] for one in listed if one["name"] == "Aurora Growth")
    answer = settled(api(), f"/portfolios/{growth}/performance/page/pdf?period=1y")
    assert answer.status_code == 200, answer.text
    text = text_of(answer.data)
    found = settled(api(), f"/portfolios/{growth}/performance?period=1y").get_json()
    assert f"Performance of {found['portfolio_name']}" in text
    assert "What did each month bring?" in text
    assert "Input hash" in text
    assert api().get(f"/portfolios/{growth}/performance/page/docx").status_code == 422
    assert api().get("/portfolios/none/performance/page/pdf").status_code == 404
