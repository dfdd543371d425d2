"""Does every sentence and every figure that a callback or an export shows pass through the reader's number format?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TURNS = {"in_style", "told", "problem_words"}
"""What turns a canonical sentence into the reader's format."""

SENTENCES = {
    "message", "sentence", "advice", "warnings", "notes", "sample_notes", "var_note", "max_drawdown_note", "stage",
    "obstacle", "explain",
}  # fmt: skip
"""Attributes of messages, errors and registry members that hold or make sentences."""

CARRIERS = {"TypedProblem", "FieldProblem", "InvalidRequest"}
"""What only carries a sentence on, still canonical, to where it is shown."""

CARRY = {
    "jobs_follow.py:follow_run": "compares states, shows nothing",
    "run_words.py:notes_of": "gathers, then turns each",
    "optimize_summary.py:in_words": "is what turns a checked draft",
    "optimize_summary.py:messages_by_field": "works on a draft that is turned",
    "optimize_from_limit.py:applied": "keeps it in the draft, whose summary turns it",
    "optimize_show.py:show_preview": "works on a draft that is turned",
    "optimize_show.py:_light": "asks only whether there is one",
    "optimize_show.py:_status": "works on a draft that is turned",
    "optimize_show.py:_not_yet": "works on a draft that is turned",
    "present_errors.py:on_error": "gathers, then turns the whole",
    "present_errors.py:_tell": "gathers, then turns each",
    "present_portfolio.py:notes": "asks whether there are any, then turns them",
    "optimize_show.py:failed_to_start": "works on problems that are turned in its loop",
    "optimize_beside.py:_no_excess": "asks what it is about, then turns it",
    "optimize_others.py:named": "works on problems that are turned",
    "present_limits.py:read_words": "asks whether there are any, then turns each",
    "run_sureness.py:follow": "asks only whether there is one",
    "run_sureness.py:draw": "hands it to body_of, which turns it",
    "run_why_parts.py:_said": "asks only which are told already",
    "present_compliance_trade.py:_notes": "asks whether there are any, then turns each",
    "run_present.py:lineage_facts": "asks whether there are any, then turns them",
}
"""Functions that hold canonical sentences for a reason; tests/ui/pages/test_number_style.py looks at what they show."""

WRITERS = {"number", "percent", "weight", "points", "rate", "ratio", "basis_points", "money", "quantity", "duration"}
TYPED = {"optimize_numbers.py", "present_typed.py"}
"""Files that only say what is wrong with what was typed: canonical sentences, turned where they are shown."""


def sources() -> Iterator[tuple[Path, ast.AST]]:
    for path in sorted((ROOT / "callbacks").glob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def unturned(path: Path, tree: ast.AST) -> Iterator[str]:
    """Yield every sentence that is read outside a call that turns it."""
    asked: set[int] = set()

    def turns(node: ast.AST) -> bool:
        return any(isinstance(one, ast.Call) and name_of(one) in TURNS for one in ast.walk(node))

    def walk(node: ast.AST, where: str, is_turned: bool) -> Iterator[str]:
        if isinstance(node, ast.FunctionDef):
            where = f"{path.name}:{node.name}"
        if isinstance(node, ast.Call) and name_of(node) in TURNS | CARRIERS:
            is_turned = True
        if isinstance(node, ast.ListComp | ast.GeneratorExp) and turns(node.elt):
            is_turned = True  # each one is turned where it is drawn
        if isinstance(node, ast.If | ast.IfExp) and isinstance(node.test, ast.Attribute):
            asked.add(id(node.test))  # asks only whether there is any
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr in SENTENCES:
            is_module = ast.unparse(node.value).startswith("present_")
            if not is_turned and where not in CARRY and not is_module and id(node) not in asked:
                yield f"{where}: {ast.unparse(node)}"
        for child in ast.iter_child_nodes(node):
            yield from walk(child, where, is_turned)

    yield from walk(tree, path.name, False)


def test_no_callback_shows_a_sentence_in_the_canonical_style() -> None:
    assert not [found for path, tree in sources() for found in unturned(path, tree)]


def test_no_exception_outlives_its_reason() -> None:
    functions = {
        f"{path.name}:{node.name}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    assert not set(CARRY) - functions


def test_no_callback_writes_a_figure_without_the_readers_format() -> None:
    bare = [
        f"{path.name}:{node.lineno} {ast.unparse(node)}"
        for path, tree in sources()
        if path.name not in TYPED
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and name_of(node) in WRITERS
        and (isinstance(node.func, ast.Name) or ast.unparse(node.func).startswith("formatting."))
        and not any(keyword.arg == "style" for keyword in node.keywords)
    ]
    assert not bare


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("def f(run):\n    return html.P(run.message)", True),
        ("def f(run):\n    return html.P(in_style(run.message, style))", False),
        ("def f(limit):\n    return f'{limit.explain()}.'", True),
        ("def f(one):\n    return [html.Li(text) for text in one.notes]", True),
        (
            "def f(one):\n    return [html.Li(in_style(text, style)) for text in one.notes] if one.notes else None",
            False,
        ),
        ("def f(error):\n    say(error.title, told(error.sentence))", False),
    ],
)
def test_the_search_finds_what_it_looks_for(source: str, is_found: bool) -> None:
    assert bool(list(unturned(Path("some.py"), ast.parse(source)))) is is_found
