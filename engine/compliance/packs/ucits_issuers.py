"""How much may a UCITS hold of one body? Articles 52 to 54 of Directive 2009/65/EC.

Companies of one consolidated group are one body for every limit of Article 52 (paragraph 5, second subparagraph), so
that limits count by group. What lies at a bank, and what a counterparty owes, counts for its group too.
"""

from __future__ import annotations

from engine.compliance.packs.ucits_rule import cap, ucits_rule
from engine.compliance.rule import Definition

CORPORATE = "not (is_cash or is_government or is_covered or is_fund or is_derivative or is_otc)"
_PUBLIC = "is_government and quantity > 0"
_PUBLIC_SHARE = Definition(
    name="public_share",
    expression="sum(weight, where=is_government, by=issuer)",
    label="weight of their public issuer",
)
_ABOVE = {"name": "above", "value": 0.35, "label": "Weight of a public issuer from which Article 54 is used"}
_LARGEST = Definition(name="largest", expression="max(public_share)", label="greatest weight of a public issuer")
_USED = "largest > above"
_ALL_OF_ONE_BODY = "sum(weight, where=not is_derivative) + sum(otc_exposure)"
"""Securities, deposits and what is owed from derivatives: their own value is part of what the counterparty owes."""


def _of_body(name: str, expression: str, label: str) -> Definition:
    return Definition(name=name, expression=expression, label=label)


ISSUERS = (
    ucits_rule(
        "issuer_10", "No issuer above 10%", "Article 52(1)(a) and (2)",
        parameters=[cap(0.10, "Greatest weight of an issuer; 5% where the state does not raise it")],
        universe=CORPORATE, group_by="issuer", measure="sum(weight)",
    ),
    ucits_rule(
        "group_10", "No consolidated group above 10%", "Article 52(5), second and third subparagraphs",
        parameters=[cap(0.10, "Greatest weight of a group; 20% where the state allows it")],
        universe=CORPORATE, group_by="issuer_group", measure="sum(weight)",
    ),
    ucits_rule(
        "sum_40", "Issuers above 5% at most 40% together", "Article 52(2), first subparagraph, and (5)",
        parameters=[
            {"name": "base", "value": 0.05, "label": "Weight above which a group of issuers counts"},
            cap(0.40, "Greatest sum"),
        ],
        universe=CORPORATE, group_by="issuer_group", measure="sum(weight)", keep="measure > base", over="sum",
    ),
    ucits_rule(
        "deposits_20", "Deposits with one body at most 20%", "Article 52(1)(b)",
        parameters=[cap(0.20, "Greatest weight of deposits with one body")],
        universe="is_cash", group_by="issuer_group", measure="sum(weight)",
    ),
    ucits_rule(
        "otc_bank_10", "A credit institution owes at most 10% from derivatives", "Article 52(1), second subparagraph",
        parameters=[cap(0.10, "Greatest exposure to a credit institution")],
        universe="is_otc and is_credit_institution", group_by="issuer_group", measure="sum(otc_exposure)",
    ),
    ucits_rule(
        "otc_other_5", "Another counterparty owes at most 5% from derivatives", "Article 52(1), second subparagraph",
        parameters=[cap(0.05, "Greatest exposure to another counterparty")],
        universe="is_otc and not is_credit_institution", group_by="issuer_group", measure="sum(otc_exposure)",
    ),
    ucits_rule(
        "one_body_20", "Securities, deposits and derivatives of one body at most 20% together",
        "Article 52(2), second subparagraph",
        parameters=[cap(0.20, "Greatest sum of one body")],
        universe="not (is_government or is_covered or is_fund)", group_by="issuer_group", measure=_ALL_OF_ONE_BODY,
    ),
    ucits_rule(
        "one_body_covered_20", "Covered bonds combined with deposits or derivatives of one body at most 20% together",
        "Article 52(2), second subparagraph",
        parameters=[cap(0.20, "Greatest sum of one body of which covered bonds are held beside deposits or claims")],
        definitions=(
            _of_body("covered", "sum(weight, where=is_covered, by=issuer_group)", "weight of their covered bonds"),
            _of_body("deposits", "sum(weight, where=is_cash, by=issuer_group)", "weight of deposits with their body"),
            _of_body("owed", "sum(otc_exposure, by=issuer_group)", "exposure to their body"),
        ),
        universe="not (is_government or is_fund) and covered > 0 and (deposits > 0 or owed > 0)",
        group_by="issuer_group", measure=_ALL_OF_ONE_BODY,
    ),
    ucits_rule(
        "public_35", "No public issuer above 35%", "Article 52(3)",
        parameters=[cap(0.35, "Greatest weight of a public issuer; 100% with a permission under Article 54")],
        universe="is_government", group_by="issuer", measure="sum(weight)",
    ),
    ucits_rule(
        "covered_25", "Covered bonds of one issuer at most 25%", "Article 52(4), first subparagraph",
        parameters=[cap(0.25, "Greatest weight of an issuer's covered bonds")],
        universe="is_covered", group_by="issuer_group", measure="sum(weight)",
    ),
    ucits_rule(
        "covered_80", "Issuers of covered bonds above 5% at most 80% together", "Article 52(4), first subparagraph",
        parameters=[
            {"name": "base", "value": 0.05, "label": "Weight above which a group of issuers counts"},
            cap(0.80, "Greatest sum"),
        ],
        universe="is_covered", group_by="issuer_group", measure="sum(weight)", keep="measure > base", over="sum",
    ),
    ucits_rule(
        "together_35", "Everything of one body at most 35%", "Article 52(5), first subparagraph",
        parameters=[cap(0.35, "Greatest weight of one body in all")],
        universe="not is_fund", group_by="issuer_group", measure=_ALL_OF_ONE_BODY,
    ),
    ucits_rule(
        "index_20", "Index funds: as many issuers above 20% as the state allows", "Article 53(1) and (2)",
        parameters=[
            {"name": "base", "value": 0.20, "label": "Weight above which an issuer is an exception"},
            {"name": "number", "value": 0.0, "unit": "count",
             "label": "Exceptions: 1 where the state grants it in exceptional market conditions"},
        ],
        universe=CORPORATE, group_by="issuer_group", measure="sum(weight)", keep="measure > base", over="count",
        limit="number",
    ),
    ucits_rule(
        "index_35", "Index funds: no issuer above 35%", "Article 53(2)",
        parameters=[cap(0.35, "Greatest weight of the exception")],
        universe=CORPORATE, group_by="issuer_group", measure="sum(weight)",
    ),
    ucits_rule(
        "public_six", "With a public issuer above 35%, at least six issues of public issuers",
        "Article 54(1), third subparagraph",
        parameters=[_ABOVE, {"name": "number", "value": 6.0, "unit": "count", "label": "Least number of issues"}],
        definitions=(_PUBLIC_SHARE, _LARGEST), universe=_PUBLIC, measure="count()", keep=_USED, operator=">=",
        limit="number", warn_at="number", remedy="buy",
    ),
    ucits_rule(
        "public_issue_30", "With a public issuer above 35%, no issue of a public issuer above 30%",
        "Article 54(1), third subparagraph",
        parameters=[_ABOVE, cap(0.30, "Greatest weight of an issue")],
        definitions=(_PUBLIC_SHARE, _LARGEST), universe=_PUBLIC, group_by="symbol", measure="sum(weight)", keep=_USED,
    ),
)  # fmt: skip
