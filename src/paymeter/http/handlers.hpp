/// Every handler of the route table, by topic. They get a checked call: session, right, origin,
/// key and size are behind them. An Error becomes its status; the Api writes the audit line.
#pragma once

#include "paymeter/http/call.hpp"

namespace paymeter::http {

// session_routes.cpp
Answer log_in(Context& context, CallPtr call);
Answer log_out(Context& context, CallPtr call);
Answer get_session(Context& context, CallPtr call);
Answer change_password(Context& context, CallPtr call);
// site_routes.cpp
Answer get_site(Context& context, CallPtr call);
Answer list_audit(Context& context, CallPtr call);
// bus_routes.cpp
Answer list_buses(Context& context, CallPtr call);
Answer get_bus(Context& context, CallPtr call);
// user_routes.cpp
Answer list_users(Context& context, CallPtr call);
Answer add_user(Context& context, CallPtr call);
Answer reset_user_password(Context& context, CallPtr call);
Answer change_user_role(Context& context, CallPtr call);
Answer disable_user(Context& context, CallPtr call);
Answer enable_user(Context& context, CallPtr call);
// meter_routes.cpp
Answer list_meters(Context& context, CallPtr call);
Answer get_meter(Context& context, CallPtr call);
Answer list_readings(Context& context, CallPtr call);
Answer read_meter(Context& context, CallPtr call);
// compare_routes.cpp
Answer compare_meter(Context& context, CallPtr call);
// account_routes.cpp
Answer open_account(Context& context, CallPtr call);
Answer list_accounts(Context& context, CallPtr call);
Answer get_account(Context& context, CallPtr call);
// tenancy_routes.cpp
Answer open_accounts(Context& context, CallPtr call);
Answer add_account_meters(Context& context, CallPtr call);
Answer set_account_household(Context& context, CallPtr call);
Answer change_account_holder(Context& context, CallPtr call);
Answer correct_account(Context& context, CallPtr call);
Answer set_account_parent(Context& context, CallPtr call);
Answer list_account_holders(Context& context, CallPtr call);
// settlement_routes.cpp
Answer close_account(Context& context, CallPtr call);
Answer close_meter(Context& context, CallPtr call);
Answer change_meter_over(Context& context, CallPtr call);
Answer settlement_replaced(Context& context, CallPtr call);
Answer cancel_settlement(Context& context, CallPtr call);
Answer collect_debt(Context& context, CallPtr call);
Answer list_settlements(Context& context, CallPtr call);
Answer get_settlement(Context& context, CallPtr call);
Answer get_settlement_slip(Context& context, CallPtr call);
Answer list_devices(Context& context, CallPtr call);
// cut_routes.cpp
Answer get_enforcement(Context& context, CallPtr call);
Answer set_enforcement(Context& context, CallPtr call);
Answer list_enforcement_history(Context& context, CallPtr call);
Answer list_cut_decisions(Context& context, CallPtr call);
Answer list_cuts(Context& context, CallPtr call);
Answer get_cut_look(Context& context, CallPtr call);
Answer list_supply_intents(Context& context, CallPtr call);
Answer make_rehearsal(Context& context, CallPtr call);
Answer list_rehearsals(Context& context, CallPtr call);
Answer get_rehearsal(Context& context, CallPtr call);
Answer approve_rehearsal(Context& context, CallPtr call);
Answer reject_rehearsal(Context& context, CallPtr call);
Answer ask_breaker_release(Context& context, CallPtr call);
Answer release_breaker(Context& context, CallPtr call);
// vend_routes.cpp
Answer create_vend(Context& context, CallPtr call);
Answer list_vends(Context& context, CallPtr call);
Answer get_vend(Context& context, CallPtr call);
Answer cancel_vend(Context& context, CallPtr call);
Answer retry_vend(Context& context, CallPtr call);
Answer get_slip(Context& context, CallPtr call);
// money_routes.cpp
Answer refund_meter(Context& context, CallPtr call);
Answer reverse_vend(Context& context, CallPtr call);
Answer adjust_meter(Context& context, CallPtr call);
Answer grant_to_meter(Context& context, CallPtr call);
Answer grant_batch(Context& context, CallPtr call);
Answer transfer_money(Context& context, CallPtr call);
Answer pay_out_vend(Context& context, CallPtr call);
Answer fail_payout(Context& context, CallPtr call);
Answer correct_method(Context& context, CallPtr call);
// proposal_routes.cpp
Answer create_proposal(Context& context, CallPtr call);
Answer list_proposals(Context& context, CallPtr call);
Answer get_proposal(Context& context, CallPtr call);
Answer approve_proposal(Context& context, CallPtr call);
Answer reject_proposal(Context& context, CallPtr call);
// command_routes.cpp
Answer switch_supply(Context& context, CallPtr call);
Answer download_to_meter(Context& context, CallPtr call);
Answer list_commands(Context& context, CallPtr call);
Answer get_command(Context& context, CallPtr call);
Answer resend_command(Context& context, CallPtr call);
Answer list_tariff_meters(Context& context, CallPtr call);
// interval_routes.cpp
Answer list_poll_intervals(Context& context, CallPtr call);
Answer list_poll_interval_history(Context& context, CallPtr call);
Answer set_poll_interval(Context& context, CallPtr call);
// limiting_routes.cpp
Answer list_limiting_plans(Context& context, CallPtr call);
Answer add_limiting_plan(Context& context, CallPtr call);
Answer retire_limiting_plan(Context& context, CallPtr call);
Answer preview_limiting(Context& context, CallPtr call);
Answer start_limiting(Context& context, CallPtr call);
Answer list_limiting_runs(Context& context, CallPtr call);
Answer get_limiting_run(Context& context, CallPtr call);
Answer end_limiting(Context& context, CallPtr call);
// batch_routes.cpp
Answer preview_batch(Context& context, CallPtr call);
Answer create_batch(Context& context, CallPtr call);
Answer list_batches(Context& context, CallPtr call);
Answer get_batch(Context& context, CallPtr call);
Answer list_batch_rows(Context& context, CallPtr call);
Answer export_batch(Context& context, CallPtr call);
Answer pause_batch(Context& context, CallPtr call);
Answer resume_batch(Context& context, CallPtr call);
Answer cancel_batch(Context& context, CallPtr call);
Answer retry_batch(Context& context, CallPtr call);
// alarm_routes.cpp
Answer list_alarms(Context& context, CallPtr call);
Answer acknowledge_alarm(Context& context, CallPtr call);
Answer get_alarm(Context& context, CallPtr call);
Answer count_alarms(Context& context, CallPtr call);
Answer list_alarm_rules(Context& context, CallPtr call);
Answer set_alarm_rule(Context& context, CallPtr call);
// commissioning_routes.cpp
Answer begin_check(Context& context, CallPtr call);
Answer list_checks(Context& context, CallPtr call);
Answer get_check(Context& context, CallPtr call);
Answer stop_check(Context& context, CallPtr call);
Answer sign_check_report(Context& context, CallPtr call);
Answer list_check_reports(Context& context, CallPtr call);
Answer get_check_report(Context& context, CallPtr call);
Answer download_check_report(Context& context, CallPtr call);
Answer print_check_report(Context& context, CallPtr call);
Answer begin_pulse_test(Context& context, CallPtr call);
Answer list_pulse_tests(Context& context, CallPtr call);
Answer get_pulse_test(Context& context, CallPtr call);
Answer pulse_test_switched(Context& context, CallPtr call);
Answer cancel_pulse_test(Context& context, CallPtr call);
// loss_routes.cpp
Answer list_loss_trees(Context& context, CallPtr call);
Answer add_loss_tree(Context& context, CallPtr call);
Answer change_loss_tree(Context& context, CallPtr call);
Answer end_loss_tree(Context& context, CallPtr call);
Answer list_loss_periods(Context& context, CallPtr call);
Answer weigh_loss(Context& context, CallPtr call);
// tariff_routes.cpp
Answer list_tariffs(Context& context, CallPtr call);
Answer add_tariff(Context& context, CallPtr call);
Answer list_tariff_versions(Context& context, CallPtr call);
Answer write_tariff_version(Context& context, CallPtr call);
Answer edit_tariff_version(Context& context, CallPtr call);
Answer get_tariff_version(Context& context, CallPtr call);
Answer submit_tariff_version(Context& context, CallPtr call);
Answer approve_tariff_version(Context& context, CallPtr call);
Answer reject_tariff_version(Context& context, CallPtr call);
Answer withdraw_tariff_version(Context& context, CallPtr call);
Answer export_tariff_version(Context& context, CallPtr call);
Answer get_meter_bill(Context& context, CallPtr call);
// import_routes.cpp
Answer import_site(Context& context, CallPtr call);
Answer get_import_template(Context& context, CallPtr call);

// export_routes.cpp
Answer export_vends(Context& context, CallPtr call);
Answer annotate_import(Context& context, CallPtr call);
// service_charge_routes.cpp
Answer add_service_charge(Context& context, CallPtr call);
Answer add_service_payment(Context& context, CallPtr call);
Answer list_service_charges(Context& context, CallPtr call);
Answer list_service_payments(Context& context, CallPtr call);
// wallet_routes.cpp
Answer list_notices(Context& context, CallPtr call);
Answer record_notice(Context& context, CallPtr call);
Answer get_wallet(Context& context, CallPtr call);
Answer set_wallet_terms(Context& context, CallPtr call);
Answer get_wallet_bill(Context& context, CallPtr call);
Answer list_charges(Context& context, CallPtr call);
// report_routes.cpp
Answer export_matrix(Context& context, CallPtr call);
Answer get_books(Context& context, CallPtr call);
Answer get_daily_report(Context& context, CallPtr call);
// event_routes.cpp
Answer stream_events(Context& context, CallPtr call);
// operation_routes.cpp
Answer get_health(Context& context, CallPtr call);
Answer get_metrics(Context& context, CallPtr call);
Answer get_openapi(Context& context, CallPtr call);

}  // namespace paymeter::http
