"""How does a sentence that the services wrote reach the person who is asking: in their own number format?"""

from __future__ import annotations

from callbacks.actor import preferences
from services.errors import ServiceError
from services.formatting import Style
from services.number_style import has_marks, in_style


def reader_style() -> Style:
    """Return the number format of the person behind the request; the usual one where that cannot be read."""
    try:
        return preferences().number_format
    except ServiceError:  # this often tells an error already, such as a session that has ended
        return "comma"


def told(text: str) -> str:
    """Return a canonical sentence in the person's number format; the preference is read only if it matters."""
    return in_style(text, reader_style() if has_marks(text) else "comma")
