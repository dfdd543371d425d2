"""How does a route receive a file: as a part of a form, or as the body itself?"""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from services.errors import InvalidRequest

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPES = ("text/csv", "application/csv")
RAW_TYPES = (*CSV_TYPES, "application/octet-stream", WORKBOOK)
FORM_MAX_BYTES = 16 * 1024
"""What a form may weigh beside its file."""

_BINARY = {"type": "string", "format": "binary"}
FILE_BODY: dict[str, Any] = {
    "required": True,
    "description": "The file: CSV (UTF-8) or an Excel workbook (.xlsx).",
    "content": {
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]},
        },
        **{kind: {"schema": _BINARY} for kind in RAW_TYPES},
    },
}

CSV_BODY: dict[str, Any] = {
    "required": True,
    "description": "The file: CSV (UTF-8).",
    "content": {
        "multipart/form-data": FILE_BODY["content"]["multipart/form-data"],
        **{kind: {"schema": _BINARY} for kind in CSV_TYPES},
    },
}


def received_file(name: str | None, max_bytes: int, types: tuple[str, ...] = RAW_TYPES) -> tuple[bytes, str]:
    """Return the file's bytes and its name.

    Parameters
    ----------
    name : str or None
        The name that the caller gave beside the file; a form's own name for its file when None.
    max_bytes : int
    types : tuple of str
        As which a body may be declared that is the file itself.

    Raises
    ------
    UnsupportedMediaType
        The body is neither a form nor declared as such a file; the answer names what is taken.
    RequestEntityTooLarge
        It is larger than allowed.
    InvalidRequest
        A form without exactly one file.

    """
    request.max_content_length = max_bytes + FORM_MAX_BYTES
    if request.mimetype == "multipart/form-data":
        sent = request.files.getlist("file")
        if len(sent) != 1 or len(list(request.files.keys())) != 1:
            raise InvalidRequest("The form has no single file.", "Send exactly one part named 'file'.")
        raw, own_name = sent[0].stream.read(max_bytes + 1), sent[0].filename
    elif request.mimetype in types:
        raw, own_name = request.get_data(cache=True), None
    else:
        raise UnsupportedMediaType(
            f"Send the file as part 'file' of 'multipart/form-data', or as the body itself with 'Content-Type: "
            f"{types[0]}'" + (f" (or {', '.join(types[1:])})." if types[1:] else ".")
        )
    if len(raw) > max_bytes:
        raise RequestEntityTooLarge
    return raw, name or own_name or "unnamed"
