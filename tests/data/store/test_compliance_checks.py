"""Does a check replace the one before, is its course kept, and nothing stated overwritten, on both databases?"""

from __future__ import annotations

import json
from datetime import date

import pytest

from data.errors import RowReadOnly
from data.store.tables import ComplianceFact
from tests.data.store.furnishing import NOW

pytestmark = pytest.mark.requirement("4.3.D4")
DAY = date(2022, 1, 3)
CHECK = {
    "as_of": DAY, "status": "failed", "data_version": "1", "inputs_sha256": "0" * 64, "engine_version": "1",
    "rules_count": 1, "is_sample": False, "message": None, "advice": None,
}  # fmt: skip


def result(rule_id, status):
    return {
        "rule_id": rule_id, "version": 1, "status": status, "severity": "hard", "since_utc": NOW, "as_of": DAY,
        "checked_at_utc": NOW, "value": 0.3, "limit_value": 0.25,
        "document": json.dumps({"status": status, "word": "Größe"}),
    }  # fmt: skip


def test_a_check_takes_the_place_of_the_one_before(store, first):
    for rules, version in (({"a": "failed", "b": "passed"}, "1"), ({"b": "warning"}, "2"), ({}, "3")):
        with store.system(first.tenant_id) as uow:
            uow.compliance_checks.keep({first.portfolio_id: {**CHECK, "data_version": version}})
            uow.compliance_results.replace({first.portfolio_id: [result(key, one) for key, one in rules.items()]})
            uow.commit()
        with store.read(first.portfolio_manager) as uow:
            results = uow.compliance_results.of(first.portfolio_id)
            assert {row.rule_id: row.status for row in results} == rules
            assert [row.document for row in results] == [
                {"status": rules[key], "word": "Größe"} for key in sorted(rules)
            ]
            assert {row.rule_id: row.status for row in uow.compliance_results.figures()} == rules
            assert uow.compliance_checks.versions() == {first.portfolio_id: version}


def test_a_check_that_fails_is_noted_beside_what_is_kept_until_one_succeeds(store, first):
    reasons = {first.portfolio_id: ("It cannot be read.", "Mend it.")}
    with store.system(first.tenant_id) as uow:
        uow.compliance_checks.fail(reasons, "1")
        row = uow.compliance_checks.of(first.portfolio_id)
        assert (row.status, row.as_of, row.failed_reason, row.failed_advice) == (
            None,
            None,
            *reasons[first.portfolio_id],
        )
        since_utc = row.failed_since_utc
        uow.commit()
    with store.system(first.tenant_id) as uow:
        uow.compliance_checks.fail({first.portfolio_id: ("Another reason.", "Wait.")}, "1")
        row = uow.compliance_checks.of(first.portfolio_id)
        assert (row.failed_since_utc, row.failed_reason) == (since_utc, "Another reason.")
        nothing = dict.fromkeys(("failed_since_utc", "failed_reason", "failed_advice"))
        uow.compliance_checks.keep({first.portfolio_id: {**CHECK, **nothing}})
        row = uow.compliance_checks.of(first.portfolio_id)
        assert (row.status, row.failed_since_utc, row.failed_reason) == ("failed", None, None)
    with store.work(first.people["viewer"]) as uow, pytest.raises(RowReadOnly):
        uow.compliance_checks.fail(reasons, "1")


def test_the_course_is_told_newest_first_and_ends_with_the_limit(store, first):
    with store.system(first.tenant_id) as uow:
        for before, after in ((None, "passed"), ("passed", "failed")):
            row = {"rule_id": "a", "version": 1, "before": before, "after": after, "as_of": DAY, "value": None,
                   "limit_value": None, "engine_version": "1"}  # fmt: skip
            uow.compliance_changes.add_all({first.portfolio_id: [row]})
        uow.commit()
    with store.read(first.portfolio_manager) as uow:
        assert [row.after for row in uow.compliance_changes.course(first.portfolio_id, "a")] == ["failed", "passed"]
        assert len(uow.compliance_changes.course(first.portfolio_id, "a", limit=1)) == 1
        assert uow.compliance_changes.course(first.portfolio_id, "b") == []


def test_what_is_stated_follows_what_was_stated_and_changes_the_houses_word(store, first):
    with store.system(first.tenant_id, read_only=True) as uow:
        before = uow.compliance_checks.house_word()
    for number in (1.0, 2.0):
        with store.work(first.administrator) as uow:
            uow.compliance_facts.state(
                ComplianceFact(name="private_funds_ccy", number=number, valid_from=DAY, source="Books.")
            )
            uow.commit()
    with store.read(first.portfolio_manager) as uow:
        assert [row.number for row in uow.compliance_facts.history()] == [1.0, 2.0]
    with store.system(first.tenant_id, read_only=True) as uow:
        assert uow.compliance_checks.house_word() != before
    with store.work(first.portfolio_manager) as uow, pytest.raises(RowReadOnly):
        uow.compliance_facts.state(ComplianceFact(name="private_funds_ccy", valid_from=DAY, source="Books."))
