"""How does an operator get the audit log into a file?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from services import formatting
from services.errors import InvalidRequest
from services.imports_command import house_id

if TYPE_CHECKING:
    from services.wiring import Services


def export(services: Services, file: str, house: str | None, start_on: date | None, end_on: date | None) -> str:
    """Write a house's rows into a new file; return what was written, as a sentence.

    Raises
    ------
    InvalidRequest
        The file exists already or cannot be written, or the house is not named and there are several.
    NotFound
        There is no such house.

    """
    tenant_id = house_id(services, house)
    path, size = Path(file), 0
    try:
        with path.open("xb") as out:
            for piece in services.audit.export(tenant_id, start_on=start_on, end_on=end_on):
                size += out.write(piece)
    except FileExistsError:
        raise InvalidRequest(f"{file} exists already.", "Choose another name.") from None
    except OSError as error:
        raise InvalidRequest(f"{file} cannot be written: {error.strerror}.", "Choose another place.") from None
    return f"{file}: {formatting.count(size, 'byte')}."
