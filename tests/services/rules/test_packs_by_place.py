"""Does a pack say which of its rules a portfolio has of its own, beside those of the house?"""

from __future__ import annotations

from engine.compliance.packs.catalog import PACKS
from services.messages.compliance_rules import Adoption
from services.messages.portfolios import NewPortfolio


def adopted(found) -> list[str]:
    return [one.code for one in found.rules if one.adopted_as is not None]


def test_a_pack_knows_what_a_portfolio_has_taken_in(rules, people, house):
    maker, _ = people
    portfolio = house.portfolios.create(NewPortfolio(name="Own rules"), house.manager)
    wish = Adoption(codes=("house.max_country",), scope="portfolio", portfolio_id=portfolio.id,
                    figures={"house.max_country": {"cap": 0.35}})  # fmt: skip
    (made,) = rules.drafts.adopt("house", wish, maker).rule_ids
    assert rules.get(made, maker).versions[0].rule.title == "No country above 35%"
    assert adopted(rules.packs.get("house", maker, portfolio.id)) == ["house.max_country"]
    assert adopted(rules.packs.get("house", maker)) == []


def test_a_figure_that_two_parts_of_a_rule_share_is_left_in_the_title(rules, people):
    maker, _ = people
    code = "notices.mifid_10"  # a fall of 10%, and each further 10%
    wish = Adoption(codes=(code,), figures={code: {"further": 0.05}})
    (made,) = rules.drafts.adopt("notices", wish, maker).rule_ids
    title = next(rule.title for rule in PACKS["notices"].rules if rule.id == code)
    assert rules.get(made, maker).versions[0].rule.title == title
