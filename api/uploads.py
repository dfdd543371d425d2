"""How does a route receive a file: as a part of a form, or as the body itself?"""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from services.errors import InvalidRequest

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARQUET = "application/vnd.apache.parquet"
CSV_TYPES = ("text/csv", "application/csv")
RAW_TYPES = (*CSV_TYPES, "application/octet-stream", WORKBOOK, PARQUET)
FORM_MAX_BYTES = 16 * 1024
"""What a form may weigh beside its file."""

_BINARY = {"type": "string", "format": "binary"}
FILE_BODY: dict[str, Any] = {
    "required": True,
    "description": "The file: CSV (UTF-8, UTF-16 or a Windows code page), an Excel workbook (.xlsx) or Parquet.",
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


def received_parts(names: tuple[str, ...], max_bytes: int) -> dict[str, tuple[bytes, str]]:
    """Return bytes and name of every file of a form; parts that were left out, or sent empty, are not among them.

    Parameters
    ----------
    names : tuple of str
        Parts that the form may have, each once.
    max_bytes : int
        Of each file; what is longer is cut one byte beyond, so that whoever reads it can refuse it in words.

    Raises
    ------
    UnsupportedMediaType
        The body is no form.
    RequestEntityTooLarge
        All files together are larger than allowed.
    InvalidRequest
        Other parts, or the same one twice.

    """
    request.max_content_length = len(names) * max_bytes + FORM_MAX_BYTES
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send the files as parts of 'multipart/form-data'.")
    sent = [(name, file) for name, files in request.files.lists() for file in files]
    wrong = [name for name, _ in sent if name not in names or len(request.files.getlist(name)) != 1]
    if wrong:
        raise InvalidRequest(
            f"The form has the part '{wrong[0][:40]}' where it is not expected.",
            f"Send each of these once at most: {', '.join(names)}.",
        )
    return {name: (file.stream.read(max_bytes + 1), file.filename or name) for name, file in sent}
