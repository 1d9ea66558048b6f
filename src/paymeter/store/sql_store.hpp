/// The whole port::Store over an engine: hands each call to it as one operation of sql.hpp.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "paymeter/port/store.hpp"
#include "paymeter/store/inline_engine.hpp"
#include "paymeter/store/sql.hpp"

namespace paymeter::store {

/// Contracts are those of port/store.hpp. The callers' executors must outlive a queued store.
class SqlStore final : public port::Store {
 public:
  explicit SqlStore(std::unique_ptr<QueueEngine> engine) : queue_(std::move(engine)) {}
  explicit SqlStore(std::unique_ptr<InlineEngine> engine) : inline_(std::move(engine)) {}

  template <class T>
  using Answer = port::Async<Result<T>>;

  Answer<domain::Site> load_site() override;
  Answer<domain::SitePlanResult> apply_plan(domain::SitePlan plan, Apply apply, UtcMs at) override;

  Answer<Opened> open_account(domain::Account account,
                              std::vector<domain::Command> commands) override;
  Answer<domain::Account> confirm_open(AccountId id, MeterId meter, domain::Epoch epoch,
                                       UtcMs at) override;
  Answer<domain::Account> abandon_open(AccountId id, UtcMs at) override;
  Answer<domain::Account> find_account(AccountId id) override;
  Answer<domain::Account> account_of_meter(MeterId meter) override;
  Answer<port::Listed<domain::Account>> list_accounts(port::AccountFilter filter) override;
  Answer<std::vector<domain::Account>> live_accounts() override;

  Answer<Grown> add_meters(MetersAdded added) override;
  Answer<domain::Account> leave_unopened(AccountId account, MeterId meter, UtcMs at) override;
  Answer<domain::Account> change_holder(HolderChange change) override;
  Answer<std::vector<Holder>> holders(AccountId account) override;
  Answer<domain::Account> correct_account(Correction correction) override;
  Answer<domain::Account> set_parent(AccountId account, std::optional<AccountId> parent) override;
  Answer<HouseholdSet> set_household(domain::tariff::DatedHousehold household,
                                     UtcMs month_begins) override;
  Answer<std::vector<domain::tariff::DatedHousehold>> households(AccountId account) override;

  Answer<bool> quarantine_meter(domain::MeterMoney known) override;
  Answer<Created> create_paid_vend(domain::Vend vend) override;
  Answer<Transfer> create_transfer(domain::Vend out, domain::Vend in) override;
  Answer<domain::Vend> correct_method(MethodCorrection correction) override;
  Answer<domain::Vend> step_vend(port::VendStep step) override;
  Answer<domain::Vend> count_attempt(VendId id, domain::VendState expected, UtcMs at) override;
  Answer<domain::Vend> find_vend(VendId id) override;
  Answer<std::optional<domain::Vend>> find_vend_by_key(PropertyId property,
                                                       std::string key) override;
  Answer<port::Listed<domain::Vend>> list_vends(port::VendFilter filter) override;
  Answer<port::VendTotals> vend_totals(port::VendFilter filter) override;
  Answer<std::vector<domain::Vend>> unfinished_vends() override;

  Answer<port::OrderedVend> create_order(domain::Vend vend, port::PaymentOrder order) override;
  Answer<port::OrderedVend> order_captured(std::string order_number, std::string transaction,
                                           UtcMs at) override;
  Answer<port::OrderedVend> order_closed(std::string order_number, UtcMs at) override;
  Answer<port::OrderedVend> begin_refund(std::string order_number) override;
  Answer<port::OrderedVend> end_refund(std::string order_number, RefundEnd end, UtcMs at) override;
  Answer<port::OrderedVend> find_order(std::string order_number) override;
  Answer<std::vector<port::OrderedVend>> unfinished_orders() override;

  Answer<domain::MeterMoney> meter_money(MeterId meter) override;
  Answer<std::vector<port::TrialBalanceRow>> trial_balance(PropertyId property) override;
  Answer<std::vector<std::string>> check_books() override;

  Answer<std::vector<PropertyId>> chain_properties() override;
  Answer<port::UnsealedTail> unsealed_tail(PropertyId property, int limit) override;
  Answer<port::ChainHorizon> chain_horizon(PropertyId property) override;
  Answer<std::optional<domain::Seal>> draft_seal(PropertyId property, port::ChainHorizon horizon,
                                                 UtcMs at) override;
  Answer<port::ChainHead> add_seal(domain::Seal seal) override;
  Answer<port::ChainHead> chain_head(PropertyId property) override;
  Answer<std::optional<port::ChainHead>> find_head(std::string hash) override;
  Answer<port::ChainWalk> walk_chain(port::ChainWalk step) override;
  std::string book_check_name(int part) override;
  Answer<BookCheck> check_books_part(int part) override;

  Answer<Recorded> add_service_record(domain::ServiceRecord record) override;
  Answer<port::Listed<domain::ServiceRecord>> list_service_records(
      port::ServiceFilter filter) override;
  Answer<std::vector<port::ServiceBalance>> service_balances(AccountId account) override;
  Answer<std::vector<port::DaySum>> day_sums(PropertyId property, UtcMs from, UtcMs to) override;

  Answer<void> append(std::vector<domain::Reading> readings) override;
  Answer<std::vector<domain::Reading>> series(MeterId meter, UtcMs from, UtcMs to,
                                              int limit) override;
  Answer<std::vector<domain::Reading>> latest() override;
  Answer<std::vector<port::DayTotals>> day_totals(port::DayQuery query) override;
  Answer<std::vector<port::RegisterSeries>> register_series(port::RegisterQuery query) override;
  Answer<std::optional<port::FreshSpan>> fresh_span(PropertyId property) override;
  Answer<port::Compaction> compact(port::Compaction step) override;

  Answer<port::StoredCommand> add_command(domain::Command command,
                                          std::string idempotency_key) override;
  Answer<domain::Command> finish_command(CommandId id, domain::CommandState state,
                                         std::optional<Errc> result, UtcMs at) override;
  Answer<void> note_try(CommandId id, std::optional<Errc> trouble) override;
  Answer<domain::Command> find_command(CommandId id) override;
  Answer<port::Listed<domain::Command>> list_commands(port::CommandFilter filter) override;
  Answer<std::vector<domain::Command>> pending_commands() override;

  Answer<domain::LimitingPlan> add_limiting_plan(domain::LimitingPlan plan) override;
  Answer<domain::LimitingPlan> retire_limiting_plan(domain::LimitingPlanId id, UtcMs at) override;
  Answer<domain::LimitingPlan> find_limiting_plan(domain::LimitingPlanId id) override;
  Answer<std::vector<domain::LimitingPlan>> list_limiting_plans(PropertyId property) override;
  Answer<port::LimitingRun> start_limiting(port::LimitingRun run) override;
  Answer<std::vector<domain::Command>> step_limiting(port::LimitingStep step) override;
  Answer<port::LimitingRun> end_limiting(LimitingEnd end) override;
  Answer<port::LimitingRun> note_limiting(port::LimitingNote note) override;
  Answer<port::LimitingRun> find_limiting_run(domain::LimitingRunId id) override;
  Answer<std::optional<port::LimitingRun>> limiting_run_of_key(PropertyId property,
                                                               std::string key) override;
  Answer<port::Listed<port::LimitingRun>> list_limiting_runs(PropertyId property,
                                                             port::Page page) override;
  Answer<std::vector<port::LimitingRun>> open_limiting_runs() override;
  Answer<std::vector<port::LimitingRow>> limiting_rows(domain::LimitingRunId run) override;

  Answer<domain::PollIntervalSetting> set_poll_interval(
      domain::PollIntervalSetting setting) override;
  Answer<std::vector<domain::PollIntervalSetting>> poll_intervals() override;
  Answer<port::Listed<domain::PollIntervalSetting>> poll_interval_history(PropertyId property,
                                                                          port::Page page) override;

  Answer<Added> add_batch(domain::Batch batch, std::vector<domain::BatchRow> rows) override;
  Answer<std::vector<domain::Command>> start_rows(port::BatchStart start) override;
  Answer<domain::Batch> move_batch(port::BatchMove move) override;
  Answer<domain::Batch> find_batch(BatchId id) override;
  Answer<std::optional<domain::Batch>> find_batch_by_key(PropertyId property,
                                                         std::string key) override;
  Answer<port::Listed<domain::Batch>> list_batches(port::BatchFilter filter) override;
  Answer<std::vector<domain::Batch>> open_batches() override;
  Answer<domain::BatchCounts> batch_counts(BatchId id) override;
  Answer<port::Listed<domain::BatchRow>> list_batch_rows(port::BatchRowFilter filter) override;
  Answer<std::vector<WaitingRow>> waiting_rows(BatchId id) override;
  Answer<std::vector<MeterId>> settling_meters(PropertyId property) override;
  Answer<port::StoredCommand> configure_meter(domain::Command command,
                                              std::string idempotency_key) override;
  Answer<void> note_differences(CommandId id, std::string differences) override;
  Answer<std::vector<port::TariffDownload>> tariff_downloads(TariffId tariff) override;
  Answer<std::vector<port::PricesWanted>> prices_wanted(PropertyId property) override;

  Answer<domain::Alarm> raise_alarm(domain::Alarm alarm) override;
  Answer<void> clear_alarm(port::AlarmClear clear) override;
  Answer<domain::Alarm> acknowledge_alarm(AlarmId id, UserId by, UtcMs at,
                                          std::string note) override;
  Answer<domain::Alarm> find_alarm(AlarmId id) override;
  Answer<port::Listed<domain::Alarm>> list_alarms(port::AlarmFilter filter) override;
  Answer<std::vector<domain::Alarm>> active_alarms() override;
  Answer<std::vector<domain::AlarmEvent>> alarm_events(AlarmId id) override;
  Answer<std::vector<port::AlarmCount>> alarm_counts(PropertyId property, UtcMs from,
                                                     UtcMs to) override;
  Answer<std::vector<port::SetAlarmRule>> alarm_rules() override;
  Answer<void> set_alarm_rule(port::SetAlarmRule rule) override;
  Answer<std::vector<domain::watch::LossTree>> loss_trees() override;
  Answer<domain::watch::LossTree> put_loss_tree(domain::watch::LossTree tree, UserId by,
                                                UtcMs at) override;
  Answer<void> end_loss_tree(domain::watch::LossTreeId id, UserId by, UtcMs at) override;
  Answer<void> add_loss_period(port::LossPeriod period) override;
  Answer<std::vector<port::LossPeriod>> loss_periods(domain::watch::LossTreeId tree,
                                                     int limit) override;

  Answer<Started> add_check(domain::commissioning::SiteCheck check) override;
  Answer<void> store_results(domain::commissioning::SiteCheck check,
                             std::vector<domain::commissioning::MeterResult> results) override;
  Answer<domain::commissioning::SiteCheck> find_check(CheckId id) override;
  Answer<port::Listed<domain::commissioning::SiteCheck>> list_checks(PropertyId property,
                                                                     port::Page page) override;
  Answer<std::vector<domain::commissioning::MeterResult>> check_results(CheckId id) override;
  Answer<std::int64_t> interrupt_checks(UtcMs at) override;
  Answer<PulseStarted> add_pulse(domain::commissioning::PulseTest test) override;
  Answer<void> step_pulse(domain::commissioning::PulseTest test,
                          domain::commissioning::PulseState from, int rounds) override;
  Answer<domain::commissioning::PulseTest> find_pulse(PulseId id) override;
  Answer<port::Listed<domain::commissioning::PulseTest>> list_pulses(
      PropertyId property, std::optional<MeterId> expected, port::Page page) override;
  Answer<domain::commissioning::SignedReport> add_report(
      domain::commissioning::SignedReport report) override;
  Answer<domain::commissioning::SignedReport> find_report(std::int64_t id) override;
  Answer<std::vector<domain::commissioning::SignedReport>> list_reports(CheckId check) override;

  Answer<Begun> begin_settlements(std::vector<domain::Settlement> settlements) override;
  Answer<domain::Settlement> step_settlement(port::SettlementStep step) override;
  Answer<domain::Settlement> find_settlement(SettlementId id) override;
  Answer<port::Listed<domain::Settlement>> list_settlements(port::SettlementFilter filter) override;
  Answer<std::vector<domain::Settlement>> unfinished_settlements() override;
  Answer<std::vector<Device>> devices(MeterId meter) override;

  Answer<port::Stored<domain::Proposal>> add_proposal(domain::Proposal proposal) override;
  Answer<Decided> decide_proposal(Decision decision) override;
  Answer<domain::Proposal> find_proposal(ProposalId id) override;
  Answer<port::Listed<domain::Proposal>> list_proposals(port::ProposalFilter filter) override;

  Answer<port::TariffProfile> add_tariff(port::TariffProfile profile) override;
  Answer<std::vector<port::TariffProfile>> list_tariffs(PropertyId property) override;
  Answer<domain::tariff::TariffVersion> write_version(port::VersionText text) override;
  Answer<domain::tariff::TariffVersion> act_on_version(port::VersionActRequest request) override;
  Answer<std::vector<domain::tariff::TariffVersion>> list_versions(TariffId tariff) override;
  Answer<std::vector<port::VersionActLine>> version_history(TariffId tariff,
                                                            std::int64_t number) override;
  Answer<MeterVersions> versions_of_meter(MeterId meter) override;
  Answer<void> apply_prices(TariffId tariff, std::int64_t number,
                            domain::PriceTable prices) override;

  Answer<std::vector<domain::Notice>> report_levels(port::LevelReport report) override;
  Answer<port::Stored<domain::Notice>> add_notice(domain::Notice notice, std::string key) override;
  Answer<domain::Notice> step_notice(port::NoticeStep step) override;
  Answer<domain::Notice> find_notice(NoticeId id) override;
  Answer<port::Listed<domain::Notice>> list_notices(port::NoticeFilter filter) override;
  Answer<std::vector<domain::Notice>> queued_notices(int limit) override;
  Answer<std::vector<port::LevelEpisode>> level_episodes(MeterId meter) override;
  Answer<std::vector<MeterId>> meters_with_levels() override;

  Answer<port::BillingInput> billing_input(MeterId meter) override;
  Answer<port::Billing> store_billing_run(port::BillingRunStep step) override;
  Answer<port::Listed<port::ChargeLine>> list_charges(port::ChargeFilter filter) override;
  Answer<std::vector<MonthBillRow>> bills_of_month(MeterId meter, port::MonthNumber month) override;
  Answer<domain::WalletTerms> wallet_terms(MeterId meter) override;
  Answer<domain::WalletTerms> set_wallet_terms(domain::WalletTerms terms) override;
  Answer<domain::Enforcement> set_enforcement(domain::Enforcement setting) override;
  Answer<std::vector<domain::Enforcement>> enforcement(PropertyId property) override;
  Answer<port::Listed<domain::Enforcement>> enforcement_history(PropertyId property,
                                                                port::Page page) override;
  Answer<std::vector<domain::SupplyIntent>> supply_intents(MeterId meter) override;
  Answer<port::Listed<domain::SupplyIntent>> supply_intent_history(MeterId meter,
                                                                   port::Page page) override;
  Answer<std::vector<domain::SupplyIntent>> lasting_intents() override;
  Answer<domain::SupplyIntent> begin_supply_intent(domain::SupplyIntent intent) override;
  Answer<std::vector<domain::SupplyIntent>> end_supply_intent(IntentEnd end) override;
  Answer<port::CutFacts> cut_facts(MeterId meter, domain::rating::DayNumber day,
                                   UtcMs now) override;
  Answer<port::CutRecord> add_cut_decision(port::CutRecord record) override;
  Answer<CutBegun> begin_cut(CutBegin begin) override;
  Answer<port::OwnCut> step_cut(port::OwnCutStep step) override;
  Answer<std::vector<port::OwnCut>> lasting_cuts() override;
  Answer<port::Listed<port::OwnCut>> list_cuts(port::OwnCutFilter filter) override;
  Answer<port::Listed<port::CutRecord>> list_cut_decisions(port::CutFilter filter) override;
  Answer<std::optional<port::CutRecord>> last_cut_decision(MeterId meter) override;
  Answer<domain::CutBreaker> cut_breaker(PropertyId property) override;
  Answer<domain::CutBreaker> ask_breaker_release(PropertyId property, UserId by, std::string reason,
                                                 UtcMs at) override;
  Answer<domain::CutBreaker> release_breaker(PropertyId property,
                                             domain::BreakerRelease release) override;
  Answer<domain::Rehearsal> make_rehearsal(domain::Rehearsal draft,
                                           std::vector<domain::RehearsalLine> lines) override;
  Answer<domain::Rehearsal> decide_rehearsal(RehearsalAct act) override;
  Answer<RehearsalSheet> find_rehearsal(domain::RehearsalId id) override;
  Answer<port::Listed<domain::Rehearsal>> list_rehearsals(PropertyId property,
                                                          port::Page page) override;

  Answer<ShadowBooks> shadow_books(MeterId meter) override;
  Answer<void> set_shadow_point(domain::ShadowPoint point) override;

  Answer<std::int64_t> count_users() override;
  Answer<port::User> add_user(port::User user) override;
  Answer<port::User> find_user_by_name(std::string name) override;
  Answer<port::User> find_user(UserId id) override;
  Answer<std::vector<port::User>> list_users() override;
  Answer<void> set_password(UserId id, std::string hash, std::string keep_digest) override;
  Answer<port::User> change_user(UserChange change) override;
  Answer<void> add_session(port::Session session) override;
  Answer<port::Session> find_session(std::string token_digest, UtcMs at) override;
  Answer<void> end_session(std::string token_digest) override;
  Answer<void> append_audit(port::AuditLine line) override;
  Answer<port::Listed<port::AuditLine>> list_audit(std::string text, port::Page page) override;

 private:
  enum class Lane : std::uint8_t { write, read };
  template <class Op>
  port::Async<std::invoke_result_t<Op&, Db&>> perform(Lane lane, Persist persist, Op op);
  template <class Op>
  auto write(Op op) {
    return perform(Lane::write, Persist::commit, std::move(op));
  }
  template <class Op>
  auto read(Op op) {
    return perform(Lane::read, Persist::commit, std::move(op));
  }

  /// Moves what lies in the table of before migration 5; asked once.
  Answer<void> adopt_old_readings();
  /// A directory that holds every meter of `readings`. Errors: meter_unknown.
  Answer<std::shared_ptr<const sql::MeterDirectory>> directory_for(
      const std::vector<domain::Reading>& readings);

  std::mutex directory_mutex_;
  std::shared_ptr<const sql::MeterDirectory> directory_;  ///< replaced when a meter is missing
  std::atomic<bool> old_readings_adopted_{false};
  std::unique_ptr<QueueEngine> queue_;
  std::unique_ptr<InlineEngine> inline_;  ///< exactly one of the two is set
};

}  // namespace paymeter::store
