"""Which files show how a file of market data looks, to be filled in?"""

from __future__ import annotations

from services.errors import NotFound

TEMPLATES: dict[str, str] = {
    "prices": (
        "symbol,date,close,adjusted_close,volume,name,currency,sector,country,asset_class\n"
        "ACME,2022-12-27,101.25,101.25,125000,Acme Corporation,USD,Industrials,US,equity\n"
        "ACME,2022-12-28,102.5,102.5,98000,,,,,\n"
        "EURB,2022-12-27,98.4,98.4,,Euro Bond Fund,EUR,,DE,etf\n"
        "EURB,2022-12-28,98.1,98.1,,,,,,\n"
    ),
    "scores": "symbol,date,esg_score\nAAPL,2022-06-30,71.5\nMSFT,2022-06-30,74\n",
    "rates": "base,quote,date,rate\nEUR,USD,2022-12-27,1.0640\nEUR,USD,2022-12-28,1.0611\n",
    "weights": (
        "benchmark,symbol,date,weight,name,currency\n"
        "HOUSE,AAPL,2022-06-30,0.4,House benchmark,USD\n"
        "HOUSE,KO,2022-06-30,0.6,,\n"
        "HOUSE,AAPL,2022-09-30,0.45,,\n"
        "HOUSE,KO,2022-09-30,0.55,,\n"
    ),
    "factors": (
        "factor_set,factor,date,return_frac\n"
        "House factors,Market,2022-12-27,-0.0041\n"
        "House factors,Quality,2022-12-27,0.0012\n"
        "House factors,Market,2022-12-28,-0.0120\n"
        "House factors,Quality,2022-12-28,0.0007\n"
    ),
}
"""Name of a template to its content; each can be imported as it is."""


def template(name: str) -> bytes:
    """Return a template as a CSV file.

    Raises
    ------
    NotFound
        There is no such template.

    """
    if name not in TEMPLATES:
        raise NotFound(f"There is no template {name!r}.", f"Choose one of {', '.join(TEMPLATES)}.")
    return TEMPLATES[name].encode()
