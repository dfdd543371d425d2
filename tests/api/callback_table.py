"""Who may have each callback of the pages do its work?

The letters are those of tests/api/role_table.py. A line is a module of `callbacks` with its functions; what stands
behind a colon is one of the deeds that the callback does. What is asked about does not exist, apart from the pages of
compliance: a deed that reads it first refuses only those who may not even read it; the others find nothing. To an
administrator a breach does not exist: it is of a portfolio that nobody granted them.
"""

from __future__ import annotations

SAID: dict[str, str] = {
    "C": """
        compliance_reports check choose make show_reports take
    """,
    "X": """
        providers delete_key
        providers_feeds delete save_feed try_feed
        users change_role disable enable invite withdraw
        users_teams delete_team save_member save_team
        users_two_factor reset
    """,
    "AP": """
        clients delete
        imports discard run
        imports_history forget_template undo
        performance_blend delete
        portfolio_edit delete
        portfolio_notes delete save
        portfolio_versions delete_draft
        portfolio_what_if keep to_rebalancing
        run_actions save_target
    """,
    "CX": """
        compliance_audit verify
        compliance_controls act_on_hold:place act_on_hold:release act_on_lock:lock act_on_lock:open choose
        compliance_controls let_go preview
        compliance_deviations act:approve act:ask act:reject act:withdraw
        compliance_facts state
        compliance_lists act:add act:close act:import make try_file
        compliance_packs adopt
        compliance_records decide:agree decide:refuse decide:withdraw show_requests
        compliance_reviews close make sign
        compliance_rule_editor save:copy
        compliance_rule_files take_in
        settings_data verify_audit
        users show
    """,
    "PC": """
        compliance_breaches act:approve_override act:reject_override act:request_override act:withdraw_override
    """,
    "PX": """
        sample_pack load
    """,
    "APC": """
        compliance_breaches act:acknowledge act:assign act:close act:comment act:plan
    """,
    "APR": """
        board_shared share stop
        portfolio_what_if optimize_rest
        run_sureness start
        runs repeat
        templates delete
    """,
    "APX": """
        settings_data delete_schedule run_schedule save_schedule
    """,
    "PRX": """
        compliance_facts take_in
        imports_market undo_import
        live_feed pause stop
        providers refresh try_out
        quality check decide
        settings_data refresh
    """,
    "APCX": """
        compliance_listed record withdraw
    """,
    "APRX": """
        shell acknowledge snooze
    """,
    "VAPC": """
        clients ask_delete open_form show
    """,
    "APRCX": """
        settings_data switch_schedule
    """,
    "VAPRC": """
        board show_day
        compare show
        imports act answer resume show
        imports_history ask_undo rename_template
        living_more explain export_page measure
        performance_blend save
        portfolio export_csv export_xlsx show show_earlier
        portfolio_edit fill_form fill_positions
        portfolio_notes edit
        portfolio_versions open_draft
        rebalance_proposal show_proposal
        risk choose
        risk_history draw draw_house show
        risk_limits change_rows fill save use
        run_actions export_table
        stress show_choices
        stress_build use_own
        stress_exports export_page export_table
        stress_keep open_edit
        stress_own delete_own
        walk_forward export_table
    """,
}
"""Everybody else is told that the role may not."""
KEPT_BACK: dict[str, str] = {
    "C": """
        compliance_audit offer_export
        compliance_breaches show_queue
        compliance_controls show_holds
        compliance_deviations offer
        compliance_facts offer
        compliance_rule_editor open_form
        compliance_rules act:approve act:dry_run act:propose act:reject act:retire act:withdraw choose
        compliance_status show
    """,
    "P": """
        home show_actions
    """,
    "X": """
        providers show
        settings_data show_about
        users_teams show_teams
        users_two_factor offer_reset
    """,
    "AP": """
        imports show_form
        imports_history show_history
        performance_blend show_buttons
        portfolio show_actions show_targets
        portfolio_what_if begin
        tradeoffs open_form
    """,
    "CX": """
        compliance show_tabs
        compliance_audit offer_words show_rows
        compliance_controls offer_actions show_locks show_retention
        compliance_listed show_listed
        compliance_lists offer show_lists
        compliance_packs show_pack
        compliance_records show_request
        compliance_reviews offer_reviews show_review
        compliance_rule_editor offer_writing
        compliance_rule_files offer_taking_in
        compliance_rules show_rule
        users show_person
        users_teams ask_delete offer_teams open_member open_team
    """,
    "APR": """
        academic show_form
        help show_first_steps
        optimize preview
        runs show_actions
        stress_own list_own
    """,
    "APX": """
        settings_data show_schedules
    """,
    "PRX": """
        compliance_facts offer_taking_in
        imports_market show_imports
        live_feed show_controls
        quality show show_evidence show_policy
    """,
    "APRX": """
        shell show_bell
    """,
    "VAPC": """
        clients show_one
        compliance_packs offer_packs
        home offer_owners
        tradeoffs choose_client
        tradeoffs_actions ask_for_name
    """,
    "VAPRC": """
        board show
        board_views show_views
        compare offer
        compliance_facts show_stated
        compliance_listed offer_portfolios
        compliance_lists offer_whom
        compliance_mend offer_portfolios
        compliance_reports offer_portfolios
        compliance_rules offer_portfolios
        compliance_trade offer
        living offer
        optimize load
        performance show_currencies
        performance_today show_line
        portfolio show_allocation show_history show_ledger show_limits
        portfolio_holdings show_parts
        rebalance offer_portfolios
        stress_own compare show_versions
        tradeoffs choose_portfolio
    """,
    "nobody": """
        board show_news
    """,
}
"""Everybody else is shown the page without a part of it, or without a control; nobody is told so."""
ANYBODY = """
    academic follow stop
    compliance_breaches show_breach
    compliance_facts hand_over show_missing
    compliance_lists show_names
    compliance_mend _answer ask_all ask_breach offer_breach
    compliance_reports watch
    compliance_rules show_library show_past show_takes watch
    compliance_status check_again show_evidence
    compliance_trade offer_runs show_answer
    economy show_list
    help dismiss show_again show_glossary show_overview show_screen
    home create
    imports_market ask_undo
    jobs cancel look
    live cancel_task show_tasks
    market_minutes offer
    optimize_grid save
    optimize_elsewhere keep_draft
    optimize_file read_universe
    optimize_tables offer_benchmarks
    optimize_templates ask_for_name offer_templates show_effect use_template
    performance_blend open_dialog
    portfolio_compliance check_positions show_line
    portfolio_edit save_positions
    portfolio_holdings show_columns
    providers move open_key open_limits save_key show_order switch
    providers_feeds open_feed
    quality choose_series show_calendar
    run cancel_here follow_page show
    run_actions ask_for_name ask_to_save delete rename
    run_frontier find
    run_sureness draw follow stop
    run_why choose explain
    runs remove rename stop
    settings end_others end_session forget_key make_key open_key prefer rename revoke_key show show_keys
    settings show_sessions show_ways_in
    settings_data show_data
    shell keep_amounts keep_theme read_all show_as_of
    templates ask_delete open_form restore show show_one
    tradeoffs choose_template show_carried
    tradeoffs_actions ask_for_target export_chart
    tradeoffs_result cancel draw follow move pick show tell
    tradeoffs_solid draw_solid
    walk_forward follow show stop
    walk_forward_start ask
"""
"""Reads only what every role may see, or what is the person's own."""
UNTRIED = """
    academic draw export_chart look_at_files start
    board_shared offer
    board_views choose reset save
    clients save save_profile
    compliance_audit show_row
    compliance_facts ask_value
    compliance_rule_editor judge
    compliance_rule_files offer
    compliance_trade ask
    dash dash.update
    economy show show_releases
    home export
    portfolio_holdings keep_columns reset_columns
    imports begin offer_assets show_intro turn
    imports_market import_file look_at_file save_rejects
    jobs follow
    live_feed show_fields start
    living certify open_problem
    living_more export_chart
    market show
    market_symbol export_chart export_table show
    optimize mend submit take_holdings
    optimize_grid offer_kinds take_over
    optimize_own_tables take
    optimize_tables paste_returns paste_views
    optimize_templates save_template
    performance show show_choices
    performance_blend close_dialog measure_again
    performance_choice show_choice
    performance_exports export_chart export_page export_table
    performance_panels show_course show_metrics show_months show_regimes show_why
    performance_today show_today
    portfolio_compliance forget
    portfolio_edit save
    portfolio_notes cancel show
    portfolio_targets restore
    portfolio_versions compare restore show
    portfolio_what_if look
    price_source tell
    providers save_limits
    providers_feeds ask_delete
    quality save_policy show_queue
    rebalance ask choose offer_sources show
    rebalance_proposal act keep restore show_history
    risk draw_linked draw_losses draw_sources draw_structure draw_tests follow
    risk_exports export_chart export_page export_tables
    risk_history export_chart save
    risk_limits go leave
    run_actions export_chart
    run_frontier draw_band
    run_why require
    runs show show_earlier
    stress show show_one
    stress_build weigh
    stress_chance show_broken show_chance show_redemption
    stress_exports export_chart
    stress_keep ask_for_name keep save_edit
    stress_own choose restore
    stress_repair show_repair
    stress_reverse show_reverse
    take take
    templates compare save use
    tradeoffs clear_carried start
    tradeoffs_actions save_target save_template
    undo undo
    users ask_role
    walk_forward draw_wealth export_chart
    walk_forward_start offer show_days start
"""
"""Asks nothing of rights on an empty page: reads what was typed alone, or needs a run, a file or a chart of its page to
get further; the addresses that do the same have their rows in tests/api/role_table.py."""


def rows(table: dict[str, str]) -> dict[str, str]:
    """Return who may, by callback."""
    return {
        f"{line.split()[0]}.{function}": "" if who == "nobody" else who
        for who, text in table.items()
        for line in text.split("\n")
        if line.strip()
        for function in line.split()[1:]
    }
