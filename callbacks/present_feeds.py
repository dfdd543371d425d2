"""How is a feed of one's own described in a form, and what did somebody type into it?

The form follows `FeedDescription` field by field; labels, help texts and choices are the description's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import EnumType
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from dash import html
from pydantic.fields import FieldInfo

from callbacks.wording import told
from components.fields import field, fields, select, text_area, text_input
from components.ids import Providers
from components.table import more
from services.errors import FieldProblem, InvalidRequest, ServiceError
from services.messages.providers import FeedDescription

COLUMNS, FACTS = "columns", "facts"
GROUPS = (COLUMNS, FACTS)
"""Bars or facts: which key or column holds what. One of the two is filled in."""
BESIDE_FACTS = ("esg_direction", "yield_scale")
SHOWN = (
    "label", "code", "test_symbol", "address", "kind", "rows", "shape", "currency", "date_format", "time_zone",
    "asset_classes", "headers",
)  # fmt: skip
"""What most feeds need; the rest stands behind "More"."""
WORDS = {"score_higher_better": "A score: higher is better", "risk_lower_better": "A risk: lower is better"}
WIDE = frozenset({"address", "headers", "symbols", "asset_classes", "licence"})
LINES = frozenset({"headers", "symbols"})
WHOLE = frozenset({"skip_lines_count"})
REAL = frozenset({"price_scale", "volume_scale", "yield_scale"})


def _paths() -> list[tuple[str, FieldInfo]]:
    """Return every field that is asked for, with its path: columns stand after the others that most feeds need."""
    own = dict(FeedDescription.model_fields)
    inner: list[tuple[str, FieldInfo]] = []
    for group in GROUPS:
        (model,) = (one for one in get_args(own.pop(group).annotation) if one is not NoneType)
        inner += [(f"{group}.{name}", info) for name, info in model.model_fields.items()]
    first = [(name, own[name]) for name in SHOWN]
    return [*first, *inner, *((name, info) for name, info in own.items() if name not in SHOWN)]


PATHS = _paths()
TITLES = {path: info.title or path for path, info in PATHS}


def fields_of(known: Mapping[str, Any]) -> Any:
    """Return the fields of the form, filled with what is known of the feed."""
    made = {path: _field(path, info, _value(path, info, known)) for path, info in PATHS}
    shown = [made[path] for path in SHOWN]
    bars = [made[path] for path in made if _group(path) == COLUMNS]
    facts = [made[path] for path in made if _group(path) == FACTS or path in BESIDE_FACTS]
    rest = [made[path] for path in made if path not in (*SHOWN, *BESIDE_FACTS) and not _group(path)]
    heading = html.H3("Which key or column means what", className="form-heading")
    instead = more("Facts about assets in place of bars: fundamentals and ESG", fields(*facts))
    instead.open = bool(known.get(FACTS))
    return html.Div([fields(*shown), heading, fields(*bars), instead, more("More", fields(*rest))], className="stack")


def _group(path: str) -> str:
    """Return the group that a path belongs to; empty for the description's own fields."""
    group, dot, _ = path.partition(".")
    return group if dot and group in GROUPS else ""


def document_of(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description that was typed; what was left empty keeps its usual value.

    Raises
    ------
    InvalidRequest
        A number is none, or a line of names has no colon.

    """
    found: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for path, info in PATHS:
        text = str(typed.get(path) or "")
        text = text if path in ("separator", "thousands") else text.strip()
        if not text:
            continue
        try:
            value = _read(path, info, text)
        except ValueError as error:
            problems.append(FieldProblem(path, f"{info.title}: {error}", "Correct it, or leave it empty."))
            continue
        group = _group(path)
        if group:
            found.setdefault(group, {})[path.partition(".")[2]] = value
        else:
            found[path] = value
    if problems:
        raise InvalidRequest("The description cannot be used.", "Correct the fields.", fields=tuple(problems))
    if not any(group in found for group in GROUPS):
        found[COLUMNS] = {}  # so that what bars need is asked for at its fields
    return found


def problems(error: ServiceError) -> tuple[dict[str, str], str]:
    """Return what is wrong at each field, "" where nothing is, and what concerns none of them."""
    beside = dict.fromkeys(TITLES, "")
    rest: list[str] = []
    for problem in error.fields:
        path = problem.path.partition("[")[0]
        path = path if path in beside else path.partition(".")[0]
        named = f"`{path.rpartition('.')[2]}`"  # the document's own word; the form says it in its own
        sentence = told(f"{problem.message} {problem.advice}".strip()).replace(named, TITLES.get(path, path))
        if path in beside:
            beside[path] = f"{beside[path]} {sentence}".strip()
        else:
            rest.append(sentence)
    places = [TITLES[path] for path, words in beside.items() if words]
    where = f"See at: {', '.join(places)}." if places else told(error.advice)
    return beside, " ".join([*rest, where])


def _read(path: str, info: FieldInfo, text: str) -> Any:
    if path in LINES:
        return dict(_pair(line) for line in text.splitlines() if line.strip())
    if path == "asset_classes":
        return [word.strip().lower() for word in text.split(",") if word.strip()]
    if info.annotation is bool:
        return text == "yes"
    if path in WHOLE | REAL:
        try:
            return int(text) if path in WHOLE else float(text)
        except ValueError:
            raise ValueError("this is not a number.") from None
    return text.replace("\\t", "\t") if path == "separator" else text


def _pair(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise ValueError(f"“{line.strip()[:40]}” has no colon between name and value.")
    return name.strip(), value.strip()


def _value(path: str, info: FieldInfo, known: Mapping[str, Any]) -> str:
    place = known.get(_group(path)) or {} if _group(path) else known
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    value = place.get(path.partition(".")[2] or path, default)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {one}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


def _choices(info: FieldInfo) -> list[tuple[str, str]]:
    """Return what a field offers; empty where anything may be typed."""
    kind = info.annotation
    if kind is bool:
        return [("yes", "Yes"), ("no", "No")]
    if isinstance(kind, EnumType):
        return [(one.value, WORDS.get(one.value, one.value.replace("_", " ").capitalize())) for one in kind]
    if get_origin(kind) is Literal:
        names = {"": "None", "\t": "Tab", " ": "Space", "json": "JSON", "csv": "CSV", "one": "a single object"}
        return [(str(one), names.get(one, str(one).replace("_", " "))) for one in get_args(kind)]
    return []


def _field(path: str, info: FieldInfo, value: str) -> Any:
    key, choices = Providers.feed_field(path), _choices(info)
    if choices:
        control: Any = select(key, choices, value)
    elif path in LINES:
        control = text_area(key, value, rows=3, placeholder="Name: value")
    else:
        control = text_input(key, value, autocomplete="off")
    help_text = info.description or ""
    if path in LINES:
        help_text += " One a line, as in name: value."
    if path == "asset_classes":
        help_text = "Separated by commas: equity, etf, index, bond, commodity, fx, crypto."
    return field(control, info.title or path, help_text=help_text, is_wide=path in WIDE)
