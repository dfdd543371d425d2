"""What does a journey that failed leave for whoever reads the output, also where its second attempt passes?

Playwright adds a picture of the whole page in words to what it says, a hundred lines of navigation first: of it, what
stands in the page's own part is kept. Beside it comes what the product wrote about errors of its own in the meantime.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

SAID = "what the product wrote"
SNAPSHOT, OWN_PART = "Aria snapshot:", "- main:"
SNAPSHOT_LINES = 60
SHORT_LINES = 3
LOG_LINES = 40
TOLD_LINES = 45
PLACE = re.compile(r"^\S+\.py:\d+:")
WHERE = pytest.StashKey[tuple[Path, int]]()
"""The log of the product in which a journey runs, and its length in bytes when the journey began."""


def begin(item: pytest.Item, log: Path) -> None:
    """Remember where in the product's log a journey begins."""
    item.stash[WHERE] = (log, log.stat().st_size)


def enrich(item: pytest.Item, report: pytest.TestReport) -> None:
    """Shorten what a failed journey says to what can be read, and add what the product said."""
    if not report.failed:
        return
    shorten(report.longrepr)
    if WHERE in item.stash and (said := errors_since(*item.stash[WHERE])):
        report.sections.append((SAID, said))


def shorten(problem: Any) -> None:
    """Take the shell of the page out of a failure; its summary keeps the first lines."""
    for entry in getattr(getattr(problem, "reprtraceback", None), "reprentries", ()):
        entry.lines = own_part(entry.lines)
    crash = getattr(problem, "reprcrash", None)
    if crash is not None:
        crash.message = " ".join(crash.message.partition(SNAPSHOT)[0].split("\n")[:SHORT_LINES])


def own_part(lines: list[str]) -> list[str]:
    """Return the lines of a failure with only the page's own part of the picture in words."""
    start = next((n for n, line in enumerate(lines) if SNAPSHOT in line), None)
    if start is None:
        return lines
    own = next((n for n in range(start, len(lines)) if OWN_PART in lines[n]), start + 1)
    end = own + SNAPSHOT_LINES
    return [*lines[: start + 1], *lines[own:end], *(["E       ..."] if len(lines) > end else [])]


def errors_since(log: Path, start_bytes: int) -> str:
    """Return the last lines of a product's log, since a place in it, that are none of its lines on requests."""
    with log.open("rb") as file:
        file.seek(start_bytes)
        text = file.read().decode("utf-8", errors="replace")
    lines = [line for line in text.splitlines() if line.strip() and '"level": "info"' not in line]
    return "\n".join(lines[-LOG_LINES:])


def first_attempts(reports: list[pytest.TestReport]) -> list[str]:
    """Return what the attempts said that a second one followed: places, cause, and the product's own errors."""
    told: list[str] = []
    for report in reports:
        lines = report.longreprtext.splitlines()
        cause = max((n for n, line in enumerate(lines) if line.startswith(">")), default=0)
        product = [text for name, text in report.sections if name == SAID]
        told += ["", f"{report.nodeid} ({report.when})", *(line for line in lines if PLACE.match(line))]
        told += lines[cause : cause + TOLD_LINES]
        told += [line for text in product for line in text.splitlines()]
    return told
