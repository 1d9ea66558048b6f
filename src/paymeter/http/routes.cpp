// The route table and its look-up.
#include "paymeter/http/routes.hpp"

#include <array>
#include <charconv>
#include <optional>

#include "paymeter/http/handlers.hpp"

namespace paymeter::http {
namespace {

using service::Right;
using Handler = Answer (*)(Context&, CallPtr);
constexpr std::size_t kWorkbookMax = 20 * 1024 * 1024;
constexpr std::size_t kTariffMax = 1024 * 1024;

constexpr Route open(std::string_view pattern, Handler handler) {
  return {"GET", pattern, Access::open, Right::view, Key::none, "", handler};
}
constexpr Route get(std::string_view pattern, Handler handler, Right right = Right::view) {
  return {"GET", pattern, Access::right, right, Key::none, "", handler};
}
/// A change of what is there.
constexpr Route post(std::string_view pattern, Right right, std::string_view action,
                     Handler handler) {
  return {"POST", pattern, Access::right, right, Key::none, action, handler};
}
/// Makes something new: at most once per idempotency key.
constexpr Route create(std::string_view pattern, Right right, std::string_view action,
                       Handler handler) {
  return {"POST", pattern, Access::right, right, Key::required, action, handler};
}

constexpr auto kTable = std::to_array<Route>({
    {"POST", "/api/v1/login", Access::open, Right::view, Key::none, "login", log_in},
    {"POST", "/api/v1/logout", Access::session, Right::view, Key::none, "logout", log_out},
    {"GET", "/api/v1/session", Access::session, Right::view, Key::none, "", get_session},
    {"POST", "/api/v1/session/password", Access::session, Right::view, Key::none,
     "password_changed", change_password},
    get("/api/v1/site", get_site),
    get("/api/v1/buses", list_buses),
    get("/api/v1/buses/{id}", get_bus),
    get("/api/v1/meters", list_meters),
    get("/api/v1/meters/{id}", get_meter),
    get("/api/v1/meters/{id}/readings", list_readings),
    post("/api/v1/meters/{id}/read", Right::view, "", read_meter),
    post("/api/v1/meters/{id}/compare", Right::view, "", compare_meter),
    create("/api/v1/meters/{id}/supply", Right::switch_supply, "supply_switched", switch_supply),
    create("/api/v1/meters/{id}/download", Right::switch_supply, "meter_download",
           download_to_meter),
    get("/api/v1/commands", list_commands),
    get("/api/v1/commands/{id}", get_command),
    create("/api/v1/commands/{id}/resend", Right::switch_supply, "command_resent", resend_command),
    get("/api/v1/poll-intervals", list_poll_intervals),
    get("/api/v1/poll-intervals/history", list_poll_interval_history),
    post("/api/v1/poll-intervals", Right::import_site, "poll_interval_set", set_poll_interval),
    get("/api/v1/limiting/plans", list_limiting_plans),
    post("/api/v1/limiting/plans", Right::limit_supply, "limiting_planned", add_limiting_plan),
    post("/api/v1/limiting/plans/{id}/retire", Right::limit_supply, "limiting_retired",
         retire_limiting_plan),
    get("/api/v1/limiting/plans/{id}/preview", preview_limiting),
    create("/api/v1/limiting/plans/{id}/start", Right::limit_supply, "limiting_started",
           start_limiting),
    get("/api/v1/limiting/runs", list_limiting_runs),
    get("/api/v1/limiting/runs/{id}", get_limiting_run),
    post("/api/v1/limiting/runs/{id}/end", Right::limit_supply, "limiting_ended", end_limiting),
    post("/api/v1/batches/preview", Right::switch_supply, "", preview_batch),
    create("/api/v1/batches", Right::switch_supply, "batch_started", create_batch),
    get("/api/v1/batches", list_batches),
    get("/api/v1/batches/{id}", get_batch),
    get("/api/v1/batches/{id}/rows", list_batch_rows),
    get("/api/v1/batches/{id}/rows.csv", export_batch),
    post("/api/v1/batches/{id}/pause", Right::switch_supply, "batch_paused", pause_batch),
    post("/api/v1/batches/{id}/resume", Right::switch_supply, "batch_resumed", resume_batch),
    post("/api/v1/batches/{id}/cancel", Right::switch_supply, "batch_cancelled", cancel_batch),
    post("/api/v1/batches/{id}/retry", Right::switch_supply, "batch_retried", retry_batch),
    create("/api/v1/accounts", Right::open_account, "account_opened", open_account),
    get("/api/v1/accounts", list_accounts),
    get("/api/v1/accounts/{id}", get_account),
    create("/api/v1/accounts/batch", Right::open_account, "accounts_opened", open_accounts),
    create("/api/v1/accounts/{id}/close", Right::refund, "account_closing", close_account),
    create("/api/v1/accounts/{id}/meters", Right::open_account, "account_meters_added",
           add_account_meters),
    create("/api/v1/accounts/{id}/households", Right::correct, "account_household_set",
           set_account_household),
    create("/api/v1/accounts/{id}/holder", Right::correct, "account_holder_changed",
           change_account_holder),
    post("/api/v1/accounts/{id}/correct", Right::correct, "account_corrected", correct_account),
    post("/api/v1/accounts/{id}/parent", Right::correct, "account_parent_set", set_account_parent),
    get("/api/v1/accounts/{id}/holders", list_account_holders),
    create("/api/v1/meters/{id}/close", Right::refund, "meter_closing", close_meter),
    create("/api/v1/meters/{id}/change-over", Right::correct, "meter_change_over",
           change_meter_over),
    get("/api/v1/meters/{id}/devices", list_devices),
    get("/api/v1/settlements", list_settlements),
    get("/api/v1/settlements/{id}", get_settlement),
    get("/api/v1/settlements/{id}/slip", get_settlement_slip),
    post("/api/v1/settlements/{id}/replaced", Right::correct, "meter_replaced",
         settlement_replaced),
    post("/api/v1/settlements/{id}/cancel", Right::refund, "settlement_cancelled",
         cancel_settlement),
    create("/api/v1/settlements/{id}/collect", Right::sell, "settlement_collected", collect_debt),
    create("/api/v1/accounts/{id}/service-charges", Right::sell, "service_charged",
           add_service_charge),
    get("/api/v1/accounts/{id}/service-charges", list_service_charges),
    create("/api/v1/accounts/{id}/service-payments", Right::sell, "service_paid",
           add_service_payment),
    get("/api/v1/accounts/{id}/service-payments", list_service_payments),
    create("/api/v1/vends", Right::sell, "vend_created", create_vend),
    get("/api/v1/vends", list_vends),
    get("/api/v1/vends/{id}", get_vend),
    post("/api/v1/vends/{id}/cancel", Right::cancel_sale, "vend_cancelled", cancel_vend),
    post("/api/v1/vends/{id}/retry", Right::sell, "vend_retried", retry_vend),
    get("/api/v1/vends/{id}/slip", get_slip),
    create("/api/v1/vends/{id}/reverse", Right::refund, "vend_reversed", reverse_vend),
    post("/api/v1/vends/{id}/pay-out", Right::refund, "vend_paid_out", pay_out_vend),
    post("/api/v1/vends/{id}/payout-failed", Right::refund, "vend_payout_failed", fail_payout),
    post("/api/v1/vends/{id}/correct-method", Right::correct, "vend_method_corrected",
         correct_method),
    create("/api/v1/meters/{id}/refunds", Right::refund, "meter_refunded", refund_meter),
    create("/api/v1/meters/{id}/adjustments", Right::correct, "balance_adjusted", adjust_meter),
    create("/api/v1/meters/{id}/grants", Right::correct, "grant_given", grant_to_meter),
    create("/api/v1/grants", Right::correct, "grants_given", grant_batch),
    create("/api/v1/transfers", Right::refund, "money_transferred", transfer_money),
    create("/api/v1/proposals", Right::refund, "proposal_made", create_proposal),
    get("/api/v1/proposals", list_proposals),
    get("/api/v1/proposals/{id}", get_proposal),
    post("/api/v1/proposals/{id}/approve", Right::decide, "proposal_approved", approve_proposal),
    post("/api/v1/proposals/{id}/reject", Right::decide, "proposal_rejected", reject_proposal),
    get("/api/v1/alarms", list_alarms),
    post("/api/v1/alarms/{id}/acknowledge", Right::acknowledge, "alarm_acknowledged",
         acknowledge_alarm),
    get("/api/v1/alarms/{id}", get_alarm),
    get("/api/v1/alarm-counts", count_alarms),
    get("/api/v1/alarm-rules", list_alarm_rules),
    post("/api/v1/alarm-rules", Right::import_site, "alarm_rule_set", set_alarm_rule),
    get("/api/v1/loss-trees", list_loss_trees),
    post("/api/v1/loss-trees", Right::import_site, "loss_tree_added", add_loss_tree),
    post("/api/v1/loss-trees/{id}", Right::import_site, "loss_tree_changed", change_loss_tree),
    post("/api/v1/loss-trees/{id}/end", Right::import_site, "loss_tree_ended", end_loss_tree),
    get("/api/v1/loss-trees/{id}/periods", list_loss_periods),
    get("/api/v1/loss-trees/{id}/loss", weigh_loss),
    create("/api/v1/checks", Right::import_site, "check_started", begin_check),
    get("/api/v1/checks", list_checks),
    get("/api/v1/checks/{id}", get_check),
    post("/api/v1/checks/{id}/stop", Right::import_site, "check_stopped", stop_check),
    post("/api/v1/checks/{id}/reports", Right::import_site, "report_signed", sign_check_report),
    get("/api/v1/checks/{id}/reports", list_check_reports),
    get("/api/v1/check-reports/{id}", get_check_report),
    get("/api/v1/check-reports/{id}/report.json", download_check_report),
    get("/api/v1/check-reports/{id}/report.pdf", print_check_report),
    create("/api/v1/pulse-tests", Right::import_site, "pulse_test_started", begin_pulse_test),
    get("/api/v1/pulse-tests", list_pulse_tests),
    get("/api/v1/pulse-tests/{id}", get_pulse_test),
    post("/api/v1/pulse-tests/{id}/switched", Right::import_site, "pulse_load_switched",
         pulse_test_switched),
    post("/api/v1/pulse-tests/{id}/cancel", Right::import_site, "pulse_test_cancelled",
         cancel_pulse_test),
    get("/api/v1/tariffs", list_tariffs),
    post("/api/v1/tariffs", Right::manage_tariffs, "tariff_added", add_tariff),
    get("/api/v1/tariffs/{id}/meters", list_tariff_meters),
    get("/api/v1/tariffs/{id}/versions", list_tariff_versions),
    {"POST", "/api/v1/tariffs/{id}/versions", Access::right, Right::manage_tariffs, Key::none,
     "tariff_written", write_tariff_version, kTariffMax},
    get("/api/v1/tariffs/{id}/versions/{number}", get_tariff_version),
    {"POST", "/api/v1/tariffs/{id}/versions/{number}", Access::right, Right::manage_tariffs,
     Key::none, "tariff_edited", edit_tariff_version, kTariffMax},
    post("/api/v1/tariffs/{id}/versions/{number}/submit", Right::manage_tariffs, "tariff_submitted",
         submit_tariff_version),
    post("/api/v1/tariffs/{id}/versions/{number}/approve", Right::decide, "tariff_approved",
         approve_tariff_version),
    post("/api/v1/tariffs/{id}/versions/{number}/reject", Right::decide, "tariff_rejected",
         reject_tariff_version),
    post("/api/v1/tariffs/{id}/versions/{number}/withdraw", Right::decide, "tariff_withdrawn",
         withdraw_tariff_version),
    get("/api/v1/tariffs/{id}/versions/{number}/rate.json", export_tariff_version),
    get("/api/v1/meters/{id}/bill", get_meter_bill),
    {"POST", "/api/v1/imports", Access::right, Right::import_site, Key::none, "site_imported",
     import_site, kWorkbookMax},
    {"POST", "/api/v1/imports/annotated", Access::right, Right::import_site, Key::none,
     "site_import_annotated", annotate_import, kWorkbookMax},
    get("/api/v1/imports/template.xlsx", get_import_template),
    get("/api/v1/exports/vends.csv", export_vends),
    get("/api/v1/exports/matrix.xlsx", export_matrix),
    get("/api/v1/users", list_users, Right::manage_users),
    post("/api/v1/users", Right::manage_users, "user_added", add_user),
    post("/api/v1/users/{id}/password", Right::manage_users, "user_password_reset",
         reset_user_password),
    post("/api/v1/users/{id}/role", Right::manage_users, "user_role_changed", change_user_role),
    post("/api/v1/users/{id}/disable", Right::manage_users, "user_disabled", disable_user),
    post("/api/v1/users/{id}/enable", Right::manage_users, "user_enabled", enable_user),
    get("/api/v1/audit", list_audit, Right::manage_users),
    get("/api/v1/notices", list_notices),
    create("/api/v1/notices", Right::switch_supply, "notice_recorded", record_notice),
    get("/api/v1/meters/{id}/wallet", get_wallet),
    post("/api/v1/meters/{id}/wallet", Right::manage_tariffs, "wallet_terms_set", set_wallet_terms),
    get("/api/v1/meters/{id}/bills/{number}", get_wallet_bill),
    get("/api/v1/meters/{id}/charges", list_charges),
    get("/api/v1/enforcement", get_enforcement),
    post("/api/v1/enforcement", Right::decide, "enforcement_set", set_enforcement),
    get("/api/v1/enforcement/history", list_enforcement_history),
    get("/api/v1/cut-decisions", list_cut_decisions),
    get("/api/v1/cuts", list_cuts),
    get("/api/v1/meters/{id}/cut-look", get_cut_look),
    get("/api/v1/meters/{id}/supply-intents", list_supply_intents),
    get("/api/v1/rehearsals", list_rehearsals),
    post("/api/v1/rehearsals", Right::switch_supply, "rehearsal_made", make_rehearsal),
    get("/api/v1/rehearsals/{id}", get_rehearsal),
    post("/api/v1/rehearsals/{id}/approve", Right::decide, "rehearsal_approved", approve_rehearsal),
    post("/api/v1/rehearsals/{id}/reject", Right::decide, "rehearsal_rejected", reject_rehearsal),
    post("/api/v1/cut-breaker/ask", Right::switch_supply, "breaker_release_asked",
         ask_breaker_release),
    post("/api/v1/cut-breaker/release", Right::decide, "breaker_released", release_breaker),
    get("/api/v1/books", get_books),
    get("/api/v1/reports/daily", get_daily_report),
    get("/api/v1/events", stream_events),
    open("/healthz", get_health),
    open("/metrics", get_metrics),
    open("/openapi.json", get_openapi),
});

std::optional<std::int64_t> parse_id(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  if (value <= 0 || text.front() == '0') return std::nullopt;  // one spelling per id
  return value;
}

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::optional<std::vector<std::int64_t>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::int64_t> ids;
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const auto wanted = take_segment(pattern), given = take_segment(path);
    if (wanted.starts_with('{')) {
      const auto id = given.empty() ? std::nullopt : parse_id(given);
      if (!id) return std::nullopt;
      ids.push_back(*id);
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return ids;
}

}  // namespace

std::span<const Route> route_table() { return kTable; }

std::variant<RouteMatch, NoRoute> find_route(std::string_view method, std::string_view path) {
  NoRoute none;
  for (const Route& route : kTable) {
    auto ids = match(route.pattern, path);
    if (!ids) continue;
    if (route.method == method) return RouteMatch{&route, std::move(*ids)};
    none.allowed.push_back(route.method);
  }
  return none;
}

}  // namespace paymeter::http
