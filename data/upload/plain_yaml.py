"""What stands in a file of plain YAML: mappings, lists, words and numbers, and nothing that could run or refer?

A subset of YAML 1.2 in which every JSON text is contained: block and flow collections, quoted and plain scalars,
literal and folded text, comments. Anchors, aliases, tags, merge keys, directives and further documents are refused by
name, so that a file means what it shows and cannot grow when it is read.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from engine.kernel.errors import InputRefused, Problem

TEXT_MAX_CHARS = 2_000_000
DEPTH_MAX = 40
_KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'\[\]{},&*!|>%@`#?:-](?:[^:#]|:(?=\S)|(?<=\S)\#)*?)\s*:(?=\s|$)"""
)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORDS: dict[str, Any] = {"": None, "null": None, "Null": None, "NULL": None, "~": None, "true": True, "false": False}
_REFUSED = {
    "&": "An anchor (&)", "*": "An alias (*)", "!": "A tag (!)", "%": "A directive (%)", "@": "The sign @",
    "`": "The sign `", "?": "A complex key (?)",
}  # fmt: skip
_QUOTE = "Write the text in double quotes."


def read_yaml(text: str) -> Any:
    """Return what a text holds, as JSON would: dictionaries, lists, texts, numbers, true, false and None.

    Raises
    ------
    InputRefused
        What cannot be read, with its line and the way out.

    """
    if len(text) > TEXT_MAX_CHARS:
        raise InputRefused([Problem("file", "The text is too long.", "Split it into several files.")])
    return _Reader(re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))).document()


def write_yaml(value: Any) -> str:
    """Return plain YAML that `read_yaml` reads as the same value."""
    return "\n".join(_written(value, 0)) + "\n"


class _Reader:
    """The lines of a text, and how far they are read."""

    def __init__(self, lines: list[str]) -> None:
        self._lines, self._row = lines, 0

    def document(self) -> Any:
        """Return the one value of the text."""
        if self._next() is not None and self._lines[self._row].rstrip() == "---":
            self._row += 1
        indent = self._next()
        if indent is None:
            return None
        value = self._block(indent, 0)
        if self._next() is not None:
            line = self._lines[self._row].rstrip()
            if line in ("---", "..."):
                self._no("A further document begins here.", "Give one document a file.")
            self._no("This line does not belong to what stands before it.", "Check its indentation.")
        return value

    def _next(self) -> int | None:
        """Go to the next line that says something; return its indentation, None at the end."""
        while self._row < len(self._lines):
            line = self._lines[self._row]
            bare = line.lstrip(" ")
            if bare and not bare.isspace() and not bare.startswith("#"):
                if bare[0] == "\t":
                    self._no("The line is indented by a tab.", "Indent by spaces.")
                return len(line) - len(bare)
            self._row += 1
        return None

    def _block(self, indent: int, depth: int) -> Any:
        if depth > DEPTH_MAX:
            self._no("The text is nested too deeply.", "Give flatter values.")
        bare = self._lines[self._row][indent:]
        if bare == "-" or bare.startswith("- "):
            return self._list(indent, depth)
        if _KEY.match(bare):
            return self._mapping(indent, depth)
        return self._value(indent, indent - 1)

    def _list(self, indent: int, depth: int) -> list[Any]:
        found = []
        while self._next() == indent:
            line = self._lines[self._row]
            if not (line[indent:] == "-" or line.startswith("- ", indent)):
                break
            rest = line[indent + 1 :].lstrip(" ")
            at = len(line) - len(rest)
            if not rest or rest.startswith("#"):
                found.append(self._below(indent, depth))
            elif rest == "-" or rest.startswith("- ") or _KEY.match(rest):
                self._lines[self._row] = " " * at + rest  # what follows the dash is a block of its own
                found.append(self._block(at, depth + 1))
            else:
                found.append(self._value(at, indent))
        self._refuse_deeper(indent)
        return found

    def _mapping(self, indent: int, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._next() == indent:
            line = self._lines[self._row]
            key = _KEY.match(line, indent)
            if key is None:
                break
            name = self._key(key.group(1))
            if name in found:
                self._no(f"{name} stands twice.", "Leave one out.")
            rest = line[key.end() :].lstrip(" ")
            if not rest or rest.startswith("#"):
                found[name] = self._below(indent, depth, is_key=True)
            else:
                found[name] = self._value(len(line) - len(rest), indent)
        self._refuse_deeper(indent)
        return found

    def _below(self, indent: int, depth: int, *, is_key: bool = False) -> Any:
        """Return the block below a key or a dash; None where there is none."""
        self._row += 1
        found = self._next()
        if found is not None and found > indent:
            return self._block(found, depth + 1)
        if is_key and found == indent and re.match(r"-( |$)", self._lines[self._row][indent:]):
            return self._list(indent, depth + 1)
        return None

    def _refuse_deeper(self, indent: int) -> None:
        found = self._next()
        if found is not None and found > indent:
            self._no("This line is indented deeper than what it follows.", "Check its indentation, or quote the text.")

    def _key(self, text: str) -> str:
        name = self._quoted(text)[0] if text[0] in "\"'" else text
        if name == "<<":
            self._no("Merge keys (<<) are not read here.", "Write the fields out.")
        return name

    def _value(self, at: int, indent: int) -> Any:
        """Return what begins at a column of the present line, and go beyond it."""
        rest = self._lines[self._row][at:]
        if rest[0] in "|>":
            return self._long_text(rest, indent)
        if rest[0] in "[{":
            return self._flow_from(at)
        if rest[0] in "\"'":
            value, used = self._quoted(rest)
            self._refuse_rest(rest[used:])
        else:
            value = self._plain(re.split(r"\s#", rest, maxsplit=1)[0].rstrip())
        self._row += 1
        return value

    def _plain(self, text: str, *, is_flow: bool = False) -> Any:
        if text in _WORDS:
            return _WORDS[text]
        if text[0] in _REFUSED and not (text[0] == "?" and len(text) > 1 and text[1] != " "):
            self._no(f"{_REFUSED[text[0]]} is not read here.", _QUOTE)
        if not is_flow and re.search(r":(\s|$)", text):
            self._no("A colon stands within the text.", _QUOTE)
        if _NUMBER.fullmatch(text):
            return json.loads(text)
        return text

    def _quoted(self, text: str) -> tuple[str, int]:
        """Return a quoted text and how many characters it takes, quotes included."""
        if text[0] == "'":
            match = re.match(r"'((?:[^']|'')*)'", text)
            if match is None:
                self._no("The quoted text does not end on its line.", "Close the quotes.")
            return match.group(1).replace("''", "'"), match.end()
        match = re.match(r'"(?:[^"\\]|\\.)*"', text)
        if match is None:
            self._no("The quoted text does not end on its line.", "Close the quotes.")
        try:
            found: str = json.loads(match.group(0), strict=False)
        except ValueError:
            self._no("The quoted text has a backslash that says nothing.", "Double it, or use single quotes.")
        return found, match.end()

    def _long_text(self, header: str, indent: int) -> str:
        match = re.fullmatch(r"([|>])([+-]?)\s*(?:#.*)?", header)
        if match is None:
            self._no("The beginning of a long text cannot be read.", "Write | or >, and - behind it for no last break.")
        self._row += 1
        lines: list[str] = []
        inner: int | None = None
        while self._row < len(self._lines):
            line = self._lines[self._row]
            own = len(line) - len(line.lstrip(" "))
            if line.strip():
                inner = own if inner is None else inner
                if own <= indent or own < inner:
                    break
            lines.append(line)
            self._row += 1
        inner = inner or 0
        body = [line[inner:] if line.strip() else "" for line in lines]
        while body and not body[-1]:
            body.pop()
        text = "\n".join(body)
        if match.group(1) == ">":
            text = re.sub(r"(?<!\n)\n(?!\n| )", " ", text)
            text = re.sub(r"\n\n", "\n", text)
        return text if match.group(2) == "-" or not text else text + "\n"

    def _flow_from(self, at: int) -> Any:
        flow = _Flow(self, self._lines, self._row, at)
        value = flow.value(0)
        self._row, column = flow.row, flow.column
        self._refuse_rest(self._lines[self._row][column:])
        self._row += 1
        return value

    def _refuse_rest(self, rest: str) -> None:
        if rest.strip() and not re.match(r"\s+#", rest):
            self._no("Something stands behind the end of the value.", "Put it on a line of its own, or remove it.")

    def _no(self, message: str, advice: str) -> NoReturn:
        raise InputRefused([Problem(f"line {self._row + 1}", message, advice)])


class _Flow:
    """A collection in brackets or braces, which may go over several lines."""

    def __init__(self, reader: _Reader, lines: list[str], row: int, column: int) -> None:
        self._reader, self._lines, self.row, self.column = reader, lines, row, column
        self._first_row = row

    def value(self, depth: int) -> Any:
        """Return the value at the present place."""
        if depth > DEPTH_MAX:
            self._no("The text is nested too deeply.", "Give flatter values.")
        sign = self._sign()
        if sign == "[":
            return self._many("]", depth)
        if sign == "{":
            return dict(self._many("}", depth))
        rest = self._lines[self.row][self.column :]
        self._reader._row = self.row
        if sign in "\"'":
            found, used = self._reader._quoted(rest)
            self.column += used
            return found
        match = re.match(r"(?:[^,\[\]{}:#]|:(?=[^\s,\[\]{}])|(?<=\S)\#)*", rest)
        text = "" if match is None else match.group(0)
        self.column += len(text)
        return self._reader._plain(text.strip(), is_flow=True)

    def _many(self, end: str, depth: int) -> list[Any]:
        self.column += 1
        found: list[Any] = []
        names: set[str] = set()
        while self._sign() != end:
            one = self.value(depth + 1)
            if end == "}":
                one = self._pair(one, names, depth)
            found.append(one)
            sign = self._sign()
            if sign == ",":
                self.column += 1
            elif sign != end:
                self._no(f"A comma or {end} is missing here.", "Close the brackets, or quote the text.")
        self.column += 1
        return found

    def _pair(self, name: Any, names: set[str], depth: int) -> tuple[str, Any]:
        if not isinstance(name, str) or self._sign() != ":":
            self._no("A name and a colon are missing here.", 'Write {"name": value}.')
        if name in names:
            self._no(f"{name} stands twice.", "Leave one out.")
        names.add(name)
        self.column += 1
        return name, None if self._sign() in ",}" else self.value(depth + 1)

    def _sign(self) -> str:
        """Go over blanks, ends of lines and comments; return the sign there."""
        while True:
            line = self._lines[self.row]
            while self.column < len(line) and line[self.column] in " \t":
                self.column += 1
            is_comment = line.startswith("#", self.column) and (self.column == 0 or line[self.column - 1] in " \t")
            if self.column < len(line) and not is_comment:
                return line[self.column]
            if self.row + 1 == len(self._lines):
                self.row = self._first_row
                self._no("The brackets that open here are not closed.", "Add what is missing at the end.")
            self.row, self.column = self.row + 1, 0

    def _no(self, message: str, advice: str) -> NoReturn:
        self._reader._row = self.row
        self._reader._no(message, advice)


def _written(value: Any, indent: int) -> list[str]:
    """Return the lines of a value as a block."""
    blanks = " " * indent
    if isinstance(value, dict) and value:
        lines = []
        for name, one in value.items():
            lines += _beside(f"{blanks}{_name(name)}:", one, indent + 2)
        return lines
    if isinstance(value, list | tuple) and value:
        lines = []
        for one in value:
            if isinstance(one, dict | list | tuple) and one:
                below = _written(one, indent + 2)
                lines += [f"{blanks}- {below[0][indent + 2 :]}", *below[1:]]
            else:
                lines.append(f"{blanks}- {_scalar(one)}")
        return lines
    return [f"{blanks}{_scalar(value)}"]


def _beside(head: str, value: Any, indent: int) -> list[str]:
    if isinstance(value, dict | list | tuple) and value:
        return [head, *_written(value, indent)]
    return [f"{head} {_scalar(value)}"]


def _name(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", name) else json.dumps(name)


def _scalar(value: Any) -> str:
    """Return a value on one line; texts are quoted unless they are plain words."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_. %-]*[A-Za-z0-9_.%]", value):
        return value if value not in _WORDS else json.dumps(value)
    return json.dumps(value, allow_nan=False)
