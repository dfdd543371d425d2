"""What does help say about the dashboard, portfolios and clients?"""

from __future__ import annotations

from typing import Final

from services.help.entry import page
from services.messages.help import HelpPage

PAGES: Final[tuple[HelpPage, ...]] = (
    page(
        "home",
        "Home",
        "/",
        "Portfolios",
        purpose="What happened, what needs you and what you can do, over all portfolios that you may see.",
        reading=(
            (
                "The strip above has value, day's result, year to date beside the benchmark, the limit used most, "
                "and open breaches. Each figure leads to the page behind it."
            ),
            (
                "The table has a row for each portfolio. The upper light is that of house, client and risk "
                "limits, the lower one that of the rules of compliance as last checked."
            ),
            (
                "Everything is brought into the currency chosen above, each portfolio at the rate of its own last "
                "day. What has no value or no rate is in no total, and is named."
            ),
            (
                "A portfolio whose prices end earlier than the others is left out of the year to date, and "
                "counted below it."
            ),
        ),
        doing=(
            ("Press a row to open the portfolio; the buttons at its end optimize, rebalance, analyze and export."),
            "Press a bar to narrow the page to an asset or sector; the chip above the cards takes that back.",
            (
                "Customize drags, enlarges, hides and brings back cards; save the arrangement as a view of your own, "
                "and share it with a team or everybody here."
            ),
            "Compare above the table opens two to four ticked rows side by side.",
            "New portfolio asks for a name and, if you like, positions; Import reads the file of your bank.",
            (
                "The arrow at the head of this page, as of every other, saves it as it stands: PDF, PNG or SVG, always "
                "light, with the hash of its inputs. The arrow beside a chart saves that chart and its numbers."
            ),
        ),
        keys=(
            ("g h", "comes here"),
            ("Enter", "opens the row in which you stand; arrows move between rows and cells"),
        ),
        questions=(
            (
                "Why is a portfolio missing from a total?",
                (
                    "It has no value yet, or no exchange rate into the chosen currency is stored. The line below "
                    "the strip names it."
                ),
            ),
            (
                "Who sees my portfolio?",
                "You, the members of its team, and those who see its client.",
            ),
            (
                "What does Sample, fictitious mean?",
                ("The figures come with the product to try it. They are invented, and marked wherever they appear."),
            ),
        ),
        terms="value days-result ytd risk-used drift volatility breach sample",
    ),
    page(
        "compare",
        "Compare portfolios",
        "/compare",
        "Portfolios",
        purpose="Two to four portfolios side by side: values, returns, risk, sectors, and what they hold in common.",
        reading=(
            "The sentence above says which portfolio leads this year, and which two have most in common.",
            (
                "Value at risk and tracking error are those of what is held today, the deepest fall that of the last "
                "year's own returns; volatility is told both ways. Limits and rules are those that the dashboard shows."
            ),
            (
                "The two charts begin at the first day that all have, a year back at most: how each grew since, cash "
                "flows taken out, and how far it stood below its highest level."
            ),
            "Amounts are in one currency, each portfolio at the rate of its own last day.",
            "Overlap adds up, over all shared assets, the smaller of the two weights: 100% is the same portfolio.",
        ),
        doing=(
            "Press Compare above the table of Home, tick two to four rows, and press it again.",
            "Choose others, or another currency, above. The address holds the choice: send it, or keep it.",
            "The arrow below a table saves it as CSV or Excel; that at the head of the page saves all of it as PDF.",
        ),
        questions=(
            (
                "Why does a colleague not see my comparison?",
                "Who opens the address sees it only if all of its portfolios are theirs to see.",
            ),
            (
                "Why are figures missing?",
                "A portfolio without prices, value or benchmark has none of them; the line below the figures says so.",
            ),
        ),
        terms="overlap value days-result ytd drift risk-used volatility breach time-weighted max-drawdown",
    ),
    page(
        "portfolio",
        "A portfolio",
        "/portfolios/*",
        "Portfolios",
        purpose="One portfolio: what it holds, how it stands beside its target and limits, and how it got there.",
        reading=(
            "The sentence below the name says what stands out: the last session, the largest sector, limits.",
            (
                "Holdings has weight, target, drift, value and gains, what each holding added to the return, "
                "and its part of the risk; cash and the total stand below."
            ),
            "History is the growth of 100 beside the benchmark, with deposits and withdrawals taken out.",
            ("Limits has a light, a sentence and how much of each limit is used: amber from 80%, red beyond 100%."),
        ),
        doing=(
            (
                "What if lets you edit weights, values and units on paper: the bar below says cash, cost, turnover, "
                "risk and what the rules say. Optimize the rest fills in the others; Keep saves a draft or the target."
            ),
            (
                "Versions has every change of holdings and target, what differs between two, and a way back; Notes is "
                "what people wrote down."
            ),
            "Positions sets all holdings at once from text; the difference is booked into the ledger.",
            ("Edit changes name, client, way of running and house limits. Export saves the holdings as Excel or CSV."),
            ("Optimize starts the wizard from these holdings. Target lists earlier targets, each with a way back."),
            "Point at a price with a dotted line to see where it comes from.",
        ),
        keys=(
            ("Enter", "opens the row in which you stand, or edits its cell in What if; arrows move between cells"),
            ("Ctrl+Z, Ctrl+Shift+Z", "undo an edit on paper, and do it again"),
            ("Esc", "closes a note or a dialog"),
        ),
        questions=(
            (
                "Why does a holding have no gain or loss?",
                "Its ledger has no cost, such as after an import of holdings without what was paid.",
            ),
            (
                "Somebody changed it while I typed. Is my work lost?",
                "No. Saving says so instead of writing over theirs, and what you typed stays.",
            ),
            (
                "Does What if change anything?",
                "No. Nothing is booked, traded or stored before you press Keep or go on to rebalancing.",
            ),
        ),
        terms="weight target drift value cost-basis contribution risk-share limit ledger benchmark turnover version",
    ),
    page(
        "clients",
        "Clients",
        "/clients",
        "Relations",
        purpose="Whom you work for, what risk they want and can bear, and which portfolios are theirs.",
        reading=(
            (
                "The list has the risk profile and the day of the last answers; choose a client for contact, "
                "profile and portfolios."
            ),
            "The score comes with the sentence that explains it. Earlier answers stay below as versions.",
            "Roles without the right to personal data see a reference in place of the name, and no contact.",
        ),
        doing=(
            "New client adds one, for your team. New answers records the questionnaire as a new version.",
            "Deleting can be taken back for ten seconds with Undo.",
        ),
        keys=(
            ("g c", "comes here"),
            ("/", "moves to the search"),
        ),
        questions=(
            (
                "What is the profile used for?",
                (
                    "It bounds what Trade-offs recommends, and draws the client's point and the end of the "
                    "capacity for loss on the frontier."
                ),
            ),
        ),
        terms="risk-profile capacity-for-loss",
    ),
    page(
        "rebalance",
        "Rebalance",
        "/rebalance",
        "Portfolios",
        purpose="Trades in whole shares that lead a portfolio to a target, from the first look to the ledger.",
        reading=(
            "The sentence says what is bought and sold, what it costs, how much cash stays, and how much nearer the "
            "target is afterwards.",
            "The slider shows what is left at every part of the way while you drag it; the exact trades follow when "
            "you let go.",
            "The trade list says of each row why it is not traded, and what rules and lists say to it.",
        ),
        doing=(
            "Choose what to trade to: the target, the result of an optimization, or a what-if of the portfolio page.",
            "Hold rows back, type other units or a limit, write notes; cash and check follow, and the target stays.",
            "Keep the trades as a proposal and hand it in. A second person approves or refuses it.",
            "Save the orders for an order system; until somebody approved them they are marked as draft.",
            "Record what was done: the trades come into the ledger, and can be taken back. What was filled takes a "
            "line an order, where units, price or fees differ.",
        ),
        keys=(("g w", "comes here"),),
        questions=(
            (
                "Why is a proposal out of date?",
                "Positions, cash or prices have changed since it was computed. Press Compute anew.",
            ),
            (
                "Why can I not hand it in?",
                "A hard rule or a list stops it, cash falls short, or nothing is traded: the reasons stand above the "
                "figures. Where a soft rule would be broken, write a reason; who may let breaches stand decides then.",
            ),
            (
                "Why do the trades not reach the target exactly?",
                "Shares are whole, and cash must be left. Of all whole shares these come nearest, weighted by how much "
                "each asset moves; where that is not proven the page says by how much others could be nearer.",
            ),
        ),
        terms="target drift turnover trading-cost bid-ask-spread market-impact pre-trade four-eyes volatility",
    ),
)
