"""Does the page of risk stand as its address says, and do its words and forms tell what the report holds?"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from callbacks import present_errors
from callbacks import present_risk as present
from callbacks.risk_limits import limits_typed, typings, words_of
from components.ids import RiskEditor
from components.risk_layout import page_layout, view_of
from components.risk_limits import EditorRow, editor_rows, limit_dialogs, limits_card
from services import exports_risk_tables as tables
from services.errors import Conflict, InvalidRequest, NotFound
from services.exports_page import PageTable
from services.messages.risk import RiskAnswer, RiskMetric
from tests.services.charts.risk_worlds import NOW, answer_of, limit


def text_of(component: object) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


@pytest.fixture(scope="module")
def answer() -> RiskAnswer:
    return answer_of()


@pytest.fixture(autouse=True)
def in_plain_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(present, "told", lambda text: text)


METRIC = RiskMetric(
    name="var_95_1d", label="Value at risk 95%, one day", unit="frac", direction="max", directions=("max",), explain=""
)
BETA = RiskMetric(
    name="beta", label="Beta", unit="ratio", direction="max", directions=("max", "min"), explain=""
)  # fmt: skip


def test_the_address_chooses_the_view_and_unknown_words_are_passed_over() -> None:
    view = view_of({"portfolio": "p1", "tab": "losses", "level": "99", "by": "colors", "pick": "KO"})
    assert view == {
        "portfolio": "p1", "tab": "losses", "measure": "volatility", "by": "asset", "scope": "total", "level": "99",
        "horizon": "1", "method": "lead", "group": "sector", "pick": "KO", "factors": "", "speed": "20",
        "rolled": "volatility",
    }  # fmt: skip
    page = text_of(page_layout(view))
    assert '"active_tab": "losses"' in page
    assert page.count('"role": "tabpanel"') == 3


def test_a_limit_shows_shape_word_number_and_both_bounds(answer: RiskAnswer) -> None:
    cards = present.limit_cards((limit("beta", "green", word="Within"), limit()), "comma")
    assert [one.state for one in cards] == ["red", "ok"]  # the worst first
    shown = text_of(limits_card(cards, may_edit=True))
    for words in ("light-shape", "Breached", "123% used", "1.23%", "at most 1.00%", "1 breached", "A hard limit."):
        assert words in shown
    assert '"hidden": true' in text_of(limits_card([], may_edit=False))
    assert "No limits on risk are set" in text_of(limits_card([], may_edit=False))


def test_a_limit_that_no_constraint_keeps_says_why(answer: RiskAnswer) -> None:
    (card,) = present.limit_cards(
        (limit(has_constraint=False, constraint_reason="The optimizer does not see drawdowns."),), "comma"
    )
    shown = text_of(limits_card([card], may_edit=True))
    assert "The optimizer does not see drawdowns." in shown
    assert "Use as constraint" not in shown  # nothing to press, and the reason in its place


def test_the_status_tells_day_age_and_what_is_on_its_way(answer: RiskAnswer) -> None:
    fresh = text_of(present.status(answer, "comma", NOW + timedelta(seconds=5)))
    assert "As of 2 March 2026 · computed just now in 120 ms" in fresh
    assert "risk-working" not in fresh
    old = answer.model_copy(update={"state": "working", "is_current": False})
    assert "New figures are being computed." in text_of(present.status(old, "comma", NOW + timedelta(hours=3)))
    assert "3 hours ago" in text_of(present.status(old, "comma", NOW + timedelta(hours=3)))
    failed = answer.model_copy(update={"state": "failed", "message": "The worker died.", "advice": "Try again."})
    assert "These are the last figures: The worker died. Try again." in text_of(present.status(failed, "comma", NOW))
    assert present.status(answer.model_copy(update={"report": None}), "comma") is None


def test_what_cannot_be_shown_says_so_in_its_place() -> None:
    assert "does not exist" in text_of(present.refused(NotFound("No.")))
    empty = text_of(present.refused(Conflict("It holds nothing.", "Buy something.", code="portfolio_empty")))
    assert "There is nothing to measure yet" in empty
    assert "It holds nothing. Buy something." in empty
    assert "could not be computed" in text_of(present.instead("worker_lost", "The worker died."))
    assert "There are no portfolios yet" in text_of(present.no_portfolios())


def test_the_chosen_holding_stands_out_and_long_tables_are_cut_with_a_word(answer: RiskAnswer) -> None:
    made = tables.added_table(answer.report, "volatility", "total", 0.95, "comma")
    assert made.rows[0][:2] == ["ALFA", "40.0%"]
    shares = [float(row[2].rstrip("%").replace("\u2212", "-")) for row in made.rows]
    assert sum(shares) == pytest.approx(100.0, abs=0.2)
    assert text_of(present.shown(made, "x", "GAMA")).count('"Mark"') == 1
    assert '"Mark"' not in text_of(present.shown(made, "x"))
    many = PageTable(made.columns, made.rows * 10)
    assert "The first 25 of 40" in text_of(present.shown(many, "x"))
    sold = tables.sold_table(answer.report, "comma")
    assert sold.rows[0][:3] == ["ALFA", "40.0%", "10"]  # 400,000 at a fifth of 200,000 a day


def test_typed_limits_become_fractions_and_every_problem_is_told_at_once() -> None:
    ids = [{"type": "risk-editor-field", "index": f"{row}:{name}"} for row in (0, 1) for name in ("value", "amber")]
    rows = typings(["var_95_1d", "beta"], ["2.5", "80", "1.1", "90"], ids)
    assert rows[1] == ("beta", {"value": "1.1", "amber": "90"})
    made = limits_typed([(METRIC, rows[0][1]), (BETA, {**rows[1][1], "direction": "min", "hard": False})])
    assert [(one.metric, one.value, one.direction, one.is_hard, one.amber_use_frac) for one in made.limits] == [
        ("var_95_1d", 0.025, "max", True, 0.8), ("beta", 1.1, "min", False, 0.9),
    ]  # fmt: skip
    with pytest.raises(InvalidRequest) as refused:
        limits_typed([(METRIC, {"value": "", "amber": "80"}), (BETA, {"value": "one", "amber": "100"})])
    assert len(refused.value.fields) == 3


def test_the_rows_of_the_editor_hold_what_was_typed() -> None:
    row = EditorRow("beta", "Beta", "", "min", ("max", "min"), "0,9", False, "85")
    shown = text_of(editor_rows([row]))
    for words in ('"index": "0:value"', '"value": "0,9"', '"value": "85"', "Remove the limit on Beta", "At least"):
        assert words in shown
    assert "No limits yet" in text_of(editor_rows([]))


def test_a_refused_limit_is_told_at_its_field_and_a_conflict_beside_the_buttons(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: dict[str, object] = {}
    monkeypatch.setattr(present_errors, "told", lambda text: text)
    monkeypatch.setattr(present_errors, "put", lambda id, **given: told.update({str(id): given["children"]}))
    ids = [RiskEditor.field(f"{row}:{name}") for row in (0, 1) for name in ("direction", "value", "amber", "hard")]

    def save(error: Exception | None) -> object:
        def saved() -> str:
            if error is not None:
                raise error
            return "saved"

        return present_errors.form(RiskEditor.ERRORS, words_of(ids))(saved)()

    with pytest.raises(InvalidRequest) as refused:
        limits_typed([(METRIC, {"value": "2", "amber": "80"}), (BETA, {"value": "-3", "amber": "80"})])
    save(refused.value)
    at_fields = {key: words for key, words in told.items() if words is not None}
    (key,) = at_fields
    assert "1:value" in key
    assert "The limit on Beta" in str(at_fields[key])
    save(Conflict("Somebody else saved these limits.", "Open them again."))
    assert [key for key, words in told.items() if words is not None] == [RiskEditor.ERRORS]
    assert "Somebody else" in text_of(told[RiskEditor.ERRORS])
    assert save(None) == "saved"
    assert not any(told.values())
    shown = text_of(limit_dialogs())
    assert (
        shown.index(f'"{RiskEditor.ROWS}"')
        < shown.index(f'"{RiskEditor.ERRORS}"')
        < shown.index(f'"{RiskEditor.SAVE}"')
    )


def test_every_tile_of_losses_says_over_which_time_and_by_which_method(answer: RiskAnswer) -> None:
    assert answer.report is not None
    assert answer.report.headline is not None
    notes = {name: note for name, _, note in tables.figures(answer.report, "comma")}
    of_losses = [note for name, note in notes.items() if name.startswith(("Value at risk", "Shortfall"))]
    assert len(of_losses) >= 2
    assert all(note.startswith(f"one day · {answer.report.headline.method_label}") for note in of_losses)
