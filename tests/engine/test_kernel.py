"""Do registries, canonical JSON, units and panels keep their promises?"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import date

import numpy as np
import pytest

import engine
from engine.kernel.canonical import canonical_json, sha256_of
from engine.kernel.errors import UnknownMember
from engine.kernel.frames import PricePanel, ReturnsPanel
from engine.kernel.registry import Registry
from engine.kernel.rng import generator
from engine.kernel.status import SolveStatus
from engine.kernel.units import listing, percent


def test_a_registry_refuses_a_second_member_of_a_kind():
    registry = Registry("THINGS", "engine.objectives")
    registry.register("one")(int)
    with pytest.raises(ValueError, match="already has a member 'one'"):
        registry.register("one")(float)


def test_a_registry_names_the_known_members_on_a_miss():
    from engine.constraints import CONSTRAINTS

    with pytest.raises(UnknownMember, match=r"Known: beta, budget, .*, volatility_ceiling"):
        CONSTRAINTS.get("rainfall")


def test_every_member_states_label_sentence_and_kind():
    from engine.constraints import CONSTRAINTS
    from engine.estimators import ESTIMATORS
    from engine.objectives import OBJECTIVES
    from engine.risk import RISK_MEASURES

    given = {
        "sector": "Energy", "dimension": "country", "group": "Italy", "factor": "Value", "max_frac": 0.2,
        "max_annual_frac": 0.1, "min_score": 60, "max_exposure": 0.5, "max_beta": 1.2, "max_count": 15,
        "volatility_max_annual_frac": 0.1, "return_min_annual_frac": 0.1, "returns_frac": {"KO": 0.05},
        "matrix": [[0.04]], "risk_aversion": 2.5,
    }  # fmt: skip
    for registry in (CONSTRAINTS, OBJECTIVES, ESTIMATORS, RISK_MEASURES):
        for kind in registry.kinds():
            member = registry.get(kind)
            fields = {name: value for name, value in given.items() if name in member.model_fields}
            if kind == "given_covariance":
                fields["assets"] = ["KO"]
            made = member.model_validate_json(json.dumps({"kind": kind, **fields}))
            assert made.kind == kind
            assert made.label
            assert made.explain().endswith(".")
            assert made.explain()[0].isupper()


def test_canonical_numbers_are_those_of_rfc_8785_appendix_b():
    samples = {
        "0000000000000000": "0", "8000000000000000": "0", "0000000000000001": "5e-324", "8000000000000001": "-5e-324",
        "7fefffffffffffff": "1.7976931348623157e+308", "4340000000000000": "9007199254740992",
        "4430000000000000": "295147905179352830000", "44b52d02c7e14af5": "9.999999999999997e+22",
        "44b52d02c7e14af6": "1e+23", "44b52d02c7e14af7": "1.0000000000000001e+23", "444b1ae4d6e2ef4e":
        "999999999999999700000", "444b1ae4d6e2ef4f": "999999999999999900000", "444b1ae4d6e2ef50": "1e+21",
        "3eb0c6f7a0b5ed8c": "9.999999999999997e-7", "3eb0c6f7a0b5ed8d": "0.000001", "41b3de4355555553":
        "333333333.3333332", "41b3de4355555557": "333333333.33333343", "becbf647612f3696": "-0.0000033333333333333333",
    }  # fmt: skip
    for bits, text in samples.items():
        value = np.array([int(bits, 16)], dtype=np.uint64).view(np.float64)[0]
        assert canonical_json(float(value)) == text


def test_canonical_objects_sort_keys_by_utf16_and_have_no_blanks():
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": [True, None, 1.0], "\U0001f600": 5, "\u0080": 6, "\u00f6": "ö\n"}
    text = canonical_json(value)
    assert text == '{"\\r":2,"1":[true,null,1],"\u0080":6,"ö":"ö\\n","€":1,"\U0001f600":5,"\ufb33":3}'
    assert sha256_of({"a": 1, "b": 2}) == sha256_of({"b": 2.0, "a": 1.0})


def test_rows_of_numbers_are_written_as_each_number_is():
    rng = np.random.default_rng(5)
    pool = np.concatenate([
        rng.normal(size=200) * 10.0 ** rng.integers(-12, 25, 200), rng.integers(-5, 5, 50).astype(float),
        [0.0, -0.0, 1e-4, 9.999e-5, 1e-5, 1.5e-6, 1e-6, 9.9e-7, 1e-7, 1e-9, 1.25e-10, 1e15, 1e16, 1e21, 1e22, 5e-324],
    ])  # fmt: skip
    for _ in range(300):
        row = rng.choice(pool, 40 if _ % 2 else 9).tolist()
        assert canonical_json(row) == "[" + ",".join(canonical_json(one) for one in row) + "]"
        assert canonical_json(tuple(row)) == canonical_json(row)
    small = (rng.normal(size=50) * 1e-6).tolist()
    assert canonical_json(small) == "[" + ",".join(map(canonical_json, small)) + "]"
    with pytest.raises(ValueError, match="NaN"):
        canonical_json([0.5] * 20 + [float("nan")])


def test_equal_matrices_have_one_hash_however_they_are_given():
    problem = {"assets": ["A", "B"], "expected_returns_frac": [0.05, 0.07], "periods_per_year": 1}
    goal = {"kind": "min_volatility"}
    ways = [[[0.04, 0.01], [0.01, 0.09]], np.array([[0.04, 0.01], [0.01, 0.09]]), ((0.04, 0.01), (0.01, 0.09))]
    hashes = {
        engine.optimize(engine.parse_request({"problem": problem | {"covariance": way}, "objective": goal})).lineage
        .request_sha256
        for way in ways
    }  # fmt: skip
    assert len(hashes) == 1


def test_a_large_matrix_is_hashed_in_a_fraction_of_the_time_that_its_numbers_take_alone():
    matrix = (np.random.default_rng(1).normal(size=(150, 150)) * 3e-5).tolist()

    def cpu_s(call):
        took = []
        for _ in range(3):
            start = time.process_time()
            call()
            took.append(time.process_time() - start)
        return min(took)

    alone = cpu_s(lambda: [canonical_json(one) for row in matrix for one in row])
    assert cpu_s(lambda: canonical_json(matrix)) < 0.7 * alone


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**60])
def test_canonical_json_refuses_what_json_cannot_carry(value):
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"x": value})


def test_words_for_numbers():
    assert [percent(value) for value in (0.25, 1.0, -0.00001, 0.123456, 12)] == ["25%", "100%", "0%", "12.35%", "1200%"]
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"], 2) == "a, b and 1 more"


def test_randomness_depends_on_the_seed_and_the_use_only():
    assert generator(7, 1).random() == generator(7, 1).random()
    assert generator(7, 1).random() != generator(7, 2).random()


def test_every_status_has_a_meaning():
    assert all(status.meaning.endswith(".") for status in SolveStatus)
    assert {status for status in SolveStatus if status.has_weights} == {SolveStatus.OPTIMAL, SolveStatus.NEAR_OPTIMAL}


def test_missing_prices_shorten_the_window_for_all_assets_alike():
    dates = np.datetime64("2020-01-01") + np.arange(6)
    table = np.array([[1, np.nan], [2, np.nan], [4, 10], [np.nan, 20], [8, 30], [16, 15]], dtype=float)
    panel = ReturnsPanel.from_prices(PricePanel(dates, ("OLD", "NEW"), table))
    assert [str(day) for day in panel.dates] == ["2020-01-05", "2020-01-06"]
    np.testing.assert_allclose(panel.returns_frac, [[1.0, 2.0], [1.0, -0.5]])
    assert panel.notes == (
        "3 of 6 days were left out because not every asset has a price on them (common window; shortest: NEW and OLD).",
    )


def test_panels_are_read_only_and_independent_of_their_source():
    source = np.full((2, 1), 0.1)
    panel = ReturnsPanel(np.array(["2020-01-01", "2020-01-02"]), ("X",), source)
    source[0, 0] = 9.0
    assert panel.returns_frac[0, 0] == 0.1
    with pytest.raises(ValueError, match="read-only"):
        panel.returns_frac[0, 0] = 2.0


def test_a_panel_is_cut_by_assets_date_and_length(panel):
    part = panel.select(["XOM", "AAPL"]).until(date(2008, 12, 31)).tail(250)
    assert part.assets == ("XOM", "AAPL")
    assert part.observations_count == 250
    assert part.end == date(2008, 12, 31)
    column = panel.assets.index("XOM")
    np.testing.assert_array_equal(
        part.returns_frac[-1, 0], panel.returns_frac[panel.dates <= np.datetime64("2008-12-31")][-1, column]
    )


def test_importing_the_engine_and_its_models_loads_no_solver_and_no_data_library():
    code = (
        "import sys, engine, engine.result, engine.kernel.frames, engine.parse; engine.OptimizationRequest; "
        "print([m for m in ('cvxpy','sklearn','skfolio','pandas','scipy','daqp','piqp','highspy','clarabel') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_optimization_loads_neither_cvxpy_nor_pandas():
    code = (
        'import sys, engine; r = engine.parse_request(\'{"problem":{"assets":["X"],"expected_returns_frac":[0],'
        '"covariance":[[1e-4]]},"objective":{"kind":"min_volatility"}}\'); assert engine.optimize(r).weights; '
        "print([m for m in ('cvxpy','sklearn','skfolio','pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_package_and_the_verb_optimize_are_one():
    code = (
        "import engine.optimize.compile, engine; from engine import optimize; assert callable(engine.optimize); "
        "assert optimize is engine.optimize; "
        "print(engine.ENGINE_VERSION, sorted(dir(engine)) == sorted(engine.__all__))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[1] == "True"
