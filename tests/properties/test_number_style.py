"""Do the numbers of a sentence keep their value in every style, and does nothing else in it change?"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.formatting import NUMBER_MARKS, Style, number, percent
from services.number_style import has_marks, in_style

STYLES: tuple[Style, ...] = ("comma", "point", "space")
styles = st.sampled_from(STYLES)
amounts = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=6)
words = st.sampled_from(
    ["Sharpe", "volatility,", "AAPL, JPM", "BRK.B", "0700.HK", "2022-12-28", "version 1.5", "0.1.0", "(of", "held);",
     "28 December 2022, 14:05 UTC", "“1,5”", "‘2.50’", "'Fund 1.5'", '"3.5"', "`0.25`", "https://a.b/1.5?c=2.5",
     "/api/v1/runs/1.5", "127.0.0.1", "x-1.5", "1.5x", "asset_ids[0]", "S&P 500", "each", "—", "12:30:00.25",
     "01920f6a-7c3e-7d10-8a55-0242ac120002", "a1.5b", "1,5", "12,34"]
)  # fmt: skip


def read(text: str, style: Style) -> Decimal:
    group, mark = NUMBER_MARKS[style]
    return Decimal(text.replace(group, "").replace(mark, ".").replace("−", "-").rstrip("%"))


@given(style=styles, value=amounts, decimals=st.integers(0, 6), is_percent=st.booleans())
def test_a_number_in_a_sentence_reads_as_the_formatter_writes_it(
    style: Style, value: Decimal, decimals: int, is_percent: bool
) -> None:
    write = percent if is_percent else number
    canonical, wanted = write(value, decimals), write(value, decimals, style=style)
    assert (
        in_style(f"At {canonical}, or ({canonical}); {canonical}.", style) == f"At {wanted}, or ({wanted}); {wanted}."
    )


@given(style=styles, parts=st.lists(st.one_of(words, amounts), max_size=12), decimals=st.integers(0, 4))
def test_values_survive_and_nothing_else_changes(style: Style, parts: list[str | Decimal], decimals: int) -> None:
    text = " | ".join(part if isinstance(part, str) else number(part, decimals) for part in parts)
    turned = in_style(text, style).split(" | ") if parts else []
    for part, shown in zip(parts, turned, strict=True):
        if isinstance(part, str):
            assert shown == part
        else:
            assert read(shown, style) == read(number(part, decimals), "comma")


@given(style=styles, text=st.text(max_size=80))
def test_only_commas_and_points_between_digits_ever_change(style: Style, text: str) -> None:
    turned = in_style(text, style)
    assert len(turned) == len(text)
    for place, (before, after) in enumerate(zip(text, turned, strict=True)):
        if before != after:
            assert before in ",."
            assert text[place - 1].isdigit()
            assert text[place + 1].isdigit()


@given(text=st.text(max_size=80))
def test_the_canonical_style_is_left_alone(text: str) -> None:
    assert in_style(text, "comma") == text


@given(text=st.text(alphabet="0123456789.,-−+eE%()“”'/: aB", max_size=40), style=styles)
def test_what_has_no_marks_needs_no_preference(text: str, style: Style) -> None:
    if not has_marks(text):
        assert in_style(text, style) == text


@pytest.mark.parametrize(
    ("canonical", "shown"),
    [
        ("Sharpe 0.98 at 15.6% volatility; 8 of 8 stocks held", "Sharpe 0,98 at 15,6% volatility; 8 of 8 stocks held"),
        ("1,234.56 USD, −3.4% and -3.4%, +0.5 pp.", "1.234,56 USD, −3,4% and -3,4%, +0,5 pp."),
        ("Between 0.5–2.5%, or [0.1, 0.2].", "Between 0,5–2,5%, or [0,1, 0,2]."),
        ("A gap of 2.5e-05, 1e-8 or 3.1e−12.", "A gap of 2,5e-05, 1e-8 or 3,1e−12."),
        ("It is “1,5%”, outside from 0% to 1,000%.", "It is “1,5%”, outside from 0% to 1.000%."),
        ("Version 0.1, engine 0.1.0, on 2022-12-28.", "Version 0.1, engine 0.1.0, on 2022-12-28."),
        ("The fund's cost isn't 1.5% but 2.5%; runs' 1.25.", "The fund's cost isn't 1,5% but 2,5%; runs' 1,25."),
        ("The run 'Growth 1.5' used lambda=0.94.", "The run 'Growth 1.5' used lambda=0,94."),
        ("1,2345 and 0,123 are no canonical numbers.", "1,2345 and 0,123 are no canonical numbers."),
    ],
)  # fmt: skip
def test_sentences_of_the_product(canonical: str, shown: str) -> None:
    assert in_style(canonical, "point") == shown


def test_the_space_is_one_that_does_not_break_the_line() -> None:
    assert in_style("1,234,567.8 shares", "space") == "1\u202f234\u202f567,8 shares"
