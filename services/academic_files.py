"""What do uploaded instance files say, and how does a stored request keep them?"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Sequence
from pathlib import Path

from engine.academic.instance import INSTANCE_MAX_BYTES, Instance, read_instance
from engine.academic.literature import known_instance
from engine.academic.reference import REFERENCE_MAX_BYTES, ReferenceFrontier, read_reference
from engine.kernel.errors import InputRefused, Problem
from services.errors import FieldProblem, InvalidRequest, NotFound
from services.formatting import count
from services.messages.academic import AcademicFile, AcademicPart, AcademicProblem, AcademicRead

MAX_BYTES: dict[AcademicPart, int] = {"instance": INSTANCE_MAX_BYTES, "reference": REFERENCE_MAX_BYTES}
EXAMPLES = {"instance": "example-instance.txt", "reference": "example-frontier.txt"}
_FOLDER = Path(__file__).resolve().parents[1] / "data" / "reference" / "academic"
_STORED = {"instance": "instance.txt", "reference": "frontier.txt"}
_LINE = re.compile(r"\.line (\d+)$")
NAME_MAX_LENGTH = 200


def read_file(raw: bytes, name: str, part: AcademicPart) -> AcademicRead:
    """Return what a file says; never raises for what stands in it."""
    problems: Sequence[Problem] = ()
    sentence, assets_count, rows_count, market = "", None, None, None
    try:
        if part == "instance":
            found = read_instance(raw, name)
            known = known_instance(found.name, found.count)
            assets_count, rows_count = found.count, found.pairs_count
            market = known.market if known is not None else None
            sentence = f"{count(found.count, 'asset')} and {count(rows_count, 'correlation')}."
        else:
            rows_count = read_reference(raw, name).count
            sentence = f"{count(rows_count, 'point')} of a frontier."
    except InputRefused as refusal:
        problems = refusal.problems
        sentence = "The file cannot be used."
    return AcademicRead(
        part=part,
        file_name=name[:NAME_MAX_LENGTH],
        sha256=hashlib.sha256(raw).hexdigest(),
        sentence=sentence,
        assets_count=assets_count,
        rows_count=rows_count,
        market=market,
        problems=tuple(
            AcademicProblem(line=line_of(one), message=one.message, advice=one.advice or "") for one in problems
        ),
    )


def line_of(problem: Problem) -> int | None:
    """Return the line that a problem of a file is about, None for the file as a whole."""
    found = _LINE.search(problem.path)
    return int(found.group(1)) if found else None


def refused(refusal: InputRefused) -> InvalidRequest:
    """Return the engine's refusal of a file as the one that callers know."""
    fields = tuple(FieldProblem(one.path, one.message, one.advice or "") for one in refusal.problems)
    return InvalidRequest(
        "The files cannot be used as they are.",
        "Correct what is listed and send them again.",
        code="file_has_problems",
        fields=fields,
    )


def packed(raw: bytes, name: str) -> AcademicFile:
    """Return a file as a request keeps it."""
    return AcademicFile(
        name=name.strip()[:NAME_MAX_LENGTH] or "unnamed",
        sha256=hashlib.sha256(raw).hexdigest(),
        packed=base64.b64encode(zlib.compress(raw, 9)).decode("ascii"),
    )


def unpacked(file: AcademicFile, part: AcademicPart) -> bytes:
    """Return the bytes of a kept file.

    Raises
    ------
    InvalidRequest
        When they are not those that were kept, or more than a file may have.
    """
    try:
        opener = zlib.decompressobj()
        raw = opener.decompress(base64.b64decode(file.packed, validate=True), MAX_BYTES[part] + 1)
    except (binascii.Error, ValueError, zlib.error):
        raw = b""
    if hashlib.sha256(raw).hexdigest() != file.sha256:
        raise InvalidRequest("The kept file is not the one that was sent.", "Send the files again.")
    return raw


def instance_of(file: AcademicFile) -> Instance:
    """Return the instance that a kept file states."""
    try:
        return read_instance(unpacked(file, "instance"), file.name)
    except InputRefused as refusal:
        raise refused(refusal) from refusal


def reference_of(file: AcademicFile) -> ReferenceFrontier:
    """Return the frontier that a kept file states."""
    try:
        return read_reference(unpacked(file, "reference"), file.name)
    except InputRefused as refusal:
        raise refused(refusal) from refusal


def example(part: str) -> tuple[bytes, str]:
    """Return a file that shows the format, and its name; its figures are invented.

    Raises
    ------
    NotFound
        Where there is no such example.
    """
    if part not in _STORED:
        raise NotFound(f"There is no example “{part[:40]}”.", f"The examples are: {', '.join(_STORED)}.")
    return (_FOLDER / _STORED[part]).read_bytes(), EXAMPLES[part]
