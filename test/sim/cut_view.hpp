/// What the database says about who may be cut, read by SQL of its own: the checker must not learn
/// it from the code that it checks.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/base/ids.hpp"
#include "read_only_db.hpp"

namespace paymeter::town {

inline constexpr std::size_t kWarnings = 3;  ///< alarm 1, alarm 2, arrears

/// An automatic cut as stored. Times in UTC milliseconds, money in fen.
struct CutRow {
  std::int64_t id = 0;
  std::string state;
  bool is_rehearsed = false, was_shown = false;
  std::int64_t decided_at = 0;
  std::int64_t meter = 0;
  // Of its decision.
  std::string verdict;
  std::optional<std::int64_t> balance_fen, previous_fen, threshold_fen, reading_at;
  friend bool operator==(const CutRow&, const CutRow&) = default;
};

/// Everything stored that protects a meter, or says who holds its supply.
struct CutStanding {
  bool account_open = false, settling = false, quarantined = false;
  std::int64_t account = 0;     ///< that has the meter; 0 = none
  bool shared_wallet = false;   ///< the account's meters pay from one wallet
  std::int64_t settlement = 0;  ///< the newest one
  std::string settlement_state;
  bool is_protected = false;      ///< by configuration
  bool settlement_holds = false;  ///< a settlement is under way, or was the meter's last
  std::string mode;               ///< of enforcement
  /// The newest supply command of an operator that did not fail; empty = none.
  std::string operators_will;
  std::int64_t will_at = 0;
  std::int64_t orders_and_sales = 0;  ///< that are not at their end
  std::int64_t credited_fen = 0;      ///< to its wallet, by sales that are delivered
  std::int64_t threshold_fen = 0;
  std::int64_t friendly_from = 0, friendly_to = 0;
  std::array<std::optional<std::int64_t>, kWarnings> level_fen;  ///< none: switched off
  std::array<std::optional<std::int64_t>, kWarnings> told_at;
  /// Local days of approved rehearsals that would cut it → when they were approved.
  std::map<std::int64_t, std::int64_t> rehearsed;
  bool breaker_open = false;
  bool manual_trip_recorded = false;  ///< its intent lasts
  std::int64_t cuts = 0;              ///< how many it ever had
  CutRow cut;                         ///< the newest; id 0 = none
  friend bool operator==(const CutStanding&, const CutStanding&) = default;
};

/// From an instant on energy costs so much, fen per kWh.
struct PriceRow {
  std::int64_t from = 0, number = 0, fen = 0;
};

class CutView {
 public:
  explicit CutView(const std::string& database) : db_(database) {}
  /// By meter id.
  std::map<std::int64_t, CutStanding> look();
  std::map<std::int64_t, std::string> codes();
  /// Approved versions; whoever wrote one noted its price on it.
  std::vector<PriceRow> prices();
  std::int64_t accounts_below_closed_ones();

 private:
  using Standings = std::map<std::int64_t, CutStanding>;
  void take_meters(Standings& out);
  void take_money(Standings& out);
  void take_enforcement(Standings& out);
  void take_people(Standings& out);
  void take_cuts(Standings& out);

  ReadOnlyDb db_;
};

}  // namespace paymeter::town
