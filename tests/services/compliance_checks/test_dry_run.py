"""Does a dry run say what the rule would have said, day by day?"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from data.store import tables
from engine.compliance.rule import Parameter, Rule
from services.auth.roles import Role
from services.compliance.dry_run import ComplianceDryRuns
from services.compliance.rules import Rules
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.messages.compliance_dry_run import DryRunInput, DryRunOfMany
from services.messages.compliance_rules import Chosen
from services.runs_kinds import kind_of
from tests.services.compliance_checks.books import Book
from tests.services.risk.worlds import LAST

FIRST = date(2022, 6, 1)


def cap(percent: float) -> Rule:
    """Return a rule that caps every position."""
    return Rule(
        id="own.cap",
        title="Cap",
        parameters=(Parameter(name="cap", value=percent / 100),),
        universe="not is_cash",
        group_by="symbol",
        measure="sum(weight)",
        limit="cap",
    )


def draft(book: Book, rule: Rule) -> str:
    """Write a rule that nobody has approved yet; return its id."""
    with book.world.ports.store.system(book.tenant_id) as uow:
        row = uow.rules.create(
            tables.ComplianceRule(tenant_id=book.tenant_id, code=rule.id, scope="house", scope_key="house"),
            tables.RuleVersion(document=json.loads(rule.model_dump_json()), state="draft"),
        )
        uow.commit()
        return row.id


def dry_runs(book: Book) -> ComplianceDryRuns:
    """Return the service; nothing is handed in."""
    runs: Any = SimpleNamespace(submit=lambda *args, **more: SimpleNamespace(id="run"))
    return ComplianceDryRuns(book.world.ports, runs=runs, states=book.checks.states)


def compute(book: Book, rule_id: str, **wanted: Any) -> Any:
    """Judge the past at once, as a worker would."""
    request = DryRunOfMany(versions=(Chosen(rule_id=rule_id, version=1),), **wanted)
    return dry_runs(book).work.compute(request, book.officer, lambda stage, done: None).dry_runs[0]


@pytest.mark.requirement("4.3.D1")
def test_every_day_is_what_holdings_and_closes_of_that_day_say(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({alpha: 60}, {"USD": 5000}, day=FIRST)
    book.trade(portfolio_id, alpha, 40, 50.0, date(2022, 10, 3))
    book.world.portfolios.get(portfolio_id, book.manager)
    rule_id = draft(book, cap(40))
    found = compute(book, rule_id, first_day=FIRST, last_day=LAST)

    with book.world.ports.store.read(book.manager) as uow:
        series = book.world.facts.reader.series(uow, [alpha])[alpha]
    closes = dict(zip(series.sessions.astype("datetime64[D]").astype(object), series.closes.tolist(), strict=True))
    history = book.world.portfolios.history(portfolio_id, book.manager)
    weights = {}
    for day, value in zip(history.dates, history.value_ccy, strict=True):
        units = 60 if day < date(2022, 10, 3) else 100
        weights[day] = Decimal(repr(closes[day])) * units / value
    broken = [day for day, weight in weights.items() if round(weight, 8) > Decimal("0.4")]
    (row,) = found.portfolios
    assert row.days_count == len(weights)
    assert (row.failed_count, row.first_failed, row.last_failed) == (len(broken), broken[0], broken[-1])
    assert row.worst == pytest.approx(float(max(weights.values())), abs=1e-8)
    assert row.worst_on == max(weights, key=lambda day: weights[day])
    assert (found.broken_count, found.portfolios_count, found.step) == (1, 1, "day")


def test_beyond_a_year_one_day_of_each_week_is_looked_at(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({alpha: 60}, {"USD": 5000}, day=date(2021, 9, 1))
    book.world.portfolios.get(portfolio_id, book.manager)
    found = compute(book, draft(book, cap(40)), first_day=date(2021, 9, 1), last_day=LAST)
    days = book.world.portfolios.history(portfolio_id, book.manager).dates
    assert found.step == "week"
    assert found.portfolios[0].days_count == len({day.isocalendar()[:2] for day in days})


def test_it_is_kept_with_the_version_until_the_wording_changes(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({alpha: 60}, {"USD": 5000}, day=date(2022, 12, 1))
    book.world.portfolios.get(portfolio_id, book.manager)
    rule_id = draft(book, cap(40))
    with pytest.raises(NotFound, match="No dry run"):
        dry_runs(book).kept(book.manager, rule_id, 1)
    made = compute(book, rule_id, first_day=date(2022, 12, 1), last_day=LAST)
    assert made.is_kept
    kept = dry_runs(book).kept(book.manager, rule_id, 1)
    assert kept.portfolios == made.portfolios
    assert kept.sentence == made.sentence

    def change(stage: str, done: float) -> None:
        with book.world.ports.store.system(book.tenant_id) as uow:
            version = uow.rules.version(rule_id, 1)
            assert version is not None
            version.document = json.loads(cap(99).model_dump_json())
            uow.commit()

    chosen = (Chosen(rule_id=rule_id, version=1),)
    request = DryRunOfMany(versions=chosen, first_day=date(2022, 12, 20), last_day=LAST)
    assert not dry_runs(book).work.compute(request, book.officer, change).dry_runs[0].is_kept


def test_without_days_the_last_year_with_values_is_looked_at(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({alpha: 100}, {"USD": 5000}, day=FIRST)
    book.world.portfolios.get(portfolio_id, book.manager)
    rule_id = draft(book, cap(40))
    found = compute(book, rule_id)
    with book.world.ports.store.read(book.manager) as uow:
        assert found.last_day == uow.valuations.last_days([portfolio_id])[portfolio_id]
    assert (found.last_day - found.first_day).days == 365
    assert found.days_count > 0
    nothing = compute(book, rule_id, first_day=date(1990, 1, 1), last_day=date(1990, 2, 1))
    assert "nothing was looked at" in nothing.sentence


def test_who_may_and_what_is_refused(book: Book) -> None:
    rule_id = draft(book, cap(40))
    service = dry_runs(book)
    with pytest.raises(NotAllowed):
        service.dry_run(book.world.actors[Role.VIEWER], rule_id, 1, DryRunInput())
    with pytest.raises(NotFound):
        service.dry_run(book.officer, rule_id, 2, DryRunInput())
    with pytest.raises(NotFound):
        service.dry_run(book.officer, rule_id, 1, DryRunInput(portfolio_ids=("nothing",)))
    with pytest.raises(InvalidRequest) as refusal:
        service.dry_run(book.officer, rule_id, 1, DryRunInput(first_day=date(2023, 1, 1), last_day=date(2022, 1, 1)))
    assert [one.path for one in refusal.value.fields] == ["first_day"]
    with pytest.raises(InvalidRequest):
        service.dry_run(book.officer, rule_id, 1, DryRunInput(last_day=date(2099, 1, 1)))
    assert service.dry_run(book.officer, rule_id, 1, DryRunInput()).id == "run"
    with pytest.raises(NotFound):
        service.kept(book.world.stranger, rule_id, 1)


def test_an_administrator_who_sees_no_portfolio_leaves_it_to_compliance(book: Book) -> None:
    rule_id = draft(book, cap(20.0))
    with pytest.raises(NotAllowed) as refusal:
        dry_runs(book).dry_run(book.world.actors[Role.ADMINISTRATOR], rule_id, 1, DryRunInput())
    assert "you see none" in refusal.value.message
    assert "Ask compliance" in refusal.value.advice
    assert dry_runs(book).dry_run(book.world.actors[Role.COMPLIANCE], rule_id, 1, DryRunInput()).id == "run"


def test_the_kind_of_run_does_the_same(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({alpha: 60}, {"USD": 5000}, day=date(2022, 12, 20))
    book.world.portfolios.get(portfolio_id, book.manager)
    rule_id = draft(book, cap(40))
    kind = kind_of("compliance_dry_run")
    request = kind.parse(json.dumps({"versions": [{"rule_id": rule_id, "version": 1}], "first_day": "2022-12-20"}))
    told: list[float] = []
    context: Any = SimpleNamespace(
        actor=book.officer,
        services=SimpleNamespace(compliance_dry_runs=dry_runs(book)),
        progress=lambda stage, done: told.append(done),
        checkpoint=None,
        others_wait=lambda: False,
    )
    outcome = kind.execute(request, context)
    assert outcome.document["dry_runs"][0]["portfolios"][0]["portfolio_id"] == portfolio_id
    assert told == sorted(told)
    with pytest.raises(InvalidRequest):
        kind.parse("{}")


def test_several_wordings_are_tried_at_once_as_each_for_itself(book: Book) -> None:
    alpha = book.stock("AAA", 50.0)
    portfolio_id = book.world.portfolio({alpha: 60}, {"USD": 5000}, day=date(2022, 12, 1))
    book.world.portfolios.get(portfolio_id, book.manager)
    ids = [draft(book, cap(percent).model_copy(update={"id": f"own.cap_{percent}"})) for percent in (30, 37, 90)]
    span = {"first_day": date(2022, 12, 1), "last_day": LAST}
    request = DryRunOfMany(versions=tuple(Chosen(rule_id=one, version=1) for one in ids), **span)
    together = dry_runs(book).work.compute(request, book.officer, lambda stage, done: None)
    alone = [compute(book, one, **span) for one in ids]
    assert together.dry_runs == tuple(alone)
    assert [one.broken_count for one in together.dry_runs] == [1, together.dry_runs[1].broken_count, 0]
    assert dry_runs(book).kept(book.officer, ids[2], 1).broken_count == 0


def another(book: Book) -> str:
    beta = book.stock("BBB", 20.0, seed=2)
    portfolio_id = book.world.portfolio({beta: 10}, {"USD": 1000}, day=FIRST, name="Another")
    book.world.portfolios.get(portfolio_id, book.manager)
    return portfolio_id


@pytest.mark.requirement("4.3.D1")
@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"first_day": date(2019, 1, 1), "last_day": date(2019, 12, 31)}, "looked at no day on which a portfolio held"),
        ({"first_day": LAST, "last_day": LAST}, "looked at 1 day, where at least 20 are asked for"),
        ({"portfolio_ids": ("mine",)}, "looked at 1 of 2 portfolios that the rule is for"),
        ({}, None),
    ],
)
def test_a_dry_run_that_looked_at_too_little_opens_no_approval(
    book: Book, wanted: dict[str, Any], said: str | None
) -> None:
    alpha = book.stock("AAA", 50.0)
    mine = book.world.portfolio({alpha: 60}, {"USD": 5000}, day=FIRST)
    book.world.portfolios.get(mine, book.manager)
    another(book)
    rule_id = draft(book, cap(40))
    given = wanted | ({"portfolio_ids": (mine,)} if "portfolio_ids" in wanted else {})
    gap = compute(book, rule_id, **given).gap
    assert (gap is None) if said is None else (gap is not None and said in gap and "over the last year" in gap)
    rules = Rules(book.world.ports)
    chosen = [Chosen(rule_id=rule_id, version=1)]
    rules_of = book.world.ports.store.system(book.tenant_id)
    with rules_of as uow:
        row = uow.rules.version(rule_id, 1)
        assert row is not None
        row.state = "proposed"
        uow.rules.save(row)
        uow.commit()
    ready = rules.decisions.readiness(chosen, book.officer)
    if said is None:
        assert ready.ready == tuple(chosen)
        assert rules.decisions.approve(chosen, book.officer)[0].state == "approved"
        return
    assert ready.need_dry_run == tuple(chosen)
    assert said in ready.sentence
    with pytest.raises(Conflict, match="looked at") as refusal:
        rules.decisions.approve(chosen, book.officer)
    assert refusal.value.code == "dry_run_missing"
    assert "over the last year and all portfolios" in refusal.value.advice


def test_where_nothing_can_be_looked_at_nothing_is_asked_for(book: Book) -> None:
    rule_id = draft(book, cap(40))
    found = compute(book, rule_id)
    assert (found.days_count, found.gap) == (0, None)


def test_a_portfolio_that_comes_in_while_it_runs_voids_nothing(book: Book) -> None:
    """A long dry run of all packs, meanwhile of which one more portfolio is bought: it is asked of the next one."""
    alpha = book.stock("AAA", 50.0)
    first = book.world.portfolio({alpha: 60}, {"USD": 5000}, day=FIRST)
    book.world.portfolios.get(first, book.manager)
    rule_id = draft(book, cap(40))
    later: list[str] = []

    def tell(stage: str, done: float) -> None:
        if not later:
            later.append(book.world.portfolio({alpha: 10}, {"USD": 5000}, day=FIRST))
            book.world.portfolios.get(later[0], book.manager)

    request = DryRunOfMany(versions=(Chosen(rule_id=rule_id, version=1),), first_day=FIRST, last_day=LAST)
    made = dry_runs(book).work.compute(request, book.officer, tell).dry_runs[0]
    assert (made.gap, made.portfolios_count) == (None, 1)
    part = dry_runs(book).work.compute(
        request.model_copy(update={"portfolio_ids": (first,)}), book.officer, lambda stage, done: None
    )
    assert part.dry_runs[0].gap is not None, "the next one is to look at both"


def test_what_may_not_be_held_is_named_and_a_limit_of_zero_is_one(book: Book) -> None:
    alpha, beta = book.stock("AAA", 50.0), book.stock("BBB", 50.0, seed=2)
    short = book.world.portfolio({alpha: -10, beta: 50}, {"USD": 5000}, day=FIRST)
    book.world.portfolios.get(short, book.manager)
    rule = Rule(id="own.shorts", title="No shorts", universe="quantity < 0 and not is_cash", group_by="symbol",
                measure="count()", limit="0")  # fmt: skip
    found = compute(book, draft(book, rule), first_day=FIRST, last_day=LAST)
    assert found.limit == 0.0
    assert found.portfolios[0].sentence.endswith(": AAA is sold short.")
