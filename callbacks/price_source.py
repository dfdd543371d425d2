"""What does the note say that opens beside a price?"""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import Input, Output, callback, html, no_update

from callbacks.actor import actor, services
from callbacks.wording import reader_style, told
from components.ids import PriceSource
from components.price_source import href_of, price_words
from services import formatting
from services.errors import ServiceError
from services.formatting import Style
from services.lineage_words import age
from services.messages.lineage import ValueLineage
from services.number_style import in_style

HASH_SHOWN_COUNT = 12


@callback(Output(PriceSource.BODY, "children"), Input(PriceSource.ASKED, "data"), prevent_initial_call=True)
def tell(asked: dict[str, Any] | None) -> Any:
    """Tell where the price comes from that is pointed at."""
    if not asked or not asked.get("symbol"):
        return no_update
    try:
        session = date.fromisoformat(str(asked["session"])[:10]) if asked.get("session") else None
        field = str(asked.get("field") or "close")
        found = services().lineage.of(str(asked["symbol"]), session, actor(), field=field)
    except ServiceError as error:
        return html.P(told(error.sentence))
    except ValueError:
        return html.P("The day of this price cannot be read.")
    return words_of(found, reader_style())


def words_of(found: ValueLineage, style: Style) -> list[Any]:
    """Return the note about one price in the reader's number format."""
    facts = [
        ("Source", found.provider_label),
        ("Price of", f"{formatting.moment(found.event_time_utc)}, {age(found.age_days, style)}"),
        ("Known here since", formatting.moment(found.knowledge_time_utc)),
    ]
    hashes = [one.sha256 for delivery in found.deliveries for one in delivery.payloads]
    if hashes:
        more = f" and {formatting.count(len(hashes) - 1, 'other')}" if len(hashes) > 1 else ""
        facts.append(("Bytes (SHA-256)", f"{hashes[0][:HASH_SHOWN_COUNT]}…{more}"))
    digits = 0 if found.field == "volume" else 2
    unit = "units" if found.field == "volume" else found.currency
    return price_words(
        symbol=found.symbol,
        name=found.name,
        value=f"{formatting.number(found.value, digits, style=style)} {unit}",
        day=formatting.day_short(found.session),
        flag=found.flag,
        sentences=[in_style(one, style) for one in found.sentences],
        facts=facts,
        href=href_of(found.symbol),
    )
