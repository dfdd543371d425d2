"""Does every country lie in one region, and do limits on regions reach the assets of its countries?"""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks.optimize_rows import asset_rows
from services import limit_regions
from services.limit_kinds import form_of_words
from services.limit_regions import REGION_OF, region_of
from services.optimize_facts import _groups


def test_every_country_stands_once_and_in_a_region() -> None:
    codes = " ".join(limit_regions._REGIONS.values()).split()
    assert len(codes) == len(set(codes)) == 250  # the 249 of ISO 3166-1 and Kosovo
    assert all(re.fullmatch("[A-Z]{2}", code) for code in codes)
    assert {region.split("/")[0] for region in REGION_OF.values()} == {
        "Africa", "Americas", "Antarctica", "Asia", "Europe", "Oceania",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("DE", "Europe/Western Europe"), ("gb", "Europe/Northern Europe"), ("US", "Americas/Northern America"),
        ("JP", "Asia/Eastern Asia"), ("BR", "Americas/Latin America and the Caribbean"),
        ("ZA", "Africa/Sub-Saharan Africa"),
        ("AU", "Oceania/Australia and New Zealand"), ("XX", None), (None, None), ("", None),
    ],
)  # fmt: skip
def test_countries_lie_where_the_united_nations_put_them(country: str | None, region: str | None) -> None:
    assert region_of(country) == region


@pytest.mark.requirement("1.3.F6")
def test_assets_are_grouped_by_the_region_of_their_country() -> None:
    def asset(country: str | None) -> Any:
        given = {"country": country, "currency": "EUR", "asset_class": "equity", "industry": None, "exchange": None}
        return SimpleNamespace(**given, issuer_id=None)

    uow: Any = SimpleNamespace(issuers=SimpleNamespace(get_many=lambda _: {}))
    found = _groups(uow, {"SAP": asset("DE"), "KO": asset("US"), "GOLD": asset(None)})
    assert found["region"] == {"SAP": "Europe/Western Europe", "KO": "Americas/Northern America"}
    form = form_of_words("region")
    assert form is not None
    assert (form.kind, dict(form.fixed)) == ("group_limit", {"dimension": "region"})


def test_the_wizard_offers_the_region_of_each_asset(monkeypatch: pytest.MonkeyPatch) -> None:
    view = SimpleNamespace(
        symbol="SAP", name="SAP", sector=None, country="DE", currency="EUR", asset_class="equity", industry=None,
        exchange=None, issuer=None, is_investable=True, observations_count=2, is_sample=False, isin=None,
        first_date=date(2020, 1, 1), last_date=date(2021, 1, 1), last_price=100.0,
    )  # fmt: skip
    monkeypatch.setattr("callbacks.optimize_rows._all_assets", lambda: [view])
    (row,) = asset_rows()
    assert row["groups"]["region"] == "Europe/Western Europe"
