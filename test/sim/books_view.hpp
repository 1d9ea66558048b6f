/// The database as it stands after a commit, seen through a connection of its own: what changed
/// since the last look, cheaply enough to look after every commit.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/settlement.hpp"
#include "paymeter/domain/vend.hpp"

namespace paymeter::town {

/// A vend as stored, without what the invariants do not ask for.
struct VendRow {
  VendId id{};
  MeterId meter{};
  AccountId account{};
  std::string key, method;
  domain::VendKind kind = domain::VendKind::sale;
  domain::VendState state = domain::VendState::created;
  std::uint16_t n = 0;
  std::optional<domain::Epoch> epoch;
  std::uint32_t tag = 0;
  std::int64_t captured_fen = 0, fees_fen = 0, to_meter_fen = 0;
  std::string paid_out_by;  ///< empty = not yet, or by `method`
  std::string paid_out_reference;
  VendId related{};  ///< 0 = none
  bool settles = false;
  friend bool operator==(const VendRow&, const VendRow&) = default;
};

struct MoneyRow {
  MeterId meter{};
  std::optional<domain::Epoch> epoch;
  std::uint16_t count = 0;
  std::optional<VendId> in_flight;
  bool quarantined = false;
};

struct SettlementRow {
  SettlementId id{};
  MeterId meter{};
  domain::SettlementKind kind = domain::SettlementKind::closing;
  domain::SettlementState state = domain::SettlementState::tripping;
  std::optional<domain::Epoch> epoch;
  bool without_meter = false;
};

struct EntryRow {
  std::int64_t posting = 0;
  std::int64_t account = 0;
  std::int64_t amount_fen = 0;
  bool about_a_vend = true;
};

/// Names a ledger account.
struct Place {
  std::string kind;
  MeterId meter{};
  AccountId account{};
  std::string label;
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct LedgerRow {
  std::int64_t account = 0;
  Place place;
  std::int64_t balance_fen = 0;
};

/// Runs SQL on a database that nobody has open. Throws std::runtime_error.
void execute_on(const std::string& database, const std::string& sql);

/// Throws std::runtime_error when the database refuses. Not for use while another connection of
/// the same thread is inside a write.
class BooksView {
 public:
  explicit BooksView(const std::string& database);
  ~BooksView();
  BooksView(const BooksView&) = delete;
  BooksView& operator=(const BooksView&) = delete;

  std::vector<VendRow> vends_after(VendId last);
  std::optional<VendRow> vend(VendId id);
  std::vector<MoneyRow> meters();
  /// From this one on, by id.
  std::vector<SettlementRow> settlements_from(SettlementId first);
  /// By the meter's id.
  std::vector<std::pair<MeterId, std::string>> codes();
  /// The entries that came since the last call.
  std::vector<EntryRow> new_entries();
  std::vector<LedgerRow> ledger();

 private:
  struct Connection;
  std::unique_ptr<Connection> db_;
  std::int64_t last_entry_ = 0;
};

}  // namespace paymeter::town
