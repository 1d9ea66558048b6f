/// The store's operations as plain functions over one connection, inside a transaction that the
/// engine holds. An error rolls back. Contracts: port/store.hpp, same names.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/store/db.hpp"

namespace paymeter::store::sql {

using namespace paymeter::port;  // the port's words are this folder's words
template <class T>
using Rows = Result<std::vector<T>>;

// site_sql.cpp, plan_sql.cpp
Result<domain::Site> load_site(Db& db);
Result<domain::SitePlanResult> apply_plan(Db& db, const domain::SitePlan& plan, UtcMs at);
domain::PriceTable load_prices(Db& db, TariffId tariff);
/// Replaces the prices of a stored tariff.
void store_prices(Db& db, const domain::Tariff& tariff);
/// The property that a meter belongs to, if the meter exists.
std::optional<PropertyId> property_of_meter(Db& db, MeterId meter);

// number_sql.cpp
/// The next number of a property's series, from 1, as at least six digits. A rolled-back
/// transaction gives it back, so that a series has no gaps.
std::string next_number(Db& db, PropertyId property, std::string_view series);
/// Takes `count` numbers and returns the first.
std::int64_t first_of_numbers(Db& db, PropertyId property, std::string_view series,
                              std::int64_t count);
std::string number_text(std::int64_t number);

// account_sql.cpp
Result<AccountStore::Opened> open_account(Db& db, domain::Account account,
                                          std::vector<domain::Command> commands);
Result<domain::Account> confirm_open(Db& db, AccountId id, MeterId meter,
                                     const domain::Epoch& epoch, UtcMs at);
Result<domain::Account> abandon_open(Db& db, AccountId id, UtcMs at);
Result<domain::Account> find_account(Db& db, AccountId id);
Result<domain::Account> account_of_meter(Db& db, MeterId meter);
Result<Listed<domain::Account>> list_accounts(Db& db, const AccountFilter& filter);
Rows<domain::Account> live_accounts(Db& db);

// vend_sql.cpp
Result<bool> quarantine_meter(Db& db, const domain::MeterMoney& known);
Result<VendStore::Created> create_paid_vend(Db& db, domain::Vend vend);
Result<VendStore::Transfer> create_transfer(Db& db, domain::Vend out, domain::Vend in);
Result<domain::Vend> correct_method(Db& db, const VendStore::MethodCorrection& correction);
Result<domain::Vend> step_vend(Db& db, const VendStep& step);
/// What follows for the other half when a transfer_out has ended: PAID or CLOSED.
Result<> follow_transfer(Db& db, const domain::Vend& out, UtcMs at);
/// Stores what carries a vend that two people have moved: a transfer_in on `target`, PAID from the
/// account's transfer account. Errors: account_not_open, transfer_other_account.
Result<domain::Vend> move_vend(Db& db, const domain::Vend& vend, MeterId target, UserId by,
                               UtcMs at);
Result<domain::Vend> count_attempt(Db& db, VendId id, domain::VendState expected, UtcMs at);
Result<domain::Vend> find_vend(Db& db, VendId id);
Result<std::optional<domain::Vend>> find_vend_by_key(Db& db, PropertyId property,
                                                     const std::string& key);
Result<Listed<domain::Vend>> list_vends(Db& db, const VendFilter& filter);
Result<VendTotals> vend_totals(Db& db, const VendFilter& filter);
Rows<domain::Vend> unfinished_vends(Db& db);
Result<domain::MeterMoney> meter_money(Db& db, MeterId meter);
/// As create_paid_vend, but CREATED and without posting: its order has not been paid.
Result<VendStore::Created> create_ordered_vend(Db& db, domain::Vend vend);
/// On the platform's own wallet nothing has to be sent: PAID is delivered in the same transaction.
Result<> deliver_on_platform(Db& db, domain::Vend& vend, UtcMs at);

// order_sql.cpp
Result<OrderedVend> create_order(Db& db, domain::Vend vend, PaymentOrder order);
Result<OrderedVend> order_captured(Db& db, const std::string& order_number,
                                   const std::string& transaction, UtcMs at);
Result<OrderedVend> order_closed(Db& db, const std::string& order_number, UtcMs at);
Result<OrderedVend> begin_refund(Db& db, const std::string& order_number);
Result<OrderedVend> end_refund(Db& db, const std::string& order_number, OrderStore::RefundEnd end,
                               UtcMs at);
Result<OrderedVend> find_order(Db& db, const std::string& order_number);
Rows<OrderedVend> unfinished_orders(Db& db);

// ledger_sql.cpp
/// What the posting is about, as its key says it.
std::string document_of(const domain::Posting& posting);
/// Writes a posting and moves the balances. Errors: ledger_unbalanced, ledger_overflow.
Result<> post(Db& db, const domain::Posting& posting);
/// Debit positive; 0 when nothing was ever posted to it.
domain::Money ledger_balance(Db& db, PropertyId property, const domain::LedgerAccountKey& account);
Rows<TrialBalanceRow> trial_balance(Db& db, PropertyId property);

// books_sql.cpp
Rows<std::string> check_books(Db& db);
std::size_t book_invariant_count();
/// Requires: index < book_invariant_count().
std::vector<std::string> check_book_invariant(Db& db, std::size_t index);

// chain_sql.cpp, book_rows_sql.cpp
Rows<PropertyId> chain_properties(Db& db);
Result<UnsealedTail> unsealed_tail(Db& db, PropertyId property, int limit);
Result<ChainHorizon> chain_horizon(Db& db, PropertyId property);
Result<std::optional<domain::Seal>> draft_seal(Db& db, PropertyId property,
                                               const ChainHorizon& horizon, UtcMs at);
Result<ChainHead> add_seal(Db& db, const domain::Seal& seal);
Result<ChainHead> chain_head(Db& db, PropertyId property);
Result<std::optional<ChainHead>> find_head(Db& db, const std::string& hash);
Result<ChainWalk> walk_chain(Db& db, ChainWalk walk);
std::string book_check_name(int part);
Result<ChainStore::BookCheck> check_books_part(Db& db, int part);

// service_charge_sql.cpp
Result<ServiceChargeStore::Recorded> add_service_record(Db& db, domain::ServiceRecord record);
Result<Listed<domain::ServiceRecord>> list_service_records(Db& db, const ServiceFilter& filter);
Rows<ServiceBalance> service_balances(Db& db, AccountId account);
Rows<DaySum> day_sums(Db& db, PropertyId property, UtcMs from, UtcMs to);

// reading_sql.cpp, reading_query_sql.cpp, reading_day_sql.cpp
using MeterDirectory = std::unordered_map<MeterId, PropertyId>;
/// Meters are never deleted and never change their property: a directory stays true.
Result<MeterDirectory> meter_directory(Db& db);
/// Requires: sorted by reading_order; every meter is in the directory.
Result<> append_readings(Db& db, const MeterDirectory& meters,
                         const std::vector<domain::Reading>& readings);
/// How append_readings wants them: what shares a block lies side by side.
void sort_for_append(const MeterDirectory& meters, std::vector<domain::Reading>& readings);
/// Moves some rows of the table that was used before migration 5. Returns how many.
Result<std::int64_t> adopt_old_readings(Db& db);
Rows<domain::Reading> reading_series(Db& db, MeterId meter, UtcMs from, UtcMs to, int limit);
Rows<domain::Reading> latest_readings(Db& db);
Rows<DayTotals> day_totals(Db& db, const DayQuery& query);
Rows<RegisterSeries> register_series(Db& db, const RegisterQuery& query);
Result<std::optional<FreshSpan>> fresh_span(Db& db, PropertyId property);

/// A compressed day, ready to be stored; `known_readings`: what its row held when it was read.
struct DayRow {
  DayTotals totals;
  std::int64_t known_readings = 0;
  Buffer registers, details;
};
/// What compact() found by reading, to be written in a transaction of its own.
struct Fold {
  Compaction next;
  std::vector<DayRow> rows;
};
Result<Fold> fold_day(Db& db, const Compaction& step);
Result<Compaction> store_fold(Db& db, const Fold& fold);

// command_sql.cpp
/// Stores an intent within a larger operation. command.version as passed is what the meter was
/// last seen with. Requires: the meter exists; property set.
domain::Command store_command(Db& db, domain::Command command, std::optional<AccountId> account,
                              const std::string& idempotency_key);
Rows<domain::Command> commands_of_account(Db& db, AccountId account);
Result<StoredCommand> add_command(Db& db, domain::Command command,
                                  const std::string& idempotency_key);
Result<domain::Command> finish_command(Db& db, CommandId id, domain::CommandState state,
                                       std::optional<Errc> result, UtcMs at);
Result<> note_try(Db& db, CommandId id, std::optional<Errc> trouble);
Result<domain::Command> find_command(Db& db, CommandId id);
Result<Listed<domain::Command>> list_commands(Db& db, const CommandFilter& filter);
Rows<domain::Command> pending_commands(Db& db);

// batch_sql.cpp
Result<BatchStore::Added> add_batch(Db& db, domain::Batch batch,
                                    const std::vector<domain::BatchRow>& rows);
Rows<domain::Command> start_rows(Db& db, const BatchStart& start);
Result<domain::Batch> move_batch(Db& db, const BatchMove& move);
Result<domain::Batch> find_batch(Db& db, BatchId id);
Result<std::optional<domain::Batch>> find_batch_by_key(Db& db, PropertyId property,
                                                       const std::string& key);
Result<Listed<domain::Batch>> list_batches(Db& db, const BatchFilter& filter);
Rows<domain::Batch> open_batches(Db& db);
Result<domain::BatchCounts> batch_counts(Db& db, BatchId id);
Result<Listed<domain::BatchRow>> list_batch_rows(Db& db, const BatchRowFilter& filter);
Rows<BatchStore::WaitingRow> waiting_rows(Db& db, BatchId id);
Rows<MeterId> settling_meters(Db& db, PropertyId property);
void set_meter_settings(Db& db, MeterId meter, const domain::MeterSettings& settings);
Result<StoredCommand> configure_meter(Db& db, const domain::Command& command,
                                      const std::string& idempotency_key);
Result<> note_differences(Db& db, CommandId id, const std::string& differences);

// tariff_download_sql.cpp
/// The prices of the meter's tariff as they are in this transaction, with tariff and version.
/// A meter without a tariff keeps what the command carries.
void fill_prices(Db& db, domain::Command& command);
Rows<TariffDownload> tariff_downloads(Db& db, TariffId tariff);
Rows<PricesWanted> prices_wanted(Db& db, PropertyId property);

// alarm_sql.cpp
Result<domain::Alarm> raise_alarm(Db& db, domain::Alarm alarm);
Result<> clear_alarm(Db& db, const AlarmClear& clear);
Result<domain::Alarm> acknowledge_alarm(Db& db, AlarmId id, UserId by, UtcMs at,
                                        const std::string& note);
Result<domain::Alarm> find_alarm(Db& db, AlarmId id);
Rows<domain::AlarmEvent> alarm_events(Db& db, AlarmId id);
Rows<AlarmCount> alarm_counts(Db& db, PropertyId property, UtcMs from, UtcMs to);
Result<Listed<domain::Alarm>> list_alarms(Db& db, const AlarmFilter& filter);
Rows<domain::Alarm> active_alarms(Db& db);

// proposal_sql.cpp
Result<port::Stored<domain::Proposal>> add_proposal(Db& db, domain::Proposal proposal);
Result<ProposalStore::Decided> decide_proposal(Db& db, const ProposalStore::Decision& decision);
Result<domain::Proposal> find_proposal(Db& db, ProposalId id);
Result<Listed<domain::Proposal>> list_proposals(Db& db, const ProposalFilter& filter);

// tariff_sql.cpp
Result<TariffProfile> add_tariff(Db& db, TariffProfile profile);
Rows<TariffProfile> list_tariffs(Db& db, PropertyId property);
Result<domain::tariff::TariffVersion> write_version(Db& db, const VersionText& text);
Result<domain::tariff::TariffVersion> act_on_version(Db& db, const VersionActRequest& request);
Rows<domain::tariff::TariffVersion> list_versions(Db& db, TariffId tariff);
Rows<VersionActLine> version_history(Db& db, TariffId tariff, std::int64_t number);
Result<TariffStore::MeterVersions> versions_of_meter(Db& db, MeterId meter);
Result<> apply_prices(Db& db, TariffId tariff, std::int64_t number,
                      const domain::PriceTable& prices);

// user_sql.cpp
Result<std::int64_t> count_users(Db& db);
Result<User> add_user(Db& db, User user);
Result<User> find_user_by_name(Db& db, const std::string& name);
Result<User> find_user(Db& db, UserId id);
Rows<User> list_users(Db& db);
Result<> set_password(Db& db, UserId id, const std::string& hash, const std::string& keep_digest);
Result<User> change_user(Db& db, const UserStore::UserChange& change);
Result<> add_session(Db& db, const Session& session);
Result<Session> find_session(Db& db, const std::string& token_digest, UtcMs at);
Result<> end_session(Db& db, const std::string& token_digest);
Result<> append_audit(Db& db, const AuditLine& line);
Result<Listed<AuditLine>> list_audit(Db& db, const std::string& text, Page page);

}  // namespace paymeter::store::sql
