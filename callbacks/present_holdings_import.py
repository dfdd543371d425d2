"""How do the steps of an import of holdings read: columns, names, and what would be booked?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from callbacks.present_import_problems import problems, unreadable
from components.button import button
from components.card import card
from components.fields import field, fields, segments, select, text_input
from components.ids import HoldingsImport
from components.pills import tag
from components.table import facts, more, table
from components.toast import banner
from services import formatting
from services.formatting import Style
from services.messages.holdings_import import AccountView, ColumnView, FileSymbol, HoldingsCheck
from services.messages.market import AssetView
from services.messages.portfolios import PortfolioSummary
from services.number_style import in_style

NOT_READ = ""
NEW_PORTFOLIO = "new"
ACCEPT_ALL = "accept:all"
SYMBOLS_SHOWN_COUNT = 100
DROPPED_SHOWN_COUNT = 5
STATUS_WORDS = {
    "known": ("Known", "ok"),
    "remembered": ("Remembered", "ok"),
    "guessed": ("Guessed", "info"),
    "chosen": ("Chosen", "ok"),
    "new": ("Own asset", "info"),
    "skipped": ("Left out", ""),
    "unknown": ("Not known", "warn"),
}
EXAMPLES = {
    "holdings": "Symbol\tQuantity\nAAPL\t120\nMSFT\t80",
    "transactions": "Symbol\tType\tQuantity\tPrice\tDate\nAAPL\tBuy\t120\t148.31\t2022-12-01",
}
"""How rows look that somebody may paste, by kind of file."""
BY_SYMBOL = ("By symbol only", "warn")
CLASSES = (("equity", "Equity"), ("etf", "Fund"), ("bond", "Bond"), ("commodity", "Commodity"), ("crypto", "Crypto"))
STRATEGIES = (("long_only", "Long-only"), ("balanced", "Balanced, with cash"), ("long_short", "Long-short"))


def key_of(text: str) -> str:
    """Return a short stand-in for a name in the file, fit for the id of a control."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def columns_step(
    check: HoldingsCheck, choices: Sequence[tuple[str, str]], layouts: Sequence[tuple[str, str]], style: Style
) -> Any:
    """Return what was understood of the file, with every guess to be changed.

    Parameters
    ----------
    choices : sequence of (field, label)
        What a column may be.
    layouts : sequence of (name, label)

    """
    known = [("File", check.draft.file_name), ("Read as", check.file_words)]
    if check.template_name:
        known.append(("Template", f"“{check.template_name}”, remembered for these headings"))
    chosen = field(
        select(HoldingsImport.answer("layout"), layouts, check.layout),
        "Layout",
        help_text="Whose export it is. The general layout reads columns by their headings.",
    )
    parts: list[Any] = [html.Div([facts(known), fields(chosen)], className="stack")]
    if check.questions:
        asked = [
            field(
                select(HoldingsImport.answer(one.name), one.options, "", placeholder="Please choose"),
                in_style(one.sentence, style),
            )
            for one in check.questions
        ]
        parts.append(banner("Asked once for the whole file", html.Div(asked, className="stack"), tone="warn"))
    parts.append(_sample(check, [(NOT_READ, "Not read"), *choices]))
    title = "Columns"
    note = "The first rows of the file. Change what a column means above it."
    grid = card(html.Div(parts, className="stack"), title=title, note=note)
    return [*unreadable(check, style), grid, *_remarks(check, style)]


def _sample(check: HoldingsCheck, options: Sequence[tuple[str, str]]) -> Any:
    heads = [_column_head(one, n, options) for n, one in enumerate(check.columns)]
    width = len(check.columns)
    rows = [html.Tr([html.Td(cell) for cell in (*row[:width], *[""] * (width - len(row)))]) for row in check.sample]
    grid = html.Table(
        [
            html.Caption("First rows of the file", className="visually-hidden"),
            html.Thead(html.Tr(heads)),
            html.Tbody(rows),
        ],
        className="table-q import-sample",
    )
    return html.Div(grid, className="table-scroll", role="group", tabIndex=0, **{"aria-label": "Columns of the file"})


def _column_head(one: ColumnView, place: int, options: Sequence[tuple[str, str]]) -> Any:
    control = dbc.Select(
        id=HoldingsImport.answer(f"column:{place}"),
        options=[{"value": value, "label": text} for value, text in options],
        value=one.field or NOT_READ,
        placeholder=options[0][1],  # a value of nothing shows the placeholder, not the option of that value
        class_name="input-q select-q",
    )
    name = one.heading or f"Column {place + 1}"
    label = html.Div(name, className="import-heading")
    return html.Th([label, html.Div(control, role="group", **{"aria-label": f"Meaning of {name}"})], scope="col")


def _remarks(check: HoldingsCheck, style: Style) -> list[Any]:
    found: list[Any] = []
    if check.dropped:
        lines = [f"Line {one.line}: {one.why} {one.text}" for one in check.dropped[:DROPPED_SHOWN_COUNT]]
        if len(check.dropped) > DROPPED_SHOWN_COUNT:
            lines.append(f"And {len(check.dropped) - DROPPED_SHOWN_COUNT} more lines like these.")
        found.append(banner("Not read as rows", _list(lines), tone="info"))
    if check.notes:
        notes = [in_style(one, style) for one in check.notes]
        found.append(banner("To look at", _list(notes), tone="info"))
    return found


def _list(lines: Sequence[str]) -> Any:
    return html.Ul([html.Li(one) for one in lines], className="import-notes")


def symbols_step(check: HoldingsCheck, style: Style) -> Any:
    """Return what each name in the file means; what is not known comes first."""
    shown = check.symbols[:SYMBOLS_SHOWN_COUNT]
    rows = [[_named(one), formatting.number(one.rows_count, 0, style=style), _meaning(one)] for one in shown]
    columns = (("In the file", False), ("Rows", True), ("What it means here", False))
    parts: list[Any] = [html.Div(table(columns, rows, caption="Names in the file"), className="import-names")]
    if len(check.symbols) > len(shown):
        parts.append(html.P(f"And {len(check.symbols) - len(shown)} more names.", className="card-note"))
    note = "What you say here is remembered for your house, and not asked again."
    keys = {one.key for one in check.symbols}
    wrong = [
        in_style(f"{one.message} {one.advice}", style)
        for one in check.problems
        if one.line is None and one.column in keys
    ]
    told = [banner("Not taken", _list(wrong), tone="bad")] if wrong else []
    several = sum(bool(one.caution) for one in check.symbols) > 1
    accept = button("Accept all by symbol", HoldingsImport.act(ACCEPT_ALL), small=True, n_clicks=0) if several else None
    return [*told, card(parts, title="Names", note=note, flush=True, actions=accept)]


def _named(one: FileSymbol) -> Any:
    ids = ", ".join(f"{scheme.upper()} {value}" for scheme, value in one.identifiers)
    small = " · ".join(part for part in (one.name if one.symbol else "", ids, one.currency) if part)
    return [html.Strong(one.symbol or one.name or one.key), html.Div(small, className="card-note")]


def _meaning(one: FileSymbol) -> Any:
    words, tone = BY_SYMBOL if one.caution else STATUS_WORDS[one.status]
    key = key_of(one.key)
    head: list[Any] = [tag(words, tone)]
    if one.asset_symbol and one.status != "new":
        head.append(html.Span([" ", html.Strong(one.asset_symbol), f" {one.asset_name}"]))
    parts: list[Any] = [html.Div(head)]
    if one.caution:
        parts.append(html.Div(one.caution, className="card-note"))
    if one.status == "new" and one.suggestion is not None:
        parts.append(_own_asset(one, key))
    pick = [
        button(f"{each.symbol}: {each.why}", HoldingsImport.act(f"pick:{key}:{each.symbol}"), small=True, n_clicks=0)
        for each in one.candidates
    ]
    own = button("Make an own asset", HoldingsImport.act(f"new:{key}"), small=True, glyph="plus-lg", n_clicks=0)
    skip = button("Leave out", HoldingsImport.act(f"skip:{key}"), kind="quiet", small=True, n_clicks=0)
    again = button("Decide again", HoldingsImport.act(f"reset:{key}"), kind="quiet", small=True, n_clicks=0)
    if one.status == "unknown":
        finder = dbc.Input(
            id=HoldingsImport.answer(f"asset:{key}"),
            type="text",
            placeholder="Symbol here, such as AAPL",
            debounce=True,
            list=HoldingsImport.ASSETS,
            class_name="input-q",
        )
        named = html.Div(finder, role="group", **{"aria-label": f"Symbol of {one.key} here"})
        parts.append(html.Div([named, *pick, own, skip], className="btn-row import-pick"))
    elif one.status in {"chosen", "new", "skipped"}:
        parts.append(html.Div([again], className="btn-row"))
    elif one.caution or one.status in {"guessed", "remembered"}:
        accept = button("Accept", HoldingsImport.act(f"pick:{key}:{one.asset_symbol}"), small=True, n_clicks=0)
        change = button("Another one", HoldingsImport.act(f"ask:{key}"), kind="quiet", small=True, n_clicks=0)
        parts.append(html.Div([*([accept] if one.caution else []), change, skip], className="btn-row"))
    return parts


def _own_asset(one: FileSymbol, key: str) -> Any:
    assert one.suggestion is not None
    symbol, name = one.asset_symbol or one.suggestion.symbol, one.asset_name or one.suggestion.name
    return html.Div(
        [
            fields(
                field(
                    text_input(HoldingsImport.answer(f"own-symbol:{key}"), symbol, maxlength=40, debounce=True),
                    "Symbol",
                ),
                field(text_input(HoldingsImport.answer(f"own-name:{key}"), name, maxlength=200, debounce=True), "Name"),
                field(
                    text_input(
                        HoldingsImport.answer(f"own-currency:{key}"),
                        one.suggestion.currency,
                        maxlength=3,
                        debounce=True,
                    ),
                    "Currency",
                ),
                field(select(HoldingsImport.answer(f"own-class:{key}"), CLASSES, one.suggestion.asset_class), "Kind"),
            ),
        ],
        className="import-own",
    )


def check_step(
    check: HoldingsCheck, portfolios: Sequence[PortfolioSummary], currencies: Sequence[str], style: Style
) -> Any:
    """Return where the rows go, what would be booked, and what stands in the way."""
    cards: list[Any] = []
    if check.already is not None:
        when = formatting.moment(check.already.imported_at_utc)
        cards.append(
            banner("The same file was imported before", f"On {when}. Import it again only if you mean it.", tone="warn")
        )
    cautious = [one.key for one in check.symbols if one.caution]
    if cautious:
        named = ", ".join(cautious[:8]) + (f" and {len(cautious) - 8} more" if len(cautious) > 8 else "")
        words = f"{named}: the identifiers in the file are not stored here. Accept or change them under Names."
        cards.append(banner("Matched by symbol only", words, tone="warn"))
    cards += problems(check, style)
    cards.append(_settings(check))
    cards += [_account(one, check, portfolios, currencies, style) for one in check.accounts]
    return [*cards, *_remarks(check, style)]


def _settings(check: HoldingsCheck) -> Any:
    choices = check.choices
    asked: list[Any] = []
    switches: list[Any] = []
    if check.draft.kind == "holdings":
        day = check.accounts[0].as_of if check.accounts else None
        date_input = dbc.Input(
            id=HoldingsImport.answer("as_of"),
            type="date",
            value=day.isoformat() if day else None,
            debounce=True,
            class_name="input-q",
        )
        asked.append(field(date_input, "Holdings as of", help_text="The day on which they are booked."))
        if check.needs_value:
            total = text_input(
                HoldingsImport.answer("total"),
                None if choices.total_value_ccy is None else f"{choices.total_value_ccy:f}",
                debounce=True,
                inputMode="decimal",
            )
            asked.append(field(total, "Total value", help_text="The file has weights: of what? In the base currency."))
        if any(one.portfolio_id for one in check.accounts):
            modes = (("replace", "All that is held"), ("add", "Come in addition"))
            asked.append(
                field(
                    segments(HoldingsImport.answer("mode"), modes, choices.mode.value, label="The rows are"),
                    "The rows are",
                )
            )
    else:
        if check.repeats_count or choices.skip_repeats:
            switches.append(
                _switch(
                    "repeats",
                    "Leave out repeated rows",
                    value=choices.skip_repeats,
                    help_text=f"{check.repeats_count} rows say the same as another one.",
                )
            )
        switches.append(
            _switch(
                "fund",
                "Book the cash that lacks as deposits",
                value=choices.fund_missing_cash,
                help_text="For files of trades alone: purchases then need no loan.",
            )
        )
    body: list[Any] = [fields(*asked)] if asked else []
    body += switches
    name = text_input(
        HoldingsImport.answer("template"), choices.template_name or check.template_name or check.layout_label,
        maxlength=120, debounce=True,
    )  # fmt: skip
    remembered = field(
        name, "Name of the template", help_text="The next file with these headings is read the same way."
    )
    body.append(more("Remember how this file is read", remembered))
    return card(html.Div(body, className="stack"), title="How it is booked")


def _switch(index: str, label: str, *, value: bool, help_text: str) -> Any:
    """Return a switch whose words switch it too: the browser knows a family's member by its id as text."""
    id_ = HoldingsImport.answer(index)
    words = html.Label(label, htmlFor=json.dumps(id_, sort_keys=True, separators=(",", ":")))
    control = dbc.Switch(id=id_, value=value, label=None)
    return html.Div([control, html.Div([words, html.Span(help_text)], className="switch-words")], className="switch-q")


def _account(
    one: AccountView,
    check: HoldingsCheck,
    portfolios: Sequence[PortfolioSummary],
    currencies: Sequence[str],
    style: Style,
) -> Any:
    key = key_of(one.key)
    options = [(NEW_PORTFOLIO, "A new portfolio"), *((each.id, each.name) for each in portfolios)]
    asked = [field(select(HoldingsImport.answer(f"target:{key}"), options, one.portfolio_id or NEW_PORTFOLIO), "Into")]
    if one.portfolio_id is None:
        pairs = [(code, code) for code in currencies]
        asked += [
            field(
                text_input(HoldingsImport.answer(f"name:{key}"), one.portfolio_name, maxlength=200, debounce=True),
                "Name",
            ),
            field(select(HoldingsImport.answer(f"base:{key}"), pairs, one.base_currency), "Base currency"),
            field(select(HoldingsImport.answer(f"strategy:{key}"), STRATEGIES, one.strategy.value), "How it is run"),
        ]
    value = one.value_ccy if one.value_ccy is not None else one.priced_value_ccy
    words = "Value" if one.value_ccy is not None else "Priced part"
    known = [
        ("Holdings afterwards", formatting.number(one.positions_count, 0, style=style)),
        ("Entries to book", formatting.number(one.entries_count, 0, style=style)),
        *[(f"Cash in {code}", formatting.money(amount, code, style=style)) for code, amount in one.cash],
        (words, f"{formatting.money(value, one.base_currency, style=style)}, {formatting.day(one.as_of)}"),
    ]
    if one.duplicates_count:
        count = formatting.count(one.duplicates_count, "row", style=style)
        known.append(("In the ledger already", f"{count}, left out"))
    parts: list[Any] = [fields(*asked), facts(known)]
    if one.unpriced:
        named = ", ".join(one.unpriced[:8]) + ("…" if len(one.unpriced) > 8 else "")
        parts.append(
            banner(
                "Without a price",
                f"{named}: booked all the same; the portfolio has a value as soon as their prices are imported.",
                tone="warn",
            )
        )
    title = f"Account {one.account}" if one.account else "Where it goes"
    return card(
        html.Div(parts, className="stack"), title=title, note=formatting.count(one.rows_count, "row", style=style)
    )


def no_file(kind: str) -> str:
    """Return the sentence above the form."""
    if kind == "transactions":
        return "Purchases, sales, dividends and cash of an account, booked into the ledger of a portfolio."
    return "What is held on one day, by quantity or by weight, becomes a portfolio, or what one holds from that day on."


def offered(assets: Sequence[AssetView]) -> list[Any]:
    """Return the assets as a field for a symbol completes them."""
    return [html.Option(value=one.symbol, label=f"{one.symbol} {one.name}") for one in assets]
