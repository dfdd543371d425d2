"""How does a rule read as an English sentence?"""

from __future__ import annotations

from collections.abc import Mapping

from engine.compliance.fields import FACTS, POSITION_FIELDS, Unit, is_yes
from engine.compliance.rule import Rule
from engine.compliance.syntax import Among, Binary, Call, Constant, Name, Node, Unary, read

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_BOUND = {
    "<=": "at most", "<": "below", ">=": "at least", ">": "above", "==": "exactly", "!=": "other than",
}  # fmt: skip
_OPPOSITE = {"<=": ">", "<": ">=", ">=": "<", ">": "<=", "==": "!=", "!=": "=="}
_OF = {**_BOUND, "<=": "of at most", ">=": "of at least", "==": "of exactly"}
_HELD = {"!=": "are held", ">": "are held long", "<": "are sold short", "==": "are not held"}
_SIGNS = {"+": "plus", "-": "less", "*": "times", "/": "over"}
_FUNCTIONS = {
    "sum": "the sum of the {0}",
    "max": "the greatest {0}",
    "min": "the smallest {0}",
    "count": "the number",
    "squares": "the sum of the squared {0}",
    "distinct": "the number of different {0}s",
    "abs": "{0} in size",
}


def sentence(rule: Rule) -> str:
    """Return what a rule demands, as one sentence.

    Raises
    ------
    engine.kernel.errors.InputRefused
        An expression cannot be read.

    """
    words = _Words.of(rule)
    limit = words.number(read(rule.limit, "limit"), words.unit)
    whom = words.positions(rule.universe)
    measured = words.measure(read(rule.measure, "measure"), whom)
    kept = f" {words.about(read(rule.keep, 'keep'))}" if rule.keep.strip() else ""
    said = f"{measured} must be {_BOUND[rule.operator]} {limit}"
    if forbids(rule):
        return f"There must be no {whom}{_when(rule)}."
    if is_yes(rule.measure) and is_yes(rule.limit):
        return f"Where {FACTS[rule.measure].label}, it must be so that {FACTS[rule.limit].label}."
    if rule.group_by is None and rule.keep.strip():
        said = f"where {words.condition(read(rule.keep, 'keep'))}, {said}"
    if rule.group_by is not None:
        label = POSITION_FIELDS[rule.group_by].label
        said = {
            "each": f"For each {label}{kept}, {measured} must be {_BOUND[rule.operator]} {limit}",
            "sum": f"Added up over every {label}{kept}, {measured} must be {_BOUND[rule.operator]} {limit}",
            "max": f"For the greatest {label}{kept}, {measured} must be {_BOUND[rule.operator]} {limit}",
            "count": f"The number of {_many(label)}{kept} in {whom} must be {_BOUND[rule.operator]} {limit}",
        }[rule.over]
    warned = ""
    if rule.warn_at.strip():
        side = "from" if rule.operator in ("<=", "<") else "down from"
        warned = f"; a warning {side} {words.number(read(rule.warn_at, 'warn_at'), words.unit)}"
    return f"{said[0].upper()}{said[1:]}{warned}{words.steps(rule)}{_when(rule)}."


def _when(rule: Rule) -> str:
    """Return on which days alone a rule is tested, to be added to its sentence."""
    if not rule.is_quarterly:
        return ""
    own = "" if rule.year_end_month == len(MONTHS) else f" of a year that ends in {MONTHS[rule.year_end_month - 1]}"
    return f"; tested on the last session of each quarter{own}"


def forbids(rule: Rule) -> bool:
    """Return whether a rule allows none of what it is about."""
    is_counting = read(rule.measure, "measure") == Call("count", ())
    return is_counting and rule.operator == "<=" and rule.limit.strip() == "0" and not rule.keep and rule.over == "each"


def part_words(rule: Rule, statement: Node) -> str:
    """Return a part of a rule that is true or false of positions, as words after "that"."""
    return _Words.of(rule).truth(statement)


class _Words:
    """Names of a rule and how they read."""

    def __init__(self, rule: Rule) -> None:
        from engine.compliance.program import program_of

        self.unit: Unit = program_of(rule).unit
        self._values = {one.name: (one.value, one.unit) for one in rule.parameters}
        self._switches = {one.name: one.label for one in rule.parameters if one.name.startswith("is_")}
        self._definitions = {
            one.name: (one.label or one.name.replace("_", " "), one.expression) for one in rule.definitions
        }

    @classmethod
    def of(cls, rule: Rule) -> _Words:
        return cls(rule)

    def positions(self, universe: str) -> str:
        """Return of which positions a rule speaks."""
        return f"positions that {self.truth(read(universe, 'universe'))}" if universe.strip() else "all positions"

    def measure(self, node: Node, whom: str) -> str:
        """Return what is measured."""
        if isinstance(node, Call) and node.function == "count" and node.where is None:
            return f"the number of {whom}"
        if isinstance(node, Call) and node.function == "sum" and node.where is None:
            inner = self.noun(node.arguments[0])
            return f"{inner if inner.startswith('the ') else f'the {inner}'} of {whom}"
        found = self.noun(node)
        if whom == "all positions":
            return found
        return f"{found} of {whom}" if isinstance(node, Call) else f"{found}, among {whom},"

    def steps(self, rule: Rule) -> str:
        """Return the limits beyond the first, to be added to a sentence."""
        if rule.further.strip():
            return f"; told anew at each further {self.number(read(rule.further, 'further'), self.unit)}"
        if not rule.ladder:
            return ""
        named = [self.number(read(text, "ladder"), self.unit) for text in rule.ladder]
        return f"; told anew at {_joined(named, 'and')}"

    def number(self, node: Node, unit: Unit) -> str:
        """Return a threshold."""
        match node:
            case Constant(value=float() as value):
                return told(value, unit)
            case Name(name=name) if name in self._values:
                value, own = self._values[name]
                return told(value, own)
            case Unary(operator="-", inner=Constant(value=float() as value)):
                return told(-value, unit)
            case Binary(operator="*", left=left, right=right):
                values = self._value(left), self._value(right)
                if values[0] is not None and values[1] is not None:
                    return told(values[0] * values[1], unit)
                if isinstance(left, Name) and left.name in self._values and self._values[left.name][1] == "frac":
                    return f"{self.number(left, 'frac')} of {self.noun(right)}"
                if isinstance(left, Binary) and left.operator == "*" and None not in self._both(left):
                    return f"{self.number(left, 'plain')} times {self.noun(right)}"
                first = told(values[0], "plain") if values[0] is not None else self.noun(left)
                return f"{first} times {self.noun(right)}"
        return self.noun(node)

    def _both(self, node: Binary) -> tuple[float | None, float | None]:
        return self._value(node.left), self._value(node.right)

    def _value(self, node: Node) -> float | None:
        if isinstance(node, Constant) and isinstance(node.value, float):
            return node.value
        return self._values[node.name][0] if isinstance(node, Name) and node.name in self._values else None

    def noun(self, node: Node) -> str:
        """Return a figure."""
        match node:
            case Constant(value=value):
                return f"{value:g}" if isinstance(value, float) else str(value)
            case Name(name=name):
                return self._named(name)
            case Unary(inner=inner):
                return f"minus {self.noun(inner)}"
            case Binary(operator=operator, left=left, right=right) if operator in _SIGNS:
                return f"{self.noun(left)} {_SIGNS[operator]} {self.noun(right)}"
            case Call(function="average", arguments=arguments):
                return (
                    f"the average {self.noun(arguments[0])}, weighted by {self.noun(arguments[1])},{self._parts(node)}"
                )
            case Call(function="top", arguments=arguments):
                inner, size = arguments[0], ""
                if isinstance(inner, Call) and inner.function == "abs":
                    inner, size = inner.arguments[0], " in size"
                count = self.noun(arguments[1])
                return f"the {count} greatest {self.noun(inner)}s{size} together{self._parts(node)}"
            case Call(function=function, arguments=arguments):
                inside = [self.noun(one) for one in arguments]
                return f"{_FUNCTIONS[function].format(*inside)}{self._parts(node)}"
        return self.truth(node)

    def _parts(self, node: Call) -> str:
        where = f" of those that {self.truth(node.where)}" if node.where is not None else ""
        return where + (f" by {POSITION_FIELDS[node.by].label}" if node.by else "")

    def _named(self, name: str) -> str:
        if name in self._values:
            value, unit = self._values[name]
            return told(value, unit)
        if name in self._definitions:
            return self._definitions[name][0]
        if name == "measure":
            return "that figure"
        return (POSITION_FIELDS if name in POSITION_FIELDS else FACTS)[name].label

    def about(self, node: Node) -> str:
        """Return which groups count."""
        if isinstance(node, Binary) and node.operator in _BOUND and node.left == Name("measure"):
            return f"{_BOUND[node.operator]} {self.number(node.right, self.unit)}"
        return f"where {self.condition(node)}"

    def condition(self, node: Node) -> str:
        """Return a statement about the portfolio."""
        if isinstance(node, Binary) and isinstance(node.left, Name) and node.left.name in self._switches:
            said = self._switches[node.left.name].partition(":")[0]
            return f"{said[:1].lower()}{said[1:]} ({'yes' if self._values[node.left.name][0] > 0.0 else 'no'})"
        if isinstance(node, Binary) and node.operator in _BOUND:
            noun = self.noun(node.left).removeprefix("the ")
            return f"the {noun} is {_BOUND[node.operator]} {self.number(node.right, self.unit)}"
        return self.truth(node)

    def truth(self, node: Node) -> str:
        """Return a statement about positions, as words after "that"."""
        match node:
            case Name(name=name):
                return POSITION_FIELDS[name].label if name in POSITION_FIELDS else f"are {self._named(name)}"
            case Unary(operator="not", inner=inner):
                return self._negated(inner)
            case Among(inner=inner, options=options, is_negated=is_negated):
                return f"are {'not ' if is_negated else ''}of the {self.noun(inner)} {_or(options)}"
            case Binary(operator="and" | "or" as word):
                return _joined([self._side(one, word) for one in _chain(node, word)], word)
            case Binary(operator=operator, left=left, right=Constant(value=str() as word)):
                return f"are {'' if operator == '==' else 'not '}of the {self.noun(left)} {word}"
            case Binary(operator=operator, left=Name(name="quantity" | "weight"), right=Constant(value=0.0)) if (
                operator in _HELD
            ):
                return _HELD[operator]
            case Binary(operator="<", left=Name(name=name), right=Constant(value=1.0)) if is_yes(name):
                return f"are held although it is not so that {FACTS[name].label}"
            case Binary(operator=operator, left=left, right=right):
                noun = self.noun(left)
                article = "an" if noun[0] in "aeiou" else "a"
                return f"have {article} {noun} {_OF[operator]} {self.number(right, self._unit(left))}"
        return "always" if node == Constant(value=True) else "never"

    def _unit(self, node: Node) -> Unit:
        if isinstance(node, Name):
            for known in (POSITION_FIELDS, FACTS):
                if node.name in known:
                    return known[node.name].unit
        return self.unit

    def _side(self, node: Node, word: str) -> str:
        """Return a part of a longer statement, in brackets where its own parts are joined by the other word."""
        said = self.truth(node)
        other = {"and": "or", "or": "and"}[word]
        inner = node.inner if isinstance(node, Unary) and node.operator == "not" else None
        is_mixed = isinstance(node, Binary) and node.operator == other
        is_turned = isinstance(inner, Binary) and inner.operator == word
        return f"({said})" if is_mixed or is_turned else said

    def _negated(self, node: Node) -> str:
        match node:
            case Name(name=name) if name in POSITION_FIELDS:
                return POSITION_FIELDS[name].negated
            case Unary(operator="not", inner=inner):
                return self.truth(inner)
            case Among(inner=inner, options=options, is_negated=is_negated):
                return self.truth(Among(inner, options, not is_negated))
            case Binary(operator="and" | "or" as word):
                turned = {"and": "or", "or": "and"}[word]
                return _joined([self._side(Unary("not", one), turned) for one in _chain(node, word)], turned)
            case Binary(operator=operator, left=left, right=right):
                return self.truth(Binary(_OPPOSITE[operator], left, right))
        return f"are not such that they {self.truth(node)}"


def told(value: float, unit: Unit) -> str:
    """Return a figure in its unit."""
    if unit == "frac":
        return f"{_plain(value * 100.0)}%"
    if unit == "days":
        return f"{_plain(value)} {'day' if value == 1.0 else 'days'}"
    return _plain(value)


def _plain(value: float) -> str:
    return f"{round(value, 8):,.8f}".rstrip("0").rstrip(".")


def _or(options: tuple[str, ...]) -> str:
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"


def _many(label: str) -> str:
    return f"{label[:-1]}ies" if label.endswith("y") else label if label.endswith("s") else f"{label}s"


def _chain(node: Node, word: str) -> list[Node]:
    """Return the parts of a statement that one word joins."""
    if isinstance(node, Binary) and node.operator == word:
        return [*_chain(node.left, word), *_chain(node.right, word)]
    return [node]


def _joined(parts: list[str], word: str) -> str:
    return f" {word} ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def sentences(rules: Mapping[str, Rule]) -> dict[str, str]:
    """Return the sentences of rules by their ids."""
    return {key: sentence(rule) for key, rule in rules.items()}
