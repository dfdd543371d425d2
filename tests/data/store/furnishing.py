"""How does a house get a row in every table, so that each can be looked for by somebody who may not see it?"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np

from data.store.repositories.providers import Limits
from data.store.repositories.series import Bars
from data.store.tables import (
    AccessReview,
    Alert,
    ApiKey,
    Asset,
    AssetAttribute,
    AssetClassification,
    AssetIdentifier,
    AuditorReport,
    Benchmark,
    Breach,
    BreachEvent,
    BreachOverride,
    ChangeRequest,
    ComplianceFact,
    ComplianceRule,
    CorporateAction,
    DailyValuation,
    ExternalFlow,
    HoldingsImport,
    ImportTemplate,
    IngestBatch,
    Invitation,
    Issuer,
    IssuerGroup,
    LegalHold,
    LockedPeriod,
    Lot,
    MailMessage,
    Notification,
    QualityFinding,
    Rebalancing,
    RejectedRow,
    RestrictionEntry,
    RestrictionList,
    RetentionReport,
    RiskLimit,
    RuleOverride,
    RuleVersion,
    RunArray,
    Schedule,
    ShortLocate,
    Template,
    UserSession,
)

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def fill(store, house):
    """Put at least one row of the tenant into every table that belongs to tenants."""
    manager = house.portfolio_manager
    with store.system(house.tenant_id) as uow:
        other = uow.assets.add(
            Asset(tenant_id=house.tenant_id, symbol="OTHER", name="Other", asset_class="equity", currency="USD")
        )
        group = uow.issuers.add_group(IssuerGroup(tenant_id=house.tenant_id, name="Group"))
        uow.issuers.add(Issuer(tenant_id=house.tenant_id, name="Issuer", issuer_group_id=group.id))
        key = {"asset_id": house.asset_id}
        uow.assets.add_many(
            [
                AssetIdentifier(**key, scheme="isin", value=f"X{house.tenant_id[-6:]}"),
                AssetClassification(**key, scheme="sector", code="Energy"),
                AssetAttribute(
                    **key, tenant_id=house.tenant_id, name="esg", value=50, valid_on=date(2022, 1, 1),
                    provider="test", knowledge_time_utc=NOW,
                ),
                CorporateAction(
                    **key, tenant_id=house.tenant_id, kind="dividend", ex_date=date(2022, 5, 2),
                    amount_ccy=Decimal("0.25"), provider="test", knowledge_time_utc=NOW,
                ),
            ]
        )  # fmt: skip
        mark = uow.benchmarks.add(Benchmark(tenant_id=house.tenant_id, name="Mark", kind="weights", currency="USD"))
        blend = uow.benchmarks.add(Benchmark(tenant_id=house.tenant_id, name="Blend", kind="blend", currency="USD"))
        uow.benchmarks.put_weights(mark.id, date(2022, 1, 1), {house.asset_id: 0.5, other.id: 0.5})
        uow.benchmarks.put_blend(blend.id, date(2022, 1, 1), {mark.id: Decimal("1.0")})
        batch = uow.ingest_batches.add(
            IngestBatch(tenant_id=house.tenant_id, provider="test", kind="prices", status="running")
        )
        days = np.array(["2022-01-03", "2022-01-04"], dtype="datetime64[D]")
        uow.prices.ingest(
            [Bars(house.asset_id, days, np.array([10.0, 11.0]))], provider="test", knowledge_time_utc=NOW,
            batch_id=batch.id,
        )  # fmt: skip
        made = uow.ingest_batches.add(
            IngestBatch(tenant_id=house.tenant_id, provider="test", kind="correction", status="succeeded")
        )
        uow.prices.ingest(
            [Bars(house.asset_id, days[:1], np.array([9.0]))], provider="test",
            knowledge_time_utc=NOW + timedelta(minutes=1), batch_id=made.id, with_repeats=True,
        )  # fmt: skip
        uow.prices.take_back(made.id, house.asset_id, "test", NOW + timedelta(minutes=2))
        uow.rejected_rows.add_many(
            [RejectedRow(batch_id=batch.id, provider="test", symbol="X", row_number=1, reason="It has no price.")]
        )
        uow.raw_payloads.keep(
            sha256="a" * 64, media_type="text/plain", endpoint="test", fetched_at_utc=NOW, raw=b"as it came"
        )
        uow.macro.describe(
            [
                {
                    "provider": "test", "series_id": "GDP", "title": "Output", "unit": "USD", "frequency": "Quarterly",
                    "seasonal_adjustment": None, "updated_at_utc": NOW, "is_sample": False,
                }
            ]
        )  # fmt: skip
        uow.macro.ingest(
            [
                {
                    "provider": "test", "series_id": "GDP", "event_date": date(2022, 1, 1), "value": 1.0,
                    "realtime_start": date(2022, 4, 28), "realtime_end": None, "batch_id": batch.id,
                }
            ]
        )  # fmt: skip
        uow.quality_findings.add(
            QualityFinding(
                asset_id=house.asset_id, provider="test", frequency="1d", kind="outlier", fingerprint="f" * 64,
                state="open", first_session=date(2022, 1, 4), last_session=date(2022, 1, 4), sessions_count=1,
                sessions=b"", raw=b"", proposed=None, method="test", confidence_frac=0.9, reason="It jumps.",
                decided_at_utc=None,
            )
        )  # fmt: skip
        uow.quality_scores.put(
            [
                {
                    "asset_id": house.asset_id, "provider": "test", "content_sha256": "f" * 64, "score": 90.0,
                    "first_session": date(2022, 1, 3), "last_session": date(2022, 1, 4), "measures": {},
                    "open_count": 1, "checked_at_utc": NOW,
                }
            ]
        )  # fmt: skip
        listed = uow.restriction_lists.add(RestrictionList(kind="watch", name="Watch", scope_kind="house"))
        uow.restriction_entries.add(
            RestrictionEntry(list_id=listed.id, asset_id=house.asset_id, from_on=date(2022, 1, 3), reason="It is.")
        )
        uow.short_locates.add(
            ShortLocate(
                asset_id=house.asset_id, portfolio_id=house.portfolio_id, broker="Prime", quantity=Decimal(5),
                valid_on=date(2022, 1, 3), valid_until=date(2022, 1, 3),
            )
        )  # fmt: skip
        uow.trading_lots.put(house.asset_id, Decimal(100), Decimal(0))
        uow.change_requests.add(
            ChangeRequest(
                kind="user.set_role", object_kind="user", object_id="x", sentence="s", reason="r",
                requested_by_id=house.administrator.user_id,
            )
        )  # fmt: skip
        uow.retention_rules.put("alert", 7, "delete")
        uow.retention_reports.add(RetentionReport(is_dry_run=False))
        uow.legal_holds.add(LegalHold(name="Case", scope_kind="house", reason="It is."))
        uow.locked_periods.add(LockedPeriod(start_on=date(2000, 1, 1), end_on=date(2000, 1, 2), reason="It is."))
        uow.access_reviews.add(AccessReview(content_sha256="0" * 64))
        uow.auditor_reports.add(
            AuditorReport(
                start_on=date(2022, 1, 3), end_on=date(2022, 1, 3), inputs_sha256="0" * 64, code_version="1",
                pdf_sha256="0" * 64, excel_sha256="0" * 64, pdf=b"%PDF", excel=b"PK",
            )
        )  # fmt: skip
        uow.provider_settings.put("yahoo", {"is_enabled": True})
        uow.provider_usages.reserve("yahoo", 1, Limits())
        uow.provider_states.locked("yahoo")
        uow.quality_policies.put("outlier", "propose", 0.95)
        uow.fx.ingest("EUR", "USD", {date(2022, 1, 3): 1.13}, provider="test", knowledge_time_utc=NOW)
        day = np.array(["2022-01-03"], dtype="datetime64[D]")
        series = [("SMB", day, np.array([0.01]))]
        uow.factors.put("FF3", series, provider="test", knowledge_time_utc=NOW, batch_id=batch.id)
        uow.lots.replace(
            house.portfolio_id,
            [
                Lot(
                    asset_id=house.asset_id, opened_by_id=house.transaction_id, acquired_on=date(2022, 1, 3),
                    quantity=Decimal(1), cost_ccy=Decimal(10), currency="USD",
                )
            ],
        )  # fmt: skip
        uow.flows.replace(house.portfolio_id, [ExternalFlow(flow_date=date(2022, 1, 3), amount_ccy=Decimal(5))])
        uow.valuations.replace_from(
            house.portfolio_id, None,
            [
                DailyValuation(
                    valued_on=date(2022, 1, 3), value_ccy=Decimal(1), cash_ccy=Decimal(1),
                    external_flow_ccy=Decimal(0), return_frac=0.0, twr_index=1.0,
                )
            ],
        )  # fmt: skip
        limit = RiskLimit(metric="beta", value=1.2, direction="max", is_hard=True, amber_use_frac=0.8)
        uow.risk_limits.replace(house.portfolio_id, [limit], [])
        judged_by_rules(uow, house.portfolio_id)
        uow.risk_days.keep(house.portfolio_id, date(2022, 1, 3), {"beta": 1.1}, is_stale=False, engine_version="1")
        forecast = {"method": "historical", "level_frac": 0.95, "horizon_days": 1, "var_frac": 0.01, "es_frac": 0.02}
        uow.risk_forecasts.keep(house.portfolio_id, date(2022, 1, 3), [forecast], "1")
        uow.risk_models.keep(
            house.portfolio_id, "garch", fitted_on=date(2022, 1, 3), ledger_number=1, parameters={}, engine_version="1"
        )
        run = uow.runs.claim(house.run_id, "worker", 30)
        uow.runs.finish(house.run_id, run.fence, "succeeded", result={"x": 1})
        session = uow._ctx.session
        uow.analyses.begin(
            {
                "tenant_id": house.tenant_id, "portfolio_id": house.portfolio_id, "kind": "risk",
                "key": house.portfolio_id, "request_json": "{}", "request_sha256": "0" * 64, "data_version": "1",
                "asked_by_id": manager.user_id,
            }
        )  # fmt: skip
        breach = uow.breaches.add(
            Breach(
                portfolio_id=house.portfolio_id, rule_id="r", group_name="", rule_version=1, wording_sha256="0" * 64,
                rule_title="t", severity="soft", severity_rank=1, status="open", status_since_utc=NOW,
                is_unjudged=False, operator="<=", unit="frac", opened_at_utc=NOW, judged_at_utc=NOW,
            )
        )  # fmt: skip
        uow.breach_events.append(
            breach, BreachEvent(kind="opened", actor_name="System", status_after="open", sentence="s")
        )
        uow.breach_overrides.add(
            BreachOverride(
                breach_id=breach.id, portfolio_id=house.portfolio_id, rule_id="r", group_name="", rule_version=1,
                wording_sha256="0" * 64, state="requested", reason="r", expires_on=date(2026, 2, 1),
                requested_by_id=manager.user_id, requested_at_utc=NOW, needs_second_person=True,
            )
        )  # fmt: skip
        uow.rebalancings.add(
            Rebalancing(
                portfolio_id=house.portfolio_id, number=1, inputs_sha256="0" * 64, ledger_entry=1,
                prices_on=date(2026, 1, 2), computed_at_utc=NOW, made_by_id=manager.user_id,
            )
        )  # fmt: skip
        uow.rule_watches.begin(house.portfolio_id, {"r": "0" * 64})
        session.add(RunArray(run_id=house.run_id, name="paths", dtype="<f8", shape="1", content=b"x"))
        for person in house.people.values():
            session.add(
                UserSession(
                    key=person.user_id, tenant_id=house.tenant_id, user_id=person.user_id, started_at_utc=NOW,
                    seen_at_utc=NOW, agent="test", via="session", ip="127.0.0.1",
                )
            )  # fmt: skip
        session.flush()
        uow.recovery_codes.replace(manager.user_id, [f"code {house.tenant_id}"])
        uow.invitations.add(
            Invitation(email="new@example.com", name="New", role="viewer", token_sha256=house.tenant_id,
                       expires_at_utc=NOW + timedelta(days=1))
        )  # fmt: skip
        alert = uow.alerts.add(
            Alert(key="k", severity="info", state="firing", title="t", sentence="s", portfolio_id=house.portfolio_id,
                  last_seen_at_utc=NOW, state_since_utc=NOW)
        )  # fmt: skip
        uow.notifications.add(
            Notification(user_id=manager.user_id, severity="info", title="t", sentence="s", alert_id=alert.id)
        )
        uow.mail.add(MailMessage(recipient="a@example.com", subject="s", body="b"))
        uow.commit()
    with store.work(manager) as uow:
        uow.targets.save(house.portfolio_id, {house.asset_id: 1.0}, name="Target")
        uow.portfolio_notes.write(house.portfolio_id, "Call the client.")
        uow.portfolio_drafts.keep(house.portfolio_id, "Draft", {"weights_frac": {}, "edits": []})
        uow.holdings_imports.add(
            HoldingsImport(kind="holdings", file_name="a.csv", sha256="0" * 64, size_bytes=1, content=b"x")
        )
        uow.import_templates.add(ImportTemplate(name="Broker", kind="holdings", fingerprint="0" * 64))
        uow.import_aliases.remember({"apple": house.asset_id})
        uow.templates.create(Template(name="Template", sharing="house"), "{}")
        schedule = uow.schedules.add(
            Schedule(name="Daily", kind="optimization", request_json="{}", trigger={"kind": "interval"})
        )
        assert uow.schedules.claim_fire(schedule.id, NOW)
        uow.api_keys.add(
            ApiKey(
                name="key", prefix=f"p{house.tenant_id}", secret_sha256=house.tenant_id, last4="1234", scopes=["read"]
            )
        )
        uow.idempotency.begin("same key", "0" * 64)
        uow.preferences.change({"theme": "dark"})
        uow.events.append("portfolio", "changed", {"x": 1}, portfolio_id=house.portfolio_id)
        uow.audit.append("portfolio.update", object_kind="portfolio", object_id=house.portfolio_id)
        uow.commit()
    with store.work(house.administrator) as uow:
        uow.settings.put("currency", "USD")
        rule = uow.rules.create(
            ComplianceRule(code="house.cap", scope="house", scope_key="house"),
            RuleVersion(document={"id": "house.cap"}),
        )
        uow.rule_overrides.add(
            RuleOverride(
                rule_id=rule.id, scope="portfolio", portfolio_id=house.portfolio_id, kind="exempt", reason="r",
                effect="looser",
            )
        )  # fmt: skip
        uow.audit.append("setting.change", object_kind="setting", object_id="currency")
        uow.commit()


def judged_by_rules(uow, portfolio_id):
    """Keep a check of a portfolio, with one result and its change."""
    fixed = {"rule_id": "rule", "version": 1, "as_of": date(2022, 1, 3), "value": 0.3, "limit_value": 0.25}
    check = {
        "as_of": date(2022, 1, 3), "status": "failed", "data_version": "1", "inputs_sha256": "0" * 64,
        "engine_version": "1", "rules_count": 1, "is_sample": False, "message": None, "advice": None,
    }  # fmt: skip
    uow.compliance_checks.keep({portfolio_id: check})
    fact = ComplianceFact(name="private_funds_ccy", number=1.0, valid_from=date(2022, 1, 3), source="Books.")
    uow.compliance_facts.state(fact)
    result = {"status": "failed", "severity": "hard", "since_utc": NOW, "checked_at_utc": NOW, "document": '{"x": 1}'}
    uow.compliance_results.replace({portfolio_id: [{**fixed, **result}]})
    change = {**fixed, "before": None, "after": "failed", "engine_version": "1"}
    uow.compliance_changes.add_all({portfolio_id: [change]})
