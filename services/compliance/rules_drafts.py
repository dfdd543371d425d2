"""How are rules written: new ones, from packs, as copies, from files, as the next version of one that is in force?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import data.store.tables.rule as tables
from engine.compliance.examples import RuleCase
from engine.compliance.packs.catalog import PACKS
from engine.compliance.packs.examples import examples_of
from engine.compliance.rule import Rule
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.in_force import applies_to, rule_of, with_figures
from services.compliance.rules_check import checked, refuse_unusable
from services.compliance.rules_files import as_yaml, read_rule_file
from services.compliance.rules_rows import (
    OBJECT,
    Place,
    found_version,
    place_of,
    refuse_open,
    refuse_unseen,
)
from services.compliance.rules_views import Reader, cases_of, version_views
from services.errors import Conflict, FieldProblem, InvalidRequest, NotFound
from services.messages.compliance_rules import (
    Adoption,
    AppliesTo,
    Duplication,
    NewRule,
    RuleFile,
    RuleVersionView,
    Wording,
    WordingCheck,
    Written,
)
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


class RuleDrafts:
    """Wordings that are not in force; nothing here changes what portfolios have to keep."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def check(self, wording: Wording, actor: Actor) -> WordingCheck:
        """Return how a wording reads, what its examples say, and everything that is wrong with it; keep nothing."""
        authorize(actor, Permission.COMPLIANCE_READ)
        return checked(wording)

    def create(self, new: NewRule, actor: Actor) -> RuleVersionView:
        """Write the first version of a rule, as a draft.

        Raises
        ------
        InvalidRequest
            With every problem of the wording, each with its place and the way out.
        Conflict
            The code is taken.

        """
        authorize(actor, Permission.RULES_WRITE)
        refuse_unusable(new)
        with self._ports.store.work(actor) as uow:
            place = place_of(uow, new.scope, new.client_id, new.portfolio_id)
            refuse_unseen(uow, new.applies_to)
            row = _written(uow, place, new)
            note(uow, "rule.create", OBJECT, row.id, after={"code": row.code, "scope": row.scope})
            uow.commit()
            return version_views(Reader(uow, actor), row, [found_version(uow, row.id, 1)])[0]

    def adopt(self, pack_id: str, wish: Adoption, actor: Actor) -> Written:
        """Write rules of a pack as drafts, with their examples; those that are there already are left out.

        Raises
        ------
        NotFound
            There is no such pack.
        InvalidRequest
            A code that the pack does not have, or a figure that its rule does not have.

        """
        authorize(actor, Permission.RULES_WRITE)
        wanted = _chosen(pack_id, wish)
        with self._ports.store.work(actor) as uow:
            place = place_of(uow, wish.scope, wish.client_id, wish.portfolio_id)
            refuse_unseen(uow, wish.applies_to)
            taken = uow.rules.codes(place.key)
            made = [
                _written(uow, place, _of_pack(rule, wish.applies_to), pack=pack_id)
                for rule in wanted
                if rule.id not in taken
            ]
            for row in made:
                note(uow, "rule.adopt", OBJECT, row.id, after={"code": row.code, "pack": pack_id, "scope": row.scope})
            uow.commit()
            left_out = tuple(f"{rule.id} is there already." for rule in wanted if rule.id in taken)
            return _told(made, left_out)

    def duplicate(self, rule_id: str, wish: Duplication, actor: Actor) -> RuleVersionView:
        """Write a copy of a rule as it is in force, else of its latest version, under another code."""
        authorize(actor, Permission.RULES_WRITE)
        with self._ports.store.work(actor) as uow:
            place = place_of(uow, wish.scope, wish.client_id, wish.portfolio_id)
            source = uow.rules.get(rule_id)
            version = found_version(uow, rule_id, source.approved_version or source.latest_version)
            wording = Wording(
                rule=rule_of(version).model_copy(update={"id": wish.code}),
                applies_to=applies_to(version) if wish.scope == source.scope else AppliesTo(),
                cases=cases_of(version),
                note=f"Copy of {source.code}, version {version.version}",
            )
            row = _written(uow, place, wording, pack=source.pack)
            note(uow, "rule.duplicate", OBJECT, row.id, after={"code": row.code, "copy_of": source.code})
            uow.commit()
            return version_views(Reader(uow, actor), row, [found_version(uow, row.id, 1)])[0]

    def import_file(self, file: RuleFile, actor: Actor) -> Written:
        """Write all rules of a file as drafts of the house; a code that is there becomes its next version.

        Raises
        ------
        InvalidRequest
            With every problem of every rule; nothing is written then.
        Conflict
            A version of one of them waits already.

        """
        authorize(actor, Permission.RULES_WRITE)
        _refuse_file(file)
        with self._ports.store.work(actor) as uow:
            known = {row.code: row for row in uow.rules.all() if row.scope == "house"}
            made = []
            for one in file.rules:
                refuse_unseen(uow, one.applies_to)
                row = known.get(one.rule.id)
                if row is None:
                    row = _written(uow, Place("house", "house"), one)
                else:
                    refuse_open(uow, row)
                    uow.rules.next_version(row.id, _version(one, row.latest_version + 1))
                note(uow, "rule.import", OBJECT, row.id, after={"code": row.code, "version": row.latest_version})
                made.append(row)
            uow.commit()
            return _told(made, ())

    def import_text(self, raw: bytes, actor: Actor) -> Written:
        """Write all rules of a YAML or JSON file as drafts of the house; as `import_file`."""
        authorize(actor, Permission.RULES_WRITE)
        return self.import_file(read_rule_file(raw), actor)

    def begin(self, rule_id: str, wording: Wording, actor: Actor, row_version: int | None = None) -> RuleVersionView:
        """Write the next version of a rule, as a draft; what is in force stays so.

        Raises
        ------
        InvalidRequest, NotFound
        Conflict
            A version is a draft, or waits, already.
        Stale
            Somebody else changed the rule since `row_version`.

        """
        authorize(actor, Permission.RULES_WRITE)
        refuse_unusable(wording)
        with self._ports.store.work(actor) as uow:
            row = uow.rules.get(rule_id, write=True)
            _refuse_other_code(row.code, wording.rule)
            refuse_open(uow, row)
            refuse_unseen(uow, wording.applies_to)
            made = uow.rules.next_version(rule_id, _version(wording, row.latest_version + 1), row_version)
            note(uow, "rule.version", OBJECT, rule_id, after={"code": row.code, "version": made.version})
            uow.commit()
            return version_views(Reader(uow, actor), row, [made])[0]

    def edit(
        self, rule_id: str, version: int, wording: Wording, actor: Actor, row_version: int | None = None
    ) -> RuleVersionView:
        """Put another wording in place of a draft; a dry run that was made of the old one is taken away.

        Raises
        ------
        InvalidRequest, NotFound, Stale
        Conflict
            The version is no draft any more.

        """
        authorize(actor, Permission.RULES_WRITE)
        refuse_unusable(wording)
        with self._ports.store.work(actor) as uow:
            row = uow.rules.get(rule_id, write=True)
            kept = found_version(uow, rule_id, version)
            if kept.state != "draft":
                raise Conflict(
                    "Only a draft can be changed.", "Withdraw it and write a new version.", code="not_a_draft"
                )
            _refuse_other_code(row.code, wording.rule)
            refuse_unseen(uow, wording.applies_to)
            before = kept.document
            _put(kept, _version(wording, version), actor)
            uow.rules.save(kept, row_version)
            note(uow, "rule.edit", OBJECT, rule_id, before=before, after=kept.document)
            uow.commit()
            return version_views(Reader(uow, actor), row, [kept])[0]

    def export(self, rule_ids: Sequence[str], actor: Actor) -> RuleFile:
        """Return rules as a file that can be taken in again; none named are all of the house that were approved.

        Raises
        ------
        NotFound
            One of them is not there for this actor, or none is in force.

        """
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            rows = [uow.rules.get(one) for one in rule_ids] or [
                row
                for row in uow.rules.all()
                if row.scope == "house" and row.approved_version is not None and not row.is_retired
            ]
            if not rows:
                raise NotFound("No rule of the house is approved.", "Adopt a pack, or write a rule first.")
            found = [found_version(uow, row.id, row.approved_version or row.latest_version) for row in rows]
            return RuleFile(
                rules=tuple(
                    Wording(rule=rule_of(one), applies_to=applies_to(one), cases=cases_of(one), note=one.note)
                    for one in found
                )
            )

    def export_text(self, rule_ids: Sequence[str], actor: Actor) -> bytes:
        """Return rules as YAML that `import_text` takes in again; as `export`."""
        return as_yaml(self.export(rule_ids, actor))


def _written(uow: UnitOfWork, place: Place, wording: Wording, pack: str | None = None) -> tables.ComplianceRule:
    """Insert a rule with its first draft."""
    if wording.rule.id in uow.rules.codes(place.key):
        raise Conflict(
            f"There is a rule with the code {wording.rule.id} already.",
            "Choose another code, or write the next version of that rule.",
            code="code_taken",
        )
    row = tables.ComplianceRule(
        code=wording.rule.id,
        pack=pack,
        scope=place.scope,
        scope_key=place.key,
        client_id=place.client_id,
        portfolio_id=place.portfolio_id,
    )
    return uow.rules.create(row, _version(wording, 1))


def _version(wording: Wording, number: int) -> tables.RuleVersion:
    return tables.RuleVersion(
        document=document_of(wording.rule, number),
        applies_to=wording.applies_to.model_dump(mode="json"),
        cases=[one.model_dump(mode="json") for one in wording.cases],
        note=wording.note or None,
    )


def document_of(rule: Rule, version: int) -> dict[str, Any]:
    """Return a rule as it is stored; its version is the number that the store gives it."""
    found: dict[str, Any] = json.loads(rule.model_copy(update={"version": version}).model_dump_json())
    return found


def _put(kept: tables.RuleVersion, made: tables.RuleVersion, actor: Actor) -> None:
    """Write a wording over a draft's; what is left over of the old one would speak of something else."""
    kept.document, kept.applies_to, kept.cases, kept.note = made.document, made.applies_to, made.cases, made.note
    kept.dry_run, kept.dry_run_at_utc = None, None
    if actor.user_id not in kept.maker_ids and not actor.is_system:
        kept.maker_ids = [*kept.maker_ids, actor.user_id]


def _chosen(pack_id: str, wish: Adoption) -> list[Rule]:
    """Return the rules of a pack that are wanted, with the house's figures."""
    pack = PACKS.get(pack_id)
    if pack is None:
        raise NotFound(f"There is no pack named {pack_id!r}.", f"Choose one of {', '.join(PACKS)}.")
    by_code = {rule.id: rule for rule in pack.rules}
    codes = wish.codes or tuple(by_code)
    problems = [
        FieldProblem(f"codes[{number}]", f"The pack has no rule {code}.", "Choose one of its rules.")
        for number, code in enumerate(codes)
        if code not in by_code
    ]
    problems += _figure_problems(wish.figures, by_code, codes)
    if problems:
        raise InvalidRequest("The pack does not have all of this.", "Correct what is listed.", fields=tuple(problems))
    return [_titled(by_code[code], wish.figures.get(code, {})) for code in dict.fromkeys(codes)]


def _titled(rule: Rule, figures: Mapping[str, float]) -> Rule:
    """Return a rule with figures of the house's own, which its title names where it named those of the pack.

    A figure that two parameters have, or that the title names twice, is left as it is: it is not known which is meant.
    """
    made = with_figures(rule, dict(figures))
    said = [f"{one.value * 100:g}%" if one.unit == "frac" else f"{one.value:g}" for one in rule.parameters]
    says = [f"{one.value * 100:g}%" if one.unit == "frac" else f"{one.value:g}" for one in made.parameters]
    words = re.split(r"((?<![\d.,])\d+(?:\.\d+)?%?)", rule.title)
    new = {old: says[place] for place, old in enumerate(said) if said.count(old) == 1 == words.count(old)}
    title = "".join(new.get(word, word) for word in words)
    return made if title == rule.title else made.model_copy(update={"title": title})


def _figure_problems(
    figures: Mapping[str, Mapping[str, float]], by_code: Mapping[str, Rule], codes: Iterable[str]
) -> list[FieldProblem]:
    found, wanted = [], set(codes)
    for code, values in figures.items():
        names = {one.name for one in by_code[code].parameters} if code in by_code and code in wanted else None
        if names is None:
            found.append(FieldProblem(f"figures.{code}", "This rule is not among those chosen.", "Leave it out."))
            continue
        found += [
            FieldProblem(
                f"figures.{code}.{name}", f"The rule has no figure {name}.", f"It has {', '.join(sorted(names))}."
            )
            for name in values
            if name not in names
        ]
    return found


def _of_pack(rule: Rule, applies: AppliesTo) -> Wording:
    cases: tuple[RuleCase, ...] = examples_of(rule.id)
    return Wording(rule=rule, applies_to=applies, cases=cases)


def _refuse_other_code(code: str, rule: Rule) -> None:
    if rule.id != code:
        raise InvalidRequest(
            "A version cannot have another code than its rule.",
            "Keep the code, or make a copy under the other one.",
            fields=(FieldProblem("rule.id", f"The rule is {code}, the version says {rule.id}.", f"Write {code}."),),
        )


def _refuse_file(file: RuleFile) -> None:
    fields: list[FieldProblem] = []
    codes = [one.rule.id for one in file.rules]
    for number, one in enumerate(file.rules):
        if one.rule.id in codes[:number]:
            fields.append(FieldProblem(f"rules[{number}].rule.id", f"{one.rule.id} stands twice.", "Leave one out."))
        try:
            refuse_unusable(one)
        except InvalidRequest as refusal:
            fields += [FieldProblem(f"rules[{number}].{p.path}", p.message, p.advice) for p in refusal.fields]
    if fields:
        raise InvalidRequest("The file was not taken in.", "Correct what is listed.", fields=tuple(fields))


def _told(rows: Sequence[tables.ComplianceRule], left_out: tuple[str, ...]) -> Written:
    said = f"{formatting.count(len(rows), 'rule')} written as {'a draft' if len(rows) == 1 else 'drafts'}"
    more = f"; {formatting.count(len(left_out), 'rule')} left out" if left_out else ""
    return Written(rule_ids=tuple(row.id for row in rows), left_out=left_out, sentence=f"{said}{more}.")
