"""How does an operator bring a file of market data from the command line, and what is printed of it?"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from services import formatting
from services.auth.actor import Actor
from services.errors import InvalidRequest, NotFound
from services.messages.imports import ImportCheck, ImportDoor

if TYPE_CHECKING:
    from services.wiring import Services

WHO = "Command line"
STANDARD_INPUT = "-"


@dataclass(frozen=True)
class Outcome:
    """What is printed, line by line, and whether the file was or could be taken in."""

    lines: tuple[str, ...]
    is_good: bool


def run_file(services: Services, path: str, house: str | None, *, is_dry_run: bool) -> Outcome:
    """Check or import a file for one house.

    Parameters
    ----------
    services : Services
    path : str
        ``-`` reads standard input.
    house : str or None
        Id or name; may be left out where there is one house only.
    is_dry_run : bool
        Nothing is written.

    Raises
    ------
    InvalidRequest
        The file cannot be read, or the house is not named and there are several.
    NotFound
        There is no such house.

    """
    actor = replace(Actor.system(house_id(services, house)), name=WHO)
    raw, name = _bytes(path, services.imports.limits.max_bytes)
    check = services.imports.check(raw, name, actor)
    if is_dry_run or not check.can_import:
        is_good = check.can_import or (check.already is not None and not check.problems_count)
        return Outcome(tuple(_said(check)), is_good)
    done = services.imports.run(raw, name, actor, door=ImportDoor.COMMAND)
    return Outcome((*_notes(check), done.sentence, f"Import {done.imported.id}, SHA-256 {done.imported.sha256}"), True)


def house_id(services: Services, house: str | None) -> str:
    """Return the id of the house that is meant."""
    services.users.ensure_tenant()
    with services.ports.store.system(read_only=True) as uow:
        known = {row.id: row.name for row in uow.tenants.list().rows if row.is_active}
    if house is None and len(known) == 1:
        return next(iter(known))
    listed = "; ".join(f"{name} ({one})" for one, name in sorted(known.items(), key=lambda pair: pair[1]))
    if house is None:
        raise InvalidRequest("There are several houses.", f"Say with --house which one is meant: {listed}.")
    wanted = house.casefold()
    found = next((one for one, name in known.items() if wanted in (one, name.casefold())), None)
    if found is None:
        raise NotFound(f"There is no house {house!r}.", f"Choose one of: {listed}.")
    return found


def _bytes(path: str, max_bytes: int) -> tuple[bytes, str]:
    """Return the bytes of a file, one more than allowed at most, and its name."""
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(max_bytes + 1), "standard input"
    try:
        with Path(path).open("rb") as file:
            return file.read(max_bytes + 1), Path(path).name
    except OSError as error:
        raise InvalidRequest(f"The file {path!r} cannot be read: {error.strerror}.", "Check its name.") from None


def _said(check: ImportCheck) -> list[str]:
    """Return a check in lines: the verdict, every problem with its place, and what to look at."""
    lines = [check.sentence]
    for one in check.problems:
        place = "" if one.line is None else f"line {one.line}{f', {one.column}' if one.column else ''}: "
        lines.append(f"  {place}{one.message} {one.advice}")
    left_out = check.problems_count - len(check.problems)
    if left_out > 0:
        lines.append(f"  And {formatting.count(left_out, 'further problem')}.")
    return lines + _notes(check)


def _notes(check: ImportCheck) -> list[str]:
    return [f"  {one}" for one in (*check.changes, *check.notes)]
