"""In which shapes is a benchmark on a published instance asked for, and told?"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.academic.result import (
    AcademicPoint,
    AcademicResult,
    AlgorithmCurve,
    AlgorithmName,
    AlgorithmScore,
    FewHoldingsPoint,
    FewHoldingsSummary,
    ProblemName,
    PublishedScore,
)
from engine.academic.spec import AcademicOptions
from services.messages.frozen import Message
from services.messages.runs import RunView

__all__ = [
    "ALGORITHM_NAMES",
    "AcademicFile",
    "AcademicOptions",
    "AcademicPart",
    "AcademicPoint",
    "AcademicProblem",
    "AcademicRead",
    "AcademicRequest",
    "AcademicResult",
    "AcademicView",
    "AlgorithmCurve",
    "AlgorithmName",
    "AlgorithmScore",
    "FewHoldingsPoint",
    "FewHoldingsSummary",
    "ProblemName",
    "PublishedScore",
]

ALGORITHM_NAMES: dict[AlgorithmName, str] = {
    "exact": "Exact frontier",
    "search": "Search with proof",
    "nsga2": "NSGA-II",
    "nsga3": "NSGA-III",
}
AcademicPart = Literal["instance", "reference"]


class AcademicFile(Message):
    """A file as a stored request keeps it: its name, the SHA-256 of its bytes, and these, compressed, as base64."""

    name: str = Field(min_length=1, max_length=200)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    packed: str = Field(max_length=4 * 1024 * 1024)


class AcademicRequest(Message):
    """Everything that a benchmark rests on, so that it can be repeated without the caller's files."""

    instance: AcademicFile
    reference: AcademicFile | None = None
    options: AcademicOptions = AcademicOptions()


class AcademicProblem(Message):
    """One thing that keeps a file from being read: its line (None for the file as a whole), cause and way out."""

    line: int | None
    message: str
    advice: str


class AcademicRead(Message):
    """What a file says, or everything that is wrong with it; nothing was kept.

    `rows_count` counts the pairs of an instance, or the points of a frontier. `market` is the market of an instance of
    the OR-Library that is known by its name and size.
    """

    part: AcademicPart
    file_name: str
    sha256: str
    sentence: str
    assets_count: int | None = None
    rows_count: int | None = None
    market: str | None = None
    problems: tuple[AcademicProblem, ...] = ()

    @property
    def is_read(self) -> bool:
        """Whether the file can be used."""
        return not self.problems


class AcademicView(Message):
    """One benchmark: the work on it, the names of its files, and what it found; None while there is nothing."""

    run: RunView
    instance_name: str
    instance_sha256: str
    reference_name: str | None
    reference_sha256: str | None
    options: AcademicOptions
    result: AcademicResult | None = None
