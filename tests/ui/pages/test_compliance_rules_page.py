"""Does the tab of rules say what a rule demands and since when, offer what the reader may do, and read its forms?"""

from __future__ import annotations

import importlib
import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from dash import no_update

from callbacks import choosable
from callbacks import compliance_rule_deeds as deeds
from callbacks import compliance_rules as page
from callbacks import present_compliance_deviations as deviations
from callbacks import present_compliance_packs as packs
from callbacks import present_compliance_rule_editor as editor
from callbacks import present_compliance_rules as present
from components.ids import ComplianceRules, Shell
from engine.compliance.packs.catalog import PACKS
from engine.compliance.packs.examples import examples_of
from services.auth.roles import Role
from services.compliance.rules_check import case_results, checked
from services.compliance.rules_packs import _shown
from services.compliance.rules_vocabulary import position_words
from services.compliance.rules_words import SEVERITIES, STANDINGS, rule_sentence
from services.errors import InvalidRequest
from services.messages.compliance_rules import (
    AppliesTo,
    Chosen,
    FieldDifference,
    RuleComparison,
    RuleDetail,
    RuleOverrideView,
    RuleVersionView,
    RuleView,
    Wording,
)
from services.messages.runs import RunStatus

WHEN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
RULE = PACKS["house"].rules[0]
EVERY_RULE = [rule for pack in PACKS.values() for rule in pack.rules]


def words(component: Any) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reader like points before decimals."""
    for module in ("callbacks.wording", "callbacks.present_compliance_rules"):
        monkeypatch.setattr(f"{module}.reader_style", lambda: "comma")


def version(**changed: Any) -> RuleVersionView:
    rule = changed.pop("rule", RULE)
    cases = changed.pop("cases", examples_of(rule.id))
    usual: dict[str, Any] = {
        "rule_id": "r-1", "version": 2, "state": "proposed", "state_words": "Waits for approval",
        "is_retirement": False, "sentence": rule_sentence(rule), "applies_words": "For all portfolios of the house.",
        "rule": rule, "applies_to": AppliesTo(), "cases": cases, "case_results": case_results(rule, cases),
        "note": None, "made_by": "Ada", "made_at_utc": WHEN, "proposed_by": "Ada", "proposed_at_utc": WHEN,
        "decided_by": None, "decided_at_utc": None, "decision_reason": None, "dry_run": None, "dry_run_at_utc": None,
        "missing": (), "may": (), "row_version": 1,
    }  # fmt: skip
    return RuleVersionView(**(usual | changed))


def view(**changed: Any) -> RuleView:
    usual: dict[str, Any] = {
        "id": "r-1", "code": RULE.id, "title": RULE.title, "sentence": rule_sentence(RULE), "citation": RULE.citation,
        "severity": RULE.severity, "severity_words": SEVERITIES[RULE.severity], "scope": "house", "scope_id": None,
        "scope_name": "the house", "applies_words": "For all portfolios of the house.", "pack": "house",
        "pack_title": "House rules", "standing": "in_force", "standing_words": STANDINGS["in_force"],
        "approved_version": 1, "latest_version": 2, "waiting_version": 2, "waiting_state": "proposed",
        "deviations_count": 0, "is_sample": False, "may": (), "row_version": 1, "created_at_utc": WHEN,
    }  # fmt: skip
    return RuleView(**(usual | changed))


def test_the_library_tells_what_is_in_force_and_what_waits() -> None:
    one, draft = view(), view(id="r-2", standing="draft", approved_version=None, waiting_state="draft")
    assert present.summary([one, draft]) == "1 of 2 rules is in force; 1 waits for approval; 1 draft."
    assert present.summary([]).startswith("No rules yet")
    assert present.library_row(one)["state_words"] == "In force; 2 waits"
    assert present.library_row(draft)["state_words"] == "Draft"
    assert present.is_shown(one, "waiting", "house", "all", "all")
    assert not present.is_shown(one, "draft", "all", "all", "all")
    assert not present.is_shown(one, "all", "own", "all", "all")
    assert [row["id"] for row in present.ticked({"ids": ["b", "gone"]}, [{"id": "a"}, {"id": "b"}])] == ["b"]


def test_a_rule_shows_its_sentence_what_is_missing_its_difference_and_who_wrote_it() -> None:
    shown = version(missing=("A dry run over history has not been made on this version.",))
    found = RuleDetail(rule=view(), versions=(shown, version(version=1, state="approved")), overrides=())
    assert present.usual_version(found.rule) == 2
    assert present.base_version(found, shown) == 1
    difference = FieldDifference(path="limit", label="Limit", first="25%", second="20%", sentence="Limit: 20%.")
    against = RuleComparison(
        rule_id="r-1", first_version=1, second_version=2, first_sentence="A.", second_sentence="B.", effect="tighter",
        effect_words="Stricter: less is allowed than before.", differences=(difference,),
    )  # fmt: skip
    said = words(present.detail(found, shown, against, None))
    for expected in (
        rule_sentence(RULE), "A dry run over history", "How it differs from version 1", "Stricter", "28 Nov 2026",
        "by Ada", "None was made of this wording yet", "as its author expects",
    ):  # fmt: skip
        assert expected in said
    assert words(present.version_options(found)).count("in force") == 1


def test_deeds_are_those_of_each_version_and_say_how_many_they_concern() -> None:
    mine = version(rule_id="r-1", may=("withdraw",), missing=("A dry run",))
    other = version(rule_id="r-2", may=("withdraw", "approve", "reject"), dry_run={"made": True})
    found = deeds.deeds_of([view(), view(id="r-2")], [mine, other], may_try=True)
    one, two = Chosen(rule_id="r-1", version=2), Chosen(rule_id="r-2", version=2)
    assert found == {"approve": (two,), "dry_run": (one, two), "reject": (two,), "withdraw": (one, two)}
    labels = [row["label"] for row in deeds.deed_options(deeds.Offer(found, ""), 2)]
    assert labels[0] == "Approve: 1 rule"
    assert labels[1] == "Dry run over past days: 2 rules"
    assert labels[3] == "Withdraw: 2 rules"
    assert deeds.deeds_of([view()], [], may_try=False) == {}
    retired = deeds.deeds_of([view(may=("new_version", "retire"))], [], may_try=False)
    assert retired == {"retire": (Chosen(rule_id="r-1", version=1),)}


def test_a_pack_is_taken_in_with_own_figures_and_problems_name_rule_and_figure() -> None:
    pack = _shown(PACKS["house"], {})
    figure = pack.rules[0].rule.parameters[0]
    assert (figure.unit, figure.value) == ("frac", 0.25)
    texts = {
        f"{place}-{number}": packs._text(one.value, one.unit)
        for place, rule in enumerate(pack.rules)
        for number, one in enumerate(rule.rule.parameters)
    }
    everything = dict.fromkeys(range(len(pack.rules)), True)
    assert packs.wish(pack, "house", everything, texts).figures == {}
    wish = packs.wish(pack, "client:c-1", {0: True, 1: False}, texts | {"0-0": "22.5"})
    assert (wish.codes, wish.scope, wish.client_id) == ((pack.rules[0].code,), "client", "c-1")
    assert wish.figures == {pack.rules[0].code: {figure.name: 0.225}}
    with pytest.raises(InvalidRequest) as refusal:
        packs.wish(pack, "house", {0: True}, texts | {"0-0": "much"})
    assert pack.rules[0].title in refusal.value.fields[0].message
    with pytest.raises(InvalidRequest, match="No rule is ticked"):
        packs.wish(pack, "house", {}, texts)


@pytest.mark.requirement("4.3.F1")
@pytest.mark.parametrize("rule", EVERY_RULE, ids=[rule.id for rule in EVERY_RULE])
def test_every_rule_of_every_pack_comes_out_of_the_form_as_it_went_in(rule: Any) -> None:
    shown = version(rule=rule)
    read = editor.wording(editor.values_of(shown), [])
    assert read == Wording(rule=rule.model_copy(update={"version": 1}), cases=shown.cases)


def test_the_form_names_every_field_that_cannot_be_read() -> None:
    typed = editor.values_of(version()) | {
        "cure_days": "soon", "parameters": "cap 10%", "examples": "- name: a\n  expected: maybe", "title": "",
    }  # fmt: skip
    with pytest.raises(InvalidRequest) as refusal:
        editor.wording(typed, [])
    paths = [one.path for one in refusal.value.fields]
    assert {"rule.cure_days", "rule.parameters"} <= set(paths)
    assert any(path.startswith("cases") for path in paths)
    with pytest.raises(InvalidRequest) as refusal:
        editor.wording(editor.values_of(version()) | {"title": "", "code": "No Code"}, ["p-1"])
    assert {"rule.title", "rule.id"} <= {one.path for one in refusal.value.fields}


def test_the_form_says_what_a_wording_demands_or_where_it_is_wrong() -> None:
    good = checked(Wording(rule=RULE, cases=examples_of(RULE.id)))
    said = words(editor.live(good))
    assert rule_sentence(RULE) in said
    assert "as its author expects" in said
    bad = checked(Wording(rule=RULE.model_copy(update={"measure": "sum(wieght)"})))
    assert "The measure" in words(editor.live(bad))
    assert "wieght" in words(editor.live(bad))


def test_the_form_offers_what_positions_can_be_grouped_by() -> None:
    groups = {one.name for one in position_words() if one.is_group}
    assert {"issuer", "sector", "symbol"} <= groups
    assert "weight" not in groups
    shown = words(editor.drawn(editor.EMPTY, [("house", "All portfolios of the house")], is_new=True))
    assert "sell_days" in shown
    assert "tracking_error" in shown


def test_a_dry_run_that_failed_says_why() -> None:
    run = SimpleNamespace(status="failed", message="No prices.", stage=None, progress_frac=0.0)
    assert present.tried(run) == ("The dry run could not be made", "No prices.")  # type: ignore[arg-type]


def test_a_deviation_is_asked_for_with_own_figures_and_decided_on_by_who_may() -> None:
    waiting = RuleOverrideView(
        id="o-1", rule_id="r-1", code=RULE.id, title=RULE.title, scope="client", scope_id="c-1", scope_name="Marlow",
        kind="exempt", figures=(), effect="looser", effect_words="Looser: more is allowed than before.",
        sentence="Marlow need not keep this rule.", reason="By contract", valid_from=None, valid_to=None,
        state="proposed", made_by="Ada", made_at_utc=WHEN, decided_by=None, decided_at_utc=None, decision_reason=None,
        may=("approve", "reject"), row_version=1, would_end="It would end 1 open breach.",
    )  # fmt: skip
    found = RuleDetail(rule=view(), versions=(version(), version(version=1)), overrides=(waiting,))
    shown = words(present.detail(found, version(warning="Its first day lies before today."), None, None))
    assert "Looser: more is allowed than before. It would end 1 open breach." in shown
    assert "Its first day lies before today." in shown
    offered = deviations.deed_options(found, may_ask=True)
    assert [one["value"] for one in offered] == ["approve:o-1", "reject:o-1", "ask"]
    assert offered[0]["label"] == "Approve: Marlow need not keep this rule."
    assert len(deviations.deed_options(found, may_ask=False)) == 2
    assert "Inherited: 25%" in words(deviations.figures(found))
    name = RULE.parameters[0].name
    wish = deviations.wish(found, "portfolio:p-1", "figures", {name: "20"}, {"valid_from": None}, "By contract")
    assert (wish.portfolio_id, wish.figures) == ("p-1", {name: 0.2})
    assert deviations.wish(found, "client:c-1", "exempt", {name: "20"}, {}, "By contract").figures == {}
    with pytest.raises(InvalidRequest) as refusal:
        deviations.wish(found, "", "figures", {name: "less"}, {}, "By contract")
    assert len(refusal.value.fields) == 2


def test_who_sees_no_portfolios_is_offered_none(as_role: Any) -> None:
    as_role(Role.ADMINISTRATOR)
    assert choosable.portfolios() == ()
    assert choosable.clients() == ()


@pytest.mark.parametrize("part", ["rules", "reports"])
def test_a_clock_is_held_while_its_tick_is_answered_so_that_the_end_of_a_run_is_told_once(part: str) -> None:
    from dash import _get_app
    from dash._callback import GLOBAL_CALLBACK_LIST

    importlib.import_module(f"callbacks.compliance_{part}")
    taken = _get_app.APP._callback_list if _get_app.APP else []  # by the app, where a test before has made one
    output = f"compliance-{part}-progress.children"
    (watch,) = (one for one in [*GLOBAL_CALLBACK_LIST, *taken] if output in one["output"])
    held = watch["running"]["running"][f"compliance-{part}-tick.interval"]
    assert held > watch["running"]["runningOff"][f"compliance-{part}-tick.interval"] == 1_000


def test_the_time_of_a_dry_run_is_said_where_one_can_be_made(as_role: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    as_role(Role.COMPLIANCE)
    asked: list[Any] = []

    def estimate(_actor: Any, wanted: Any) -> Any:
        asked.append(wanted)
        return SimpleNamespace(sentence="1 rule on 250 days of 1 portfolio: less than a minute.")

    one = Chosen(rule_id="r-1", version=2)
    runs = SimpleNamespace(estimate=estimate)
    monkeypatch.setattr(deeds, "services", lambda: SimpleNamespace(compliance_dry_runs=runs))
    monkeypatch.setattr(deeds, "offer", lambda ids: deeds.Offer({"dry_run": (one,)} if ids else {}, ""))
    past = {"first_day": "2022-01-03", "last_day": None, "portfolio_ids": []}
    assert "less than a minute" in str(deeds.takes(["r-1"], past))
    assert (asked[0].versions, asked[0].first_day) == ((one,), date(2022, 1, 3))
    assert deeds.takes([], past) == ""


def test_a_new_rule_begins_with_a_wording_whose_examples_hold() -> None:
    begun = editor.wording({**editor.EMPTY, "code": "own.cap", "title": "No position above 10%"}, [])
    assert [one.is_as_expected for one in checked(begun).case_results] == [True, True]
    assert editor.place_of(editor.EMPTY) == {"scope": "house"}


def test_a_code_that_cannot_be_used_is_told_in_words() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        editor.wording({**editor.EMPTY, "code": "Not A Code!", "title": "A title"}, [])
    (problem,) = refusal.value.fields
    assert "small letters" in problem.advice
    assert "^" not in f"{problem.message}{problem.advice}"


def test_a_percent_sign_in_an_expression_is_told_with_the_way_out() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        editor.wording({**editor.EMPTY, "code": "own.cap", "title": "A title", "limit": "10%"}, [])
    assert [(one.path, "0.10" in one.advice) for one in refusal.value.fields] == [("rule.limit", True)]


def test_a_dry_run_that_lets_others_go_first_says_so_and_how_far_it_is() -> None:
    usual = {"stage": "Day 40 of 250, Cedar", "progress_frac": 0.16}
    waits = SimpleNamespace(status=RunStatus.PENDING, message="40 of 250 days judged; other runs go first.", **usual)
    said = words(present.progress(waits))  # type: ignore[arg-type]
    assert "40 of 250 days judged; other runs go first." in said
    assert "16%" in said
    works = SimpleNamespace(status=RunStatus.RUNNING, message=waits.message, **usual)
    assert "Day 40 of 250, Cedar" in words(present.progress(works))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("deed", "state", "said"),
    [
        ("propose", "draft", " It is shown under Waiting for approval."),
        ("retire", "in_force", " It is shown under Waiting for approval."),
        ("propose", "waiting", ""),
        ("propose", "all", ""),
        ("approve", "draft", ""),
    ],
)
def test_what_leaves_the_kind_that_is_shown_says_where_it_went(deed: str, state: str, said: str) -> None:
    went = present.went_to(deed, state, ["r-1"])
    assert went.said == said
    assert went.link == (("Show it", "/compliance?tab=rules&stands=waiting&rule=r-1") if said else None)


def test_a_rule_that_was_proposed_stays_in_the_list_and_chosen(as_role: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    as_role(Role.COMPLIANCE)
    one = SimpleNamespace(id="r-1")
    monkeypatch.setattr(
        page,
        "services",
        lambda: SimpleNamespace(rules=SimpleNamespace(list=lambda _: [one, SimpleNamespace(id="r-2")])),
    )
    monkeypatch.setattr(present, "is_shown", lambda *_: False)
    monkeypatch.setattr(present, "library_row", lambda rule: {"id": rule.id, "state_words": "Waits for approval"})
    monkeypatch.setattr(present, "summary", lambda _: "")
    monkeypatch.setattr(present, "pack_options", lambda _: [])
    before = [{"id": "r-1", "state_words": "Draft"}]
    for triggered, expected in ((Shell.RESYNC, True), (ComplianceRules.STATE, False)):
        for module in ("callbacks.compliance_rules", "callbacks.renewed"):
            monkeypatch.setattr(f"{module}.ctx", SimpleNamespace(triggered_id=triggered))
        answer = page.show_library("draft", "all", "all", "all", "", None, "r-1", [{"id": "r-1"}], before)
        is_there = answer[2] is not no_update and answer[2].get("update", []) == [
            {"id": "r-1", "state_words": "Waits for approval"}
        ]
        assert is_there is expected
        assert (answer[3] is no_update) is expected, "the choice is written anew only where it fell away"
