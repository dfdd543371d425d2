"""How do files that somebody puts into a house's folder become imports, without anybody clicking?

The scheduler looks into the folders. What can be imported is, under the name "File drop"; what cannot is moved aside
with a report, and an alert says so. The same bytes are imported once: a kill at any moment loses and doubles nothing.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace

from data.providers.file_drop import DONE, REJECTED, DropFolder, DroppedFile
from services import formatting
from services.alerts import Alerts
from services.alerts_states import Condition
from services.auth.actor import Actor
from services.errors import InvalidRequest, ServiceError
from services.imports import Imports
from services.messages.alerts import Severity
from services.messages.imports import ImportDoor
from services.ports import Ports

_log = logging.getLogger(__name__)

ALERT = "market.drop"
WHO = "File drop"
LINK = "/imports"


class FileDrops:
    """The folders of dropped files.

    Parameters
    ----------
    ports : Ports
    imports : Imports
    alerts : Alerts

    """

    def __init__(self, ports: Ports, *, imports: Imports, alerts: Alerts) -> None:
        self._ports = ports
        self._imports = imports
        self._alerts = alerts
        assert ports.settings.drop_dir is not None
        self._folder = DropFolder(ports.settings.drop_dir, imports.limits.max_bytes)

    def take_in(self) -> int:
        """Deal with every file that is whole, house by house; return how many were dealt with."""
        with self._ports.store.system(read_only=True) as uow:
            houses = [row.id for row in uow.tenants.list().rows if row.is_active]
        count = 0
        for house in houses:
            try:
                files = self._folder.ready(house)
            except OSError as error:
                _log.warning("The folder of dropped files of %s cannot be read: %s", house, error)
                continue
            count += sum(self._one(dropped) for dropped in files)
        return count

    def _one(self, dropped: DroppedFile) -> bool:
        """Import one file and move it; where not the file but the product is at fault, it waits for the next look."""
        actor = replace(Actor.system(dropped.house), name=WHO)
        try:
            if dropped.refusal:
                raise InvalidRequest(dropped.refusal)
            done = self._imports.run(dropped.raw, dropped.title, actor, door=ImportDoor.DROP)
        except InvalidRequest as error:
            moved = self._move(dropped, REJECTED, self._why(dropped, error, actor))
            where = f" It lies in the folder “{REJECTED}” as “{moved}”, with a report." if moved else ""
            self._tell(dropped, "holds", f"“{dropped.title}”: {error.sentence}{where}")
            return moved is not None
        except ServiceError as error:
            _log.warning("The dropped file %r waits: %s", dropped.name, error.sentence)
            return False
        moved = self._move(dropped, DONE, f"{done.sentence}\nSHA-256 {done.imported.sha256}\n")
        self._tell(dropped, "gone", "The file was imported.")
        return moved is not None

    def _move(self, dropped: DroppedFile, place: str, report: str) -> str | None:
        """Move a file aside; where that fails, the next look finds it again, and its bytes are known."""
        now_utc = self._ports.clock.now_utc()
        text = f"{dropped.title}\n{formatting.moment(now_utc)}\n\n{report}"
        try:
            return self._folder.finish(dropped, place, text, now_utc)
        except OSError as error:
            _log.warning("The dropped file %r cannot be moved: %s", dropped.name, error)
            return None

    def _why(self, dropped: DroppedFile, error: InvalidRequest, actor: Actor) -> str:
        """Return everything that keeps a file from being imported, one line a problem."""
        lines = [error.sentence, ""]
        if not dropped.refusal:
            check = self._imports.check(dropped.raw, dropped.title, actor)
            for one in check.problems:
                place = "" if one.line is None else f"Line {one.line}{f', {one.column}' if one.column else ''}: "
                lines.append(f"{place}{one.message} {one.advice}")
        return "\n".join(lines) + "\n"

    def _tell(self, dropped: DroppedFile, state: Condition, sentence: str) -> None:
        """Raise the alert of a file of this name, or end it once a file of the same name came in."""
        self._alerts.raise_or_update(
            f"{ALERT}:{hashlib.sha256(dropped.name.encode(errors='surrogateescape')).hexdigest()[:16]}",
            Severity.WARNING,
            state,
            "A dropped file was not imported",
            sentence,
            tenant_id=dropped.house,
            link=LINK,
        )
