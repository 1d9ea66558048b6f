/// The durable store, one interface per topic. Every method is one transaction: it happened whole
/// and is synced when it returns, or it did not happen. Errors of every method besides its own:
/// store_failed, store_full, store_busy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/account.hpp"
#include "paymeter/domain/alarm.hpp"
#include "paymeter/domain/ledger.hpp"
#include "paymeter/domain/meter.hpp"
#include "paymeter/domain/rating/reading_series.hpp"
#include "paymeter/domain/site.hpp"
#include "paymeter/domain/supply.hpp"
#include "paymeter/domain/vend.hpp"
#include "paymeter/port/alarm_store.hpp"
#include "paymeter/port/async.hpp"
#include "paymeter/port/batch_store.hpp"
#include "paymeter/port/billing_store.hpp"
#include "paymeter/port/chain_store.hpp"
#include "paymeter/port/commissioning_store.hpp"
#include "paymeter/port/cut_store.hpp"
#include "paymeter/port/household_store.hpp"
#include "paymeter/port/interval_store.hpp"
#include "paymeter/port/limiting_store.hpp"
#include "paymeter/port/meter_check_store.hpp"
#include "paymeter/port/notice_store.hpp"
#include "paymeter/port/order_store.hpp"
#include "paymeter/port/page.hpp"
#include "paymeter/port/proposal_store.hpp"
#include "paymeter/port/service_charge_store.hpp"
#include "paymeter/port/settlement_store.hpp"
#include "paymeter/port/tariff_store.hpp"
#include "paymeter/port/tenancy_store.hpp"

namespace paymeter::port {

// ---------------------------------------------------------------- set-up
class SiteStore {
 public:
  virtual ~SiteStore() = default;
  virtual Async<Result<domain::Site>> load_site() = 0;
  /// Adds and changes by name (never deletes); the same plan again changes nothing.
  /// `dry_run`: reports and rolls back. Errors: import_change_forbidden (model, bus address, wallet
  /// or serial of a meter with an open account; of a platform wallet tariff, utility or ct_ratio,
  /// too; detail names the meter), import_device_replaced (the row describes a device that was
  /// changed over since: the old serial, without an opening reading after its end, or another CT
  /// ratio or key without naming a serial), import_duplicate.
  enum class Apply : std::uint8_t { commit, dry_run };
  virtual Async<Result<domain::SitePlanResult>> apply_plan(domain::SitePlan plan, Apply apply,
                                                           UtcMs at) = 0;
};

// ---------------------------------------------------------------- accounts
struct AccountFilter {
  std::string text;  ///< number, name, phone or meter code; empty = all
  std::optional<domain::AccountState> state;
  std::optional<MeterId> meter;
  std::optional<AccountId> parent;  ///< those right below it
  Page page;
};
class AccountStore {
 public:
  virtual ~AccountStore() = default;
  /// Stores the account as `opening` together with the commands that carry it into the meter
  /// (their account data, customer number and versions are filled in here), in one transaction.
  /// A repeated idempotency key returns the first account (`existed`).
  /// Errors: meter_unknown, account_already_open (the meter is in an opening, open or closing
  /// account), vend_exists_with_different_request (key used for other data).
  struct Opened {
    domain::Account account;
    std::vector<domain::Command> commands;
    bool existed = false;
  };
  virtual Async<Result<Opened>> open_account(domain::Account account,
                                             std::vector<domain::Command> commands) = 0;
  /// The meter confirmed: account open, platform count 0 and `epoch` known for the meter.
  /// Repeating it changes nothing. Never opened before it joined the account, whatever `at` says.
  virtual Async<Result<domain::Account>> confirm_open(AccountId id, MeterId meter,
                                                      domain::Epoch epoch, UtcMs at) = 0;
  /// Opening failed for good: the account is closed without ever having been open.
  virtual Async<Result<domain::Account>> abandon_open(AccountId id, UtcMs at) = 0;
  virtual Async<Result<domain::Account>> find_account(AccountId id) = 0;
  /// The account that is opening, open or closing on the meter. Errors: account_not_open.
  virtual Async<Result<domain::Account>> account_of_meter(MeterId meter) = 0;
  virtual Async<Result<Listed<domain::Account>>> list_accounts(AccountFilter filter) = 0;
  /// Accounts that are opening, open or closing (for the live table).
  virtual Async<Result<std::vector<domain::Account>>> live_accounts() = 0;
};

// ---------------------------------------------------------------- vends and books
struct VendFilter {
  std::string text;  ///< slip number, account number, name or meter code
  std::optional<MeterId> meter;
  std::optional<AccountId> account;
  std::optional<domain::VendState> state;
  std::optional<UtcMs> from, to;  ///< created_at, half-open
  Page page;
};

/// One conditional step of a vend: happens only if the vend is in `from`; the meter's row and the
/// posting change in the same transaction. from = to is allowed (PAID → PAID quarantines the
/// meter).
struct VendStep {
  VendId vend{};
  domain::VendState from = domain::VendState::paid;
  domain::VendState to = domain::VendState::paid;
  UtcMs at{};
  std::optional<std::uint16_t> reserve_n;  ///< PAID→SENT: n and epoch; sets in-flight
  std::optional<domain::Epoch> epoch;
  std::optional<Errc> reason;
  std::optional<domain::Money> balance_before, balance_after;
  std::optional<std::uint16_t> new_count;  ///< the platform's purchase count := n
  bool clear_in_flight = false;
  bool quarantine_meter = false;
  /// The meter's record that the step was decided by; another one now: vend_meter_busy.
  std::optional<domain::MeterMoney> known;
  std::optional<domain::Posting> posting;
  UserId by{};       ///< an operator's act; 0 = the station itself
  std::string note;  ///< appended to the vend's note when not empty
  std::optional<domain::PaymentMethod> paid_out_by{};  ///< REFUND_DUE or REFUND_FAILED → REFUNDED
  std::string paid_out_reference{};
};

/// Sums over every vend that a filter finds, on all pages. delivered: to_meter of the DELIVERED.
struct VendTotals {
  domain::Money captured{}, delivered{};
};

struct TrialBalanceRow {
  domain::LedgerAccountKind kind{};
  domain::Money debit{}, credit{}, balance{};
};

class VendStore {
 public:
  virtual ~VendStore() = default;
  /// Stores a vend of any kind but transfers as PAID with its capture posting and gives id, slip
  /// number, account and wallet. On a platform wallet the posting is the delivery: the vend comes
  /// back delivered (REFUND_DUE for refund and reversal). Where the account's meters share a
  /// wallet, it is the account's. The same key with the same meter, amount, method, kind and
  /// related vend returns the stored vend (`existed`). Errors: vend_exists_with_different_request,
  /// account_not_open (no open account on the meter; a settling vend is stored while the account
  /// closes, too), meter_settling, meter_quarantined, vend_not_reversible, vend_already_reversed,
  /// wallet_balance_low.
  struct Created {
    domain::Vend vend;
    bool existed = false;
  };
  virtual Async<Result<Created>> create_paid_vend(domain::Vend vend) = 0;
  /// Stores both halves: `out` PAID, `in` CREATED until `out` has arrived (then PAID, in the same
  /// transaction) or came to nothing (then CLOSED). `in` takes key, account and amount from `out`.
  /// Requires: out.kind transfer_out, in.kind transfer_in. A change-over transfers to the same
  /// meter. Errors: as create_paid_vend, transfer_other_account.
  struct Transfer {
    domain::Vend out, in;
    bool existed = false;
  };
  virtual Async<Result<Transfer>> create_transfer(domain::Vend out, domain::Vend in) = 0;
  /// Books a sale on another payment method, with a posting and a record of who and why. The same
  /// method again changes nothing.
  /// Errors: vend_unknown, vend_kind_wrong (no sale), vend_state_conflict (nothing captured, or
  /// given back already).
  struct MethodCorrection {
    VendId vend{};
    domain::PaymentMethod method = domain::PaymentMethod::cash;
    UserId by{};
    UtcMs at{};
    std::string reason;
  };
  virtual Async<Result<domain::Vend>> correct_method(MethodCorrection correction) = 0;
  /// Errors: vend_unknown, vend_state_conflict (not in `from`), vend_meter_busy (reserving while
  /// another vend is in flight; not `known` any more), payment_refund_under_way (a person ends a
  /// debt that the payment provider has been asked to give back), ledger_unbalanced.
  virtual Async<Result<domain::Vend>> step_vend(VendStep step) = 0;
  /// Counts a transmission; synced before the frame goes out. Errors: vend_state_conflict.
  virtual Async<Result<domain::Vend>> count_attempt(VendId id, domain::VendState expected,
                                                    UtcMs at) = 0;
  virtual Async<Result<domain::Vend>> find_vend(VendId id) = 0;
  /// The vend stored under an idempotency key of the property, if there is one.
  virtual Async<Result<std::optional<domain::Vend>>> find_vend_by_key(PropertyId property,
                                                                      std::string key) = 0;
  virtual Async<Result<Listed<domain::Vend>>> list_vends(VendFilter filter) = 0;
  /// `filter.page` is ignored. This one walks the pages of list_vends; a store may sum in SQL.
  /// Errors: ledger_overflow.
  virtual Async<Result<VendTotals>> vend_totals(VendFilter filter);
  /// PAID, SENT and CANCELLING, oldest first: what a starting station must finish.
  virtual Async<Result<std::vector<domain::Vend>>> unfinished_vends() = 0;
  virtual Async<Result<domain::MeterMoney>> meter_money(MeterId meter) = 0;
  virtual Async<Result<std::vector<TrialBalanceRow>>> trial_balance(PropertyId property) = 0;
  /// Broken invariants of the books in words; empty = sound (vending.md, Invariants 1, 5, 7).
  virtual Async<Result<std::vector<std::string>>> check_books() = 0;
};

// ---------------------------------------------------------------- readings
/// What a day began and ended with; empty when no reading of the day has the value.
struct DayEnds {
  std::optional<std::int64_t> opening, closing;
  friend bool operator==(const DayEnds&, const DayEnds&) = default;
};
/// One meter's local day, kept as a row of its own when the day is compacted: reports read these
/// and never the readings. Energy in Wh, power in W, balance in fen.
struct DayTotals {
  PropertyId property{};
  MeterId meter{};
  std::int64_t day = 0;  ///< the local date, as days since 1970-01-01
  UtcMs first_at{}, last_at{};
  std::int64_t readings = 0;
  DayEnds energy;
  std::array<DayEnds, domain::kRateCount> rates;
  std::int64_t energy_rise = 0;   ///< between the day's readings, falls left out
  std::int64_t energy_falls = 0;  ///< how often the register fell: reset, replaced or rolled over
  std::optional<std::int64_t> power_min, power_max;
  DayEnds balance;
  friend bool operator==(const DayTotals&, const DayTotals&) = default;
};
/// Half-open, in local dates. No meter: all of the property.
struct DayQuery {
  PropertyId property{};
  std::optional<MeterId> meter;
  std::int64_t from_day = 0, to_day = 0;
};

/// The energy register of one meter, ascending: what bills are made of.
struct RegisterSeries {
  MeterId meter{};
  std::vector<domain::rating::RegisterReading> readings;
};
/// Half-open in meters and in time.
struct RegisterQuery {
  MeterId from_meter{}, to_meter{};
  UtcMs from{}, to{};
};

/// First and last instant of the readings that are not compacted yet.
struct FreshSpan {
  UtcMs from{}, to{};
};
/// One local day of a property on its way into compressed rows; handed back and forth until it is
/// finished. The caller fills property, day, from and to (the day's midnights, half-open).
struct Compaction {
  PropertyId property{};
  std::int64_t day = 0;  ///< the local date, as days since 1970-01-01
  UtcMs from{}, to{};
  bool finished = false;
  std::int64_t meter_days = 0;  ///< rows written so far
  MeterId after{};              ///< meters up to this one are done
  std::int64_t horizon = 0;     ///< what came later stays fresh for the next time
};

class ReadingStore {
 public:
  virtual ~ReadingStore() = default;
  /// Appends a sweep. The same (meter, at) again is ignored: whoever reads sees the first.
  /// Errors: meter_unknown (nothing is stored).
  virtual Async<Result<>> append(std::vector<domain::Reading> readings) = 0;
  /// Ascending, at most `limit`, half-open span; fresh and compacted readings alike.
  virtual Async<Result<std::vector<domain::Reading>>> series(MeterId meter, UtcMs from, UtcMs to,
                                                             int limit) = 0;
  /// The latest stored reading of every meter, by meter.
  virtual Async<Result<std::vector<domain::Reading>>> latest() = 0;
  /// Compacted days, by day and meter.
  virtual Async<Result<std::vector<DayTotals>>> day_totals(DayQuery query) = 0;
  /// By meter; meters without a reading in the span are left out.
  virtual Async<Result<std::vector<RegisterSeries>>> register_series(RegisterQuery query) = 0;

  virtual Async<Result<std::optional<FreshSpan>>> fresh_span(PropertyId property) = 0;
  /// Takes the next group of meters from fresh to compressed rows, in one transaction. Repeating,
  /// crashing in between and starting over change no reading; late ones join their day.
  /// Errors: store_busy (somebody else compacted the same meters: start over).
  virtual Async<Result<Compaction>> compact(Compaction step) = 0;
};

// ---------------------------------------------------------------- commands
struct CommandFilter {
  std::optional<MeterId> meter;
  std::optional<domain::CommandKind> kind;
  std::optional<domain::CommandState> state;
  Page page;
};
class CommandStore {
 public:
  virtual ~CommandStore() = default;
  /// Stores an intent. A pending supply command of the meter is superseded by a newer one; likewise
  /// settings and prices, whose version is given here: max(last given, command.version as passed =
  /// the version last seen in the meter) + 1; the same rule holds in open_account. An idempotency
  /// key of 8–64 characters makes repetition return the first command (`existed`). Errors:
  /// meter_unknown.
  virtual Async<Result<StoredCommand>> add_command(domain::Command command,
                                                   std::string idempotency_key) = 0;
  /// pending → done, failed. Errors: command_unknown, command_state_conflict.
  virtual Async<Result<domain::Command>> finish_command(CommandId id, domain::CommandState state,
                                                        std::optional<Errc> result, UtcMs at) = 0;
  virtual Async<Result<>> note_try(CommandId id, std::optional<Errc> trouble) = 0;
  virtual Async<Result<domain::Command>> find_command(CommandId id) = 0;
  virtual Async<Result<Listed<domain::Command>>> list_commands(CommandFilter filter) = 0;
  virtual Async<Result<std::vector<domain::Command>>> pending_commands() = 0;
};

// ---------------------------------------------------------------- users, sessions, audit
enum class Role : std::uint8_t { administrator, manager, cashier, viewer };
std::string_view role_name(Role role);
std::optional<Role> role_from_name(std::string_view name);

struct User {
  UserId id{};
  PropertyId property{};
  std::string name;
  std::string password_hash;
  Role role = Role::viewer;
  bool must_change_password = false;
  bool disabled = false;
  UtcMs created_at{};
};
struct Session {
  std::string token_digest;
  UserId user{};
  UtcMs created_at{}, expires_at{};
};
struct AuditLine {
  std::int64_t id = 0;
  PropertyId property{};
  UtcMs at{};
  UserId user{};
  std::string user_name;
  std::string action;   ///< error-style spelling: vend_created, account_opened, login …
  std::string subject;  ///< what it was done to: `meter 1203`, `vend 000017`
  std::string detail;
  std::string address;  ///< of the client
};

class UserStore {
 public:
  virtual ~UserStore() = default;
  virtual Async<Result<std::int64_t>> count_users() = 0;
  /// Errors: user_name_taken.
  virtual Async<Result<User>> add_user(User user) = 0;
  /// Errors: login_failed (no such name).
  virtual Async<Result<User>> find_user_by_name(std::string name) = 0;
  virtual Async<Result<User>> find_user(UserId id) = 0;
  virtual Async<Result<std::vector<User>>> list_users() = 0;
  /// Sets the hash, clears must_change_password and ends all other sessions of the user.
  virtual Async<Result<>> set_password(UserId id, std::string hash, std::string keep_digest) = 0;
  /// Changes what is given; a new hash is a one-time password. All sessions of the user end.
  /// Errors: user_unknown, user_last_administrator (nobody could let anybody in any more).
  struct UserChange {
    UserId user{};
    std::optional<Role> role;
    std::optional<bool> disabled;
    std::optional<std::string> one_time_hash;
  };
  virtual Async<Result<User>> change_user(UserChange change) = 0;
  virtual Async<Result<>> add_session(Session session) = 0;
  /// Errors: session_missing (unknown or expired at `at`).
  virtual Async<Result<Session>> find_session(std::string token_digest, UtcMs at) = 0;
  virtual Async<Result<>> end_session(std::string token_digest) = 0;
  virtual Async<Result<>> append_audit(AuditLine line) = 0;
  virtual Async<Result<Listed<AuditLine>>> list_audit(std::string text, Page page) = 0;
};

/// Everything a station stores.
class Store : public SiteStore,
              public AccountStore,
              public VendStore,
              public OrderStore,
              public SettlementStore,
              public TenancyStore,
              public HouseholdStore,
              public ChainStore,
              public ServiceChargeStore,
              public ReadingStore,
              public CommandStore,
              public BatchStore,
              public LimitingStore,
              public IntervalStore,
              public AlarmStore,
              public WatchStore,
              public CommissioningStore,
              public ProposalStore,
              public MeterCheckStore,
              public TariffStore,
              public NoticeStore,
              public CutStore,
              public BillingStore,
              public UserStore {};

}  // namespace paymeter::port
