"""What does a page of the product rest on: which portfolio or run, which day, and the hash of its inputs?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from engine.kernel.canonical import sha256_of
from engine.version import ENGINE_VERSION
from services import formatting
from services.auth.actor import Actor
from services.charts.frame import HASH_LENGTH, day_of, joined
from services.errors import NotAllowed, ServiceError
from services.exports_page import PageDocument
from services.market_marks import marked, source_mark
from services.source_names import source_names
from services.version import PRODUCT_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PORTFOLIO = re.compile(r"^/portfolios/([0-9A-Za-z-]{1,64})$")
_RUN = re.compile(r"^/runs/([0-9A-Za-z-]{1,64})$")
OF_SEVERAL = frozenset({"/", "/compare"})
"""Pages about all portfolios that their reader sees, or about several."""
SHOWN_LENGTH = HASH_LENGTH
HASH_NAME = "Input hash"


@dataclass(frozen=True)
class Standing:
    """What stands at head and foot of a page on paper.

    Parameters
    ----------
    subject : str
        Name of the portfolio, or of the run; empty where a page is about neither.
    as_of : str
        The as-of day in words; empty where the subject has none of its own.
    sha256 : str
        Hash of the inputs: of the stored request of a run; of a portfolio with its ledger, prices, rates and
        benchmark as they are, and of what the address asks; empty where a page is about neither.
    source : str
        Who delivered the prices, and what of them was invented; empty where that is not known.
    """

    subject: str = ""
    as_of: str = ""
    sha256: str = ""
    source: str = ""


def with_hash(document: PageDocument, standing: Standing) -> PageDocument:
    """Return a document whose facts name the hash of its inputs, and each of its feet the beginning of that."""
    if not standing.sha256:
        return document
    facts = [pair for pair in document.facts if pair[0] != HASH_NAME]
    source = f"{document.source} · {HASH_NAME} {standing.sha256[:SHOWN_LENGTH]}".removeprefix(" · ")
    return replace(document, facts=[*facts, (HASH_NAME, standing.sha256)], source=source)


def standing_of(path: str, search: str, service: Callable[[str], Any], actor: Actor) -> Standing:
    """Return what the page at an address rests on; nothing where the actor may not see it.

    Parameters
    ----------
    path, search : str
        Of the address, such as ``/risk`` and ``?portfolio=...``.
    service : callable
        Returns a service by its name.
    actor : Actor
    """
    asked = {name: values[0] for name, values in parse_qs(search.lstrip("?")).items()}
    run_id = _found(_RUN, path) or asked.get("run", "")
    portfolio_id = _found(_PORTFOLIO, path) or asked.get("portfolio", "")
    try:
        if run_id:
            return _of_run(run_id, service, actor)
        if portfolio_id:
            return _of_portfolio(portfolio_id, path, asked, service, actor)
        if path in OF_SEVERAL:
            named = [one for one in asked.get("portfolios", "").split(",") if one]
            return Standing(source=_source_of(named or _seen(service, actor), service, actor))
    except ServiceError:
        return Standing()
    return Standing()


def _found(pattern: re.Pattern[str], path: str) -> str:
    found = pattern.match(path)
    return found[1] if found else ""


def _of_run(run_id: str, service: Callable[[str], Any], actor: Actor) -> Standing:
    run = service("runs").get(run_id, actor)
    name, day = run.name or "", ""
    if run.portfolio_id:
        portfolio = service("portfolios").get(run.portfolio_id, actor)
        name = f"{portfolio.name}, {run.name}" if run.name else portfolio.name
    result = service("runs").result(run_id, actor) or {}
    lineage = result.get("lineage") or {}
    ended = day_of(lineage.get("as_of"))
    if ended is not None:
        day = formatting.day_short(ended)
    providers = (lineage.get("data") or {}).get("providers") or ()
    return Standing(name, day, run.request_sha256, joined(source_mark(lineage), source_names(providers)))


def _of_portfolio(
    portfolio_id: str, path: str, asked: dict[str, str], service: Callable[[str], Any], actor: Actor
) -> Standing:
    portfolio = service("portfolios").get(portfolio_id, actor)
    inputs = {
        "page": path,
        "asked": asked,
        "portfolio": portfolio_id,
        "data": service("portfolio_facts").data_version(portfolio_id, actor),
        "engine": ENGINE_VERSION,
        "product": PRODUCT_VERSION,
    }
    day = formatting.day_short(portfolio.as_of) if portfolio.as_of else ""
    return Standing(portfolio.name, day, sha256_of(inputs), _source_of([portfolio_id], service, actor))


def _seen(service: Callable[[str], Any], actor: Actor) -> list[str]:
    return [one.id for one in service("portfolios").list(actor)]


def _source_of(portfolio_ids: Sequence[str], service: Callable[[str], Any], actor: Actor) -> str:
    """Return who delivered the prices of what portfolios hold, and which of them were invented."""
    holdings = service("portfolios").holdings
    held = {one.symbol: one for key in portfolio_ids for one in holdings(key, actor)}.values()
    days = {one.symbol: one.price_date for one in held if one.price_date is not None}
    if not days:
        return ""
    try:
        used = service("lineage").sources(sorted(days), min(days.values()), max(days.values()), actor)
    except NotAllowed:
        used = ()
    names = dict.fromkeys(one.delivery.provider_label for one in used)
    return joined(marked(sorted(one.symbol for one in held if one.is_sample)), ", ".join(names))
