"""Does the house stay tidy: one idea a file, thin callbacks and routes, no magic ids, nothing that does not belong?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "callbacks", "components", "data", "engine", "pages", "services")
LINES_MAX = 400
STATEMENTS_MAX = 15


def source_files(*packages: str) -> Iterator[Path]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations/versions" not in path.as_posix():
                yield path


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def decorators_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    names = set()
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        names.add(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return names


def statements_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    docstring = ast.get_docstring(function) is not None
    return sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1 - int(docstring)


def test_every_file_opens_with_the_question_it_answers() -> None:
    silent = [relative(p) for p in source_files(*PACKAGES) if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert not silent


def test_no_file_grows_beyond_one_idea() -> None:
    sizes = {relative(p): len(p.read_text("utf-8").splitlines()) for p in source_files(*PACKAGES)}
    assert not {name: size for name, size in sizes.items() if size > LINES_MAX}


def test_no_file_is_called_utils_helpers_or_manager() -> None:
    names = {p.stem for p in source_files(*PACKAGES)}
    assert not names & {"utils", "util", "helpers", "helper", "manager", "misc", "common", "base2"}


@pytest.mark.parametrize(
    ("package", "kinds"), [("callbacks", {"callback"}), ("api", {"get", "post", "put", "patch", "delete", "route"})]
)
def test_callbacks_and_routes_parse_call_one_verb_and_present(package: str, kinds: set[str]) -> None:
    too_long = {
        f"{relative(path)}:{function.name}": statements_in(function)
        for path in source_files(package)
        for function in functions_of(path)
        if decorators_of(function) & kinds and statements_in(function) > STATEMENTS_MAX
    }
    assert not too_long


def test_callbacks_name_components_by_the_ids_module_only() -> None:
    magic = []
    for path in source_files("callbacks"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Input", "Output", "State"}:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    magic.append(f"{relative(path)}:{node.lineno} {first.value!r}")
    assert not magic


def test_callbacks_are_registered_in_their_own_package_only() -> None:
    elsewhere = [
        f"{relative(path)}:{function.name}"
        for path in source_files("pages", "components", "services", "api")
        for function in functions_of(path)
        if "callback" in decorators_of(function)
    ]
    assert not elsewhere


def test_rows_are_read_through_the_visible_selects_only() -> None:
    owned = r"\b(?:select\((?:tables\.)?(?:Portfolio|Client|Run|Alert)\b|_session\.get\()"
    outside = [
        f"{relative(path)}: {match.group(0)}"
        for path in source_files("services", "api", "callbacks")
        for match in re.finditer(owned, path.read_text("utf-8"))
    ]
    assert not outside


def test_nothing_swallows_errors_or_runs_text_as_code() -> None:
    forbidden = re.compile(
        r"except( Exception| BaseException)?:\s*(pass|\.\.\.)\s*$|\beval\(|\bexec\(|pickle\.load|yaml\.load\(",
        re.MULTILINE,
    )
    found = {
        relative(path): [m.group(0) for m in forbidden.finditer(path.read_text("utf-8"))]
        for path in source_files(*PACKAGES)
    }
    assert not {name: hits for name, hits in found.items() if hits}


def test_every_direct_dependency_has_its_reason_in_the_docs() -> None:
    documented = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    pins = re.findall(
        r"^([A-Za-z0-9_.-]+)(?:\[[a-z]+\])?==", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE
    )
    assert pins
    assert not [name for name in pins if f"`{name.lower()}`" not in documented]


def test_the_lock_holds_every_direct_pin() -> None:
    lock = {
        m.lower().replace("_", "-")
        for m in re.findall(
            r"^([A-Za-z0-9_.-]+==[^ \\]+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE
        )
    }
    text = re.sub(r"\[[a-z]+\]", "", (ROOT / "requirements.txt").read_text("utf-8"))
    pins = re.findall(r"^([A-Za-z0-9_.-]+==\S+)", text, re.MULTILINE)
    assert pins
    assert not [pin for pin in pins if pin.lower().replace("_", "-") not in lock]


def test_no_package_registry_and_no_foreign_host_is_named() -> None:
    hosts = re.compile(
        r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian|cdn\.plot\.ly|cdnjs|jsdelivr|unpkg\.com|googleapis\.com",
        re.IGNORECASE,
    )
    named = []
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if (
            parts[0] in {".git", ".venv", "var", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
            or parts[:2] == ("assets", "vendor")
            or not path.is_file()
            or path == Path(__file__)
        ):
            continue
        if path.suffix in {
            ".py",
            ".md",
            ".txt",
            ".toml",
            ".yaml",
            ".yml",
            ".js",
            ".css",
            ".html",
            ".lock",
            ".sh",
            "",
        } and hosts.search(path.read_text("utf-8", errors="ignore")):
            named.append(relative(path))
    assert not named
