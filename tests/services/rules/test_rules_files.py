"""Are rules given out and taken in as files, JSON and YAML, whole or not at all?"""

from __future__ import annotations

import pytest

from services.compliance.rules_files import read_rule_file
from services.errors import InvalidRequest
from services.messages.compliance_rules import (
    RuleFile,
    Wording,
)
from tests.services.rules.conftest import cap_rule, cases


def test_rules_go_out_as_a_file_and_come_in_again_as_the_next_versions(rules, people, in_force):
    maker, _ = people
    rule_id = in_force()
    in_force(cap_rule("own.second", 0.3))
    file = rules.drafts.export([], maker)
    assert [one.rule.id for one in file.rules] == ["own.cap", "own.second"]
    read = RuleFile.model_validate_json(file.model_dump_json())
    assert read == file
    more = RuleFile(rules=(*read.rules, Wording(rule=cap_rule("own.third"), cases=cases())))
    made = rules.drafts.import_file(more, maker)
    assert made.sentence == "3 rules written as drafts."
    assert rules.get(rule_id, maker).rule.waiting_version == 2
    assert rules.compare(rule_id, 1, 2, maker).differences == ()
    broken = RuleFile(rules=(Wording(rule=cap_rule("own.fourth")), Wording(rule=cap_rule("own.fourth", limit="x y"))))
    with pytest.raises(InvalidRequest) as refused:
        rules.drafts.import_file(broken, maker)
    assert [one.path for one in refused.value.fields] == ["rules[1].rule.id", "rules[1].rule.limit"]
    assert "own.fourth" not in {one.code for one in rules.list(maker)}


YAML = b"""
# What the house wants of concentration.
rules:
  - rule:
      id: house.tobacco
      title: No tobacco
      severity: hard
      universe: >-
        industry == "Tobacco"
        and quantity != 0
      group_by: symbol
      measure: count()
      limit: 0
      timing: [pre, eod]
    applies_to: {strategies: [long_only]}
    cases:
      - {name: none, expected: passed, cash_ccy: 100}
      - name: one
        expected: failed
        positions:
          - symbol: SMOKE
            value_ccy: 5
            fields: {industry: Tobacco}
    note: Values of the house
"""


def test_rules_are_written_as_yaml_and_given_out_as_yaml(rules, people):
    maker, _ = people
    made = rules.drafts.import_text(YAML, maker)
    (version,) = rules.get(made.rule_ids[0], maker).versions
    assert version.sentence == "There must be no positions that are of the industry Tobacco and are held."
    assert [one.is_as_expected for one in version.case_results] == [True, True]
    assert (version.rule.timing, version.applies_to.strategies) == (("pre", "eod"), ("long_only",))
    text = rules.drafts.export_text(made.rule_ids, maker)
    assert read_rule_file(text) == rules.drafts.export(made.rule_ids, maker)
    for raw, path in (
        (b"\xff\xfe", "file"),
        (b"- 1", "file"),
        (b"rules:\n  - rule: &x {}\n", "line 2"),
        (b"rules:\n  - rule: {id: a.b}\n", "rules[0].rule.title"),
        (YAML.replace(b"count()", b"coun()"), "rules[0].rule.measure"),
    ):
        with pytest.raises(InvalidRequest) as refused:
            rules.drafts.import_text(raw, maker)
        assert refused.value.fields[0].path == path
    assert len(rules.list(maker)) == 1
