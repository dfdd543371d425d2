"""What does help say about market data, their quality and where they come from?"""

from __future__ import annotations

from typing import Final

from services.help.entry import page
from services.messages.help import HelpPage

PAGES: Final[tuple[HelpPage, ...]] = (
    page(
        "market",
        "Market",
        "/market",
        "Data",
        purpose="Every asset with its last close, change, age, quality and source.",
        reading=(
            (
                "Days old tells how far back the last close lies. Quality is the score of the series; 100 is "
                "without a finding."
            ),
        ),
        doing=(
            "Search by part of a symbol or name, or a whole ISIN; press a row to open the asset.",
            "Economic series leads to figures such as interest rates.",
        ),
        keys=(
            ("g m", "comes here"),
            ("/", "moves to the search"),
        ),
        questions=(
            (
                "How do I get an asset that is not here?",
                "Import its prices under Imports, or have a provider fetch it.",
            ),
        ),
        terms="close price-age quality-score",
    ),
    page(
        "asset",
        "An asset",
        "/market/*",
        "Data",
        purpose=(
            "The course of one price, as dense and adjusted as you choose, with its events and where every figure "
            "comes from."
        ),
        reading=(
            (
                "As paid shows prices as they were; Splits divides earlier ones; Total return also takes "
                "dividends into account."
            ),
            (
                "Circles are dividends, diamonds splits, triangles unusually large moves; open squares are values "
                "that are not plainly fine."
            ),
        ),
        doing=(
            "Choose the span and density, drag to zoom, and compare with up to four others from 100 on.",
            "CSV and Excel save what is shown, Excel with every source.",
        ),
        keys=(("Esc", "closes the note of a price"),),
        questions=(
            (
                "Why is a way to adjust gray?",
                "The stored figures do not allow it; a sentence says why.",
            ),
        ),
        terms="close split total-return-series window-change quality-score",
    ),
    page(
        "economy",
        "Economic series",
        "/market/economy",
        "Data",
        purpose="Economic figures as they stand, as they were first published, and as they were known on a day.",
        reading=(
            (
                "Latest is the figure as it stands. First published is what everybody saw on the day. Known on a "
                "day leaves later releases out."
            ),
        ),
        doing=("Press a series to draw it, and a period for every release of it.",),
        questions=(
            (
                "Why is the list empty?",
                "The series come from FRED. Set its key on the page Providers and refresh them.",
            ),
        ),
        terms="release",
    ),
    page(
        "quality",
        "Data quality",
        "/data-quality",
        "Data",
        purpose="Prices and volumes that look wrong, why, and what is done about them.",
        reading=(
            "The sentence above says what waits for a decision.",
            "A finding has its reason, the sessions around it, what is proposed, and how sure that is.",
        ),
        doing=(
            "Accept corrects the prices for your house alone, Reject keeps them, Undo takes either back.",
            "Tick several, or all of a kind, to decide at once.",
        ),
        keys=(
            ("g q", "comes here"),
            ("a, r, u", "accept, reject, undo"),
        ),
        questions=(
            (
                "Is the delivered value lost?",
                "Never. A correction stands over it, with who, when and why.",
            ),
        ),
        terms="finding quality-score session",
    ),
    page(
        "providers",
        "Providers",
        "/providers",
        "Data",
        purpose="Where fresh figures come from, how each source stands, and who is asked first.",
        reading=(
            (
                "One card a source: how it stands, quota used, whether its key is set, the newest day stored, the "
                "last answer and failure."
            ),
        ),
        doing=(
            ("Test asks for one symbol. The arrows of Order move a source. Refresh now asks for all that is needed."),
            "Administrators set keys and limits, and describe a feed of their own.",
        ),
        keys=(("g p", "comes here"),),
        questions=(
            (
                "Can I see a key again?",
                "No. It is encrypted, and only its last four characters are shown.",
            ),
        ),
        terms="fact price",
    ),
    page(
        "imports",
        "Imports",
        "/imports",
        "Data",
        purpose="Bring what you hold, transactions and market data from files or a spreadsheet.",
        reading=(
            ("Four steps show what was understood: file, columns, names, check. Nothing is booked before Import."),
        ),
        doing=(
            "Drop a file anywhere on the page, or paste rows.",
            "Import the good rows only leaves problems out and says beforehand what then lacks.",
            "History takes an import back as a whole.",
        ),
        keys=(("g i", "comes here"),),
        questions=(
            (
                "Which layouts are known?",
                (
                    "Those of common banks and brokers are found by their columns; any other is assigned by hand "
                    "and kept as a template."
                ),
            ),
        ),
        terms="ledger exchange-rate fundamentals volume esg-score",
    ),
)
