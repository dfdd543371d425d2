"""Which region of the world does a country lie in, so that limits can speak of regions?

Source: United Nations Statistics Division, Standard country or area codes for statistical use (M49), regions and
sub-regions; Taiwan and Kosovo, which that list does not name, stand with their neighbors. A sub-region lies inside its
region: ``Europe/Western Europe``.
"""

from __future__ import annotations

from typing import Final

_REGIONS: Final[dict[str, str]] = {
    "Africa/Northern Africa": "DZ EG EH LY MA SD TN",
    "Africa/Sub-Saharan Africa": (
        "AO BF BI BJ BW CD CF CG CI CM CV DJ ER ET GA GH GM GN GQ GW IO KE KM LR LS MG ML MR MU MW MZ NA NE NG RE RW "
        "SC SH SL SN SO SS ST SZ TD TF TG TZ UG YT ZA ZM ZW"
    ),
    "Americas/Latin America and the Caribbean": (
        "AG AI AR AW BB BL BO BQ BR BS BV BZ CL CO CR CU CW DM DO EC FK GD GF GP GS GT GY HN HT JM KN KY LC MF MQ MS "
        "MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI"
    ),
    "Americas/Northern America": "BM CA GL PM US",
    "Antarctica": "AQ",
    "Asia/Central Asia": "KG KZ TJ TM UZ",
    "Asia/Eastern Asia": "CN HK JP KP KR MN MO TW",
    "Asia/South-eastern Asia": "BN ID KH LA MM MY PH SG TH TL VN",
    "Asia/Southern Asia": "AF BD BT IN IR LK MV NP PK",
    "Asia/Western Asia": "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE",
    "Europe/Eastern Europe": "BG BY CZ HU MD PL RO RU SK UA",
    "Europe/Northern Europe": "AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ",
    "Europe/Southern Europe": "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK",
    "Europe/Western Europe": "AT BE CH DE FR LI LU MC NL",
    "Oceania/Australia and New Zealand": "AU CC CX HM NF NZ",
    "Oceania/Melanesia": "FJ NC PG SB VU",
    "Oceania/Micronesia": "FM GU KI MH MP NR PW UM",
    "Oceania/Polynesia": "AS CK NU PF PN TK TO TV WF WS",
}

REGION_OF: Final[dict[str, str]] = {code: region for region, codes in _REGIONS.items() for code in codes.split()}
"""ISO 3166-1 code of two letters -> region and sub-region."""


def region_of(country: str | None) -> str | None:
    """Return the region of a country by its code of two letters; None where neither is known."""
    return REGION_OF.get((country or "").upper())
