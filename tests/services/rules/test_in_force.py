"""Does every portfolio get the rules of its house, its client and its own, with figures otherwise where approved?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from data.store import tables
from engine.compliance.rule import Rule
from services.auth.actor import Actor
from services.auth.roles import Role
from services.compliance.in_force import rules_in_force, rules_in_force_of, rules_version
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.messages.compliance_rules import AppliesTo, Chosen, NewOverride, NewRule, Wording
from services.messages.portfolios import NewPortfolio
from tests.services.rules.conftest import cap_rule, cases


@pytest.fixture
def of_client(house: Any) -> Any:
    """A portfolio that belongs to a client."""
    return next(one for one in house.portfolios.list(house.manager) if one.client_id)


@pytest.fixture
def alone(house: Any) -> Any:
    """A portfolio without a client."""
    return house.portfolios.create(NewPortfolio(name="Alone"), house.manager)


def caps(house: Any, portfolio_id: str, on: date | None = None) -> dict[str, float]:
    """Return the cap of each rule in force, by code."""
    with house.ports.store.system(house.manager.tenant_id, read_only=True) as uow:
        found = rules_in_force(uow, portfolio_id, on)
    return {one.rule.id: one.rule.parameters[0].value for one in found}


def otherwise(rules: Any, people: Any, rule_id: str, **fields: Any) -> Any:
    """Ask for a deviation by one person and approve it by the other."""
    maker, checker = people
    asked = rules.deviations.ask(rule_id, NewOverride(reason="In its guidelines", **fields), maker)
    return rules.deviations.approve(asked.id, checker)


@pytest.mark.requirement("4.3.F3", "4.3.A1")
def test_house_client_and_portfolio_add_up_and_the_nearest_figure_counts(
    house, rules, people, in_force, of_client, alone
):
    house_rule = in_force(cap_rule("a.house"))
    client_rule = in_force(cap_rule("b.client", 0.2), scope="client", client_id=of_client.client_id)
    in_force(cap_rule("c.own", 0.3), scope="portfolio", portfolio_id=of_client.id)
    assert caps(house, of_client.id) == {"a.house": 0.10, "b.client": 0.2, "c.own": 0.3}
    assert caps(house, alone.id) == {"a.house": 0.10}
    client = {"scope": "client", "client_id": of_client.client_id}
    own = {"scope": "portfolio", "portfolio_id": of_client.id}
    otherwise(rules, people, house_rule, figures={"cap": 0.08}, **client)
    assert caps(house, of_client.id)["a.house"] == 0.08
    otherwise(rules, people, house_rule, figures={"cap": 0.12}, **own)
    otherwise(rules, people, client_rule, figures={"cap": 0.15}, **own)
    assert caps(house, of_client.id) == {"a.house": 0.12, "b.client": 0.15, "c.own": 0.3}
    assert caps(house, alone.id) == {"a.house": 0.10}
    named = rules.of_portfolio(of_client.id, people[0]).rules[0].overridden[0]
    assert ", approved on 2 January 2023 by Administrator: In its guidelines" in named
    shown = rules.of_portfolio(of_client.id, house.manager)
    assert shown.summary == "3 rules to keep, 2 of them with figures of its own."
    said = shown.rules[0].overridden
    assert said[0].startswith("The client has 8% instead of 10% (greatest weight), approved on 2 January 2023: In its")
    assert said[1].startswith("The portfolio has 12% instead of 8% (greatest weight)")
    assert said[1].endswith(": In its guidelines")


def test_whoever_asks_and_decides_reads_which_open_breaches_it_would_end(house, rules, people, in_force, of_client):
    maker, checker = people
    rule_id = in_force(cap_rule(severity="hard"))
    now_utc = house.ports.clock.now_utc()
    with house.ports.store.system(maker.tenant_id) as uow:
        for name, value in (("AAA", 0.275), ("BBB", 0.4)):
            uow.breaches.add(
                tables.Breach(
                    portfolio_id=of_client.id, rule_id=rule_id, group_name=name, rule_version=1, severity="hard",
                    wording_sha256="0" * 64, rule_title="t", severity_rank=0, status="open", status_since_utc=now_utc,
                    is_unjudged=False, operator="<=", unit="frac", opened_at_utc=now_utc, judged_at_utc=now_utc,
                    limit_value=0.1, value=value, least=value, most=value,
                )
            )  # fmt: skip
        uow.commit()
    own = {"scope": "portfolio", "portfolio_id": of_client.id}
    asked = rules.deviations.ask(rule_id, NewOverride(reason="Asked by it", figures={"cap": 0.3}, **own), maker)
    said = f"It would end 1 open breach without anything being mended: {of_client.name}, AAA at 27.50% (hard)."
    assert asked.would_end == said
    assert rules.get(rule_id, maker).overrides[0].would_end == said
    (unseen,) = rules.get(rule_id, checker).overrides  # an administrator sees no portfolio
    assert unseen.would_end.startswith("You see no portfolio that it is for")
    rules.deviations.withdraw(asked.id, maker)
    client = {"scope": "client", "client_id": of_client.client_id}
    exempt = rules.deviations.ask(rule_id, NewOverride(reason="By contract", kind="exempt", **client), maker)
    assert exempt.would_end.startswith("It would end 2 open breaches without anything being mended: ")
    rules.deviations.withdraw(exempt.id, maker)
    tighter = rules.deviations.ask(rule_id, NewOverride(reason="Its own", figures={"cap": 0.05}, **own), maker)
    assert tighter.would_end == "It would end no open breach."


def test_a_first_day_in_the_past_is_told_before_the_approval(rules, people):
    maker, checker = people
    rule = cap_rule(effective_from=date(2010, 1, 1))
    made = rules.drafts.create(NewRule(rule=rule, cases=cases()), maker)
    assert made.warning.startswith("Its first day, 1 January 2010, lies before today: holdings bought since then")
    rules.decisions.propose([Chosen(rule_id=made.rule_id, version=1)], maker)
    assert rules.version(made.rule_id, 1, checker).warning == made.warning
    plain = rules.drafts.create(NewRule(rule=cap_rule("own.other"), cases=cases()), maker)
    assert plain.warning is None


def test_what_is_looser_is_said_and_a_second_person_approves_it(house, rules, people, in_force, of_client):
    maker, checker = people
    rule_id = in_force()
    own = {"scope": "portfolio", "portfolio_id": of_client.id}
    client = {"scope": "client", "client_id": of_client.client_id}
    assert otherwise(rules, people, rule_id, figures={"cap": 0.05}, **client).effect == "tighter"
    asked = rules.deviations.ask(rule_id, NewOverride(reason="Asked by it", figures={"cap": 0.08}, **own), maker)
    assert asked.effect == "looser"  # than the 5% of its client, though stricter than the house
    assert asked.effect_words == "Looser: more is allowed than before."
    assert caps(house, of_client.id) == {"own.cap": 0.05}
    with pytest.raises(NotAllowed, match="second person"):
        rules.deviations.approve(asked.id, maker)
    with pytest.raises(Conflict, match="waits for a decision here already"):
        rules.deviations.ask(rule_id, NewOverride(reason="Again", kind="exempt", **own), maker)
    with pytest.raises(InvalidRequest, match="needs a reason"):
        rules.deviations.reject(asked.id, checker, " ")
    assert rules.deviations.reject(asked.id, checker, "Not in the guidelines").state == "rejected"
    assert caps(house, of_client.id) == {"own.cap": 0.05}
    with pytest.raises(Conflict, match="it is rejected"):
        rules.deviations.approve(asked.id, checker)
    same = rules.deviations.ask(rule_id, NewOverride(reason="As it is", figures={"cap": 0.05}, **own), maker)
    assert same.effect == "same"
    assert [one.id for one in rules.deviations.list(checker, waiting_only=True)] == [same.id]
    rules.deviations.withdraw(same.id, maker)
    end = rules.deviations.ask(rule_id, NewOverride(reason="House again", kind="inherit", **client), maker)
    assert end.effect == "looser"


def test_an_end_names_the_exemption_that_it_puts_an_end_to(rules, people, in_force, of_client):
    rule_id = in_force()
    client = {"scope": "client", "client_id": of_client.client_id}
    otherwise(rules, people, rule_id, kind="exempt", **client)
    end = otherwise(rules, people, rule_id, kind="inherit", **client)
    assert "has the rule as it is inherited, in place of its exemption (“In its guidelines”)." in end.sentence
    again = otherwise(rules, people, rule_id, kind="inherit", **client)
    assert again.sentence.endswith("has the rule as it is inherited.")


def test_what_was_stricter_becomes_looser_once_the_house_tightens_its_rule(
    house, rules, people, in_force, tried, of_client
):
    maker, checker = people
    rule_id = in_force()
    client = {"scope": "client", "client_id": of_client.client_id}
    assert otherwise(rules, people, rule_id, figures={"cap": 0.08}, **client).effect == "tighter"
    rules.drafts.begin(rule_id, Wording(rule=cap_rule(cap=0.05), cases=cases()), maker)
    tried(rule_id, 2)
    second = [Chosen(rule_id=rule_id, version=2)]
    rules.decisions.propose(second, maker)
    assert rules.get(rule_id, maker).overrides[0].effect == "tighter"
    rules.decisions.approve(second, checker)
    shown = rules.get(rule_id, maker).overrides[0]
    assert (shown.effect, shown.figures[0].sentence) == ("looser", "Greatest weight: 8% instead of 5%.")
    assert caps(house, of_client.id) == {"own.cap": 0.08}


def test_a_deviation_counts_on_its_days_and_then_what_held_before(house, rules, people, in_force, of_client):
    rule_id = in_force()
    client = {"scope": "client", "client_id": of_client.client_id}
    today = house.ports.clock.now_utc().date()
    day = timedelta(days=1)
    otherwise(rules, people, rule_id, figures={"cap": 0.08}, **client)
    otherwise(
        rules, people, rule_id, figures={"cap": 0.2}, valid_from=today + 5 * day, valid_to=today + 9 * day, **client
    )
    told = [caps(house, of_client.id, today + n * day)["own.cap"] for n in (0, 4, 5, 9, 10)]
    assert told == [0.08, 0.08, 0.2, 0.2, 0.08]
    assert caps(house, of_client.id, today - day) == {}
    house.ports.clock.advance(days=6)
    assert caps(house, of_client.id) == {"own.cap": 0.2}
    otherwise(rules, people, rule_id, kind="inherit", **client)
    assert caps(house, of_client.id) == {"own.cap": 0.10}
    assert rules.get(rule_id, house.manager).rule.deviations_count == 0


def test_exempt_is_shown_with_its_reason_and_a_portfolios_own_figures_come_before(
    house, rules, people, in_force, of_client
):
    rule_id = in_force()
    otherwise(rules, people, rule_id, kind="exempt", scope="client", client_id=of_client.client_id)
    assert caps(house, of_client.id) == {}
    (exempt,) = rules.of_portfolio(of_client.id, house.manager).exempt
    assert exempt.why.startswith("The client is exempt, approved on 2 January 2023: In its guide")
    back = otherwise(rules, people, rule_id, figures={"cap": 0.3}, scope="portfolio", portfolio_id=of_client.id)
    assert back.effect == "tighter"
    assert caps(house, of_client.id) == {"own.cap": 0.3}
    assert rules.get(rule_id, house.manager).rule.deviations_count == 2


def test_a_rule_is_for_the_portfolios_that_it_says(house, rules, people, in_force, of_client, alone):
    in_force(cap_rule("a.named"), applies_to=AppliesTo(portfolio_ids=(alone.id,)))
    in_force(cap_rule("b.short"), applies_to=AppliesTo(strategies=("long_short",)))
    in_force(cap_rule("c.euro"), applies_to=AppliesTo(currencies=("EUR",)))
    in_force(cap_rule("d.dollar"), applies_to=AppliesTo(currencies=("USD",), strategies=(alone.strategy.value,)))
    assert set(caps(house, alone.id)) == {"a.named", "d.dollar"}
    assert "a.named" not in caps(house, of_client.id)
    words = {one.code: one.applies_words for one in rules.list(house.manager)}
    assert words == {
        "a.named": "For 1 portfolio of the house chosen by name.",
        "b.short": "For all portfolios of the house that are long-short.",
        "c.euro": "For all portfolios of the house that are kept in EUR.",
        "d.dollar": "For all portfolios of the house that are long-only and kept in USD.",
    }


def test_days_of_effect_decide_beside_the_approval(house, rules, people, in_force, alone):
    today = house.ports.clock.now_utc().date()
    in_force(cap_rule("a.later", effective_from=today + timedelta(days=3)))
    in_force(cap_rule("b.gone", effective_to=today - timedelta(days=1)))
    assert caps(house, alone.id) == {}
    assert {one.code: one.standing for one in rules.list(house.manager)} == {"a.later": "not_yet", "b.gone": "ended"}
    assert set(caps(house, alone.id, today + timedelta(days=3))) == {"a.later"}


def test_many_portfolios_are_read_at_once_as_each_by_itself(house, rules, people, in_force, of_client):
    house_rule = in_force()
    in_force(cap_rule("b.client", 0.2), scope="client", client_id=of_client.client_id)
    otherwise(rules, people, house_rule, figures={"cap": 0.08}, scope="portfolio", portfolio_id=of_client.id)
    with house.ports.store.read(house.manager) as uow:
        ids = [one.id for one in house.portfolios.list(house.manager)]
        assert rules_in_force_of(uow, ids) == {one: rules_in_force(uow, one) for one in ids}


def test_the_word_for_what_is_approved_changes_with_every_approval_alone(house, rules, people, in_force, of_client):
    maker, checker = people

    def word() -> str:
        with house.ports.store.system(maker.tenant_id, read_only=True) as uow:
            return rules_version(uow)

    words = [word()]
    rule_id = in_force()
    words.append(word())
    house.ports.clock.advance(seconds=1)
    own = {"scope": "portfolio", "portfolio_id": of_client.id}
    asked = rules.deviations.ask(rule_id, NewOverride(reason="Asked by it", figures={"cap": 0.08}, **own), maker)
    assert word() == words[-1]
    rules.deviations.approve(asked.id, checker)
    words.append(word())
    end = rules.decisions.retire(rule_id, "No longer", maker)
    assert word() == words[-1]
    rules.decisions.approve([Chosen(rule_id=rule_id, version=end.version)], checker)
    words.append(word())
    assert len(set(words)) == 4


def test_only_what_is_inherited_can_be_had_otherwise(house, rules, people, in_force, of_client, alone):
    maker, _ = people
    house_rule = in_force()
    client_rule = in_force(cap_rule("b.client"), scope="client", client_id=of_client.client_id)
    named = in_force(cap_rule("c.named"), applies_to=AppliesTo(portfolio_ids=(of_client.id,)))
    client = {"scope": "client", "client_id": of_client.client_id, "figures": {"cap": 0.2}}
    own = {"scope": "portfolio", "portfolio_id": alone.id, "figures": {"cap": 0.2}}
    wrong = [
        (client_rule, client, "its own"),
        (client_rule, own, "another client"),
        (named, own, "not for this portfolio"),
        (house_rule, {**own, "figures": {"floor": 0.1}}, "no figure floor"),
        (house_rule, {**own, "figures": {}}, "No figure"),
        (house_rule, {**own, "kind": "exempt"}, "no part"),
        (house_rule, {**own, "valid_from": date(2023, 2, 1), "valid_to": date(2023, 1, 1)}, "end before it begins"),
        (house_rule, {**own, "client_id": of_client.client_id}, "has no client"),
    ]
    for rule_id, fields, said in wrong:
        with pytest.raises(InvalidRequest) as refused:
            rules.deviations.ask(rule_id, NewOverride(reason="Because", **fields), maker)
        assert any(said in one.message for one in refused.value.fields), (fields, refused.value.fields)
        assert all(one.advice for one in refused.value.fields)


@pytest.mark.requirement("X.AU2")
def test_rules_of_clients_and_portfolios_are_seen_with_them_alone(house, rules, people, in_force, of_client):
    client_rule = in_force(cap_rule("b.client"), scope="client", client_id=of_client.client_id)
    own_rule = in_force(cap_rule("c.own"), scope="portfolio", portfolio_id=of_client.id)
    with house.ports.store.system(house.manager.tenant_id) as uow:
        person = uow.users.add(
            tables.User(email="new@house.invalid", name="New", role="viewer", password_hash="x", fs_uniquifier="new")
        )
        uow.commit()
    viewer = Actor(person.id, house.manager.tenant_id, "New", Role.VIEWER, "session")
    assert rules.list(viewer) == ()
    for rule_id in (client_rule, own_rule):
        with pytest.raises(NotFound):
            rules.get(rule_id, viewer)
    with pytest.raises(NotFound):
        rules.of_portfolio(of_client.id, viewer)
    with house.ports.store.system(viewer.tenant_id) as uow:
        uow.grants.give("user", viewer.user_id, "portfolio", of_client.id, "viewer")
        uow.commit()
    shown = rules.of_portfolio(of_client.id, viewer)
    assert [one.code for one in shown.rules] == ["b.client", "c.own"]  # the client's rule holds, the client is not seen
    assert shown.rules[0].origin_name == "Client"
    assert {one.code: one.scope_name for one in rules.list(viewer)}["b.client"] == "A client that you do not see"


def test_the_engine_gets_the_figures_that_count_and_the_number_of_the_version(
    house, rules, people, in_force, of_client
):
    rule_id = in_force()
    otherwise(rules, people, rule_id, figures={"cap": 0.07}, scope="portfolio", portfolio_id=of_client.id)
    with house.ports.store.read(house.manager) as uow:
        (one,) = rules_in_force(uow, of_client.id)
    assert isinstance(one.rule, Rule)
    assert (one.rule_id, one.rule.id, one.rule.version, one.version) == (rule_id, "own.cap", 1, 1)
    assert one.overridden[0].inherited == 0.10


@pytest.mark.parametrize(
    ("more", "path", "said"),
    [
        ({"figures": {"cap": 1e308}}, "figures.cap", "no figure that a rule can hold"),
        ({"figures": {"cap": 0.5}, "valid_to": date(2020, 1, 1)}, "valid_to", "ended already, on 1 January 2020"),
    ],
)
def test_a_deviation_that_means_nothing_is_refused_by_its_field(rules, people, in_force, alone, more, path, said):
    rule_id = in_force()
    portfolio_id = alone.id
    with pytest.raises(InvalidRequest) as refusal:
        rules.deviations.ask(
            rule_id, NewOverride(scope="portfolio", portfolio_id=portfolio_id, reason="Because", **more), people[0]
        )
    assert [one.path for one in refusal.value.fields] == [path]
    assert said in refusal.value.fields[0].message
    assert refusal.value.fields[0].advice
