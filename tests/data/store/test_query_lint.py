"""No query goes past the rules of visibility."""

import ast
from pathlib import Path

from data.store.visibility import RULES

ROOT = Path(__file__).resolve().parents[3]


def test_no_module_but_visibility_selects_from_the_tables_by_itself():
    """``session.get(``, ``.query(`` and ``select(Model...)`` would go past the rules."""
    names = {model.__name__ for model in RULES}
    found = []
    for folder in ("data", "services"):  # the layers above cannot import the tables
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.name == "visibility.py" or "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and _goes_past(node, names):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_the_lint_recognizes_what_it_forbids():
    names = {"Portfolio"}
    for code in ("select(Portfolio)", "sa.select(Portfolio.id)", "self._session.get(Portfolio, 1)",
                 "session.query(Portfolio)", "select(func.max(Portfolio.id))",
                 "select(tables.Portfolio.id)"):  # fmt: skip
        assert _goes_past(ast.parse(code, mode="eval").body, names), code
    for code in ("visible(Portfolio, actor)", "uow.portfolios.get(1)", "settings.get('a')"):
        assert not _goes_past(ast.parse(code, mode="eval").body, names), code


def _goes_past(call: ast.Call, names: set[str]) -> bool:
    function = call.func
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    nodes = [node for argument in call.args for node in ast.walk(argument)]
    mentioned = {node.id for node in nodes if isinstance(node, ast.Name)}
    mentioned |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}  # tables.Portfolio
    if called == "select":
        return bool(mentioned & names)
    owner = function.value if isinstance(function, ast.Attribute) else None
    owned_by = getattr(owner, "attr", getattr(owner, "id", ""))
    return called in {"get", "query", "get_one"} and owned_by in {"session", "_session"} and bool(mentioned & names)
