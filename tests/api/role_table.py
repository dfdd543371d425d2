"""Who may do what at every address of the API?

V viewer, A advisor, P portfolio manager, R researcher, C compliance, X administrator; "open" answers without a sign-in,
"no key" is refused to every key. Whoever may ask still sees only what is theirs to see.
"""

from __future__ import annotations

from services.auth.roles import Role

LETTERS = {
    Role.VIEWER: "V", Role.ADVISOR: "A", Role.PORTFOLIO_MANAGER: "P", Role.RESEARCHER: "R", Role.COMPLIANCE: "C",
    Role.ADMINISTRATOR: "X",
}  # fmt: skip
COMPLIANCE: dict[str, str] = {
    "C": """
        /audit/export GET
        /auditor-report-schedule GET PUT
        /auditor-reports GET POST
        /auditor-reports/<report_id> GET
        /auditor-reports/<report_id>/check POST
        /auditor-reports/<report_id>/files/<file_format> GET
        /rules/<rule_id>/versions/<version>/dry-run POST
        /rules/dry-runs POST
        /rules/dry-runs/estimate POST
    """,
    "X": """
        /compliance/escalation PUT
        /four-eyes PUT
        /users/<user_id>/role-proposals POST
    """,
    "AP": """
        /portfolios/<portfolio_id>/limit-proposals POST
        /portfolios/<portfolio_id>/rebalancings POST
        /rebalancings/<rebalancing_id> PUT
        /rebalancings/<rebalancing_id>/record POST
        /rebalancings/<rebalancing_id>/renew POST
        /rebalancings/<rebalancing_id>/submit POST
        /rebalancings/<rebalancing_id>/undo POST
        /rebalancings/<rebalancing_id>/withdraw POST
    """,
    "CX": """
        /access-reviews GET POST
        /access-reviews/<review_id> GET
        /access-reviews/<review_id>/close POST
        /access-reviews/<review_id>/review PUT
        /audit GET
        /audit/verify GET
        /audit/words GET
        /compliance/facts POST
        /four-eyes GET
        /legal-holds GET POST
        /legal-holds/<hold_id> GET
        /legal-holds/<hold_id>/release POST
        /locked-periods POST
        /locked-periods/<lock_id>/unlock POST
        /restriction-entries/<entry_id>/remove POST
        /restriction-lists POST
        /restriction-lists/<list_id> PATCH
        /restriction-lists/<list_id>/close POST
        /restriction-lists/<list_id>/entries POST
        /restriction-lists/<list_id>/import POST
        /retention GET PUT
        /retention/preview GET
        /retention/reports GET POST
        /rule-overrides/<override_id>/approve POST
        /rule-overrides/<override_id>/reject POST
        /rule-overrides/<override_id>/withdraw POST
        /rule-packs/<pack_id>/adoption POST
        /rules POST
        /rules/<rule_id>/copies POST
        /rules/<rule_id>/overrides POST
        /rules/<rule_id>/retirement POST
        /rules/<rule_id>/versions POST
        /rules/<rule_id>/versions/<version> PUT
        /rules/<rule_id>/versions/<version>/approve POST
        /rules/<rule_id>/versions/<version>/propose POST
        /rules/<rule_id>/versions/<version>/reject POST
        /rules/<rule_id>/versions/<version>/withdraw POST
        /rules/approvals POST
        /rules/import POST
        /rules/import/file POST
        /rules/proposals POST
        /rules/rejections POST
        /trading-lots/<symbol> PUT
    """,
    "PC": """
        /breaches/<breach_id>/overrides POST
    """,
    "PCX": """
        /breach-overrides/<override_id>/approve POST
        /breach-overrides/<override_id>/reject POST
        /breach-overrides/<override_id>/withdraw POST
        /rebalancings/<rebalancing_id>/decide POST
    """,
    "APCX": """
        /breaches/<breach_id>/acknowledge POST
        /breaches/<breach_id>/close POST
        /breaches/<breach_id>/comments POST
        /breaches/<breach_id>/owner PUT
        /breaches/<breach_id>/owners GET
        /breaches/<breach_id>/plan PUT
        /locates POST
        /locates/<locate_id>/withdraw POST
    """,
    "VAPRCX": """
        /breach-overrides GET
        /breaches GET
        /breaches/<breach_id> GET
        /breaches/statistics GET
        /change-requests GET
        /change-requests/<request_id> GET
        /change-requests/<request_id>/approve POST
        /change-requests/<request_id>/reject POST
        /change-requests/<request_id>/withdraw POST
        /compliance/checks POST
        /compliance/escalation GET
        /compliance/facts GET
        /compliance/matrix GET
        /locates GET
        /locked-periods GET
        /locked-periods/<lock_id> GET
        /portfolios/<portfolio_id>/compliance GET
        /portfolios/<portfolio_id>/compliance/<rule_id> GET
        /portfolios/<portfolio_id>/compliance/<rule_id>/history GET
        /portfolios/<portfolio_id>/compliance/remedies POST
        /portfolios/<portfolio_id>/restrictions GET
        /portfolios/<portfolio_id>/rules GET
        /restriction-lists GET
        /restriction-lists/<list_id> GET
        /restriction-lists/<list_id>/entries GET
        /restrictions GET
        /rule-overrides GET
        /rule-packs GET
        /rule-packs/<pack_id> GET
        /rules GET
        /rules/<rule_id> GET
        /rules/<rule_id>/as-of GET
        /rules/<rule_id>/comparison GET
        /rules/<rule_id>/versions/<version> GET
        /rules/<rule_id>/versions/<version>/dry-run GET
        /rules/changes GET
        /rules/check POST
        /rules/export GET
        /rules/export/file GET
        /rules/readiness POST
        /trading-lots GET
    """,
}
ELSEWHERE: dict[str, str] = {
    "X": """
        /feeds/try POST
        /invitations POST
        /invitations/<invitation_id> DELETE
        /providers/<provider> DELETE PATCH
        /providers/<provider>/credentials DELETE PUT
        /providers/feeds PUT
        /providers/orders/<asset_class> PUT
        /teams POST
        /teams/<team_id> DELETE PATCH
        /teams/<team_id>/members/<user_id> DELETE PUT
        /teams/<team_id>/restore POST
        /users/<user_id> PATCH
        /users/<user_id>/two-factor/reset POST
    """,
    "AP": """
        /benchmarks/<benchmark_id> DELETE
        /benchmarks/blends POST
        /clients POST
        /clients/<client_id> DELETE PATCH
        /clients/<client_id>/profiles POST
        /clients/<client_id>/restore POST
        /imports/holdings POST
        /imports/holdings/<import_id> DELETE PATCH
        /imports/holdings/<import_id>/run POST
        /imports/holdings/<import_id>/undo POST
        /imports/templates/<template_id> DELETE PATCH
        /optimizations/<optimization_id>/save-as-target POST
        /optimizations/pareto/<run_id>/save-as-target POST
        /portfolios POST
        /portfolios/<portfolio_id> DELETE PATCH
        /portfolios/<portfolio_id>/drafts POST
        /portfolios/<portfolio_id>/drafts/<draft_id> DELETE
        /portfolios/<portfolio_id>/drafts/<draft_id>/restore POST
        /portfolios/<portfolio_id>/notes POST
        /portfolios/<portfolio_id>/notes/<note_id> DELETE PUT
        /portfolios/<portfolio_id>/notes/<note_id>/restore POST
        /portfolios/<portfolio_id>/positions PUT
        /portfolios/<portfolio_id>/restore POST
        /portfolios/<portfolio_id>/risk/limits PUT
        /portfolios/<portfolio_id>/targets/<version>/restore POST
        /portfolios/<portfolio_id>/versions/<kind>/<number>/restore POST
        /portfolios/<portfolio_id>/what-if/target POST
    """,
    "CX": """
        /invitations GET
        /users GET
    """,
    "PX": """
        /sample-pack POST
    """,
    "APR": """
        /academic POST
        /academic/files/read POST
        /optimizations POST
        /portfolios/<portfolio_id>/what-if/rest POST
        /optimizations/<optimization_id>/uncertainty POST
        /optimizations/pareto POST
        /optimizations/walk-forward POST
        /runs/<run_id>/replay POST
        /dashboard/shared-views POST
        /dashboard/shared-views/<shared_id> DELETE
        /dashboard/shared-views/<shared_id>/restore POST
        /stress/scenarios POST
        /stress/scenarios/<scenario_id> DELETE PATCH
        /stress/scenarios/<scenario_id>/restore POST
        /stress/scenarios/<scenario_id>/versions/<version>/restore POST
        /templates POST
        /templates/<template_id> DELETE PATCH
        /templates/<template_id>/restore POST
        /templates/<template_id>/versions/<version>/restore POST
    """,
    "APX": """
        /schedules POST
        /schedules/<schedule_id> DELETE PUT
        /schedules/<schedule_id>/run POST
    """,
    "PRX": """
        /data-quality/checks POST
        /data-quality/decisions POST
        /data-quality/policy PATCH
        /data/imports POST
        /data/imports/<import_id> DELETE
        /data/imports/rejects POST
        /ingest/batches/<batch_id>/give-up POST
        /live/feed/pause POST
        /live/feed/resume POST
        /live/feed/start POST
        /live/feed/stop POST
        /live/ticks POST
        /providers/<provider>/test POST
    """,
    "APRX": """
        /alerts/<alert_id>/acknowledge POST
        /alerts/<alert_id>/snooze POST
        /runs/<run_id> DELETE PATCH
    """,
    "VAPC": """
        /clients GET
        /clients/<client_id> GET
        /clients/<client_id>/profiles GET
    """,
    "open": """
        /auth/token POST
        /health GET
    """,
    "APRCX": """
        /schedules GET
    """,
    "VAPRC": """
        /academic/<run_id>/charts/<chart>/<chart_format> GET
        /academic/<run_id>/table/<table_format> GET
        /market/explorer/<symbol>/<table_format> GET
        /portfolios/<portfolio_id>/holdings/<table_format> GET
        /runs/<run_id>/charts/<chart>/<chart_format> GET
        /runs/<run_id>/table/<table_format> GET
        /rebalancings GET
        /rebalancings/<rebalancing_id> GET
        /rebalancings/<rebalancing_id>/orders/<order_format> GET
        /dashboard GET
        /dashboard/comparison GET
        /dashboard/shared-views GET
        /dashboard/shared-views/<shared_id> GET
        /imports/holdings GET
        /imports/holdings/<import_id> GET
        /imports/holdings/<import_id>/check GET
        /imports/holdings/<import_id>/rejects GET
        /imports/templates GET
        /live/portfolios GET
        /live/portfolios/<portfolio_id> GET
        /portfolios GET
        /portfolios/<portfolio_id> GET
        /portfolios/<portfolio_id>/drafts GET
        /portfolios/<portfolio_id>/drafts/<draft_id> GET
        /portfolios/<portfolio_id>/history GET
        /portfolios/<portfolio_id>/limits GET
        /portfolios/<portfolio_id>/notes GET
        /portfolios/<portfolio_id>/page/<page_format> GET
        /portfolios/<portfolio_id>/performance/page/<page_format> GET
        /portfolios/<portfolio_id>/performance GET
        /portfolios/<portfolio_id>/performance/attribution GET
        /portfolios/<portfolio_id>/performance/periods GET
        /portfolios/<portfolio_id>/performance/regimes GET
        /portfolios/<portfolio_id>/performance/today GET
        /portfolios/<portfolio_id>/positions GET
        /portfolios/<portfolio_id>/positions/analysis GET
        /portfolios/<portfolio_id>/rebalancings/preview POST
        /portfolios/<portfolio_id>/risk GET
        /portfolios/<portfolio_id>/risk/page/<page_format> GET
        /portfolios/<portfolio_id>/risk/backtests GET
        /portfolios/<portfolio_id>/risk/limits GET
        /portfolios/<portfolio_id>/risk/limits/<limit_id>/constraint GET
        /portfolios/<portfolio_id>/risk/limits/<limit_id>/history GET
        /portfolios/<portfolio_id>/stress POST
        /portfolios/<portfolio_id>/stress/correlation POST
        /portfolios/<portfolio_id>/stress/liquidity POST
        /portfolios/<portfolio_id>/stress/monte-carlo POST
        /portfolios/<portfolio_id>/stress/page/<page_format> GET
        /portfolios/<portfolio_id>/stress/repair POST
        /portfolios/<portfolio_id>/stress/reverse POST
        /portfolios/<portfolio_id>/targets GET
        /portfolios/<portfolio_id>/transactions GET
        /portfolios/<portfolio_id>/versions GET
        /portfolios/<portfolio_id>/versions/difference GET
        /portfolios/<portfolio_id>/what-if POST
        /stress/scenarios GET
        /stress/scenarios/<scenario_id> GET
        /stress/scenarios/<scenario_id>/versions GET
    """,
    "VAPRCX": """
        /academic GET
        /academic/<run_id> GET
        /academic/examples/<part> GET
        /alerts GET
        /api-keys GET
        /api-keys/<key_id> DELETE
        /assets GET
        /assets/<symbol> GET
        /assets/<symbol>/prices GET
        /assets/as-of GET
        /assets/providers GET
        /assets/sectors GET
        /auth/token GET
        /benchmarks GET
        /dashboard/chosen PUT
        /dashboard/views GET
        /dashboard/views/<name> DELETE PUT
        /data-quality/findings GET
        /data-quality/findings/<finding_id> GET
        /data-quality/policy GET
        /data-quality/scores GET
        /data-quality/series/<symbol>/calendar GET
        /data-quality/series/<symbol>/score GET
        /data-quality/summary GET
        /data/factor-sets GET
        /data/imports GET
        /data/imports/<import_id> GET
        /docs GET
        /docs/start.js GET
        /docs/static/<path:name> GET
        /find GET
        /help GET
        /help/<screen> GET
        /help/glossary GET
        /frontiers/living POST
        /frontiers/living/moves POST
        /ingest/batches GET
        /ingest/batches/<batch_id> GET
        /ingest/batches/<batch_id>/rejected GET
        /lineage/payloads/<sha256> GET
        /lineage/prices/<symbol> GET
        /lineage/runs/<run_id> GET
        /live/feed GET
        /live/quotes GET
        /market/actions GET
        /market/calendars GET
        /market/calendars/<exchange> GET
        /market/data GET
        /market/explorer GET
        /market/explorer/<symbol> GET
        /market/fundamentals GET
        /market/macro GET
        /market/macro/<series_id> GET
        /market/macro/<series_id>/vintages/<event_date> GET
        /notifications GET
        /notifications/<notification_id>/read POST
        /openapi.json GET
        /optimizations GET
        /optimizations/<optimization_id> GET
        /optimizations/<optimization_id>/cancel POST
        /optimizations/<optimization_id>/explanation GET
        /optimizations/<optimization_id>/explanation/required-return GET
        /optimizations/<optimization_id>/frontier GET
        /optimizations/<optimization_id>/frontier/measures GET
        /optimizations/<optimization_id>/trades GET
        /optimizations/<optimization_id>/uncertainty GET
        /optimizations/diagnose POST
        /optimizations/explain POST
        /optimizations/explain/required-return POST
        /optimizations/frontier POST
        /optimizations/limits/read POST
        /optimizations/universe/read POST
        /optimizations/limits/table POST
        /optimizations/pareto/<run_id> GET
        /optimizations/pareto/<run_id>/choose POST
        /optimizations/pareto/<run_id>/recommendation GET
        /optimizations/preview POST
        /optimizations/repair POST
        /optimizations/walk-forward/<run_id> GET
        /portfolios/<portfolio_id>/performance/attribution/part GET
        /portfolios/<portfolio_id>/stress/factors POST
        /providers GET
        /providers/<provider> GET
        /roles GET
        /runs GET
        /runs/<run_id> GET
        /runs/<run_id>/cancel POST
        /runs/<run_id>/events GET
        /runs/<run_id>/replay-report GET
        /runs/<run_id>/restore POST
        /runs/<run_id>/result GET
        /sample-pack GET
        /sessions GET
        /sessions/<session_key> DELETE
        /stream/tickets POST
        /teams GET
        /teams/<team_id> GET
        /templates GET
        /templates/<template_id> GET
        /templates/<template_id>/comparison GET
        /templates/<template_id>/effect POST
        /wizard-draft GET PUT
        /templates/<template_id>/versions GET
        /users/<user_id> GET
        /users/me GET PATCH
        /users/me/grids/<grid> DELETE GET PUT
    """,
    "no key": """
        /api-keys POST
        /auth/token DELETE
    """,
}


def rows(table: dict[str, str]) -> dict[tuple[str, str], str]:
    """Return who may, by method and address."""
    return {
        (method, line.split()[0]): who
        for who, text in table.items()
        for line in text.split("\n")
        if line.strip()
        for method in line.split()[1:]
    }
