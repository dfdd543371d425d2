"""What happens when the work on a run is to ask the providers for new prices?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.field_problems import field_problems
from services.messages.market import IngestReport
from services.providers import RefreshKind
from services.providers_failures import failed_words
from services.runs_kinds import Outcome, RunContext, RunFacts

What = Literal["all", "minutes", "days", "facts", "macro"]


ALL: tuple[RefreshKind, ...] = ("days", "facts", "macro", "minutes")
WORDS: dict[RefreshKind, str] = {
    "days": "sessions that are over",
    "facts": "dividends, splits and fundamentals",
    "macro": "economic series",
    "minutes": "today's bars",
}
WAY_OUT = "Send {}, or name in `what` one of: all, minutes, days, facts, macro."


class PriceRefreshRequest(BaseModel):
    """A wish to have sources asked: for everything, or for one kind of figures as `Providers.refresh` names them."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    schema_version: Literal[1] = 1
    what: What = "all"


class PriceRefreshKind:
    """Asks every provider once and reports what came."""

    name = "price_refresh"
    label = "Price refresh"
    permission = Permission.MARKET_REFRESH
    time_limit_s = 600.0
    volatile_fields = frozenset({"elapsed_ms"})

    def parse(self, text: str) -> PriceRefreshRequest:
        """Return the request."""
        try:
            return PriceRefreshRequest.model_validate_json(text)
        except ValidationError as error:
            raise InvalidRequest("This refresh cannot be asked for.", WAY_OUT, fields=field_problems(error)) from None

    def describe(self, request: BaseModel) -> RunFacts:
        """Return nothing in particular."""
        return RunFacts(name="Price refresh")

    def execute(self, request: BaseModel, context: RunContext) -> Outcome:
        """Ask the providers."""
        what = request.what if isinstance(request, PriceRefreshRequest) else "all"
        reports = []
        if what == "all":
            context.progress("Looking at the history built in", 0.1)
            reports.append(context.services.market.refresh(context.actor))
        for number, kind in enumerate(ALL if what == "all" else (what,)):
            context.progress(f"Asking for {WORDS[kind]}", 0.2 + 0.2 * number)
            reports.append(context.services.providers.refresh(kind, context.actor))
        report = joined(reports)
        return Outcome(document=report.model_dump(mode="json"), schema_version=1, message=report.sentence)


def joined(reports: Sequence[IngestReport]) -> IngestReport:
    """Return one report of several looks at the sources; sentences that say the same stand once, failures behind."""
    failures = tuple(dict.fromkeys(failure for one in reports for failure in one.failures))
    told = [one for one in reports if one.is_changed] or reports
    said = [one.sentence.removesuffix(failed_words(one.failures)).rstrip() for one in told]
    return IngestReport(
        providers=tuple(dict.fromkeys(name for one in reports for name in one.providers)),
        assets_count=max(one.assets_count for one in reports),
        rows_count=sum(one.rows_count for one in reports),
        is_changed=any(one.is_changed for one in reports),
        as_of=max((one.as_of for one in reports if one.as_of is not None), default=None),
        elapsed_ms=sum(one.elapsed_ms for one in reports),
        sentence=" ".join([*dict.fromkeys(said), failed_words(failures)]).rstrip(),
        failures=failures,
    )


KIND = PriceRefreshKind()
