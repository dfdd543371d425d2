"""How do charts and tables leave the product as files?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from engine.kernel.canonical import sha256_of
from services import exports_browser
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.charts.frame import HASH_SHOWN, hashed, joined, with_footer
from services.charts.look import Look
from services.errors import Conflict, InvalidRequest, NotFound, ServiceError
from services.exports_hidden import facts_for_reader, foot, page_for_reader, sheets_for_reader
from services.exports_kinds import charts_of_kind, table_of_kind
from services.exports_page import PageDocument, page_order
from services.exports_portfolio import portfolio_document
from services.exports_process import DrawingProcesses
from services.exports_sheets import holdings_sheet, holdings_words, result_sheets, result_words
from services.exports_sources import sources_sheet
from services.exports_standing import SHOWN_LENGTH, standing_of, with_hash
from services.exports_table import Fact, Sheet, csv_bytes, xlsx_bytes
from services.exports_taken_chart import TakenChart, figure_of, with_words
from services.exports_taken_page import TakenPage, page_document
from services.exports_why import why_sheets
from services.formatting import moment
from services.messages.exports import ChartFormat, DrawnBy, Export, Renderer, TableFormat
from services.ports import Ports
from services.reader import HIDDEN

if TYPE_CHECKING:
    from services.explanations import Explanations
    from services.formatting import Style
    from services.lineage import Lineage
    from services.market import Market
    from services.messages.optimize import TradeList
    from services.messages.portfolios import Holding
    from services.messages.preferences import Preferences
    from services.messages.runs import RunView
    from services.messages.uncertainty import UncertaintyResult
    from services.optimize import Optimize
    from services.portfolios import Portfolios
    from services.preferences import PreferenceChoices
    from services.runs import Runs
    from services.uncertainty import Uncertainty

MEDIA_TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WITH_INTERVALS = ("frontier", "weights")
"""Charts that also show how sure the weights are, once somebody has found out."""
RENDERERS = ("auto", "vector", "browser")
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


class Exports:
    """Files of charts, results and holdings.

    Parameters
    ----------
    ports : Ports
        Clock and settings.
    runs, optimize, portfolios, preferences, market, uncertainty, explanations, lineage : services or None
        Where results and holdings come from; those of the process when None.
    """

    def __init__(
        self,
        ports: Ports,
        *,
        runs: Runs | None = None,
        optimize: Optimize | None = None,
        portfolios: Portfolios | None = None,
        preferences: PreferenceChoices | None = None,
        market: Market | None = None,
        uncertainty: Uncertainty | None = None,
        explanations: Explanations | None = None,
        lineage: Lineage | None = None,
    ) -> None:
        self._ports = ports
        self._drawings = DrawingProcesses()
        self._given: dict[str, Any] = {
            "runs": runs,
            "optimize": optimize,
            "portfolios": portfolios,
            "preferences": preferences,
            "market": market,
            "uncertainty": uncertainty,
            "explanations": explanations,
            "lineage": lineage,
        }

    def _of(self, name: str) -> Any:
        """Return a neighboring service; the wiring makes this one before some of them."""
        if self._given.get(name) is None:
            from services.wiring import current

            return getattr(current(), name)
        return self._given[name]

    @property
    def has_browser(self) -> bool:
        """Whether a chart can also be drawn exactly as on screen."""
        return exports_browser.find_browser() is not None

    def stop(self) -> None:
        """End the browser that draws charts as on screen, if one was started, and the drawings under way."""
        self._drawings.stop()
        exports_browser.stop()

    def chart(
        self,
        subject: str | Mapping[str, Any],
        name: str = "chart",
        format: ChartFormat = "pdf",
        renderer: Renderer = "auto",
        actor: Actor | None = None,
    ) -> Export:
        """Draw a chart into a file, always in light colors.

        Parameters
        ----------
        subject : str or mapping
            Id of a run, or a figure as the screen has it.
        name : str
            Which chart of the run: ``frontier``, ``weights`` or ``sectors``; of trade-offs ``tradeoffs`` or
            ``tradeoffs_axes``; of a test over the past ``wealth`` or ``promises``.
        format : {"pdf", "png", "svg"}
            Kind of file.
        renderer : {"auto", "vector", "browser"}
            ``vector``, also chosen by ``auto``, needs no browser; ``browser`` draws exactly as on screen.
        actor : Actor
            On whose behalf.

        Raises
        ------
        services.errors.NotFound, Conflict, InvalidRequest, Unavailable
            No such run or chart; no result yet; unknown format; no browser.
        """
        if actor is None:
            raise TypeError("An export is made on behalf of somebody: actor is missing.")
        authorize(actor, Permission.EXPORTS_MAKE)
        if format not in ("pdf", "png", "svg"):
            raise InvalidRequest(f"There is no chart format '{format}'.", "Choose pdf, png or svg.")
        if renderer not in RENDERERS:
            raise InvalidRequest(f"There is no renderer '{renderer}'.", "Choose auto, vector or browser.")
        figure = self._figure(subject, name, actor) if isinstance(subject, str) else hashed(subject)
        stem = self._run_stem(subject, name, actor) if isinstance(subject, str) else self._stem(figure, name)
        drawn_by: DrawnBy = "browser" if renderer == "browser" else "vector"
        if drawn_by == "browser":
            data = exports_browser.draw(figure, format)
        else:
            cache_dir = self._ports.settings.var_dir / "matplotlib"
            now_utc = self._ports.clock.now_utc()
            data = self._drawings.draw(figure, format, made_at_utc=now_utc, cache_dir=cache_dir)
        return Export(
            data=data,
            filename=f"{stem}.{format}",
            media_type=MEDIA_TYPES[format],
            drawn_by=drawn_by,
        )

    def page(
        self, document: PageDocument, actor: Actor, format: ChartFormat = "pdf", *, address: tuple[str, str] = ("", "")
    ) -> Export:
        """Set a whole page of the product on paper: charts, tables and sentences, with head and foot.

        A PDF has pages of A4; PNG and SVG are one sheet as high as the page needs. Path and query of the page's
        `address`, where they are given, put the hash of its inputs to its facts and its foot.

        Raises
        ------
        NotAllowed, InvalidRequest, Unavailable
            No right to export; a chart that cannot be drawn; no time or memory.
        """
        authorize(actor, Permission.EXPORTS_MAKE)
        document = page_for_reader(with_hash(document, standing_of(*address, self._of, actor)))
        cache_dir, now_utc = self._ports.settings.var_dir / "matplotlib", self._ports.clock.now_utc()
        order = page_order(document) | {"made_at": moment(now_utc)}
        data = self._drawings.document(order, format, made_at_utc=now_utc, cache_dir=cache_dir)
        name = f"{file_stem(document.name)}.{format}"
        return Export(data=data, filename=name, media_type=MEDIA_TYPES[format], drawn_by="vector")

    def portfolio_page(self, portfolio_id: str, format: ChartFormat, actor: Actor) -> Export:
        """Set the page of a portfolio: figures, holdings, cash, allocation, its whole history, limits."""
        authorize(actor, Permission.EXPORTS_MAKE)
        if format not in ("pdf", "png", "svg"):
            raise InvalidRequest(f"There is no page format '{format}'.", "Choose pdf, png or svg.")
        portfolios, likes = self._of("portfolios"), self._of("preferences").get(actor)
        one, held = portfolios.get(portfolio_id, actor), portfolios.holdings(portfolio_id, actor)
        course, checks = portfolios.history(portfolio_id, actor), portfolios.limit_checks(portfolio_id, actor)
        look = Look("light", likes.number_format, likes.sign_palette)
        document = portfolio_document(one, held, course, checks, look)
        return self.page(document, actor, format, address=(f"/portfolios/{portfolio_id}", ""))

    def shown_page(self, page: TakenPage, actor: Actor) -> Export:
        """Set a page as it stands on somebody's screen; what it rests on is looked up by its address."""
        authorize(actor, Permission.EXPORTS_MAKE)
        document = page_document(page, standing_of(page.path, page.search, self._of, actor))
        return self.page(document, actor, page.format)

    def shown_chart(self, chart: TakenChart, path: str, actor: Actor) -> Export:
        """Draw a chart as it stands on somebody's screen, with what it belongs to at its foot."""
        authorize(actor, Permission.EXPORTS_MAKE)
        standing = standing_of(path, chart.search, self._of, actor)
        drawn = figure_of(chart.title, chart.subtitle, chart.source or standing.source, chart.height_px, chart.figure)
        hash_name, sha256 = "input hash", standing.sha256
        if not sha256:  # the address names neither a portfolio nor a run
            hash_name, sha256 = HASH_SHOWN, sha256_of(chart.figure)
        words = joined(
            HIDDEN if chart.is_hidden else "", standing.subject, standing.as_of, f"{hash_name} {sha256[:SHOWN_LENGTH]}"
        )
        name = f"{standing.subject[:40]} {chart.title[:60] or 'chart'}".strip()
        drawn["layout"]["meta"]["name"] = name
        return self.chart(with_words(drawn, words), name, chart.format, chart.renderer, actor)

    def sheets(
        self, sheets: list[Sheet], facts: list[tuple[str, Fact]], title: str, format: TableFormat, actor: Actor
    ) -> Export:
        """Write tables into a file: CSV has the first of them, Excel has all, and a sheet of what they rest on."""
        authorize(actor, Permission.EXPORTS_MAKE)
        return self._file(sheets, facts, title, format)

    def _stem(self, figure: Any, name: str) -> str:
        plain = figure.to_plotly_json() if hasattr(figure, "to_plotly_json") else figure
        meta = (plain.get("layout") or {}).get("meta") or {}
        return file_stem(str(meta.get("name") or name))

    def _figure(self, run_id: str, name: str, actor: Actor) -> Any:
        run = self._of("runs").get(run_id, actor)
        drawn = charts_of_kind(run.kind)
        if name not in drawn:
            known = ", ".join(sorted(drawn))
            raise NotFound(f"This run has no chart named '{name}'.", f"Its charts are: {known}.")
        likes = self._of("preferences").get(actor)
        result = self._result(run_id, actor)
        more: dict[str, Any] = {"sure": self._sure(run_id, actor)} if name in WITH_INTERVALS else {}
        figure = drawn[name](result, style=likes.number_format, signs=likes.sign_palette, **more)
        return with_footer(
            figure, joined(foot(), self._portfolio_name(run, actor), run.name or "", _request_words(run))
        )

    def _portfolio_name(self, run: RunView, actor: Actor) -> str:
        """Return the name of the portfolio that a run is about; empty where there is none that the actor may see."""
        try:
            return str(self._of("portfolios").get(run.portfolio_id, actor).name) if run.portfolio_id else ""
        except ServiceError:
            return ""

    def _run_stem(self, run_id: str, what: str, actor: Actor) -> str:
        """Return a file name that tells portfolio or run, what the file holds, and the as-of day."""
        run = self._of("runs").get(run_id, actor)
        day = (self._result(run_id, actor).get("lineage") or {}).get("as_of")
        subject = self._portfolio_name(run, actor) or run.name or "optimization"
        return file_stem(f"{file_stem(subject)[:48]} {what} {str(day or '')[:10]}")

    def _result(self, run_id: str, actor: Actor) -> Mapping[str, Any]:
        run = self._of("runs").get(run_id, actor)
        result: Mapping[str, Any] | None = self._of("runs").result(run_id, actor)
        if result is None:
            raise Conflict(
                f"The run '{run.name or run_id}' has no result to export: it is {run.status.value}.",
                "Wait until it has finished, or run it again.",
            )
        return result

    def table(self, run_id: str, format: TableFormat, actor: Actor) -> Export:
        """Write weights and trades of a run into a file; Excel also gets limits, figures, reasons and assumptions.

        Of trade-offs it has the points, of a test over the past its dates. Other work leaves no table (Conflict).
        """
        authorize(actor, Permission.EXPORTS_MAKE)
        result = self._result(run_id, actor)
        run = self._of("runs").get(run_id, actor)
        other = table_of_kind(run, result)
        if other is not None:
            return self._file(*other, self._run_stem(run_id, run.kind.replace("_", " "), actor), format)
        style = self._style(actor)
        sheets = result_sheets(
            result, self._trades(run_id, actor), self._names(actor), style, self._sure(run_id, actor)
        )
        if format == "xlsx":
            sheets += [*self._why(run_id, actor, style), *self._sources(run_id, actor, style)]
        title = self._run_stem(run_id, "weights", actor)
        return self._file(sheets, result_words(run, result, style), title, format)

    def _style(self, actor: Actor) -> Style:
        """Return the number format in which the actor reads sentences; cells hold numbers and need none."""
        likes: Preferences = self._of("preferences").get(actor)
        return likes.number_format

    def _names(self, actor: Actor) -> dict[str, str]:
        """Return the name of each asset that the actor may see, by symbol."""
        names: dict[str, str] = {}
        cursor: str | None = None
        while True:
            page = self._of("market").assets(actor, cursor=cursor, limit=200)
            names |= {view.symbol: view.name for view in page.items}
            cursor = page.next_cursor
            if cursor is None:
                return names

    def _trades(self, run_id: str, actor: Actor) -> TradeList | None:
        """Return the trades with amounts, or None where the portfolio is gone or not the actor's to see."""
        try:
            trades: TradeList = self._of("optimize").trades(run_id, actor)
        except ServiceError:
            return None
        return trades

    def _sure(self, run_id: str, actor: Actor) -> UncertaintyResult | None:
        """Return how sure the weights are, None where nobody has found out or can."""
        uncertainty: Uncertainty | None = self._given["uncertainty"]
        try:
            return None if uncertainty is None else uncertainty.finished(run_id, actor)
        except NotFound:  # a run of another kind
            return None

    def _why(self, run_id: str, actor: Actor, style: Style) -> list[Sheet]:
        """Return the sheets of reasons; none where this result is not explained."""
        explanations: Explanations | None = self._given["explanations"]
        try:
            return [] if explanations is None else why_sheets(explanations.of(run_id, actor), style)
        except ServiceError:
            return []

    def _sources(self, run_id: str, actor: Actor, style: Style) -> list[Sheet]:
        """Return the sheet of the deliveries that a run used; none where its data name no delivery."""
        lineage: Lineage | None = self._given["lineage"]
        used = () if lineage is None else lineage.run(run_id, actor).sources
        return [sources_sheet([(one.symbols, one.delivery) for one in used], style)] if used else []

    def _sources_of(self, holdings: Iterable[Holding], actor: Actor, style: Style) -> list[Sheet]:
        """Return the sheet of the deliveries that the prices of holdings came with; none without prices."""
        lineage: Lineage | None = self._given["lineage"]
        priced = {one.symbol: one.price_date for one in holdings if one.price_date is not None}
        if lineage is None or not priced:
            return []
        used = lineage.sources(sorted(priced), min(priced.values()), max(priced.values()), actor)
        return [sources_sheet([(one.symbols, one.delivery) for one in used], style)] if used else []

    def holdings(self, portfolio_id: str, format: TableFormat, actor: Actor) -> Export:
        """Write the holdings of a portfolio into a file."""
        authorize(actor, Permission.EXPORTS_MAKE)
        portfolio = self._of("portfolios").get(portfolio_id, actor)
        holdings = self._of("portfolios").holdings(portfolio_id, actor)
        style = self._style(actor)
        sheets = [holdings_sheet(holdings, portfolio.base_currency, style)]
        if format == "xlsx":
            sheets += self._sources_of(holdings, actor, style)
        title = f"{portfolio.name} holdings {portfolio.as_of or ''}"
        return self._file(sheets, holdings_words(portfolio, holdings, style), title, format)

    def _file(
        self, sheets: list[Sheet], assumptions: list[tuple[str, Fact]], title: str, format: TableFormat
    ) -> Export:
        if format not in ("csv", "xlsx"):
            raise InvalidRequest(f"There is no table format '{format}'.", "Choose csv or xlsx.")
        now_utc = self._ports.clock.now_utc()
        sheets, assumptions = sheets_for_reader(sheets), facts_for_reader(assumptions)
        data = (
            csv_bytes(sheets[0])
            if format == "csv"
            else xlsx_bytes(sheets, assumptions, title=title, made_at_utc=now_utc)
        )
        return Export(data=data, filename=f"{file_stem(title)}.{format}", media_type=MEDIA_TYPES[format])


def _request_words(run: RunView) -> str:
    return f"request {run.request_sha256[:8]}" if run.request_sha256 else ""


def file_stem(title: str) -> str:
    """Return a file name without what file systems and headers mistake: letters, digits and hyphens."""
    return _UNSAFE.sub("-", title).strip("-").lower()[:80] or "export"
