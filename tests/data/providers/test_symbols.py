"""Does each source get its own name for an asset, and none for what it cannot have?"""

from __future__ import annotations

import pytest

from data.providers.symbols import alpha_vantage_symbol, is_fred_series, kind_of, yahoo_symbol
from data.reference.assets import asset_table
from data.reference.sample_assets import sample_assets


@pytest.mark.parametrize(
    ("ours", "kind", "yahoo", "alpha"),
    [
        ("AAPL", "security", "AAPL", ("AAPL", "USD")),
        ("BRK.B", "security", "BRK-B", ("BRK-B", "USD")),
        ("VOD.L", "security", "VOD.L", ("VOD.LON", "GBX")),
        ("MUV2.DE", "security", "MUV2.DE", ("MUV2.DEX", "EUR")),
        ("7203.T", "security", "7203.T", None),
        ("^GSPC", "index", "^GSPC", None),
        ("SP500", "index", "^GSPC", None),
        ("EURUSD=X", "fx", "EURUSD=X", ("EUR", "USD")),
        ("GC=F", "future", "GC=F", None),
        ("BTC-USD", "crypto", "BTC-USD", ("BTC", "USD")),
        ("ALDM.X", None, None, None),
        ("EURFOO=X", None, None, None),
        ("", None, None, None),
        ("../etc", None, None, None),
        ("A B", None, None, None),
        ("aapl", None, None, None),
        ("A" * 40, None, None, None),
    ],
)
def test_names(ours, kind, yahoo, alpha):
    assert kind_of(ours) == kind
    assert yahoo_symbol(ours) == yahoo
    theirs = alpha_vantage_symbol(ours)
    assert (None if theirs is None else (theirs.code, theirs.quote)) == alpha


def test_every_real_asset_of_the_product_has_a_name_at_yahoo_and_no_invented_one_has():
    assert all(yahoo_symbol(facts.symbol) for facts in asset_table("us_large_caps"))
    assert not any(yahoo_symbol(asset.facts.symbol) for asset in sample_assets())


@pytest.mark.parametrize(("series_id", "possible"), [("DGS10", True), ("not an id", False), ("a", False), ("", False)])
def test_ids_of_economic_series(series_id, possible):
    assert is_fred_series(series_id) is possible
