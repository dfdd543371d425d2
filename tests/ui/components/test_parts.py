"""Do charts, grids, fields, lights and messages keep their promises?"""

from __future__ import annotations

import ast
import base64
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import plotly
import plotly.graph_objects as go
import pytest

from components.confirm import confirm_delete, dialog
from components.error_state import not_found, problem_list
from components.fields import error_id, field, number_input, select, switch, text_input
from components.graph import GRAPH_CONFIG, chart, graph
from components.grid import FORMATTERS, column, grid
from components.ids import Wizard
from components.kpi_card import kpi_card
from components.portfolio_holdings import COLUMNS, LIVE
from components.progress import progress
from components.sparkline import spark_svg, sparkline
from components.stepper import choice_card, stepper
from components.table import table
from components.toast import banner, toast
from components.traffic_light import traffic_light

ROOT = Path(__file__).parents[3]
META = {
    "title": "AAPL leads",
    "subtitle": "Weight, percent",
    "source": "Source: embedded",
    "table": [["A", "B"], [["x", "1"]]],
}


def plain(component) -> str:
    return json.dumps(component, cls=plotly.utils.PlotlyJSONEncoder)


def find(component, kind):
    def walk(node):
        if isinstance(node, dict):
            if node.get("type") == kind and "props" in node:
                yield node["props"]
            for value in node.values():
                yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    return list(walk(json.loads(plain(component))))


@pytest.fixture
def figure() -> go.Figure:
    made = go.Figure(go.Scatter(x=[1, 2], y=[3, 4]))
    made.update_layout(title={"text": META["title"]}, meta=META, annotations=[{"name": "source", "text": "Source"}])
    return made


def test_a_graph_offers_no_upload_to_a_cloud(figure):
    config = find(graph(figure, id="g", label="x"), "Graph")[0]["config"]
    assert {"sendChartToCloud", "sendDataToCloud"} <= set(config["modeBarButtonsToRemove"])
    assert config["plotlyServerURL"] == ""
    assert config["displaylogo"] is False
    assert config == GRAPH_CONFIG


def test_no_graph_is_made_past_the_factory():
    for file in [*ROOT.glob("pages/*.py"), *ROOT.glob("callbacks/*.py"), *ROOT.glob("components/*.py")]:
        if file.name == "graph.py":
            continue
        calls = [n.func for n in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
        assert not any(isinstance(f, ast.Attribute) and f.attr == "Graph" for f in calls), file


def test_the_screen_shows_the_finding_as_a_heading_and_not_twice(figure):
    made = chart(figure, id="g")
    shown = find(made, "Graph")[0]["figure"]["layout"]
    assert "title" not in shown
    assert shown["annotations"] == []
    assert find(made, "H3")[0]["children"] == "AAPL leads"
    assert find(made, "Figure")[0]["aria-label"] == "Chart: AAPL leads"
    assert figure.layout.title.text == "AAPL leads"


def test_every_chart_has_its_numbers_as_a_table(figure):
    cells = [cell["children"] for cell in find(chart(figure, id="g"), "Td")]
    assert cells == ["x", "1"]


def test_a_grid_formats_by_the_one_set_of_rules_and_evaluates_no_markup():
    made = grid(id="g", columns=[column("w", "Weight", format="weight")], rows=[{"w": 0.1}], row_key="w", empty="<b>")
    props = find(made, "AgGrid")[0]
    assert props["columnDefs"][0]["valueFormatter"] == {"function": FORMATTERS["weight"]}
    assert column("price", "Price", format="price", renderer="qpoPrice")["valueFormatter"] == {
        "function": FORMATTERS["price"]
    }
    assert props["dangerously_allow_code"] is False
    assert "overlayNoRowsTemplate" not in props["dashGridOptions"]
    assert props["dashGridOptions"]["localeText"]["noRowsToShow"] == "<b>"
    assert "csv" not in plain(made).lower()


@pytest.mark.parametrize(
    ("more", "may_take", "is_passed"), [({}, True, True), ({"editable": True}, True, False), ({}, False, False)]
)
def test_tab_passes_a_table_unless_it_is_typed_into(more, may_take, is_passed):
    made = grid(id="g", columns=[column("w", "Weight", **more)], rows=[], may_take=may_take)
    options = find(made, "AgGrid")[0]["dashGridOptions"]
    for name in ("tabToNextCell", "tabToNextHeader"):
        assert (options.get(name) == {"function": "qpoTabOut(params)"}) is is_passed
    assert "functions.qpoTabOut =" in (ROOT / "assets" / "aggrid.js").read_text(encoding="utf-8")


def test_signed_numbers_carry_a_class_for_gain_and_loss():
    assert set(column("x", "X", format="signed_percent")["cellClassRules"]) == {"is-up", "is-down"}


def test_each_formatter_and_renderer_exists_in_the_browser():
    script = (ROOT / "assets" / "aggrid.js").read_text(encoding="utf-8")
    for expression in FORMATTERS.values():
        assert f"functions.{expression.split('(')[0]} =" in script
    for name in ("qpoSparkline", "qpoLight", "qpoBar", "qpoName", "qpoStatus"):
        assert f"components.{name} =" in script


def test_a_field_ties_label_help_and_error_to_its_control():
    made = field(text_input("name"), "Name", help_text="As on the contract", error="Name is empty. Enter one.")
    assert find(made, "Label")[0]["htmlFor"] == "name"
    errors = [d for d in find(made, "Div") if d.get("id") == error_id("name")]
    assert errors[0]["children"] == "Name is empty. Enter one."
    assert "is-invalid" in plain(made)


def test_a_field_with_a_unit_or_a_pattern_id_finds_its_control():
    assert find(field(number_input("max", 25, unit="%"), "Largest"), "Label")[0]["htmlFor"] == "max"
    made = field(number_input(Wizard.sector_pill("Energy"), unit="%"), "Energy")
    assert json.loads(plain(made))["props"]["aria-label"] == "Energy"
    assert error_id(Wizard.sector_pill("Energy")) == {"type": "wizard-sector-pill-error", "index": "Energy"}


def test_choices_are_native_selects():
    assert find(select("s", [("a", "A")], "a"), "Select")[0]["options"] == [{"value": "a", "label": "A"}]
    assert find(switch("z", "Zero or at least 1%", value=True), "Switch")[0]["value"] is True


@pytest.mark.parametrize(("state", "word"), [("ok", "OK"), ("amber", "Near limit"), ("red", "Breach")])
def test_a_light_is_shape_and_word_and_number(state, word):
    text = plain(traffic_light(state, number="82% of limit"))
    assert "light-shape" in text
    assert word in text
    assert "82% of limit" in text


def test_a_missing_figure_is_a_dash_with_the_reason():
    text = json.loads(plain(kpi_card("Drawdown", "—", unit="USD", note="No history of these weights")))
    assert "is-missing" in json.dumps(text)
    assert "No history of these weights" in json.dumps(text)
    assert "USD" not in json.dumps(text)


def test_a_sparkline_is_a_picture_without_numbers_or_script():
    root = ET.fromstring(spark_svg([1.0, 2.0, float("nan"), 1.5], reference=1.0))
    assert root.findall("{http://www.w3.org/2000/svg}circle")
    assert ET.fromstring(spark_svg([1.0])).findall("*") == []
    mask = find(sparkline([1.0, 0.5], label="Course"), "Span")[0]["style"]
    assert mask["backgroundColor"] == "var(--q-down-fill)"
    encoded = re.search(r"base64,([A-Za-z0-9+/=]+)", mask["mask"])
    assert base64.b64decode(encoded[1]).startswith(b"<svg")


def test_progress_says_its_value_to_a_screen_reader():
    track = next(d for d in find(progress("Solving", 1.4), "Div") if d.get("role") == "progressbar")
    assert track["aria-valuenow"] == "100"
    unknown = next(d for d in find(progress("Waiting", None), "Div") if d.get("role") == "progressbar")
    assert "aria-valuenow" not in unknown


def test_an_error_stays_until_it_is_closed_and_undo_lasts_ten_seconds():
    assert "data-leave-ms" not in plain(toast("Failed", tone="bad"))
    assert '"data-leave-ms": "10000"' in plain(toast("Deleted 42", undo="run:1"))
    assert '"role": "alert"' in plain(banner("Wrong", tone="bad"))


def test_every_problem_is_listed_with_field_cause_and_way_out():
    items = find(
        problem_list([("Largest position", "3% cannot reach 100%.", "Enter 5%."), ("Name", "Empty.", "")]), "Li"
    )
    assert len(items) == 2
    assert items[0]["children"][1] == "3% cannot reach 100%. Enter 5%."


def test_a_wizard_step_beyond_reach_is_closed_and_the_current_one_is_named():
    steps = find(stepper(["A", "B", "C"], 1, reachable=1, wrong=[0]), "Button")
    assert [step["disabled"] for step in steps] == [False, False, True]
    assert steps[1]["aria-current"] == "step"
    assert "has a problem" in steps[0]["aria-label"]


def test_a_choice_card_is_a_radio():
    card = find(choice_card("Least risk", "…", id="c", is_chosen=True), "Button")[0]
    assert (card["role"], card["aria-checked"]) == ("radio", "true")


def test_a_dialog_can_be_left_by_the_keyboard():
    made = dialog("d", "Title", "Body", confirm="Go", confirm_id="y", cancel_id="n")
    assert "data-dialog-cancel" in plain(made)
    assert find(made, "Div")[0]["className"] == "dialog"
    assert "Delete 42 runs?" in plain(confirm_delete("d", "42 runs", "You can undo it.", confirm_id="y", cancel_id="n"))


def test_a_table_names_its_rows_and_columns():
    made = table([("Limit", False), ("Value", True)], [["Sum", "100%"]], caption="Limits")
    assert [cell["scope"] for cell in find(made, "Th")] == ["col", "col", "row"]
    assert find(made, "Caption")[0]["children"] == "Limits"


def test_a_foreign_page_is_told_apart_by_nobody():
    assert "may belong to somebody whose work you cannot see" in plain(not_found())
    assert "H1(" in str(not_found(is_page=True))  # a page has a heading of the first level
    assert "H1(" not in str(not_found())


def test_scripts_and_sheets_fit_the_content_policy():
    for script in ROOT.glob("assets/**/*.js"):
        if "vendor" not in script.parts:
            text = script.read_text(encoding="utf-8")
            assert not re.search(r"\beval\(|new Function\(|innerHTML|document\.write|https?://", text), script
    for sheet in ROOT.glob("assets/*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert "@import" not in text, sheet
        assert all(address.startswith("/assets/") for address in re.findall(r"url\([\"']?([^\"')]+)", text)), sheet
    for page in ROOT.glob("templates/**/*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<style|style=|\son\w+=", text), page
        assert not re.search(r"<script(?! src=\"/assets/)", text), page


def test_spare_width_goes_where_it_is_asked_for() -> None:
    assert column("a", "A", width_px=64, grow=0).get("flex") is None
    assert column("a", "A", width_px=64).get("flex") is None
    assert column("a", "A")["flex"] == 1
    assert column("a", "A", width_px=64, grow=2)["flex"] == 2


def test_amounts_know_their_column() -> None:
    assert {FORMATTERS[name] for name in ("money", "signed_money")} == {
        "qpoMoney(params.value, params)",
        "qpoSignedMoney(params.value, params)",
    }


def test_a_live_cell_of_a_holding_reads_as_its_column_does_without_live_prices() -> None:
    script = (ROOT / "assets" / "live_prices.js").read_text(encoding="utf-8")
    live = dict(re.findall(r"(\w+): \[\"(qpo\w+)\"", script))
    written = {one["field"]: one.get("valueFormatter", {}).get("function", "") for one in COLUMNS}
    formatted = {name: live[source] for name, source in LIVE.items() if written[name]}
    assert {name: written[name].partition("(")[0] for name in formatted} == formatted
    assert formatted["drift_frac"] == "qpoSignedPoints", "a difference of two shares is told in points"
