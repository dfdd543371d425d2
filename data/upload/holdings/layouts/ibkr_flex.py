"""How do Flex queries of Interactive Brokers write open positions and trades?"""

from data.upload.holdings.layout import FileKind, FileLayout

_COMMON = {
    "account": ("clientaccountid", "accountalias"),
    "currency": ("currencyprimary", "currency"),
    "name": ("description",),
    "asset_class": ("assetclass",),
}
LAYOUTS = (
    FileLayout(
        "ibkr_positions",
        "Interactive Brokers Flex, open positions",
        FileKind.HOLDINGS,
        ("clientaccountid", "currencyprimary", "symbol", "markprice", "positionvalue"),
        {
            **_COMMON,
            "quantity": ("quantity", "position"),
            "price": ("markprice",),
            "value": ("positionvalue",),
            "unit_cost": ("costbasisprice", "openprice"),
            "cost": ("costbasismoney",),
            "date": ("reportdate",),
        },
        decimal=".",
    ),
    FileLayout(
        "ibkr_trades",
        "Interactive Brokers Flex, trades",
        FileKind.TRANSACTIONS,
        ("clientaccountid", "currencyprimary", "symbol", "tradeprice", "buy sell"),
        {
            **_COMMON,
            "date": ("tradedate", "datetime", "date time"),
            "type": ("buy sell",),
            "price": ("tradeprice",),
            "amount": ("netcash",),
            "fees": ("ibcommission",),
            "taxes": ("taxes",),
            "reference": ("transactionid", "tradeid", "ibexecid"),
        },
        words={"buy ca": "unknown", "sell ca": "unknown"},
        is_signed=True,
        decimal=".",
    ),
)
