"""How does somebody make a blend of benchmarks on the page of performance, and delete it again?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dash import Input, Output, State, callback, no_update
from dash.exceptions import PreventUpdate

from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import clear, form, part
from callbacks.present_toast import put, read_anew, say
from callbacks.present_typed import read_number
from callbacks.typed_marks import Doubt
from callbacks.undo import as_made
from components.confirm import CLOSED, OPEN
from components.ids import Performance, Shell
from components.performance_blend import PARTS_COUNT
from components.performance_layout import OWN
from services.errors import FieldProblem, InvalidRequest
from services.messages.blends import BlendPart, NewBlend
from services.messages.market import BenchmarkView

SYMBOL = "symbol:"
"""Begins the value of an option that is an asset and no benchmark yet."""
HELD_AS_ONE = ("etf", "fund", "bond", "commodity")
NUMBERS = range(PARTS_COUNT)
WORDS = {
    "name": ("The name", Performance.BLEND_NAME),
    **{f"parts[{n}].benchmark_id": ("", Performance.blend_part(n)) for n in NUMBERS},
    **{f"parts[{n}].symbol": ("", Performance.blend_part(n)) for n in NUMBERS},
    **{f"parts[{n}].share_frac": ("", Performance.blend_share(n)) for n in NUMBERS},
}


@callback(
    Output(Performance.BLEND_ACTIONS, "hidden"),
    Output(Performance.BLEND_DELETE, "hidden"),
    Input(Performance.BENCHMARK, "value"),
    Input(Shell.RESYNC, "data"),
)
@part
def show_buttons(benchmark_id: str | None, _resync: object) -> tuple[bool, bool]:
    """Offer blends to whoever may make them, and to delete the chosen one where it is the house's own."""
    if not may(Permission.PORTFOLIOS_WRITE) or not may(Permission.MARKET_READ):
        return True, True
    if benchmark_id in (None, OWN):
        return False, True
    known = services().market.benchmarks(actor())
    return False, not any(one.id == benchmark_id and one.is_own and one.kind == "blend" for one in known)


@callback(
    Output(Performance.BLEND_DIALOG, "className"),
    *[Output(Performance.blend_part(n), "options") for n in NUMBERS],
    *[Output(Performance.blend_part(n), "value") for n in NUMBERS],
    *[Output(Performance.blend_share(n), "value") for n in NUMBERS],
    Output(Performance.BLEND_NAME, "value"),
    Input(Performance.BLEND_OPEN, "n_clicks"),
    prevent_initial_call=True,
)
def open_dialog(clicks: int | None) -> tuple[Any, ...]:
    """Open an empty form with the benchmarks that there are."""
    if not clicks:
        raise PreventUpdate
    clear(Performance.BLEND_ERRORS, WORDS)
    known = services().market.benchmarks(actor())
    market = services().market
    funds = [one for kind in HELD_AS_ONE for one in market.assets(actor(), asset_class=kind).items]
    options = [
        {"value": "", "label": "None"},
        *({"value": one.id, "label": one.name} for one in known),
        *({"value": f"{SYMBOL}{one.symbol}", "label": f"{one.symbol} {one.name}"} for one in funds),
    ]
    return OPEN, *([options] * PARTS_COUNT), *([""] * PARTS_COUNT), *([""] * PARTS_COUNT), ""


@callback(Output(Performance.BLEND_DIALOG, "className", allow_duplicate=True),
          Input(Performance.BLEND_CANCEL, "n_clicks"), prevent_initial_call=True)  # fmt: skip
def close_dialog(_clicks: int | None) -> str:
    """Close the form without making anything."""
    return CLOSED


@callback(
    Output(Performance.BLEND_DIALOG, "className", allow_duplicate=True),
    Output(Performance.BENCHMARK, "options", allow_duplicate=True),
    Output(Performance.BENCHMARK, "value", allow_duplicate=True),
    Input(Performance.BLEND_SAVE, "n_clicks"),
    State(Performance.BLEND_NAME, "value"),
    State(Performance.BLEND_RULE, "value"),
    State(Performance.PORTFOLIO, "value"),
    State(Performance.BENCHMARK, "options"),
    *[State(Performance.blend_part(n), "value") for n in NUMBERS],
    *[State(Performance.blend_share(n), "value") for n in NUMBERS],
    prevent_initial_call=True,
    running=[(Output(Performance.BLEND_SAVE, "disabled"), True, False)],
)
@form(Performance.BLEND_ERRORS, WORDS)
def save(clicks: int | None, name: str | None, rule: str, portfolio_id: str, options: list[Any], *typed: Any) -> Any:
    """Make the blend, and measure by it."""
    if not clicks:
        return no_update, no_update, no_update
    currency = services().performance.currencies(portfolio_id, actor())[0]
    parts = _parts(typed[:PARTS_COUNT], typed[PARTS_COUNT:])
    wish = NewBlend(name=name or " ", currency=currency, rebalancing=rule, parts=parts)  # type: ignore[arg-type]
    made = services().benchmark_blends.create(wish, actor())
    say("Blend created", made.name)
    return CLOSED, [*options, {"value": made.id, "label": made.name}], made.id


@callback(
    Output(Performance.BENCHMARK, "value", allow_duplicate=True),
    Input(Performance.BLEND_DELETE, "n_clicks"),
    State(Performance.BENCHMARK, "value"),
    prevent_initial_call=True,
)
@form(Performance.BLEND_ERRORS, {})
def delete(clicks: int | None, benchmark_id: str) -> Any:
    """Delete the chosen blend, and measure by the portfolio's own benchmark again."""
    if not clicks or benchmark_id == OWN:
        return no_update
    one = next((one for one in services().market.benchmarks(actor()) if one.id == benchmark_id), None)
    services().benchmark_blends.delete(benchmark_id, actor())
    put(Performance.BLEND_DELETE, hidden=True)
    say("Blend deleted", one and one.name, undo=one and as_made("blend", wish_of(one)))
    read_anew("blend deleted")
    return OWN


@callback(
    Output(Performance.BENCHMARK, "value", allow_duplicate=True),
    Input(Shell.RESYNC, "data"),
    State(Performance.BENCHMARK, "value"),
    prevent_initial_call=True,
)
def measure_again(news: dict[str, Any] | None, benchmark_id: str | None) -> str:
    """Measure by a blend again whose deletion was taken back, unless another benchmark was chosen meanwhile."""
    made_id = (news or {}).get("made_id")
    if not made_id or (news or {}).get("reason") != "blend restored" or benchmark_id != OWN:
        raise PreventUpdate
    return str(made_id)


def wish_of(one: BenchmarkView) -> NewBlend:
    """Return what makes a blend again as it was."""
    parts = [BlendPart(benchmark_id=part.benchmark_id, share_frac=part.share_frac) for part in one.parts]
    return NewBlend.model_validate(
        {
            "name": one.name,
            "currency": one.currency,
            "rebalancing": one.rebalancing,
            "parts": parts,
            "effective_on": one.weights_from,
        }
    )


def _parts(ids: tuple[Any, ...], shares: tuple[Any, ...]) -> tuple[BlendPart, ...]:
    """Return the parts that were filled in; every half-filled or unreadable one is named."""
    found, problems = [], []
    for number, (key, typed) in enumerate(zip(ids, shares, strict=True)):
        if not key and not str(typed or "").strip():
            continue
        if not key:
            problems.append(FieldProblem(f"parts[{number}].benchmark_id", "A share needs a benchmark.", "Choose one."))
            continue
        share = read_number(typed, "percent")
        if isinstance(share, Doubt):
            problems.append(FieldProblem(f"parts[{number}].share_frac", "It can be read in two ways.", share.way_out))
        elif share is None or not Decimal(0) < share <= Decimal(100):
            problems.append(FieldProblem(f"parts[{number}].share_frac", "It is no share.", "Write 60 for 60%."))
        else:
            named = {"symbol": key[len(SYMBOL) :]} if key.startswith(SYMBOL) else {"benchmark_id": key}
            found.append(BlendPart(**named, share_frac=float(share / 100)))
    if not found and not problems:
        problems.append(FieldProblem("parts[0].benchmark_id", "A blend needs a part.", "Choose a benchmark."))
    if problems:
        raise InvalidRequest("The blend cannot be made.", "Correct what is named.", fields=tuple(problems))
    return tuple(found)
