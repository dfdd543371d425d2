"""How do rules go into a file and come out of one: JSON, or YAML as people write it?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from data.upload.plain_yaml import read_yaml, write_yaml
from engine.compliance.examples import RuleCase
from engine.kernel.errors import InputRefused
from services.errors import FieldProblem, InvalidRequest
from services.field_problems import count_words, field_problem, field_problems
from services.messages.compliance_rules import RuleFile

FILE_MAX_BYTES = 1024 * 1024
_CASES: Final = TypeAdapter(tuple[RuleCase, ...])
_EXPRESSIONS = ("universe", "measure", "keep", "limit", "warn_at")


def read_rule_file(raw: bytes) -> RuleFile:
    """Return what stands in a file of rules; JSON is read as the YAML that it is.

    In a file, an expression that is a bare number counts as its text: ``limit: 0.10``.

    Raises
    ------
    InvalidRequest
        With every problem, by line where the text cannot be read, else by field.

    """
    try:
        found = read_yaml(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _refusal((FieldProblem("file", "The file is not UTF-8.", "Save it as UTF-8."),)) from None
    except InputRefused as refusal:
        raise _refusal(tuple(field_problem(one) for one in refusal.problems)) from None
    if not isinstance(found, dict):
        problem = FieldProblem("file", "The file has no list of rules.", "Begin it with rules: and one dash a rule.")
        raise _refusal((problem,))
    try:
        return RuleFile.model_validate_json(json.dumps(_with_texts(found)), strict=True)
    except ValidationError as error:
        raise _refusal(field_problems(error)) from None


def as_yaml(file: RuleFile) -> bytes:
    """Return rules as YAML that `read_rule_file` reads as the same; what is as usual is left out."""
    return write_yaml(file.model_dump(mode="json", exclude_defaults=True)).encode()


def examples_text(cases: Sequence[RuleCase]) -> str:
    """Return the examples of a rule as YAML that `read_examples` reads as the same; no text where there are none."""
    return write_yaml([one.model_dump(mode="json", exclude_defaults=True) for one in cases]) if cases else ""


def read_examples(text: str) -> tuple[RuleCase, ...]:
    """Return the examples that stand in a text of YAML or JSON, as a list.

    Raises
    ------
    InvalidRequest
        With every problem, by line where the text cannot be read, else by field below ``cases``.

    """
    try:
        found = read_yaml(text)
        return _CASES.validate_json(json.dumps([] if found is None else found), strict=True)
    except InputRefused as refusal:
        raise _unread(tuple(field_problem(one) for one in refusal.problems)) from None
    except ValidationError as error:
        raise _unread(field_problems(error)) from None


def _unread(fields: tuple[FieldProblem, ...]) -> InvalidRequest:
    below = tuple(FieldProblem(f"cases.{one.path}".rstrip("."), one.message, one.advice) for one in fields)
    return InvalidRequest(count_words(len(below), "examples"), "Correct what is listed.", fields=below)


def _with_texts(found: dict[str, Any]) -> dict[str, Any]:
    rules = found.get("rules")
    for one in rules if isinstance(rules, list) else []:
        rule = one.get("rule") if isinstance(one, dict) else None
        if isinstance(rule, dict):
            for name in _EXPRESSIONS:
                if isinstance(rule.get(name), int | float) and not isinstance(rule[name], bool):
                    rule[name] = repr(rule[name])
    return found


def _refusal(fields: tuple[FieldProblem, ...]) -> InvalidRequest:
    return InvalidRequest(
        count_words(len(fields), "file"), "Correct what is listed; nothing was taken in.", code="file_has_problems",
        fields=fields,
    )  # fmt: skip
