"""How does the text of an expression become a tree, and what is refused?

The text is read by Python's own parser and nothing of it is ever run: only the nodes below come out of it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TypeAlias

from engine.kernel.errors import InputRefused, Problem

LENGTH_MAX = 2_000
DEPTH_MAX = 40
FUNCTIONS = {"sum": 1, "max": 1, "min": 1, "count": 0, "average": 2, "top": 2, "squares": 1, "abs": 1, "distinct": 1}
"""Functions and how many values each takes."""
AGGREGATES = frozenset(FUNCTIONS) - {"abs"}
_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a word or a truth that stands in the text."""

    value: float | str | bool


@dataclass(frozen=True, slots=True)
class Name:
    """A field, a fact, a parameter or a definition."""

    name: str


@dataclass(frozen=True, slots=True)
class Unary:
    """``-x`` or ``not x``."""

    operator: str
    inner: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, a comparison, ``and`` or ``or``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Among:
    """``x in ("a", "b")`` or its opposite."""

    inner: Node
    options: tuple[str, ...]
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A function; an aggregate may have a filter and a grouping of its own."""

    function: str
    arguments: tuple[Node, ...]
    where: Node | None = None
    by: str | None = None


Node: TypeAlias = Constant | Name | Unary | Binary | Among | Call


def read(text: str, path: str) -> Node:
    """Return the tree of an expression.

    Parameters
    ----------
    text
        Such as ``sum(weight, where=sector == "Energy") + 0.02``.
    path
        Where the text stands, for messages.

    Raises
    ------
    InputRefused
        With the column, the cause and the way out.

    """
    if not text.strip():
        raise _refusal(path, "The expression is empty.", "Write one, such as sum(weight).")
    if len(text) > LENGTH_MAX:
        raise _refusal(
            path, f"The expression has {len(text)} characters.", f"Use {LENGTH_MAX} at most; move parts to definitions."
        )
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        place = f" at character {error.offset}" if error.offset else ""
        raise _refusal(path, f"The expression cannot be read{place}.", "Check brackets, quotes and commas.") from None
    except (ValueError, RecursionError, MemoryError):
        raise _refusal(path, "The expression cannot be read.", "Write a simpler one.") from None
    return _Reader(path).node(tree.body, 0)


_OPERATORS = {
    ast.Pow: "**", ast.FloorDiv: "//", ast.Mod: "%", ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|",
    ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>", ast.Invert: "~",
}  # fmt: skip
WRITTEN_LENGTH_MAX = 60


def _written(given: ast.expr) -> str:
    """Return what of an expression is refused, as somebody wrote it."""
    match given:
        case ast.BinOp(op=kind) if type(kind) in _OPERATORS:
            return _OPERATORS[type(kind)]
        case ast.UnaryOp(op=kind) if type(kind) in _OPERATORS:
            return _OPERATORS[type(kind)]
    try:
        said = ast.unparse(given)
    except (RecursionError, ValueError):  # nested too deeply to be written again
        return "what is written here"
    return said if len(said) <= WRITTEN_LENGTH_MAX else f"{said[:WRITTEN_LENGTH_MAX]}..."


@dataclass(frozen=True, slots=True)
class _Reader:
    path: str

    def node(self, given: ast.expr, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise self._no(given, "The expression is nested too deeply.", "Move parts of it to definitions.")
        below = depth + 1
        match given:
            case ast.Constant(value=bool() | str() as value):
                return Constant(value)
            case ast.Constant(value=int() | float() as value):
                return self._number(given, value)
            case ast.Name(id=name):
                return Name(name)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return Unary("-", self.node(inner, below))
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return Unary("not", self.node(inner, below))
            case ast.BinOp(op=kind, left=left, right=right) if type(kind) in _BINARY:
                return Binary(_BINARY[type(kind)], self.node(left, below), self.node(right, below))
            case ast.BoolOp(op=kind, values=values):
                word = "and" if isinstance(kind, ast.And) else "or"
                made = self.node(values[0], below)
                for one in values[1:]:
                    made = Binary(word, made, self.node(one, below))
                return made
            case ast.Compare(left=left, ops=[kind], comparators=[right]):
                return self._compared(left, kind, right, below)
            case ast.Compare():
                raise self._no(given, "Comparisons cannot be chained.", 'Write "a < b and b < c".')
            case ast.Call():
                return self._call(given, below)
        raise self._no(
            given,
            f"This is not part of the language: {_written(given)}.",
            "Use fields, numbers, words in quotes, + - * /, comparisons, and, or, not, in, and the functions "
            f"{', '.join(sorted(FUNCTIONS))}.",
        )

    def _number(self, given: ast.expr, value: float) -> Constant:
        try:
            number = float(value)
        except OverflowError:
            number = float("inf")
        if number in (float("inf"), float("-inf")):
            raise self._no(given, "The number is too large.", "Use one below 1e308.")
        return Constant(number)

    def _compared(self, left: ast.expr, kind: ast.cmpop, right: ast.expr, below: int) -> Node:
        if isinstance(kind, ast.In | ast.NotIn):
            options = right.elts if isinstance(right, ast.Tuple | ast.List | ast.Set) else []
            words = tuple(one.value for one in options if isinstance(one, ast.Constant) and isinstance(one.value, str))
            if not words or len(words) != len(options):
                raise self._no(right, '"in" needs a list of words.', 'Write in ("Energy", "Utilities").')
            return Among(self.node(left, below), words, isinstance(kind, ast.NotIn))
        if type(kind) not in _COMPARE:
            raise self._no(left, '"is" is not part of the language.', "Use == or !=.")
        return Binary(_COMPARE[type(kind)], self.node(left, below), self.node(right, below))

    def _call(self, given: ast.Call, below: int) -> Node:
        name = given.func.id if isinstance(given.func, ast.Name) else ""
        if name not in FUNCTIONS:
            raise self._no(given, "There is no such function.", f"Use one of {', '.join(sorted(FUNCTIONS))}.")
        wanted = FUNCTIONS[name]
        if len(given.args) != wanted or any(isinstance(one, ast.Starred) for one in given.args):
            raise self._no(
                given, f"{name} takes {wanted} values, {len(given.args)} are given.", "Filters go after where=."
            )
        where, by = None, None
        for keyword in given.keywords:
            if name not in AGGREGATES or keyword.arg not in ("where", "by"):
                raise self._no(given, f"{name} has no part named {keyword.arg}.", "Parts are where= and by=.")
            if keyword.arg == "where":
                where = self.node(keyword.value, below)
            elif isinstance(keyword.value, ast.Name):
                by = keyword.value.id
            else:
                raise self._no(keyword.value, "by= needs the name of a field.", "Write by=issuer.")
        return Call(name, tuple(self.node(one, below) for one in given.args), where, by)

    def _no(self, given: ast.expr, message: str, advice: str) -> InputRefused:
        return _refusal(self.path, f"At character {given.col_offset + 1}: {message}", advice)


def _refusal(path: str, message: str, advice: str) -> InputRefused:
    return InputRefused([Problem(path, message, advice)])
