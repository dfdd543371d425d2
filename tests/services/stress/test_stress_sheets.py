"""Do the tables that leave the product hold what the report says, and does the report carry the law of the factors?"""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from services import reader
from services.formatting import MASK
from services.messages.preferences import Preferences
from services.messages.stress import EventQuestion, FactorMoves, FactorQuestion
from services.messages.stress_report import AskedScenario, FactorLaw, StressReport, StressRequest
from services.stress_compute import report
from services.stress_sheets import built_sheets, facts, sheets
from tests.services.stress.stress_worlds import inputs_of


@pytest.fixture(scope="module")
def found() -> StressReport:
    asked = (
        AskedScenario(id="gfc_2007", group="historic", name="Crisis", question=EventQuestion(event="gfc_2007")),
        AskedScenario(
            id="stated", group="own", name="Shares", question=FactorQuestion(moves=FactorMoves(equity_frac=-0.2))
        ),
    )
    return report(inputs_of(), StressRequest(portfolio_id="p-1", scenarios=asked))


@pytest.mark.requirement("4.2.D5")
def test_sectors_and_factors_add_up_to_the_scenarios(found: StressReport) -> None:
    scenarios, positions, sectors, factors = sheets(found)
    assert [one.name for one in (scenarios, positions, sectors, factors)] == [
        "Scenarios", "Positions", "Sectors", "Factors",
    ]  # fmt: skip
    for one in found.results:
        parts = [row[3] for row in sectors.rows if row[0] == one.name]
        assert sum(parts) == pytest.approx(one.total_frac, abs=1e-12)
    shock = found.results[1]
    other = next(part.impact_frac for part in shock.factors if part.factor == "other")
    known = sum(row[8] for row in factors.rows if row[0] == "Shares" and row[8] is not None)
    assert known + other == pytest.approx(shock.total_frac, abs=1e-12)
    assert ("Value", "1,000,000 USD") in facts(found)


def test_the_builders_sheets_are_those_of_its_scenario(found: StressReport) -> None:
    one = found.model_copy(update={"results": found.results[1:]})
    builder, moves = built_sheets(one)
    assert len(builder.rows) == len(one.results[0].positions)
    assert moves.rows[0][1] == "Shares"
    assert built_sheets(None) == []


def test_what_the_tables_rest_on_hides_the_value_from_who_hides_amounts(found: StressReport) -> None:
    with reader.reading(lambda: Preferences(amounts="hidden")):
        assert dict(facts(found))["Value"] == f"{MASK} USD"


@pytest.mark.requirement("4.2.D4")
def test_the_report_carries_the_law_of_the_factors(found: StressReport) -> None:
    model = inputs_of().world.model
    law = FactorLaw.model_validate_json(found.law.model_dump_json())
    assert law.names == model.names
    assert np.array_equal(np.array(law.covariance), model.covariance)
    assert set(law.least_moves) <= set(law.names)
    assert all(move < 0.0 for move in law.least_moves.values())
    with pytest.raises(ValidationError, match="not square"):
        FactorLaw.model_validate(law.model_dump() | {"names": law.names[:-1]})
