"""In which shapes are rules of compliance written, proposed, decided on, deviated from and shown?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.compliance.examples import CaseOutcome, RuleCase
from engine.compliance.rule import Rule
from engine.compliance.strictness import Effect
from services.messages.frozen import Message

Scope = Literal["house", "client", "portfolio"]
RuleState = Literal["draft", "proposed", "approved", "rejected", "withdrawn"]
Standing = Literal["draft", "proposed", "in_force", "not_yet", "ended", "rejected", "withdrawn", "retired"]
OverrideKind = Literal["figures", "exempt", "inherit"]
OverrideState = Literal["proposed", "approved", "rejected", "withdrawn"]
Deed = Literal["edit", "propose", "withdraw", "approve", "reject", "retire", "new_version"]
Identifier = Annotated[str, Field(min_length=1, max_length=64)]
Words = Annotated[str, Field(max_length=2_000)]
Reason = Annotated[str, Field(min_length=3, max_length=2_000)]
CASES_MAX_COUNT = 40


class AppliesTo(Message):
    """Which portfolios of its scope a rule is for: all that fit everything that is said; nothing said is all."""

    strategies: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    currencies: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    portfolio_ids: Annotated[tuple[Identifier, ...], Field(max_length=2_000)] = ()


class Wording(Message):
    """What a version of a rule says: the rule, for which portfolios, its own examples, and what the change is about."""

    rule: Rule
    applies_to: AppliesTo = AppliesTo()
    cases: Annotated[tuple[RuleCase, ...], Field(max_length=CASES_MAX_COUNT)] = ()
    note: Words | None = None


class NewRule(Wording):
    """A rule to write: for the house, or for one client or portfolio, whose id is needed then."""

    scope: Scope = "house"
    client_id: Identifier | None = None
    portfolio_id: Identifier | None = None


class Adoption(Message):
    """Which rules of a pack to take in, for whom, and with which figures; no codes are all of them.

    `figures` are values of parameters by the rule's code.
    """

    codes: Annotated[tuple[str, ...], Field(max_length=100)] = ()
    scope: Scope = "house"
    client_id: Identifier | None = None
    portfolio_id: Identifier | None = None
    applies_to: AppliesTo = AppliesTo()
    figures: dict[str, dict[str, float]] = Field(default_factory=dict)


class Duplication(Message):
    """A copy of a rule under another code, for the house, a client or a portfolio."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]
    scope: Scope = "house"
    client_id: Identifier | None = None
    portfolio_id: Identifier | None = None


class Chosen(Message):
    """One version of one rule."""

    rule_id: Identifier
    version: Annotated[int, Field(ge=1, le=1_000_000)]


class ChosenVersions(Message):
    """Several versions that one deed is done to, all or none; a refusal needs a reason."""

    versions: Annotated[tuple[Chosen, ...], Field(min_length=1, max_length=200)]
    reason: Words | None = None


class RuleReadiness(Message):
    """What can be done with several versions now.

    `ready` can be approved by the reader at once; `need_dry_run` could be, were a dry run made of them; `not_yours`
    need another person, because the reader wrote or proposed them, or may not approve; `not_waiting` are no proposals.
    """

    sentence: str
    ready: tuple[Chosen, ...]
    need_dry_run: tuple[Chosen, ...]
    not_yours: tuple[Chosen, ...]
    not_waiting: tuple[Chosen, ...]


class RuleDecision(Message):
    """Why; a refusal, a withdrawal after approval and a retirement need it."""

    reason: Words | None = None


class Retirement(Message):
    """Why a rule is to go out of force."""

    reason: Reason


class RuleFile(Message):
    """Rules as a file: what is in it is written as drafts, all or none."""

    rules: Annotated[tuple[Wording, ...], Field(min_length=1, max_length=200)]


class CaseResult(Message):
    """What a rule said of one of its examples, in a sentence."""

    outcome: CaseOutcome
    is_as_expected: bool
    sentence: str


class RuleVersionView(Message):
    """One version of a rule.

    `missing` says what is needed before it can be proposed or approved; `warning` what to know then; `may` which deeds
    are open to the reader now. Names are None for people whom the reader does not see, and for the product itself.
    """

    rule_id: str
    version: int
    state: RuleState
    state_words: str
    is_retirement: bool
    sentence: str
    applies_words: str
    rule: Rule
    applies_to: AppliesTo
    cases: tuple[RuleCase, ...]
    case_results: tuple[CaseResult, ...]
    note: str | None
    made_by: str | None
    made_at_utc: datetime
    proposed_by: str | None
    proposed_at_utc: datetime | None
    decided_by: str | None
    decided_at_utc: datetime | None
    decision_reason: str | None
    dry_run: dict[str, Any] | None
    dry_run_at_utc: datetime | None
    missing: tuple[str, ...]
    warning: str | None = None
    may: tuple[Deed, ...]
    row_version: int


class RuleView(Message):
    """A rule as lists show it: what is in force of it, or the latest version where nothing is.

    `waiting_version` is a version that is a draft or waits for a decision.
    """

    id: str
    code: str
    title: str
    sentence: str
    citation: str
    severity: str
    severity_words: str
    scope: Scope
    scope_id: str | None
    scope_name: str
    applies_words: str
    pack: str | None
    pack_title: str | None
    standing: Standing
    standing_words: str
    approved_version: int | None
    latest_version: int
    waiting_version: int | None
    waiting_state: RuleState | None
    deviations_count: int
    is_sample: bool
    may: tuple[Deed, ...]
    row_version: int
    created_at_utc: datetime


class RuleDetail(Message):
    """A rule with all its versions, the latest first, and what clients and portfolios have otherwise."""

    rule: RuleView
    versions: tuple[RuleVersionView, ...]
    overrides: tuple[RuleOverrideView, ...]


class FieldDifference(Message):
    """One field in which two versions differ, in words; values as people read them, None where absent."""

    path: str
    label: str
    first: str | None
    second: str | None
    sentence: str


class RuleComparison(Message):
    """How one version of a rule differs from another; no differences where they say the same.

    `effect` is that of figures alone: ``unclear`` where the wording itself differs.
    """

    rule_id: str
    first_version: int
    second_version: int
    first_sentence: str
    second_sentence: str
    effect: Effect
    effect_words: str
    differences: tuple[FieldDifference, ...]


class RuleAsOf(Message):
    """What a rule said at an instant, and who had approved it; `version` is None where nothing was in force."""

    rule_id: str
    code: str
    at_utc: datetime
    is_in_force: bool
    version: RuleVersionView | None
    sentence: str


class NewOverride(Message):
    """What a client or a portfolio is to have otherwise than a rule says, from the day of approval where no day is.

    `figures` are values of parameters; `exempt` takes the rule away, `inherit` gives the level above back.
    """

    scope: Literal["client", "portfolio"]
    client_id: Identifier | None = None
    portfolio_id: Identifier | None = None
    kind: OverrideKind = "figures"
    figures: dict[str, float] = Field(default_factory=dict)
    reason: Reason
    valid_from: date | None = None
    valid_to: date | None = None


class FigureView(Message):
    """One figure of a deviation beside the one that it takes the place of, in words too."""

    name: str
    label: str
    unit: str
    inherited: float
    own: float
    sentence: str


class RuleOverrideView(Message):
    """What a client or portfolio has otherwise, or asks to; `would_end` names breaches that end by what waits."""

    id: str
    rule_id: str
    code: str
    title: str
    scope: Scope
    scope_id: str
    scope_name: str
    kind: OverrideKind
    figures: tuple[FigureView, ...]
    effect: Effect
    effect_words: str
    would_end: str | None = None
    sentence: str
    reason: str
    valid_from: date | None
    valid_to: date | None
    state: OverrideState
    made_by: str | None
    made_at_utc: datetime
    decided_by: str | None
    decided_at_utc: datetime | None
    decision_reason: str | None
    may: tuple[Deed, ...]
    row_version: int


class PortfolioRule(Message):
    """A rule that a portfolio has to keep; `overridden` says each figure that is not the rule's own, in a sentence."""

    rule_id: str
    version: int
    code: str
    title: str
    sentence: str
    citation: str
    severity: str
    severity_words: str
    origin: Scope
    origin_name: str
    approved_at_utc: datetime
    rule: Rule
    overridden: tuple[str, ...]


class ExemptRule(Message):
    """A rule that a portfolio need not keep, and why."""

    rule_id: str
    version: int
    code: str
    title: str
    sentence: str
    why: str


class PortfolioRules(Message):
    """What a portfolio has to keep on a day, and from what it is exempt."""

    portfolio_id: str
    on: date
    summary: str
    rules: tuple[PortfolioRule, ...]
    exempt: tuple[ExemptRule, ...]


class PackRule(Message):
    """A rule of a pack, as the house would take it in; `adopted_as` is the id of the house's own where it has it."""

    code: str
    title: str
    sentence: str
    citation: str
    severity: str
    severity_words: str
    rule: Rule
    cases_count: int
    adopted_as: str | None


class PackView(Message):
    """A pack with what must be known before relying on it."""

    id: str
    title: str
    about: str
    caveat: str
    rules_count: int
    adopted_count: int
    rules: tuple[PackRule, ...]


class RuleChange(Message):
    """One decision on a rule or a deviation, for reports: what, who asked, who decided, why."""

    at_utc: datetime
    kind: Literal["version", "retirement", "deviation"]
    rule_id: str
    code: str
    title: str
    version: int | None
    state: str
    asked_by: str | None
    decided_by: str | None
    reason: str | None
    sentence: str


class WordingCheck(Message):
    """Whether a wording can be kept: how it reads, what its examples say, and every problem with its place."""

    is_valid: bool
    sentence: str | None
    case_results: tuple[CaseResult, ...]
    problems: tuple[RuleProblem, ...]


class RuleProblem(Message):
    """One thing that is wrong with a wording: the field, what is wrong, at which character, and the way out."""

    path: str
    message: str
    advice: str
    character: int | None = None


class Written(Message):
    """What was written at once: the ids in the order that was given, and what was left out with the reason."""

    rule_ids: tuple[str, ...]
    left_out: tuple[str, ...]
    sentence: str
