"""Is what a rule may say exactly what the language allows, and is nothing of it ever run?"""

from __future__ import annotations

import pytest

from engine.compliance.meaning import Meaning, Scope
from engine.compliance.program import program_of
from engine.compliance.rule import Definition, Parameter, Rule
from engine.compliance.syntax import LENGTH_MAX, read
from engine.compliance.words import sentence
from engine.kernel.errors import InputRefused


def rule(**given: object) -> Rule:
    return Rule(**{"id": "x", "title": "A rule", "measure": "sum(weight)", "limit": "0.10", **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("sum(weight", "cannot be read"),
        ("__import__('os').system('true')", "no such function"),
        ("weight.__class__", "of the language: weight.__class__."),
        ("(lambda: 1)()", "no such function"),
        ("[weight for weight in sector]", "of the language: [weight for weight in sector]."),
        ("weight[0]", "of the language: weight[0]."),
        ("f'{weight}'", "of the language: f'{weight}'."),
        ("(x := 1)", "of the language: (x := 1)."),
        ("weight if is_cash else 0", "of the language: weight if is_cash else 0."),
        ("weight ** 2", "of the language: **."),
        ("9**9**9", "of the language: **."),
        ("~weight", "of the language: ~."),
        ("weight % 2", "of the language: %."),
        ("0 < weight < 1", "chained"),
        ("weight is None", "is"),
        ("None", "of the language: None."),
        ("sum(*weight)", "takes 1 values"),
        ("sum()", "takes 1 values"),
        ("sum(weight, sector)", "takes 1 values"),
        ("sum(weight, key=sector)", "no part named key"),
        ("sum(weight, by='issuer')", "by= needs the name"),
        ("abs(weight, by=issuer)", "no part named by"),
        ("sector in issuer", "list of words"),
        ("sector in ()", "list of words"),
        ("sector in (1, 2)", "list of words"),
        ("1e999", "too large"),
        ("9" * 400, "too large"),
        ("-" * 60 + "1", "nested too deeply"),
        ("(" * 300 + "1" + ")" * 300, "cannot be read"),
        ("1 + " * LENGTH_MAX + "1", "characters"),
        ("weight\x00", "cannot be read"),
        ("yield weight", "cannot be read"),
        ("await weight", "of the language: await weight."),
    ],
)
def test_what_is_no_part_of_the_language_is_refused_with_its_place(text: str, part: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read(text, "measure")
    problem = refused.value.problems[0]
    assert problem.path == "measure"
    assert part in problem.message
    assert problem.advice


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("wieght", "no field, fact, parameter or definition named wieght"),
        ("weight + sector", "needs a number"),
        ("weight and is_cash", "needs something true or false"),
        ("not weight", "needs something true or false"),
        ("-sector", "needs a number"),
        ("weight in ('a',)", "needs words"),
        ("sector == issuer", "Two fields of words"),
        ("weight + value_ccy", "joins frac and ccy"),
        ("weight > sell_days", "joins frac and days"),
        ("value_ccy * value_ccy", "joins ccy and ccy"),
        ("sum(sector)", "needs a number"),
        ("distinct(weight)", "needs words"),
        ("sum(weight, where=weight)", "where= needs"),
        ("sum(weight, by=weight)", "cannot be grouped by weight"),
        ("sum(net_assets_ccy)", "needs figures of positions"),
        ("sum(weight, by=issuer) + sum(weight, by=sector)", "do not go together"),
        ("top(weight, weight + 1)", "second value"),
    ],
)
def test_what_makes_no_sense_is_refused(text: str, part: str) -> None:
    with pytest.raises(InputRefused) as refused:
        Scope("measure").meaning(read(text, "measure"))
    assert part in refused.value.problems[0].message


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("sum(weight)", Meaning("number", "one", "frac")),
        ("weight * value_ccy", Meaning("number", "rows", "ccy")),
        ("value_ccy / net_assets_ccy", Meaning("number", "rows", "frac")),
        ("value_ccy / quantity", Meaning("number", "rows", "plain")),
        ("sum(weight, by=issuer)", Meaning("number", "issuer", "frac")),
        ("sum(sum(weight, by=issuer), where=sum(weight, by=issuer) > 0.05)", Meaning("number", "one", "frac")),
        ("weight * sum(weight, by=issuer)", Meaning("number", "rows", "frac")),
        ("2 * var_99_20d", Meaning("number", "one", "frac")),
        ("count(by=sector)", Meaning("number", "sector", "count")),
        ("is_cash or sector not in ('Energy', 'Utilities')", Meaning("truth", "rows")),
    ],
)
def test_meanings_carry_kind_shape_and_unit(text: str, meaning: Meaning) -> None:
    assert Scope("measure").meaning(read(text, "measure")) == meaning


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"measure": "weight"}, "measure"),
        ({"measure": "is_cash"}, "measure"),
        ({"limit": ""}, "limit"),
        ({"limit": "weight"}, "limit"),
        ({"limit": "net_assets_ccy"}, "limit"),
        ({"warn_at": "is_cash"}, "warn_at"),
        ({"universe": "weight"}, "universe"),
        ({"group_by": "weight"}, "group_by"),
        ({"group_by": "nothing"}, "group_by"),
        ({"keep": "weight > 0.05"}, "keep"),
        ({"parameters": (Parameter(name="weight", value=1.0),)}, "parameters.0.name"),
        ({"parameters": (Parameter(name="a", value=1.0), Parameter(name="a", value=2.0))}, "parameters.1.name"),
        ({"definitions": (Definition(name="a", expression="b"),)}, "definitions.0.expression"),
        ({"definitions": (Definition(name="measure", expression="sum(weight)"),)}, "definitions.0.name"),
    ],
)
def test_a_rule_that_makes_no_sense_names_the_part(given: dict[str, object], path: str) -> None:
    with pytest.raises(InputRefused) as refused:
        program_of(rule(**given))
    assert refused.value.problems[0].path == path


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "0.1", None, True])
def test_a_parameter_is_a_finite_number(value: object) -> None:
    with pytest.raises(InputRefused):
        Parameter(name="cap", value=value)  # type: ignore[arg-type]


def test_rules_read_as_sentences() -> None:
    forty = rule(
        parameters=(Parameter(name="base", value=0.05), Parameter(name="cap", value=0.40)),
        universe="not (is_cash or is_government)",
        group_by="issuer_group",
        keep="measure > base",
        over="sum",
        limit="cap",
        warn_at="0.9 * cap",
    )
    assert sentence(forty) == (
        "Added up over every issuer group above 5%, the weight of positions that are not cash and are not issued by a "
        "state must be at most 40%; a warning from 36%."
    )
    assert sentence(rule(universe="is_restricted", measure="count()", limit="0")) == (
        "There must be no positions that are restricted."
    )
    assert sentence(rule(universe="is_cash", operator=">=", limit="0.01")) == (
        "The weight of positions that are cash must be at least 1%."
    )
    assert sentence(rule(measure="var_99_20d", limit="2 * benchmark_var_99_20d")) == (
        "VaR 99% of 20 days must be at most 2 times VaR of the reference."
    )
    assert sentence(rule(universe='sector == "Energy" or (is_fund and not is_listed)')) == (
        "The weight of positions that are of the sector Energy or (are funds and are not listed) must be at most 10%."
    )
