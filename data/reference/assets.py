"""Who are the assets whose prices come without names: sector, industry, country, currency, exchange, issuer?

The tables are the product's own, one CSV file per set, written from the companies' and exchanges' public facts as they
stood at the end of 2022: sectors and industries follow the eleven sectors in common use, exchanges are ISO 10383 codes,
countries ISO 3166, currencies ISO 4217. A fund or index that holds several sectors is ``Diversified``.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from data.providers.answers import AssetFacts
from data.providers.vocabulary import AssetClass

FOLDER = Path(__file__).parent


@cache
def asset_table(name: str) -> tuple[AssetFacts, ...]:
    """Return one table's rows in the order of the file.

    Parameters
    ----------
    name : str
        The file's name without its ending.

    """
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_facts(row) for row in csv.DictReader(file))


def _facts(row: dict[str, str]) -> AssetFacts:
    """Read one line; an empty cell means that there is nothing to say."""
    return AssetFacts(
        symbol=row["symbol"],
        name=row["name"],
        asset_class=AssetClass(row["asset_class"]),
        sector=row["sector"] or None,
        industry=row["industry"] or None,
        country=row["country"] or None,
        currency=row["currency"],
        exchange_mic=row["exchange_mic"] or None,
        issuer=row["issuer"] or None,
        is_investable=row["is_investable"] == "1",
        note=row["note"] or None,
    )
