"""How does an operator bring in a large file of bars from the command line, or finish one that was cut off?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from services.errors import Conflict, FieldProblem, InvalidRequest
from services.market_data_stored import STORED
from services.market_pipeline import Pipeline
from services.market_pipeline_rows import CsvBars
from services.messages.market_data import Frequency

if TYPE_CHECKING:
    from services.wiring import Services

_PROVIDER = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Printed:
    """What is printed, line by line, and whether everything that was asked for is stored."""

    lines: tuple[str, ...]
    is_good: bool


def run_file(services: Services, path: str, provider: str, frequency: Frequency, adjustment: str) -> Printed:
    """Bring in a file for all houses.

    Raises
    ------
    InvalidRequest
        The file cannot be read, or the provider's name cannot be used.

    """
    if not _PROVIDER.fullmatch(provider):
        problem = FieldProblem("provider", f"{provider!r} cannot be a name.", "Use small letters, digits and _.")
        raise InvalidRequest("The provider cannot be called that.", "Choose another name.", fields=(problem,))
    outcome = Pipeline(services.ports).ingest(
        CsvBars(Path(path)), provider=provider, frequency=STORED[frequency], adjustment=adjustment
    )
    return Printed((outcome.sentence, f"Delivery {outcome.batch_id}"), outcome.is_whole)


def give_up(services: Services, batch_id: str) -> Printed:
    """End a delivery that was cut off; what it stored stays.

    Raises
    ------
    NotFound
        There is no such delivery, or it has ended.
    """
    Pipeline(services.ports).give_up(batch_id, "Given up by the operator; what it stored stays.")
    return Printed((f"Delivery {batch_id} was given up; what it stored stays.",), True)


def finish(services: Services, batch_id: str) -> Printed:
    """Finish one delivery, or all that were cut off where none is named.

    A delivery whose file is gone or has changed is told and left as it is, so that the file can be brought back.
    """
    pipeline = Pipeline(services.ports)
    lines: list[str] = []
    is_good = True
    for one in [batch_id] if batch_id else pipeline.unfinished():
        try:
            outcome = pipeline.resume(one)
            lines.append(f"Delivery {one}: {outcome.sentence}")
            is_good &= outcome.is_whole
        except Conflict as error:
            lines.append(f"Delivery {one}: {error.message} {error.advice}")
            is_good = False
    return Printed(tuple(lines) or ("No delivery waits to be finished.",), is_good)
