"""In which encoding is a file of text written, and is it text at all?

A mark at the beginning decides; else UTF-8 where all of it can be read so, UTF-16 where every second byte is empty, and
last one of the Windows code pages. Which one is told by the letters: each page is given the words with bytes beyond
ASCII, and has a point for each letter that one of its languages uses and one less for each that it does not. A guess is
always told, so that whoever brings the file looks at the names; figures are the same in all of them.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LOOKED_AT_BYTES = 4096
WORDS_MAX_COUNT = 2000
FOREIGN_RUN = 3
"""So many letters beyond ASCII in a row are no word of a Latin script."""

KINDS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a packed file (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", "a packed file (7z)"),
    (b"Rar!", "a packed file (rar)"),
    (b"BZh", "a packed file (bzip2)"),
    (b"\xfd7zXZ", "a packed file (xz)"),
    (b"\x28\xb5\x2f\xfd", "a packed file (zstd)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"PARE", "an encrypted Parquet file"),
)
"""What a file is that begins so."""

TEXTS = (
    ("<!doctype", "a web page"),
    ("<html", "a web page"),
    ("<?xml", "an XML document"),
    ("{", "JSON"),
    ("[", "JSON"),
)
"""What a text is that begins so."""

PAGES = {
    "cp1252": ("Windows-1252", "Western European"),
    "cp1254": ("Windows-1254", "Turkish"),
    "cp1250": ("Windows-1250", "Central European"),
    "cp1251": ("Windows-1251", "Cyrillic"),
    "cp1253": ("Windows-1253", "Greek"),
}
"""The code pages that are tried, in the order in which they are preferred."""

_LETTERS = {
    "cp1252": tuple(map(frozenset, ("äöüß", "àâæçéèêëïîôœùûüÿ", "áéíóúñü", "áâãàçéêíóôõú", "àèéìíòóùú", "åäöøæéü"))),
    "cp1254": (frozenset("çğıöşüâîi̇"),),
    "cp1250": tuple(map(frozenset, ("áčďéěíňóřšťúůýž", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţ", "čćđšž"))),
}
"""The letters beyond ASCII of the languages of a page: a word is of one language."""
_SCRIPTS = {"cp1251": frozenset("оеаинтсрвлкмдпу"), "cp1253": frozenset("αοιετσνηυρπκλά")}
_SIGNS = frozenset("€’‘“”„–—…°§£©®™«»\u00a0´·")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


@dataclass(frozen=True)
class Decoded:
    """The text of a file.

    Parameters
    ----------
    text : str
        Without a mark at its beginning.
    page : str
        The code page in words where it had to be guessed; empty where the file says itself how it is written.
    languages : str
        For which languages the page is.

    """

    text: str
    page: str = ""
    languages: str = ""


def decoded(raw: bytes) -> Decoded | None:
    """Return the text of a file; None where it is none, or in no encoding that is read here."""
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return _whole(raw, encoding)
    wide = _wide(raw)
    if wide:
        return _whole(raw, wide)
    try:
        return _text(raw.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    page = _page(raw)
    if page is None:
        return None
    found = _whole(raw, page)
    return None if found is None else Decoded(found.text, *PAGES[page])


def kind_of(raw: bytes) -> str | None:
    """Return what a file is that is no table of text, as far as its beginning says so."""
    return next((words for start, words in KINDS if raw.startswith(start)), None)


def kind_of_text(text: str) -> str | None:
    """Return what a text is that is no table, as far as its beginning says so."""
    head = text[:200].lstrip().lower()
    return next((words for start, words in TEXTS if head.startswith(start)), None)


def _whole(raw: bytes, encoding: str) -> Decoded | None:
    try:
        return _text(raw.decode(encoding).removeprefix("\ufeff"))
    except UnicodeDecodeError:
        return None


def _text(text: str) -> Decoded | None:
    """Return a text; None where it holds signs that steer machines."""
    return None if _CONTROL.search(text) else Decoded(text)


def _wide(raw: bytes) -> str | None:
    """Return UTF-16 in one of its orders where nearly every second byte is empty."""
    head = raw[: LOOKED_AT_BYTES & ~1]
    if len(raw) % 2 or len(head) < 4:
        return None
    pairs = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.7 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 * pairs and odd < 0.05 * pairs else None


def _page(raw: bytes) -> str | None:
    """Return the code page whose languages would write these words; None where no page can hold them."""
    words = [found.group() for found in _WORD.finditer(raw)][:WORDS_MAX_COUNT]
    distinct = list(dict.fromkeys(words))
    scores = {page: _score(page, distinct) for page in PAGES if _can_hold(page, raw)}
    return max(scores, key=lambda page: scores[page], default=None)


def _can_hold(page: str, raw: bytes) -> bool:
    try:
        raw.decode(page)
    except UnicodeDecodeError:
        return False
    return True


def _score(page: str, words: list[bytes]) -> float:
    """Return how well words fit a page, per byte beyond ASCII."""
    points = 0.0
    for word in words:
        text = word.decode(page, errors="replace")
        beyond = [one for one in text if not one.isascii() and one not in _SIGNS]
        letters = [one for one in text if one.isalpha()]
        if not beyond:
            continue
        if page in _SCRIPTS:
            is_pure = len(letters) == len(beyond) and all(one.isalpha() for one in beyond)
            common = sum(one.lower() in _SCRIPTS[page] for one in beyond)
            points += (common - 0.5 * (len(beyond) - common)) if is_pure and len(beyond) > 1 else -len(beyond)
        else:
            fits = max(sum(one.lower() in language for one in beyond) for language in _LETTERS[page])
            has_run = re.search(rb"[\x80-\xff]{%d}" % FOREIGN_RUN, word) is not None and len(beyond) == len(letters)
            points += -len(beyond) if has_run else fits - (len(beyond) - fits)
    return points
