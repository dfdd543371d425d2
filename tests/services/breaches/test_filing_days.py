"""Is the day by which a filing is due the one that filers know?"""

from __future__ import annotations

from datetime import date

import pytest

from engine.compliance.packs.catalog import PACKS
from services.compliance.filing_days import DEADLINES, filing_day

RULES = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}


@pytest.mark.requirement("4.3.F2")
@pytest.mark.parametrize(
    ("code", "found_on", "due"),
    [
        # The first Form 13F of who passed $100 million in 2023 and in 2025: 14 February 2026 is a Saturday
        # and the Monday after it Washington's Birthday, so that filers had until Tuesday.
        ("13f", "2023-06-30", "2024-02-14"),
        ("13f", "2025-01-31", "2026-02-17"),
        ("13f", "2025-12-31", "2026-02-17"),
        # Schedule 13G of institutions: 45 days after each quarter's end.
        ("13g_institution", "2024-09-30", "2024-11-14"),
        ("13g_institution", "2024-12-31", "2025-02-14"),
        ("13g_institution", "2025-04-02", "2025-05-15"),  # found two days late: the test was that of 31 March
        # Five business days after the end of a month; 11 November is a federal holiday on which the exchange is open.
        ("13g_institution_10", "2024-10-08", "2024-11-07"),
        ("13d", "2024-11-05", "2024-11-13"),
        ("13d", "2024-02-05", "2024-02-12"),
        ("13d", "2024-03-28", "2024-04-04"),  # Good Friday is no federal holiday
        ("13d", "2024-07-06", "2024-07-12"),  # found on a Saturday
        ("13g_passive", "2024-06-14", "2024-06-24"),  # Juneteenth between
        ("13g_passive_10", "2024-12-24", "2024-12-27"),
        ("section_16", "2024-08-22", "2024-09-03"),  # the tenth day is a Sunday, then Labor Day
        ("13f2_value", "2028-01-20", "2028-02-14"),
        ("13h_day_shares", "2024-05-01", "2024-05-13"),
        # Form PF: 60 days after the quarter for large hedge fund advisers, 120 after the year for all others.
        ("form_pf_large", "2023-11-30", "2024-02-29"),
        ("form_pf", "2023-03-15", "2024-04-29"),
    ],
)
def test_the_due_day_is_the_one_that_filers_know(code: str, found_on: str, due: str) -> None:
    assert filing_day(RULES[f"notices.{code}"], date.fromisoformat(found_on)) == date.fromisoformat(due)


def test_every_deadline_is_of_a_rule_of_the_packs_and_its_title_says_the_same_days() -> None:
    for code, deadline in DEADLINES.items():
        rule = RULES[code]
        assert rule.remedy == "notify", code
        if "within" in rule.title:
            unit = "business days" if deadline.counts == "business" else "days"
            assert f"within {deadline.days_count} {unit}" in rule.title, code


def test_what_no_text_names_a_day_for_has_none() -> None:
    assert filing_day(RULES["notices.form_pf_proposed"], date(2026, 5, 1)) is None
    assert filing_day(RULES["house.max_sector"], date(2026, 5, 1)) is None
