"""Does the browser say of moves of factors what the engine says, while a slider is moved?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2

from callbacks.present_stress import _in_unit
from data.reference.stress_events import FACTORS, factor_moves, stress_events
from engine.stress.conditional import plausibility, propagate
from engine.stress.factor_model import FactorModel, factor_model
from engine.stress.moves import FACTORS as KNOWN
from engine.stress.moves import EventMoves
from services.number_style import in_style
from services.stress_law import law_of

ASSETS = Path(__file__).parents[3] / "assets"
SCRIPTS = ("aggrid", "stress", "stress_law", "stress_builder")


@pytest.fixture(scope="module")
def model() -> FactorModel:
    """Return the law that the product's own table of events gives."""
    found = stress_events()
    return factor_model(
        EventMoves(
            tuple(one.id for one in found),
            tuple(one.name for one in found),
            tuple(one.start for one in found),
            tuple(one.end for one in found),
            FACTORS,
            factor_moves(),
        )
    )


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Any:
    made = browser.new_page()
    made.set_content(f'<div id="shell-root" data-numbers="{getattr(request, "param", "comma")}"></div>')
    for name in SCRIPTS:
        made.add_script_tag(content=(ASSETS / f"{name}.js").read_text(encoding="utf-8"))
    yield made
    made.close()


def shocks_of(model: FactorModel, count: int) -> list[dict[str, float]]:
    """Return random moves of one to all factors, from small to five deviations."""
    rng = np.random.default_rng(11)
    made = []
    for _ in range(count):
        names = rng.permutation(model.names)[: rng.integers(1, len(model.names) + 1)]
        size = rng.uniform(0.05, 3.0)
        sigmas = dict(zip(model.names, model.sigmas.tolist(), strict=True))
        made.append({str(name): float(rng.normal() * size * sigmas[name]) for name in names})
    return [one for one in made if all(KNOWN[name].low < move < KNOWN[name].high for name, move in one.items())]


@pytest.mark.browser
@pytest.mark.requirement("4.2.D4")
def test_what_follows_and_how_plausible_it_is_are_the_engines(page: Any, model: FactorModel) -> None:
    law, asked = law_of(model, {}).model_dump(mode="json"), shocks_of(model, 200)
    made = page.evaluate("([law, all]) => all.map(one => qpo.stressLaw.propagate(law, one, false))", [law, asked])
    assert len(asked) > 100
    for shocks, found in zip(asked, made, strict=True):
        expected = propagate(model, shocks)
        moves = [found["moves"][name] for name in expected.names]
        assert np.allclose(moves, expected.moves, rtol=1e-9, atol=1e-12)
        told = plausibility(model, expected)
        assert found["squared"] == pytest.approx(told.mahalanobis_squared, rel=1e-9)
        assert found["chance"] == pytest.approx(told.probability_frac, rel=1e-9, abs=1e-15)
        assert (found["word"], found["count"]) == (told.word, told.moves_count)


@pytest.mark.browser
def test_others_that_stay_do_not_move(page: Any, model: FactorModel) -> None:
    law = law_of(model, {}).model_dump(mode="json")
    found = page.evaluate("law => qpo.stressLaw.propagate(law, {equity: -0.2}, true)", law)
    assert found["moves"] == {name: -0.2 if name == "equity" else 0 for name in model.names}


@pytest.mark.browser
def test_the_tail_is_that_of_chi_square(page: Any) -> None:
    cases = [(count, squared) for count in range(1, 10) for squared in (0.0, 1e-6, 0.3, 2.0, 7.9, 8.1, 30.0, 200.0)]
    made = page.evaluate("all => all.map(one => qpo.stressLaw.tail(one[0], one[1]))", cases)
    assert np.allclose(made, [chi2.sf(squared, count) for count, squared in cases], rtol=1e-9, atol=1e-300)


@pytest.mark.browser
@pytest.mark.parametrize("page", ["comma", "point", "space"], indirect=True)
def test_words_are_those_of_the_server(page: Any, model: FactorModel, request: pytest.FixtureRequest) -> None:
    style: Any = request.node.callspec.params["page"]
    law, asked = law_of(model, {}).model_dump(mode="json"), shocks_of(model, 60)
    made = page.evaluate(
        """([law, all]) => all.map(one => { const found = qpo.stressLaw.propagate(law, one, false);
        return [qpo.stressBuilder.sentence(law, found),
                Object.entries(found.moves).map(([name, move]) => [name, qpo.stressBuilder.words(name, move)])]; })""",
        [law, asked],
    )
    units = {"percentage points": "pp"}
    for shocks, (sentence, words) in zip(asked, made, strict=True):
        expected = propagate(model, shocks)
        assert sentence == in_style(plausibility(model, expected).sentence, style)
        moves = dict(zip(expected.names, expected.moves.tolist(), strict=True))
        for name, text in words:
            unit = KNOWN[name].unit
            assert text == _in_unit(moves[name], units.get(unit, unit), style)


PRESSED = """() => {
  const dash = window.dash_clientside;
  const prop = '{"index":"gfc","type":"stress-card"}.n_clicks';
  dash.callback_context = { triggered: [{ prop_id: prop, value: 1 }] };
  const before = { portfolio: "p-1", mode: "buy_and_hold", scenario: "dotcom" };
  return dash.stress.pick([1], "buy_and_hold", "p-1", before).scenario;
}"""


@pytest.mark.browser
@pytest.mark.parametrize(("width_px", "is_brought"), [(390, True), (820, True), (1440, False)])
def test_what_a_card_shows_is_brought_to_who_has_one_column(page: Any, width_px: int, is_brought: bool) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width_px, "height": 800})
    page.evaluate(
        """() => {
        document.body.innerHTML = '<div style="height:3000px"></div>'
          + '<section class="card-q" style="height:1500px"><div id="stress-detail-words"></div></section>';
        window.dash_clientside.no_update = null;
        window.dash_clientside.set_props = () => undefined;
        }"""
    )
    assert page.evaluate(PRESSED) == "gfc"
    assert page.evaluate("window.scrollY > 0") is is_brought
