"""Does a delivery that was cut off go on by itself, once, or is it given up by whoever may?"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from data.errors import StaleFence
from manage import _parser
from services.auth.roles import Role
from services.errors import Conflict, NotAllowed, NotFound
from services.market_cut_off import CutOff
from services.market_deliveries import Deliveries
from services.market_pipeline import Pipeline
from services.market_pipeline_command import finish, give_up
from services.market_pipeline_rows import CsvBars
from tests.services.market.test_market_pipeline import stock, written


class Broken(CsvBars):
    """A file whose third piece cannot be read."""

    def pieces(self, rows_count: int) -> Any:
        for number, piece in enumerate(super().pieces(rows_count)):
            if number == 2:
                raise OSError("the machine is gone")
            yield piece


def cut(house: Any, path: Path, tenant_id: str | None = None) -> str:
    """Bring in a file whose process dies after two pieces of ten rows; return the delivery's id."""
    with pytest.raises(OSError, match="gone"):
        Pipeline(house.ports).ingest(Broken(path), provider="bulk", rows_at_once_count=10, tenant_id=tenant_id)
    (batch_id,) = Pipeline(house.ports).unfinished()
    return batch_id


@pytest.mark.requirement("2.1.D1")
def test_what_was_cut_off_is_finished_by_itself_once_it_is_silent(house: Any, tmp_path: Path) -> None:
    stock(house, "B1")
    path = tmp_path / "cut.csv"
    written(path, ["B1"], 40)
    batch_id = cut(house, path)
    deliveries, cut_off = Deliveries(house.ports), CutOff(house.ports)
    assert cut_off.take_up() == 0  # it might be alive still
    assert not deliveries.get(batch_id, house.manager).is_cut_off
    house.ports.clock.advance(minutes=3)
    assert deliveries.get(batch_id, house.manager).is_cut_off
    assert cut_off.take_up() == 1
    done = deliveries.get(batch_id, house.manager)
    assert (done.status, done.read_count, done.stored_count, done.is_cut_off) == ("succeeded", 40, 40, False)
    house.ports.clock.advance(minutes=3)
    assert cut_off.take_up() == 0


def test_one_whose_file_is_gone_waits_with_the_reason_until_it_is_back(house: Any, tmp_path: Path) -> None:
    stock(house, "B1")
    path, aside = tmp_path / "gone.csv", tmp_path / "aside.csv"
    written(path, ["B1"], 40)
    batch_id = cut(house, path)
    path.rename(aside)
    house.ports.clock.advance(minutes=3)
    deliveries, cut_off = Deliveries(house.ports), CutOff(house.ports)
    assert cut_off.take_up() == 0
    with house.ports.store.read(house.manager) as uow:
        version = uow.ingest_batches.version()
    assert cut_off.take_up() == 0
    view = deliveries.get(batch_id, house.manager)
    assert (view.status, view.is_cut_off) == ("running", True)
    assert "is not there any more" in str(view.message)
    with house.ports.store.read(house.manager) as uow:
        assert uow.ingest_batches.version() == version  # readers need not forget what they remember
    aside.rename(path)
    assert cut_off.take_up() == 1
    assert "40 bars stored" in str(deliveries.get(batch_id, house.manager).message)


def test_who_may_gives_up_what_is_silent_and_nothing_else(house: Any, tmp_path: Path) -> None:
    stock(house, "B1")
    path = tmp_path / "given.csv"
    written(path, ["B1"], 40)
    batch_id = cut(house, path)
    deliveries, administrator = Deliveries(house.ports), house.actors[Role.ADMINISTRATOR]
    with pytest.raises(Conflict, match="still coming in"):
        deliveries.give_up(batch_id, administrator)
    house.ports.clock.advance(minutes=3)
    for role in (Role.VIEWER, Role.PORTFOLIO_MANAGER):  # it is for all houses
        with pytest.raises(NotAllowed):
            deliveries.give_up(batch_id, house.actors[role])
    ended = deliveries.give_up(batch_id, administrator)
    assert (ended.status, ended.stored_count, ended.is_cut_off) == ("failed", 20, False)
    assert ended.message == f"Given up by {administrator.name}; what it stored stays."
    with pytest.raises(Conflict, match="ended already"):
        deliveries.give_up(batch_id, administrator)
    with pytest.raises(NotFound):
        Pipeline(house.ports).give_up(batch_id, "again")
    assert deliveries.get(batch_id, house.manager).message == ended.message
    assert CutOff(house.ports).take_up() == 0


def test_an_operator_finishes_or_gives_up_by_command(house: Any, tmp_path: Path) -> None:
    stock(house, "B1")
    path = tmp_path / "command.csv"
    written(path, ["B1"], 40)
    services: Any = SimpleNamespace(ports=house.ports)
    batch_id = cut(house, path)
    assert _parser().parse_args(["ingest-bars", "--give-up", batch_id]).give_up == batch_id
    assert give_up(services, batch_id).lines == (f"Delivery {batch_id} was given up; what it stored stays.",)
    assert finish(services, "").lines == ("No delivery waits to be finished.",)
    with pytest.raises(NotFound):
        give_up(services, batch_id)


def test_a_house_gives_up_its_own_delivery_and_no_other_house_does(house: Any, tmp_path: Path) -> None:
    stock(house, "B1")
    path = tmp_path / "own.csv"
    written(path, ["B1"], 40)
    batch_id = cut(house, path, house.manager.tenant_id)
    house.ports.clock.advance(minutes=3)
    with pytest.raises(NotFound):
        Deliveries(house.ports).give_up(batch_id, house.stranger)
    assert Deliveries(house.ports).give_up(batch_id, house.manager).status == "failed"


def test_each_of_two_that_take_over_gets_a_fence_of_its_own(house: Any, tmp_path: Path) -> None:
    stock(house, "B1")
    path = tmp_path / "fence.csv"
    written(path, ["B1"], 40)
    batch_id = cut(house, path)
    with house.ports.store.system() as uow:
        before = uow.ingest_batches.get(batch_id).fence_count
        fences = [uow.ingest_batches.take_over(batch_id).fence_count for _ in range(2)]
        assert fences == [before + 1, before + 2]
        uow.ingest_batches.finish(batch_id, "failed")
        with pytest.raises(StaleFence):
            uow.ingest_batches.take_over(batch_id)
