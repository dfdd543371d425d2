"""Does an economic series read as it was first published, as it was known on a day, and as it stands?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from data.providers.answers import MacroAnswer, MacroFacts, MacroObservation, Provenance
from services.economy import Economy
from services.errors import InvalidRequest, NotFound
from services.market_facts import MarketFacts
from services.market_ingest_facts import store_macro
from tests.services.market_house import House, shared_house

__all__ = ["shared_house"]

FETCHED = datetime(2022, 12, 30, tzinfo=UTC)
RELEASES: tuple[tuple[str, float, str, str | None], ...] = (
    ("2022-01-01", 100.0, "2022-04-28", "2022-05-25"),
    ("2022-01-01", 101.0, "2022-05-26", None),
    ("2022-04-01", 102.0, "2022-07-28", None),
    ("2022-07-01", float("nan"), "2022-10-27", "2022-11-29"),
    ("2022-07-01", 104.5, "2022-11-30", None),
    ("2022-10-01", 999.0, "2022-12-01", "2022-12-02"),  # published by mistake, and withdrawn
)


def answer(*, series_id: str = "OUTPUT", factor: float = 1.0) -> MacroAnswer:
    points = tuple(
        MacroObservation(
            series_id, date.fromisoformat(period), factor * value, date.fromisoformat(start),
            None if end is None else date.fromisoformat(end),
        )
        for period, value, start, end in RELEASES
    )  # fmt: skip
    facts = MacroFacts(series_id, "Output", "Billions of Dollars", "Quarterly", "SAAR")
    source = Provenance("fred", "facts", ("https://facts.test/v1?api_key=s3cret",), ("a" * 64,), FETCHED, "free")
    return MacroAnswer(points, (facts,), (), source)


@pytest.fixture(scope="module")
def told(shared_house: House) -> House:
    with shared_house.ports.store.system() as uow:
        store_macro(uow, answer())
        uow.commit()
    return shared_house


def read(house: House, reading: Any, known_on: date | None = None) -> list[tuple[date, float | None]]:
    view = Economy(house.ports).view("OUTPUT", house.manager, reading=reading, known_on=known_on)
    return [(one.period, one.value) for one in view.periods]


@pytest.mark.requirement("2.1.F3")
def test_each_reading_chooses_its_release_of_every_period(told: House) -> None:
    quarters = [date(2022, month, 1) for month in (1, 4, 7, 10)]
    assert read(told, "latest") == list(zip(quarters[:3], (101.0, 102.0, 104.5), strict=True))
    assert read(told, "first") == list(zip(quarters, (100.0, 102.0, None, 999.0), strict=True))
    assert read(told, "known", date(2022, 5, 25)) == [(quarters[0], 100.0)]
    assert read(told, "known", date(2022, 5, 26)) == [(quarters[0], 101.0)]
    assert read(told, "known", date(2022, 4, 27)) == []


def test_what_is_shown_is_what_the_interface_for_programs_answers(told: House) -> None:
    facts = MarketFacts(told.ports)
    for known_on in (None, date(2022, 11, 30), date(2022, 12, 1)):
        points = facts.macro("OUTPUT", told.manager, as_of=known_on).points
        shown = read(told, "latest" if known_on is None else "known", known_on)
        assert shown == [(one.event_date, one.value) for one in points]
    first = facts.macro("OUTPUT", told.manager, release="first").points
    assert read(told, "first") == [(one.event_date, one.value) for one in first]
    by_august = facts.macro(
        "OUTPUT", told.manager, release="first", as_of=date(2022, 8, 1), start=date(2022, 2, 1)
    ).points
    assert [(one.event_date, one.value) for one in by_august] == [(date(2022, 4, 1), 102.0)]


def test_periods_tell_first_and_latest_figure_and_the_series_its_source(told: House) -> None:
    view = Economy(told.ports).view("OUTPUT", told.manager)
    first, second, third = view.periods
    assert (first.first_value, first.latest_value, first.releases_count) == (100.0, 101.0, 2)
    assert (first.released_on, first.first_on) == (date(2022, 5, 26), date(2022, 4, 28))
    assert (second.releases_count, third.first_value) == (1, None)
    assert view.revised_count == 2
    assert view.series.last_value == 104.5
    assert view.series.age_days == 3
    assert view.delivery is not None
    assert "s3cret" not in str(view.delivery)
    assert [one.series_id for one in Economy(told.ports).all_series(told.manager)] == ["OUTPUT"]


def test_a_house_reads_its_own_figures_before_the_shared_ones(house: House) -> None:
    for tenant_id, factor in ((None, 1.0), (house.manager.tenant_id, 2.0)):
        with house.ports.store.system(tenant_id) as uow:
            store_macro(uow, answer(factor=factor), tenant_id=tenant_id)
            uow.commit()
    economy = Economy(house.ports)
    assert [one.value for one in economy.view("OUTPUT", house.manager).periods] == [202.0, 204.0, 209.0]
    assert [one.value for one in economy.view("OUTPUT", house.stranger).periods] == [101.0, 102.0, 104.5]
    assert [one.last_value for one in economy.all_series(house.manager)] == [209.0]


def test_what_cannot_be_shown_is_refused_with_the_way_out(told: House) -> None:
    economy = Economy(told.ports)
    with pytest.raises(NotFound, match="no economic series with the id 'GNP'"):
        economy.view("GNP", told.manager)
    with pytest.raises(InvalidRequest) as caught:
        economy.view("OUTPUT", told.manager, reading="known")
    assert caught.value.fields[0].path == "known_on"
