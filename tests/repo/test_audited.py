"""Does every deed leave an audit row? Every function of the services that keeps a change is followed to one.

A function keeps a change where it opens a unit of work that writes and commits it. From there calls are followed
through functions, methods of the same object, and the services that it holds, until one records what was done.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORDERS = {"note"}

WITHOUT_A_ROW: dict[str, str] = {
    "services.optimize_drafts:WizardDrafts.keep": "Nothing is done yet: the run that comes of it is recorded.",
    **dict.fromkeys(
        (
            "services.lease:Lease.give_back", "services.lease:Lease.renew", "services.runs_lease:Lease._beat",
            "services.runs_lease:Lease._note", "services.runs_execute:Execution._claim",
            "services.runs_execute:Execution._pause", "services.runs_execute:Execution._store_end",
            "services.runs_recover:Recovery.end", "services.runs_recover:Recovery.take_up_again",
            "services.analyses:Analyses._open",
            "services.analyses:Analyses.prune", "services.analyses_execute:Computation._claim",
            "services.analyses_execute:Computation.execute", "services.analyses_execute:Computation.revive",
        ),
        "How work that was recorded when it was asked for gets on.",
    ),
    **dict.fromkeys(
        (
            "services.alerts:Alerts.observe", "services.alerts:Alerts.remind", "services.events:Events.prune",
            "services.events:Events.publish", "services.compliance.breaches:ring",
            "services.compliance.breach_overrides:BreachOverrides._tell_deciders",
            "services.rebalancing_steps:RebalancingSteps._tell_deciders",
            "services.compliance.breach_watch:BreachWatch._house",
        ),
        "People are told of what was recorded where it happened, or of what nobody did.",
    ),
    **dict.fromkeys(
        (
            "services.risk:Risk._keep", "services.risk:Risk._settle", "services.risk_history_fill:_keep",
            "services.risk_models:_keep", "services.valuation:Valuator._rewrite", "services.live:Live._usual_of",
        ),
        "Computed from what was recorded, and the same for whoever asks.",
    ),
    **dict.fromkeys(
        (
            "services.market_cut_off:CutOff._say", "services.market_ingest:Ingest.history",
            "services.market_pipeline:Pipeline._finish", "services.market_pipeline:Pipeline._store",
            "services.market_pipeline:Pipeline.give_up", "services.market_pipeline:Pipeline.ingest",
            "services.market_pipeline:Pipeline.resume", "services.providers_gate:Gate.failed",
            "services.providers_gate:Gate.reserve", "services.providers_gate:Gate.succeeded",
            "services.providers_intake:Intake.take", "services.providers_rates:take_rates",
            "services.providers_refresh:FreshFigures._keep_left", "services.providers_refresh:FreshFigures._told",
        ),
        "Market data that sources deliver: each delivery keeps source, time and digest, its bars their versions.",
    ),
    **dict.fromkeys(
        (
            "services.api_keys:ApiKeys.authenticate", "services.sessions:Sessions.prune",
            "services.sessions:Sessions.touch", "services.users_sign_in:SignIn.clear_failures",
            "services.users_sign_in:SignIn.spend_totp_counter", "services.idempotency:Idempotency.once",
        ),
        "When somebody was last seen, and what keeps a request or a code from counting twice.",
    ),
    "services.events:Events.mark_read": "Reading one's own inbox changes nothing for anybody.",
    "services.holdings_import:HoldingsImports.choose": "Choices of a draft; what is booked from it is recorded.",
    "services.invitations:Invitations.make_setup": "Before there is a user there is nobody to record.",
    "services.users:Users.ensure_tenant": "Before there is a user there is nobody to record.",
    "services.sample_pack:SamplePack._load": "Its only caller, load, records it.",
    "services.compliance.rules_decisions:RuleDecisions._do": "The deed that is handed in writes each row.",
}  # fmt: skip
"""Functions whose changes are no deeds of anybody, and why."""


@dataclass
class Place:
    """One function or method."""

    module: str
    owner: str | None
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        inner = self.node.name if self.owner is None else f"{self.owner}.{self.node.name}"
        return f"{self.module}:{inner}"


@dataclass
class Module:
    """What one module defines and what its names stand for."""

    name: str
    functions: dict[str, Place] = field(default_factory=dict)
    classes: dict[str, dict[str, Place]] = field(default_factory=dict)
    bases: dict[str, list[str]] = field(default_factory=dict)
    held: dict[str, dict[str, str]] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)


@cache
def modules() -> dict[str, Module]:
    found = {}
    for path in sorted((ROOT / "services").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name] = _read(name, ast.parse(path.read_text(encoding="utf-8")))
    return found


def _read(name: str, tree: ast.Module) -> Module:
    made = Module(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            made.imported |= {one.asname or one.name: (node.module, one.name) for one in node.names}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            made.functions[node.name] = Place(name, None, node)
        elif isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
            made.classes[node.name] = {one.name: Place(name, node.name, one) for one in methods}
            made.bases[node.name] = [one.id for one in node.bases if isinstance(one, ast.Name)]
            made.held[node.name] = _held(next((one for one in methods if one.name == "__init__"), None))
    return made


def _held(init: ast.FunctionDef | None) -> dict[str, str]:
    """Return the class of what each attribute holds, as far as the constructor says."""
    if init is None:
        return {}
    arguments = [*init.args.args, *init.args.kwonlyargs]
    given = {one.arg: ast.unparse(one.annotation).split(" |")[0] for one in arguments if one.annotation}
    found = {}
    for node in ast.walk(init):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            value = node.value
            if isinstance(value, ast.Name) and value.id in given:
                found[node.targets[0].attr] = given[value.id]
            elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
                found[node.targets[0].attr] = value.func.id
    return found


def _home(module: Module, name: str) -> tuple[Module, str] | None:
    """Return where a name of a module is defined, if in the services."""
    if name in module.functions or name in module.classes:
        return module, name
    source, original = module.imported.get(name, ("", ""))
    return _home(modules()[source], original) if source in modules() else None


def _method(module: Module, owner: str, name: str) -> Place | None:
    if name in module.classes.get(owner, {}):
        return module.classes[owner][name]
    for base in module.bases.get(owner, []):
        home = _home(module, base)
        found = None if home is None else _method(*home, name)
        if found is not None:
            return found
    return None


def _called(place: Place) -> Iterator[Place]:
    """Return what a function calls, or hands on as a value, as far as it can be known."""
    module = modules()[place.module]
    for node in ast.walk(place.node):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            home = _home(module, node.id)
            if home is not None and home[1] in home[0].functions:
                yield home[0].functions[home[1]]
            elif home is not None:
                init = _method(*home, "__init__")
                yield from () if init is None else (init,)
        if isinstance(node, ast.Attribute) and place.owner is not None:
            yield from _through(module, place.owner, node)


def _through(module: Module, owner: str, node: ast.Attribute) -> Iterator[Place]:
    """Return the method behind ``self.name`` or ``self.held.name``."""
    value = node.value
    found = None
    if isinstance(value, ast.Name) and value.id == "self":
        found = _method(module, owner, node.attr)
    elif isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id == "self":
        kind = module.held.get(owner, {}).get(value.attr)
        home = None if kind is None else _home(module, kind)
        found = None if home is None else _method(*home, node.attr)
    if found is not None:
        yield found


def _calls(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for one in ast.walk(node):
        if isinstance(one, ast.Call):
            yield (one.func.attr if isinstance(one.func, ast.Attribute) else getattr(one.func, "id", "")), one


def keeps_a_change(place: Place) -> bool:
    """Return whether a function opens a unit that writes and commits it."""
    opens = commits = False
    for name, call in _calls(place.node):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        is_store = getattr(owner, "attr", getattr(owner, "id", "")) in ("store", "_store")
        reads = any(one.arg == "read_only" for one in call.keywords)
        opens = opens or (is_store and name in ("work", "system") and not reads)
        commits = commits or name == "commit"
    return opens and commits


def records(place: Place) -> bool:
    """Return whether a function itself writes an audit row."""
    return any(
        name in RECORDERS or (name == "append" and ast.unparse(call.func).endswith("audit.append"))
        for name, call in _calls(place.node)
    )


_KNOWN: dict[str, tuple[bool, tuple[Place, ...]]] = {}
"""Whether each function that was looked at writes a row, and what it calls."""


def _looked_at(place: Place) -> tuple[bool, tuple[Place, ...]]:
    if place.name not in _KNOWN:
        _KNOWN[place.name] = (records(place), tuple(_called(place)))
    return _KNOWN[place.name]


def leads_to_a_row(place: Place) -> bool:
    """Return whether any way from a function leads to one that writes an audit row."""
    seen, waiting = {place.name}, [place]
    while waiting:
        is_row, called = _looked_at(waiting.pop())
        if is_row:
            return True
        for further in called:
            if further.name not in seen:
                seen.add(further.name)
                waiting.append(further)
    return False


def keepers() -> dict[str, Place]:
    found = {}
    for module in modules().values():
        places = [*module.functions.values(), *(one for its in module.classes.values() for one in its.values())]
        found |= {place.name: place for place in places if keeps_a_change(place)}
    return found


@pytest.mark.requirement("X.DP4")
def test_every_change_that_is_kept_leaves_an_audit_row() -> None:
    silent = {name for name, place in keepers().items() if not leads_to_a_row(place)}
    assert sorted(silent - WITHOUT_A_ROW.keys()) == []
    assert sorted(WITHOUT_A_ROW.keys() - silent) == [], "these are recorded, or gone: take them off the list"
    assert all(reason.endswith(".") for reason in WITHOUT_A_ROW.values())


def test_the_search_finds_what_it_looks_for() -> None:
    found = keepers()
    assert len(found) > 80
    for name in ("services.teams:Teams.create", "services.users:Users.set_role", "services.imports:Imports.run"):
        assert leads_to_a_row(found[name]), name
    assert not leads_to_a_row(found["services.sessions:Sessions.prune"])
