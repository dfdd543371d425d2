"""Does the browser compute on a frontier what its document says, and write it as the server would?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from services import formatting
from services.frontier_document import Point, frontier_document
from tests.services.core.test_frontier_document import COUNT, NAMES, asked, evaluated

ASSETS = Path(__file__).parents[3] / "assets"
SCRIPTS = ("aggrid", "frontier_math", "frontier_panel", "frontier_map")
WORDS = {
    "risk": "Volatility", "reward": "Expected return", "risk_inside": "volatility", "reward_inside": "expected return",
}  # fmt: skip


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    held = tuple(1.0 / COUNT for _ in NAMES)
    found = engine.frontier(asked())
    bounds = dict.fromkeys(NAMES, (0.0, 0.2))
    points = {"proposed": Point(0.1, found.corners[5].reward, held), "current": Point(0.12, 0.1, held), "best": None}
    made = frontier_document(found, rate_annual_frac=0.02, bounds_frac=bounds, points=points)
    for price in made["prices"]:
        price |= {"step": 0.01, "unit": "1 pp"}
    sent: dict[str, Any] = json.loads(
        json.dumps(made | {"run": "r-1", "words": WORDS, "is_share": True, "goal": "cvar"})
    )
    return sent


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Any:
    made = browser.new_page()
    style = getattr(request, "param", "comma")
    made.set_content(f'<div id="shell-root" data-numbers="{style}"><div id="panel"></div><div id="map"></div></div>')
    for name in SCRIPTS:
        made.add_script_tag(content=(ASSETS / f"{name}.js").read_text(encoding="utf-8"))
    yield made
    made.close()


@pytest.mark.browser
@pytest.mark.requirement("1.2.D2")
def test_points_are_those_of_the_formula_and_places_lead_back_to_them(page: Any, document: dict[str, Any]) -> None:
    rng = np.random.default_rng(2)
    places = [0.0, 3.0, *rng.uniform(0.0, len(document["rewards"]) - 1.0, 60).tolist(), len(document["rewards"]) - 1.0]
    made = page.evaluate(
        """([found, places]) => { const m = qpo.frontierMath, model = m.prepare(found);
        return places.map(place => { const p = m.at(model, place);
          return {...p, back: m.placeOf(model, p.reward), prices: m.prices(model, place)}; }); }""",
        [document, places],
    )
    untold = 0
    for place, point in zip(places, made, strict=True):
        weights, reward, risk = evaluated(document, place)
        assert np.abs(np.array(point["weights"]) - weights).max() < 1e-12
        assert point["reward"] == pytest.approx(reward, abs=1e-14)
        assert point["risk"] == pytest.approx(risk, abs=1e-13)
        assert point["sharpe"] == pytest.approx((reward - 0.02) / risk, abs=1e-9)
        assert point["back"] == pytest.approx(place, abs=1e-6)
        corner = min(int(place), len(document["rewards"]) - 2)
        is_told = all(one["change"] is not None for one in point["prices"])
        for price in document["prices"] if is_told else ():
            at = price["at"]
            told = ((1 - place + corner) * at[corner] + (place - corner) * at[corner + 1]) * 0.01 / (2 * risk)
            shown = [one["change"] for one in point["prices"] if one["name"] == price["name"]]
            assert (shown or [0.0]) == pytest.approx([told], abs=2e-9)
        untold += not is_told
    assert untold <= 3  # only the stretch before the one kink


@pytest.mark.browser
def test_scores_that_fall_points_solved_one_by_one_and_a_kink_are_told_rightly(page: Any) -> None:
    falling = {
        "risk": "volatility", "reward": "esg", "rewards": [50, 40, 20], "risks": [0.1, 0.12, 0.2], "rate": None,
        "weights": [[1, 0], [0.5, 0.5], [0, 1]], "crosses": None, "returns": [0.03, 0.04, 0.05], "prices": [],
    }  # fmt: skip
    kinked = falling | {
        "reward": "return", "rewards": [0.04, 0.05, 0.06], "risks": [0.1, 0.12, 0.2], "returns": None,
        "crosses": [0.0105, 0.018], "prices": [{"name": "Cap", "unit": "1 pp", "step": 0.01, "at": [-0.01, -0.05, 0]}],
    }  # fmt: skip
    made = page.evaluate(
        """([falling, kinked]) => { const m = qpo.frontierMath, a = m.prepare(falling), b = m.prepare(kinked);
        return {at: m.at(a, 1.5), place: m.placeOf(a, 30), low: m.placeOf(a, 99), high: m.placeOf(a, 1),
          kinks: b.kinks, prices: m.prices(b, 0.5), step: m.stepOf(a)}; }""",
        [falling, kinked],
    )
    assert made["at"]["risk"] == pytest.approx(0.16)
    assert made["at"]["gain"] == pytest.approx(0.045)
    assert (made["place"], made["low"], made["high"]) == (pytest.approx(1.5), 0, 2)
    assert made["kinks"] == [False, True, False]
    assert [(one["name"], one["change"]) for one in made["prices"]] == [("Cap", None)]  # it binds; no more is known
    assert made["step"] == pytest.approx(0.5)


@pytest.mark.browser
@pytest.mark.parametrize("page", ["comma", "point", "space"], indirect=True)
def test_the_panel_writes_numbers_as_the_server_does_and_reads_what_is_typed(
    page: Any, document: dict[str, Any]
) -> None:
    style = page.locator("#shell-root").get_attribute("data-numbers")
    page.evaluate(
        """found => { const m = qpo.frontierMath, model = m.prepare(found); window.asked = [];
        qpo.frontier = {to: value => asked.push(value), end: () => asked.push("end"), settle: () => asked.push("rest")};
        qpo.frontierPanel.build(document.getElementById("panel"), model);
        qpo.frontierMap.build(document.getElementById("map"), model);
        qpo.frontierPanel.show(model, m.at(model, 6.25)); }""",
        document,
    )
    weights, reward, risk = evaluated(document, 6.25)
    figures = page.locator("dd")
    assert figures.all_inner_texts() == [
        formatting.rate(reward, style=style),
        formatting.rate(risk, style=style),
        formatting.ratio((reward - 0.02) / risk, style=style),
        formatting.weight(0.5 * float(np.abs(weights - 1.0 / COUNT).sum()), style=style),
    ]
    rows = page.locator("tbody tr").all_inner_texts()
    assert len(rows) == 13
    assert rows[-1].endswith("pp") is False
    first = rows[0].split("\t")
    value = float(weights[NAMES.index(first[0])])
    assert formatting.weight(value, style=style) in first
    assert formatting.weight(value - 1.0 / COUNT, style=style, signed=True).removesuffix("%") in first
    floor = f"{int(reward * 1e4) / 1e4:.4f}"
    assert page.locator("a").get_attribute("href") == f"/optimize?run=r-1&repair=point:cvar:{floor}&step=4"
    assert page.locator("#map polygon").count() == 8  # seven assets and the others together

    box, lowest, highest = page.locator("input"), document["rewards"][0], document["rewards"][-1]
    wanted = round(0.5 * (lowest + highest), 4)
    box.fill(formatting.number(100 * wanted, 2, style=style) + " %")
    box.press("Enter")
    box.fill("99")
    box.press("Enter")
    message = page.locator("#frontier-typed-error").inner_text()
    assert formatting.rate(lowest, style=style) in message
    assert formatting.rate(highest, style=style) in message
    box.fill("much")
    box.press("Enter")
    assert box.get_attribute("aria-invalid") == "true"
    box.fill(formatting.number(100 * wanted, 2, style=style))
    box.press("Enter")
    assert (box.get_attribute("aria-invalid"), page.locator("#frontier-typed-error").inner_text()) == (None, "")
    names = page.get_by_role("group", name="Move the point to").get_by_role("button").all_inner_texts()
    assert names[0] == "At the proposed return"  # the proposal of this document lies off the frontier
    asked_for = page.evaluate("asked")
    assert asked_for[0] == pytest.approx(wanted, abs=1e-9)
    assert {one for one in asked_for if one != "rest"} == {asked_for[0]}
