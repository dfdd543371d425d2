"""Do dividends, splits, fundamentals and economic figures come out as known, and adjust prices as vendors do?"""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.providers.answers import (
    ActionAnswer,
    ActionFact,
    AttributeAnswer,
    AttributeValue,
    MacroAnswer,
    MacroFacts,
    MacroObservation,
    Payload,
    Provenance,
)
from data.store import tables
from data.store.repositories.series import Bars
from services.errors import NotFound
from services.market_data import MarketData
from services.market_deliveries import Deliveries
from services.market_facts import MarketFacts
from services.market_ingest_facts import keep_payloads, store_actions, store_fundamentals, store_macro
from services.messages.market_data import DataRequest

FETCHED = datetime(2022, 12, 30, tzinfo=UTC)


def provenance(source: str = "test") -> Provenance:
    return Provenance(source, "facts", ("https://example.test/facts",), ("a" * 64,), FETCHED, "none")


def stock(house: Any, symbol: str) -> str:
    with house.ports.store.system() as uow:
        row = uow.assets.add(tables.Asset(symbol=symbol, name=symbol, asset_class="equity", currency="USD"))
        uow.commit()
    return str(row.id)


def put(house: Any, write: Any) -> int:
    with house.ports.store.system() as uow:
        count = int(write(uow))
        uow.commit()
    return count


def gdp(shared_data: Path) -> MacroAnswer:
    """Return every release of the gross domestic product of the United States that was recorded."""
    with gzip.open(shared_data / "macro" / "fred_gdp_all_vintages.csv.gz", "rt") as lines:
        rows = list(csv.DictReader(lines))
    observations = tuple(
        MacroObservation(
            "GDP",
            date.fromisoformat(row["date"]),
            float("nan") if row["value"] == "." else float(row["value"]),
            date.fromisoformat(row["realtime_start"]),
            None if row["realtime_end"] == "9999-12-31" else date.fromisoformat(row["realtime_end"]),
        )
        for row in rows
    )
    facts = MacroFacts("GDP", "Gross Domestic Product", "Billions of Dollars", "Quarterly", "SAAR")
    return MacroAnswer(observations, (facts,), (), provenance("fred"))


def test_growth_of_late_2008_reads_as_it_was_published_each_time(house, shared_data):
    answer = gdp(shared_data)
    assert put(house, lambda uow: store_macro(uow, answer)) == len(answer.observations)
    assert put(house, lambda uow: store_macro(uow, answer)) == len(
        answer.observations
    )  # the same again changes nothing
    facts, manager = MarketFacts(house.ports), house.manager
    quarter = date(2008, 10, 1)
    told = sorted((one for one in answer.observations if one.event_date == quarter), key=lambda one: one.realtime_start)
    vintages = facts.vintages("GDP", quarter, manager)
    assert [(one.realtime_start, one.value) for one in vintages] == [(one.realtime_start, one.value) for one in told]
    assert len(vintages) >= 3
    for one in told:
        seen = facts.macro("GDP", manager, start=quarter, end=quarter, as_of=one.realtime_start)
        assert [point.value for point in seen.points] == [one.value]
    before = facts.macro("GDP", manager, start=quarter, as_of=date(2009, 1, 29))
    assert before.points == ()  # published on 30 January 2009
    whole = facts.macro("GDP", manager)
    assert [point.realtime_end for point in whole.points if point.realtime_end] == []
    assert whole.series.unit == "Billions of Dollars"
    assert [one.series_id for one in facts.macro_series(manager)] == ["GDP"]


def test_a_figure_that_was_taken_back_is_none_and_later_releases_stay_out_of_earlier_days(house):
    facts = MarketFacts(house.ports)
    day = date(2020, 1, 1)
    answer = MacroAnswer(
        (
            MacroObservation("CPI", day, 100.0, date(2020, 2, 13), date(2020, 3, 10)),
            MacroObservation("CPI", day, float("nan"), date(2020, 3, 11), date(2020, 3, 31)),
            MacroObservation("CPI", day, 101.0, date(2020, 4, 1)),
        ),
        (MacroFacts("CPI", "Prices", "Index", "Monthly", "SA"),), (), provenance("fred"),
    )  # fmt: skip
    put(house, lambda uow: store_macro(uow, answer))

    def as_of(known: date) -> list[float | None]:
        return [point.value for point in facts.macro("CPI", house.manager, as_of=known).points]

    assert as_of(date(2020, 2, 12)) == []
    assert as_of(date(2020, 2, 13)) == [100.0]
    assert as_of(date(2020, 3, 20)) == [None]
    assert as_of(date(2020, 4, 1)) == [101.0]
    with pytest.raises(NotFound, match="economic series"):
        facts.macro("NOPE", house.manager)


def test_dividends_stated_after_splits_are_kept_as_announced_and_once(house):
    asset_id = stock(house, "SPLIT")
    ex = date(2020, 1, 15)
    answer = ActionAnswer(
        (
            ActionFact("SPLIT", "dividend", ex, Decimal("0.205"), "USD"),
            ActionFact("SPLIT", "split", date(2020, 8, 31), ratio=Decimal(4)),
            ActionFact("SPLIT", "dividend", date(2020, 11, 6), Decimal("0.205"), "USD"),
            ActionFact("OTHER", "dividend", ex, Decimal(1), "USD"),
        ),
        (), provenance(),
    )  # fmt: skip
    ids = {"SPLIT": asset_id}
    assert put(house, lambda uow: store_actions(uow, answer, ids, are_split_adjusted=True)) == 3
    assert put(house, lambda uow: store_actions(uow, answer, ids, are_split_adjusted=True)) == 0
    found = MarketFacts(house.ports).actions(["SPLIT"], house.manager)
    told = [(one.kind, one.ex_date, one.amount_ccy, one.ratio) for one in found]
    assert told == [
        ("dividend", ex, "0.820", None),
        ("split", date(2020, 8, 31), None, "4"),
        ("dividend", date(2020, 11, 6), "0.205", None),
    ]
    early = MarketFacts(house.ports).actions(["SPLIT"], house.manager, as_of_utc=datetime(2020, 9, 1, tzinfo=UTC))
    assert len(early) == 2


@pytest.mark.requirement("2.1.A3")
@pytest.mark.parametrize("name", ["EWG-1d-no-bad-divs", "IBE-MC-1d-no-bad-divs", "4063-T-1d-bad-div-fixed"])
def test_total_returns_of_our_own_agree_with_the_vendors_adjusted_closes(house, shared_data, name):
    with (shared_data / "bad_data" / f"{name}.csv").open() as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: next(iter(row.values())))
    days = np.array([next(iter(row.values()))[:10] for row in rows], dtype="datetime64[D]")
    close, vendor = (np.array([float(row[column]) for row in rows]) for column in ("Close", "Adj Close"))
    symbol = name[:3]
    asset_id = stock(house, symbol)
    facts = [
        ActionFact(symbol, "dividend", day, Decimal(row["Dividends"]), "USD")
        for day, row in zip(days.astype(object), rows, strict=True)
        if float(row["Dividends"])
    ] + [
        ActionFact(symbol, "split", day, ratio=Decimal(row["Stock Splits"]))
        for day, row in zip(days.astype(object), rows, strict=True)
        if float(row["Stock Splits"])
    ]
    answer = ActionAnswer(tuple(facts), (), provenance())
    put(house, lambda uow: store_actions(uow, answer, {symbol: asset_id}, are_split_adjusted=True))
    with house.ports.store.system() as uow:
        batch = uow.ingest_batches.add(
            tables.IngestBatch(provider="test", kind="prices", status="succeeded", lineage={"adjustment": "splits"})
        )
        bars = [Bars(asset_id, days, close)]  # without the vendor's adjusted closes
        uow.prices.ingest(bars, provider="test", knowledge_time_utc=FETCHED, batch_id=batch.id)
        uow.commit()
    request = DataRequest(symbols=(symbol,), adjustment="splits_and_dividends")
    panel = MarketData(house.ports).request(request, house.manager)
    assert panel.sources[0].adjustment == "splits_and_dividends"
    ours = panel.values["close"][:, 0]
    np.testing.assert_allclose(ours / ours[-1], vendor / vendor[-1], rtol=1e-6)
    raw = MarketData(house.ports).request(DataRequest(symbols=(symbol,)), house.manager).values["close"][:, 0]
    ratio = float(np.prod([float(fact.ratio) for fact in facts if fact.ratio]))
    assert raw[0] == pytest.approx(close[0] * ratio, rel=1e-15)


def test_fundamentals_keep_fiscal_and_knowledge_date_and_a_restatement_is_a_further_version(house):
    ids = {"FUN": stock(house, "FUN")}

    def told(value: float, known: date) -> AttributeAnswer:
        fact = AttributeValue("FUN", "pe_ratio", value, "ratio", date(2021, 12, 31), known)
        return AttributeAnswer((fact,), (), provenance())

    first, restated = told(18.0, date(2022, 2, 10)), told(17.0, date(2022, 5, 3))
    assert put(house, lambda uow: store_fundamentals(uow, first, ids)) == 1
    assert put(house, lambda uow: store_fundamentals(uow, first, ids)) == 0
    assert put(house, lambda uow: store_fundamentals(uow, restated, ids)) == 1
    facts = MarketFacts(house.ports)

    def as_of(*moment: int) -> list[float]:
        found = facts.fundamentals(["FUN"], house.manager, ["pe_ratio"], datetime(*moment, tzinfo=UTC))
        return [one.value for one in found]

    assert as_of(2022, 2, 9) == []
    assert as_of(2022, 2, 11) == [18.0]
    assert as_of(2022, 5, 4) == [17.0]
    (latest,) = facts.fundamentals(["FUN"], house.manager)
    assert (latest.fiscal_date, latest.value, latest.provider) == (date(2021, 12, 31), 17.0, "test")


def test_two_vintages_of_one_figure_in_each_answer_are_stored_once_and_the_later_one_stays_the_latest(house):
    ids = {"FUN": stock(house, "FUN")}
    facts = MarketFacts(house.ports)

    def fetch(day: int, *versions: tuple[float, date]) -> int:
        origin = Provenance("test", "facts", (), (), datetime(2022, 8, day, 9, tzinfo=UTC), "none")
        rows = (
            AttributeValue("FUN", "pe_ratio", value, "ratio", date(2021, 12, 31), known) for value, known in versions
        )
        return put(house, lambda uow: store_fundamentals(uow, AttributeAnswer(tuple(rows), (), origin), ids))

    def known(as_of: datetime | None = None) -> list[float]:
        return [one.value for one in facts.fundamentals(["FUN"], house.manager, ["pe_ratio"], as_of)]

    both = ((25.0, date(2022, 6, 1)), (20.0, date(2022, 2, 1)))
    for day, new_count in enumerate((2, 0, 0, 0), start=1):
        assert fetch(day, *both) == new_count
        assert known() == [25.0]
    assert known(datetime(2022, 1, 31, tzinfo=UTC)) == []
    assert known(datetime(2022, 4, 1, tzinfo=UTC)) == [20.0]
    assert known(datetime(2022, 6, 2, tzinfo=UTC)) == [25.0]
    # the source corrects its last word without a new day of publication, and takes that back
    for day, value in ((5, 250.0), (6, 25.0)):
        assert fetch(day, (20.0, date(2022, 2, 1)), (value, date(2022, 6, 1))) == 1
        assert known() == [value]
        assert known(datetime(2022, 8, day, 8, tzinfo=UTC)) != [value]
    assert fetch(7, *both) == 0


def test_payloads_are_kept_once_and_the_oldest_go_beyond_the_size(house):
    answers = [
        Payload(
            f"{number} ".encode() * 100, "text/plain", f"https://example.test/{number}", FETCHED.replace(hour=number)
        )
        for number in range(3)
    ]
    assert put(house, lambda uow: keep_payloads(uow, answers[:2], 1000)) == 2
    assert put(house, lambda uow: keep_payloads(uow, answers[:2], 1000)) == 0
    put(house, lambda uow: keep_payloads(uow, answers[2:], 450))
    with house.ports.store.read(house.manager) as uow:
        kept = [uow.raw_payloads.read(one.sha256) for one in answers]
    assert kept[0] is None
    assert [found[1] for found in kept[1:]] == [one.raw for one in answers[1:]]


def test_a_revised_dividend_or_fundamental_is_known_from_when_it_was_fetched(house):
    asset_id = stock(house, "ACME")

    def told(amount: str, fetched: datetime) -> None:
        source = Provenance("test", "facts", (), (), fetched, "none")
        fact = ActionFact("ACME", "dividend", date(2022, 12, 7), Decimal(amount), "USD", None)
        put(house, lambda uow: store_actions(
            uow, ActionAnswer((fact,), (), source), {"ACME": asset_id}, are_split_adjusted=False))  # fmt: skip
        row = AttributeValue("ACME", "pe_ratio", float(amount), "ratio", date(2022, 9, 30), date(2022, 11, 1))
        put(house, lambda uow: store_fundamentals(uow, AttributeAnswer((row,), (), source), {"ACME": asset_id}))

    told("0.50", datetime(2022, 12, 8, tzinfo=UTC))
    told("0.75", datetime(2022, 12, 30, tzinfo=UTC))
    facts = MarketFacts(house.ports)

    def seen(as_of: datetime | None) -> tuple[str | None, float]:
        (action,) = facts.actions(["ACME"], house.manager, as_of_utc=as_of)
        values = facts.fundamentals(["ACME"], house.manager, as_of_utc=as_of)
        return action.amount_ccy, values[-1].value

    assert seen(datetime(2022, 12, 7, 12, tzinfo=UTC))[1] == 0.5  # the first word counts from its own day
    assert [float(str(one)) for one in seen(datetime(2022, 12, 15, tzinfo=UTC))] == [0.5, 0.5]
    assert [float(str(one)) for one in seen(None)] == [0.75, 0.75]


@pytest.mark.requirement("2.1.A6")
def test_every_fact_leads_to_the_delivery_it_came_by(house):
    asset_id = stock(house, "LED")
    ids = {"LED": asset_id}
    action = ActionFact("LED", "dividend", date(2022, 6, 1), Decimal("0.5"), "USD", None)
    value = AttributeValue("LED", "pe_ratio", 20.0, "ratio", date(2022, 6, 1), date(2022, 7, 1))
    series = MacroFacts("CPI", "Prices", "Index", "Monthly", "SA")
    observation = MacroObservation("CPI", date(2022, 6, 1), 100.0, date(2022, 7, 1), None)
    written = [
        lambda uow: store_actions(uow, ActionAnswer((action,), (), provenance()), ids, are_split_adjusted=True),
        lambda uow: store_fundamentals(uow, AttributeAnswer((value,), (), provenance()), ids),
        lambda uow: store_macro(uow, MacroAnswer((observation,), (series,), (), provenance())),
    ]
    for write in written:
        put(house, write)
    facts, manager = MarketFacts(house.ports), house.manager
    (one,), (two,) = facts.actions(("LED",), manager), facts.fundamentals(("LED",), manager)
    (three,) = facts.macro("CPI", manager).points
    for found in (one, two, three):
        delivery = Deliveries(house.ports).get(str(found.batch_id), manager)
        assert delivery.lineage["endpoints"] == ["https://example.test/facts"]
        assert delivery.lineage["payload_sha256"] == ["a" * 64]


def test_what_a_house_brought_hides_nothing_from_others_and_is_not_written_twice(house):
    """One provider says something to all and something else to the house: each is known once, for whom it is meant."""
    asset_id, manager = stock(house, "BOTH"), house.manager
    ids = {"BOTH": asset_id}

    def said(value: float) -> AttributeAnswer:
        return AttributeAnswer(
            (AttributeValue("BOTH", "pe_ratio", value, "ratio", date(2022, 6, 1), date(2022, 7, 1)),), (), provenance()
        )

    def bring(value: float, tenant_id: str | None) -> int:
        with house.ports.store.system(tenant_id) as uow:
            count = store_fundamentals(uow, said(value), ids, tenant_id=tenant_id)
            uow.commit()
        return count

    assert [bring(20.0, None), bring(21.0, manager.tenant_id), bring(20.0, None)] == [1, 1, 0]
    assert bring(21.0, manager.tenant_id) == 0
    facts = MarketFacts(house.ports)
    assert [one.value for one in facts.fundamentals(("BOTH",), manager)] == [21.0]
    assert [one.value for one in facts.fundamentals(("BOTH",), house.stranger)] == [20.0]
