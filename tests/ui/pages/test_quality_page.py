"""Does the page of data quality say what is wrong, what is proposed, and draw it?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import present_quality as present
from callbacks import quality as page
from components.quality_tables import table_style
from services.auth.roles import Role
from services.charts import quality as charts
from services.errors import InvalidRequest
from services.formatting import day_marks
from services.messages.quality import (
    CalendarDay,
    FindingDetail,
    FindingPoint,
    FindingState,
    FindingView,
    Kind,
    Mode,
    Policy,
    PolicyEntry,
    QualityCalendar,
    QualitySummary,
)

WHEN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
DAY = date(2022, 5, 16)


def words(component: Any) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def finding(**changed: Any) -> FindingView:
    usual: dict[str, Any] = {
        "id": "f-1", "symbol": "VOD.L", "name": "Vodafone", "currency": "GBP", "provider": "yahoo", "kind": Kind.UNIT,
        "kind_label": "Wrong unit", "state": FindingState.OPEN, "first_session": DAY, "last_session": DAY,
        "sessions_count": 1, "session": DAY, "field": "close", "raw": 12250.0, "proposed": 122.5,
        "method": "block divided by 100", "confidence_frac": 0.98, "reason": "The price is 1,000.5 times higher.",
        "is_automatic": False, "decided_by": None, "decided_at_utc": None, "found_at_utc": WHEN, "row_version": 1,
    }  # fmt: skip
    return FindingView.model_validate(usual | changed)


def detail(one: FindingView) -> FindingDetail:
    points = tuple(
        FindingPoint(
            session=DAY + timedelta(days=step),
            value=one.raw if step == 0 else 122.0 + step,
            proposed=one.proposed if step == 0 else None,
            is_concerned=step == 0,
        )
        for step in range(-5, 6)
    )
    return FindingDetail(finding=one, points=points)


def test_evidence_tells_reason_method_and_sureness_in_the_readers_numbers() -> None:
    shown = words(present.evidence(finding(), "chart", "point"))
    assert "1.000,5 times higher" in shown
    assert "block divided by 100" in shown
    assert "98%" in shown
    assert "Nothing is proposed" not in shown
    assert "Nothing is proposed" in words(present.evidence(finding(proposed=None), "chart", "comma"))


def test_the_neighborhood_marks_doubt_and_proposal_and_takes_a_logarithmic_scale_for_a_block_in_cents() -> None:
    figure = charts.neighbors(detail(finding()))
    assert figure.layout.xaxis.hoverformat == day_marks()  # days under the pointer as the reader likes them
    assert [trace.name for trace in figure.data] == ["Stored", "In doubt", "Proposed"]
    assert list(figure.data[2].y) == [122.5]
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.meta["table"][1] == [["16 May 2022", "12,250.00", "122.50"]]
    assert charts.neighbors(detail(finding(raw=140.0, proposed=None))).layout.yaxis.type == "linear"


def test_the_calendar_draws_each_flag_in_a_shape_of_its_own_and_says_how_many_need_a_look() -> None:
    days = tuple(
        CalendarDay(
            session=date(2021, 1, 4) + timedelta(days=step), flag="suspect" if step == 9 else "ok", note="It jumps."
        )
        for step in range(12)
        if (date(2021, 1, 4) + timedelta(days=step)).weekday() < 5
    )
    found = QualityCalendar(
        symbol="KO",
        name="Coca-Cola",
        first_session=days[0].session,
        last_session=days[-1].session,
        counts={},
        days=days,
    )
    assert charts.telling_year(found) == 2021
    figure = charts.calendar(found, 2021)
    assert {trace.marker.symbol for trace in figure.data} == {"square", "diamond"}
    assert figure.layout.meta["title"] == "KO: 1 of 10 sessions of 2021 need a look"
    (suspect,) = [trace for trace in figure.data if trace.marker.symbol == "diamond"]
    assert (suspect.x[0], suspect.y[0]) == (2, 2)  # the week after next, a Wednesday


def test_the_policy_refuses_a_sureness_that_is_none_and_keeps_the_others() -> None:
    ids = [{"index": "unit"}, {"index": "outlier"}]
    made = present.policy_change(ids, ["auto", "off"], ["98", "95"])
    assert [(one.kind, one.mode, one.confidence_frac) for one in made.choices] == [
        (Kind.UNIT, Mode.AUTO, 0.98), (Kind.OUTLIER, Mode.OFF, 0.95),
    ]  # fmt: skip
    with pytest.raises(InvalidRequest) as refusal:
        present.policy_change(ids, ["auto", "off"], ["20", "many"])
    assert [problem.path for problem in refusal.value.fields] == ["unit", "outlier"]


def test_kinds_without_proposals_are_not_offered_to_correct_at_once() -> None:
    entries = tuple(
        PolicyEntry(
            kind=kind,
            label=kind.value,
            explanation="What.",
            mode=Mode.PROPOSE,
            confidence_frac=0.95,
            can_be_automatic=can,
        )
        for kind, can in ((Kind.UNIT, True), (Kind.STALE, False))
    )
    shown = words(present.policy(Policy(entries=entries), "comma", may_write=True))
    assert shown.count("Correct at once") == 1


def test_key_figures_and_the_ticked_rows_follow_what_is_there() -> None:
    summary = QualitySummary(
        sentence="Nothing suspicious in 28 series.", as_of=DAY, series_count=28, checked_count=28, score=99.4,
        open_count=0, corrected_count=0, kinds=(),
    )  # fmt: skip
    shown = words(present.figures(summary, "comma"))
    assert "99.4" in shown
    assert "Nothing waits" in shown
    rows = [present.queue_row(finding(), "comma"), present.queue_row(finding(id="f-2"), "comma")]
    assert [row["id"] for row in page._chosen({"ids": ["f-2", "gone"]}, rows)] == ["f-2"]
    assert page._chosen(None, rows) == []
    assert page._chosen([rows[0]], rows) == [rows[0]]


def test_the_list_says_what_it_leaves_out_and_a_symbol_is_part_of_an_address() -> None:
    assert present.queue_note(None, is_there=True, is_cut=False, style="comma") is None
    alone = words(present.queue_note("^GSPC", is_there=True, is_cut=True, style="point"))
    assert "Findings of ^GSPC alone." in alone
    assert "Show those of all assets" in alone
    assert "The surest 500 are listed" in alone
    assert "no asset with the symbol GONE any more" in words(
        present.queue_note("GONE", is_there=False, is_cut=False, style="comma")
    )
    row = present.queue_row(finding(symbol="^GSPC", sessions_count=1234), "point")
    assert (row["href"], row["what"]) == ("/market/%5EGSPC", "Wrong unit, 1.234 sessions")


def test_the_evidence_names_its_source_as_every_other_page_does() -> None:
    assert "Embedded history" in words(present.evidence(finding(provider="embedded"), "chart", "comma"))


@pytest.mark.parametrize(
    ("prices", "decimals"),
    [
        ((12250.0, 122.5), 2),
        ((1.0895, 1.09), 4),
        ((41.3333333, None), 4),
        ((1.25e-9,), 11),
        ((None, 5.125), 3),
        ((0.0,), 2),
        ((), 2),
    ],
)
def test_prices_are_told_with_the_digits_that_tell_them_apart(prices: Any, decimals: int) -> None:
    assert charts.price_decimals(*prices) == decimals


def test_an_accepted_finding_shows_the_raw_price_beside_what_counts_now() -> None:
    one = finding(state=FindingState.ACCEPTED)
    shown = words(present.evidence(one, "chart", "comma"))
    assert "12,250.00 GBP, 16 May 2022" in shown
    assert "Corrected to" in shown
    corrected = FindingPoint(session=DAY, value=122.5, proposed=122.5, is_concerned=True, raw=12250.0)
    figure = charts.neighbors(FindingDetail(finding=one, points=(corrected,)))
    assert [trace.name for trace in figure.data] == ["Counts now", "Raw", "Proposed"]
    assert list(figure.data[1].y) == [12250.0]
    assert figure.layout.meta["table"][1] == [["16 May 2022", "12,250.00", "122.50"]]


def test_a_kind_that_nobody_knows_lists_all(monkeypatch: pytest.MonkeyPatch, as_role: Any) -> None:
    as_role(Role.PORTFOLIO_MANAGER)
    asked: list[Any] = []
    listed = SimpleNamespace(findings=lambda _actor, **wanted: asked.append(wanted["kind"]) or ())
    monkeypatch.setattr(page, "services", lambda: SimpleNamespace(quality=listed))
    for kind in ("nonsense", "all", None, "stale"):
        page._findings("open", kind, None)
    assert asked == [None, None, None, Kind.STALE]


@pytest.mark.parametrize(("rows_count", "rows"), [(0, 2), (3, 3), (66, 66)])
def test_a_table_is_as_high_as_its_rows_and_never_higher_than_others(rows_count: int, rows: int) -> None:
    height = table_style(rows_count)["height"]
    assert height == f"min(420px, calc(var(--q-head) + {rows} * var(--q-row) + 4px))"
