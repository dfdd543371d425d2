"""What does help say about the wizard, runs, results, the frontier and trade-offs?"""

from __future__ import annotations

from typing import Final

from services.help.entry import page
from services.messages.help import HelpPage

PAGES: Final[tuple[HelpPage, ...]] = (
    page(
        "optimize",
        "Optimize",
        "/optimize",
        "Portfolios",
        purpose="From a set of assets, a goal and limits to a proposal with its proof, in five steps.",
        reading=(
            (
                "The line of steps shows where you are. Going back loses nothing; jumping ahead works as soon as "
                "the steps before hold no problem."
            ),
            ("The light and the sentence at the bottom say what would be computed with what you have typed so far."),
            (
                "Universe chooses assets, Goal what is looked for, Limits what must hold, Review repeats it in "
                "words, Run works."
            ),
            "Fields with a percent sign take percentages: 5 means 5%.",
        ),
        doing=(
            (
                "Start from a portfolio, from the filtered list, paste symbols or bring a file. 5 to 50 stocks are "
                "usual, two the minimum."
            ),
            "Where limits clash, a box says the cheapest way out; Make these changes makes them.",
            ("Limits can be pasted from a spreadsheet, or imported and exported as CSV, under All other limits."),
            (
                "Use a template fills in goal, limits and estimates, and shows before what it changes; Save as "
                "template keeps yours, in versions."
            ),
            "A ? beside a field says what its word means.",
            "Cancel ends the run itself. You may leave the page meanwhile; the run goes on.",
        ),
        keys=(
            ("g o", "comes here"),
            ("Tab, Enter, Esc", "go on, keep and leave a cell"),
            ("Shift Delete", "takes a limit's row away"),
        ),
        questions=(
            (
                "Which goal needs no expected returns?",
                "Minimum volatility, risk parity, maximum diversification and the plain rules.",
            ),
            (
                "Why is no portfolio found?",
                ("The limits leave none. The result names what clashes and the cheapest changes that are enough."),
            ),
            (
                "Is my draft kept?",
                (
                    "Yes: what you typed, never prices or results, after a reload and on another machine. Start over "
                    "forgets it."
                ),
            ),
        ),
        terms=(
            "universe expected-return covariance risk-free-rate max-sharpe min-volatility target-return "
            "risk-parity turnover esg-score soft-limit black-litterman"
        ),
    ),
    page(
        "runs",
        "Runs",
        "/runs",
        "Portfolios",
        purpose="Every optimization, test and price refresh that you may see, with its state and what it found.",
        reading=(
            (
                "Each row has the state, what was found and how long it took. One that waits says why, and how "
                "many are before it."
            ),
            "Two runs of a person are worked on at once, and ten of a house.",
        ),
        doing=(
            ("The name opens the result. Choose a row to run it again on the same data, rename, cancel or delete it."),
        ),
        keys=(
            ("g r", "comes here"),
            ("/", "moves to the search"),
        ),
        questions=(
            (
                "Does a run stop when I close the browser?",
                "No. It goes on, and the page finds it again.",
            ),
            (
                "Can a deleted run come back?",
                "Undo in the message brings it back for ten seconds.",
            ),
        ),
        terms="seed proof",
    ),
    page(
        "result",
        "The result of a run",
        "/runs/*",
        "Portfolios",
        purpose="What an optimization proposes, what it changes, what it costs and how sure it is.",
        reading=(
            (
                "The title states the finding. Key figures compare the current with the proposed portfolio; "
                "differences of percentages are in percentage points."
            ),
            (
                "The efficient frontier shows what is possible under your limits; the proposal stands on it, or "
                "inside it where whole positions or ceilings on risk are asked for."
            ),
            (
                "Limits lists value, bounds and room left. Binding means that no room is left; 1 pp more is the "
                "price of a limit."
            ),
            (
                "Why these weights? shows for one asset what pulls its weight up and what holds it down; the bars "
                "sum to zero."
            ),
        ),
        doing=(
            "Save as target makes the proposal the portfolio's target; holdings stay as they are.",
            ("Change and run again opens the wizard with this request. Test over the past asks it on earlier dates."),
            "Find out answers the request on 500 other histories: weights get 90% intervals.",
            "Export draws PDF, SVG and PNG; Excel has weights, trades and reasons.",
        ),
        keys=(
            ("Arrows, Page Up, Page Down", "move the point on the frontier by one and by ten steps"),
            ("Esc", "brings it back"),
        ),
        questions=(
            (
                "Is it the best portfolio there is?",
                (
                    "For the figures and limits that were given, yes; How sure is it? has the proof. The figures "
                    "themselves are estimates, which is what the intervals are for."
                ),
            ),
            (
                "Why does a limit have no price?",
                ("It is not in the way at this point, or whole positions were searched for, where there is none."),
            ),
        ),
        terms=(
            "sharpe volatility max-drawdown efficient-frontier binding price-of-limit share-of-risk held-in "
            "interval pull"
        ),
    ),
    page(
        "frontier",
        "Frontier",
        "/frontier",
        "Portfolios",
        purpose="The efficient frontier moved by hand: drag the point or a limit, and the weights follow at once.",
        reading=(
            ("The ring is the portfolio that is shown. Until you move it, it stays at the highest Sharpe ratio."),
            (
                "Each limit has a track, a thumb and a number. The grey bar is how much of it the point uses; "
                "hatched is where no portfolio is left."
            ),
            (
                "1 pp more is the price of a limit at the same expected return. The dotted curve is the frontier "
                "as it was asked."
            ),
            "Rules of compliance stand below the limits; the bar across a track marks where a rule stands.",
            "Beside the choice of the portfolio stands whether what you see is certified by the engine.",
        ),
        doing=(
            (
                "Drag the ring, press on the map, type an expected return, or press Highest Sharpe, Least risk or "
                "Client profile."
            ),
            "Pin up to four portfolios and compare them; narrow down several objectives by their ranges.",
            "Drag an axis by its name to another place, or move it with the left and right arrow.",
            "Drag in the chart to zoom, or press Fit; Whole chart shows every asset again.",
            (
                "Open in the wizard starts an optimization there, Rebalance finds the trades that lead to the point. "
                "Copy link holds portfolio, limits, point, pins, axes and their ranges."
            ),
        ),
        keys=(
            ("g e", "comes here"),
            ("Arrows", "one step; with Shift, or Page Up and Down, ten"),
            ("Home, End", "the ends of the frontier"),
            ("Esc", "back"),
        ),
        questions=(
            (
                "Why does a thumb stop?",
                (
                    "Beyond that place no portfolio meets all limits. The row says so at once; what is in the way "
                    "stands below the limits."
                ),
            ),
            (
                "What if a rule of compliance is dragged looser?",
                "Then you see a what-if that breaks the rule. It goes into no run and no trade until it is put back.",
            ),
        ),
        terms=(
            "efficient-frontier expected-return volatility sharpe price-of-limit binding pull capacity-for-loss "
            "trading-cost turnover"
        ),
    ),
    page(
        "tradeoffs",
        "Trade-offs",
        "/tradeoffs",
        "Portfolios",
        purpose=(
            "Portfolios that no other beats in every objective at once, and which of them your weights or a "
            "client choose."
        ),
        reading=(
            (
                "Circles are proven, triangles found by search. The diamond is what is held now, the square what "
                "is recommended."
            ),
            (
                "Of three objectives there is a surface as well, seen from the corner where all are best: from there "
                "no portfolio hides another. Turn it with the sliders, or by a drag with the mouse."
            ),
            "The last chart has all objectives side by side; up is better.",
            (
                "The strip counts the portfolios and has the hypervolume: how much of the possible improvement "
                "they cover."
            ),
        ),
        doing=(
            "Choose two to five objectives and how much each counts; only ratios matter.",
            (
                "Move a weight and the best of the portfolios is chosen at once; Compute exactly solves for those "
                "weights."
            ),
            "Save as target, or keep objectives and limits as a template.",
        ),
        keys=(
            ("g t", "comes here"),
            ("Tab, arrows, Enter", "go to a chart, step through it and choose"),
        ),
        questions=(
            (
                "Why was an objective refused?",
                ("Some assets have no data for it, which are named. Import ESG scores, or have those assets left out."),
            ),
        ),
        terms="objective pareto hypervolume recommended proof yield cvar-limit",
    ),
    page(
        "templates",
        "Templates",
        "/templates",
        "Portfolios",
        purpose="Goals or objectives, limits and estimates kept under a name, to start from for clients of a kind.",
        reading=(
            (
                "The list says for whom a template is, who shares it and its version. Assets, portfolio and day "
                "are never part of it."
            ),
        ),
        doing=(
            "Choose one to see its recipe and versions; Use opens the wizard, or trade-offs, with it filled in.",
            (
                "Saving adds a version. Two versions can be compared field by field, and an earlier one put in "
                "force again."
            ),
        ),
        keys=(("/", "moves to the search"),),
        questions=(
            (
                "Can others change my template?",
                "No. Whoever you share it with may use it; you alone change it.",
            ),
        ),
        terms="objective",
    ),
)
