"""What does help say about risk, stress, performance and tests?"""

from __future__ import annotations

from typing import Final

from services.help.entry import page
from services.messages.help import HelpPage

PAGES: Final[tuple[HelpPage, ...]] = (
    page(
        "risk",
        "Risk",
        "/risk",
        "Portfolios",
        purpose=(
            "What today's holdings may lose, where that comes from, how fast they could be sold, and whether it "
            "is within your limits."
        ),
        reading=(
            (
                "Losses are positive: a value at risk of 2% at 95% for a day says that one day in twenty loses 2% "
                "or more."
            ),
            "All figures rest on today's weights over the past. Each has an interval; a dash has its reason.",
            (
                "Nine methods stand side by side. The one that leads is named; filtered historical simulation "
                "where there is enough history."
            ),
            (
                "Limits: green within, amber from 80% used, red from exactly 100%, grey when it cannot be known. "
                "Nothing old is ever green."
            ),
        ),
        doing=(
            "Press a holding, group or factor: it stands out everywhere, and tables narrow to it.",
            "Set limits, see their course, and take one along into the wizard with Use as constraint.",
            "Export takes the page as PDF, all figures as Excel, all methods as CSV.",
        ),
        keys=(
            ("g k", "comes here"),
            ("Tab, arrows, Enter", "go to a chart, step through it and choose"),
            ("Esc", "takes back what is chosen"),
        ),
        questions=(
            (
                "Why do two methods differ so much?",
                (
                    "They know different things: some look at all days alike, others at today's volatility. "
                    "Whether their forecasts have held stands under How much may be lost."
                ),
            ),
            (
                "Why is a limit grey?",
                ("The figure does not exist here, a price is more than five sessions behind, or all prices are old."),
            ),
        ),
        terms=(
            "value-at-risk expected-shortfall volatility fhs horizon component marginal incremental "
            "effective-positions days-to-sell backtest interval"
        ),
    ),
    page(
        "stress",
        "Stress",
        "/stress",
        "Portfolios",
        purpose="What past crises, moves of markets and scenarios of your own would do to today's holdings.",
        reading=(
            (
                "The bars show what each scenario does, the worst on top. The thin line is what stand-ins and "
                "factors leave open; the diamond is the benchmark."
            ),
            "A waterfall adds the positions up to the total; the course shows it day by day.",
            "What nothing covers is named and is no part of the total; it is never taken as zero.",
        ),
        doing=(
            "Press a scenario, a position, a sector or a factor: the rest of the page follows.",
            ("Build moves of your own; a meter says how plausible they are together. Keep and share them as versions."),
            (
                "Ask for the most plausible way to lose so much, and for the smallest trades that keep losses "
                "within a limit."
            ),
        ),
        keys=(
            ("g x", "comes here"),
            ("Tab, arrows, Enter", "go to a chart, step through it and choose"),
            ("Esc", "takes back what is chosen"),
        ),
        questions=(
            (
                "What does Inspired by a supervisor mean?",
                "The scenario follows the published moves of markets. It is no supervisory result.",
            ),
            (
                "How can a share that did not exist be in 1987?",
                "Another series stands in for it; the page says which, and how much it explains.",
            ),
        ),
        terms="scenario impact loss stand-in plausibility reverse-stress hedge redemption equity-move move",
    ),
    page(
        "performance",
        "Performance",
        "/performance",
        "Portfolios",
        purpose=(
            "How a portfolio did beside its benchmark, why, and in which times, from what it really held on each day."
        ),
        reading=(
            (
                "Time-weighted is what the portfolio did whenever money came or went; money-weighted what the "
                "client's own money earned."
            ),
            "A return over less than a year is not turned into one a year.",
            (
                "Attribution goes step by step from the benchmark's return to the portfolio's: allocation, "
                "selection, cash, interaction, trades and fees."
            ),
            (
                "Point at the name of a figure for its formula, convention and 95% interval. A dash is a figure "
                "that does not exist here."
            ),
        ),
        doing=(
            (
                "Choose period, benchmark and currency; drag across the chart to choose days, and double click to "
                "go back."
            ),
            "Press a bar or a name: what it added stands in every table and chart.",
            "Own blend makes a benchmark of others. Export saves tables, figures or the whole page.",
        ),
        keys=(
            ("g f", "comes here"),
            ("Tab, arrows, Enter", "go to a chart, step through it and choose"),
            ("Esc", "takes back what is chosen"),
        ),
        questions=(
            (
                "Why is there no attribution?",
                "The benchmark's constituents are not stored. Contributions and factors need none.",
            ),
            (
                "Is a good stretch skill?",
                "The table tests it against chance, counting that the best of many was looked for.",
            ),
        ),
        terms=(
            "time-weighted money-weighted allocation selection interaction contribution linking sharpe beta alpha "
            "tracking-error information-ratio max-drawdown regime p-value"
        ),
    ),
    page(
        "walk-forward",
        "Test over the past",
        "/walk-forward",
        "Portfolios",
        purpose="Whether a recipe would have held: it is asked again on past dates, knowing only what was known then.",
        reading=(
            (
                "The verdict says whether the recipe is better or worse than equal weight and minimum variance, "
                "or not distinguishable."
            ),
            (
                "Wealth is what 100 became. Promised and realized draws an arrow from each promise to what was "
                "later earned."
            ),
            "The deflated Sharpe ratio accounts for how many recipes were tried.",
        ),
        doing=(
            (
                "Start it with Test over the past on a result: how often, how many days back, which spread. Excel "
                "has all tables."
            ),
        ),
        keys=(("g r", "goes to the runs, where tests stand too"),),
        questions=(
            (
                "What does it not know?",
                "The assets are those chosen today, and facts such as ESG scores are today's on every date.",
            ),
        ),
        terms=(
            "walk-forward expected-return volatility deflated-sharpe turnover trading-cost realized recipes-tried "
            "p-value standard-deviations"
        ),
    ),
    page(
        "academic",
        "Academic benchmarks",
        "/academic",
        "Portfolios",
        purpose=(
            "How the product does on portfolio instances that were published, beside exact solutions and the "
            "literature."
        ),
        reading=(
            (
                "The page shows how far the published frontier lies from the exact one, and which portfolios of "
                "few holdings are proven the best."
            ),
            "A gap is how much better another solution might at most be.",
        ),
        doing=(
            ("Bring the files of an instance; each is checked at once, and How the files look explains the format."),
            "Excel has all of it.",
        ),
        keys=(("g b", "comes here"),),
        questions=(
            (
                "Where do instances come from?",
                "You bring them, for example those of the OR-Library. None come with the product.",
            ),
        ),
        terms="percent-error gd igd hypervolume gap corner seed evaluations",
    ),
)
