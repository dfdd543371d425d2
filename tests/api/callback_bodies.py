"""What would a page send to a callback, filled in so that the callback gets as far as the question who may?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

FILLS: tuple[Any, ...] = (
    None,
    {
        **dict.fromkeys(("id", "run_id", "portfolio_id", "key", "portfolio", "scenario", "status", "state"), "x"),
        **dict.fromkeys(("basis", "series", "frequency", "range", "chosen", "subject", "benchmark", "value"), "x"),
        "row_version": 1, "assets": ["X"], "factors": [], "at_s": 0, "x": 0,
    },
    "x",
    [{"id": "x", "key": "x"}],
    {},
)  # fmt: skip
"""What stands in stores and tables, tried in this order: each page keeps something else in them."""
_FILLED = {"data", "rowData", "selectedRows", "cellClicked", "cellValueChanged", "cellRendererData", "clickData"}


def name_of(entry: Mapping[str, Any]) -> str | None:
    """Return a server-side callback as module.function, None for one that runs in the browser."""
    function = entry.get("callback")
    if function is None:
        return None
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return f"{function.__module__.removeprefix('callbacks.')}.{function.__qualname__.rpartition('.')[2]}"


def bodies_of(output: str, entry: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a callback's body with each of its inputs as what was pressed, and stores filled one way after another.

    Parameters
    ----------
    output : str
        The callback, as Dash knows it.
    entry : mapping
        Its entry in Dash's map of callbacks.
    values : mapping
        What stands in a control, by ``component.property``; of a family of components by ``type.property``, and by
        ``type.index`` which of them it is.
    """
    for fill in FILLS:
        for pressed in entry["inputs"]:
            yield _body(output, entry, values, fill, pressed)


def _body(
    output: str, entry: Mapping[str, Any], values: Mapping[str, Any], fill: Any, pressed: Mapping[str, str]
) -> dict[str, Any]:
    names = output.strip(".").split("...") if output.startswith("..") else [output]
    outputs: Any = [
        [] if name.startswith("{") else dict(zip(("id", "property"), name.rsplit(".", 1), strict=True))
        for name in ([] if entry.get("no_output") else names)
    ]
    component = _component(pressed, values)
    sent = json.dumps(component, separators=(",", ":"), sort_keys=True) if isinstance(component, dict) else component
    body = {
        "output": output,
        "outputs": outputs if output.startswith("..") or not outputs else outputs[0],
        "inputs": [_entry(one, values, fill) for one in entry["inputs"]],
        "state": [_entry(one, values, fill) for one in entry["state"]],
        "changedPropIds": [f"{sent}.{pressed['property']}"],
    }
    if entry.get("no_output"):
        del body["outputs"]
    return body


def _component(declared: Mapping[str, str], values: Mapping[str, Any]) -> Any:
    if not declared["id"].startswith("{"):
        return declared["id"]
    family = json.loads(declared["id"])
    index = values.get(f"{family['type']}.index", "x")
    return {key: index if isinstance(part, list) else part for key, part in family.items()}


def _entry(declared: Mapping[str, str], values: Mapping[str, Any], fill: Any) -> Any:
    component, prop = _component(declared, values), declared["property"]
    name = component["type"] if isinstance(component, dict) else component
    value = values.get(f"{name}.{prop}", _usual(prop, component, fill))
    one = {"id": component, "property": prop, "value": value}
    return [one] if isinstance(component, dict) else one


def _usual(prop: str, component: Any, fill: Any) -> Any:
    """Return what stands in a control of which nothing else is said."""
    if prop.startswith("n_"):
        return 1
    if prop in _FILLED:
        return fill
    if prop == "id":
        return component
    known: dict[str, Any] = {"pathname": "/", "search": "", "hash": "", "options": []}
    return {**known, "contents": "data:text/csv;base64,c3ltYm9sLGZyb20K"}.get(prop, "x")
