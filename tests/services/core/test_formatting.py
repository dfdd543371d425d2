"""Do numbers and dates read as the product promises, on screen and in exports alike?"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

import pytest

from services import formatting as f
from services.told import Told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f.weight(0.25), "25.0%"),
        (f.weight(0.0123456), "1.2%"),
        (f.weight(-0.05), "−5.0%"),
        (f.weight(0.05, signed=True), "+5.0%"),
        (f.rate(0.1234567), "12.35%"),
        (f.rate(-0.00001), "0.00%"),
        (f.rate(None), "—"),
        (f.rate(float("nan")), "—"),
        (f.rate(float("inf")), "—"),
        (f.ratio(1.005), "1.00"),  # 1.005 is stored a little below itself, and browsers say so too
        (f.basis_points(0.0025), "25 bp"),
        (f.basis_points(0.0), "0 bp"),
        (f.basis_points(0.00002, style="point"), "0,2 bp"),
        (f.basis_points(0.000004), "<0.1 bp"),
        (f.basis_points(-0.000004), ">−0.1 bp"),
        (f.basis_points(-0.00007), "−0.7 bp"),
        (f.money(Decimal("1234567.89"), "USD"), "1,234,568 USD"),
        (f.money(Decimal("9999.99")), "9,999.99"),
        (f.money(Decimal("-12.5"), "EUR"), "−12.50 EUR"),
        (f.money(10_000), "10,000"),
        (f.number(1234.5, 1, style="point"), "1.234,5"),
        (f.number(1234.5, 1, style="space"), "1\u202f234,5"),
        (f.quantity(Decimal("100")), "100"),
        (f.quantity(Decimal("0.12345")), "0.1235"),
        (f.count(1, "stock"), "1 stock"),
        (f.count(1250, "day"), "1,250 days"),
        (f.count(2, "entry", "entries"), "2 entries"),
        (f.day(date(2022, 12, 28)), "28 December 2022"),
        (f.day_short(date(2022, 12, 28)), "28 Dec 2022"),
        (f.day(None), "—"),
        (f.moment(datetime(2022, 12, 28, 14, 5, tzinfo=UTC)), "28 Dec 2022, 14:05 UTC"),
        (f.duration(37.6), "38 ms"),
        (f.duration(1240), "1.24 s"),
        (f.duration(185_000), "3 min 5 s"),
    ],
)
def test_every_kind_of_figure_reads_as_written_down_here(text: str, expected: str) -> None:
    assert text == expected


def test_amounts_of_one_column_have_one_number_of_decimals() -> None:
    small, large = [Decimal("7968.84"), -12.5, None], [7968.84, Decimal("-26960"), None]
    assert f.money_decimals(small) == 2
    assert f.money_decimals(large) == 0
    assert f.money_decimals([]) == 2
    written = [f.money(one, signed=True, decimals=f.money_decimals(large)) for one in large]
    assert written == ["+7,969", "−26,960", "—"]


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert f.number(-0.004, 2) == "0.00"
    assert f.number(-0.004, 2, signed=True) == "0.00"
    assert f.money(Decimal("-0.001")) == "0.00"


def test_the_browser_gets_a_rule_for_every_kind_it_shows() -> None:
    for name in ("weight", "rate", "ratio", "money_whole", "money_cents", "price", "quantity"):
        formatter = f.GRID_SPECS[name].value_formatter()
        assert formatter.startswith("params.value == null ? '—' : d3.format(")
    assert f.GRID_SPECS["weight"].value_formatter().endswith("d3.format(',.1f')(params.value * 100) + '%'")


def test_floats_round_half_away_from_zero_on_their_exact_value_however_they_are_written() -> None:
    rng = random.Random(20261130)
    values = [rng.uniform(-1, 1) * 10.0 ** rng.randint(-9, 17) for _ in range(4_000)]
    values += [sign * (n + 0.5) / 2**shift for n in range(60) for shift in range(6) for sign in (1, -1)]  # the middle
    values += [0.0, -0.0, 0.005, -0.005, 0.125, -0.125, 2.0**50, -(2.0**50), 1e300, 0.00049, -0.004999]
    for value in values:
        for decimals in (0, 1, 2, 4):
            with localcontext(Context(prec=400)):
                exact = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
                if abs(value) < 1e15:
                    said = f"{abs(exact):,.{decimals}f}"
                    assert f.number(value, decimals) == (f.MINUS if exact < 0 else "") + said
                    assert f.number(value, decimals, signed=True)[:1] == (
                        f.MINUS if exact < 0 else "+" if exact > 0 else said[:1]
                    )
    assert f.percent(0.00125) == "0.13%"
    assert f.percent(-0.00125) == f"{f.MINUS}0.13%"
    assert f.percent(0.285) == "28.50%"
    assert (f.percent(-1e-9), f.percent(float("nan")), f.percent(None)) == ("0.00%", f.MISSING, f.MISSING)
    told = f.percent(0.4123)
    assert isinstance(told, Told)
    assert (told.value, told.unit) == (0.4123, "fraction")
