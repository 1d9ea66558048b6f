/// The invariants of docs/vending.md, each with a name, checked after every store commit and every
/// change of a meter, with the meters' memories as the truth.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "books_view.hpp"
#include "meter_truth.hpp"

namespace paymeter::town {

/// Thrown at the step that broke it. `invariant` is one of the names in invariants.cpp.
struct Violation {
  std::string invariant, detail;
};

class Invariants {
 public:
  /// `truth` outlives the checker; `database` is the stations' file, already with its site.
  Invariants(const std::string& database, MeterTruth& truth);

  /// After any station's commit. What changed, in words. Throws Violation.
  std::vector<std::string> after_commit();
  /// After a command reached a meter. Throws Violation.
  void after_command(const std::string& code, const sim::ReferenceMeter& meter);
  /// After somebody else's hand on a meter.
  void after_tampering(const std::string& code, const sim::ReferenceMeter& meter);
  /// When nothing more is going to happen. Throws Violation.
  void at_rest();

  /// Called with every vend that is new or has changed; may throw Violation.
  void set_further_check(std::function<void(const VendRow&)> check) { further_ = check; }

  const std::map<VendId, VendRow>& vends() const { return vends_; }
  const VendRow* find(const std::string& key) const;
  /// Vends that are not final.
  const std::set<VendId>& unfinished() const { return unfinished_; }
  bool quarantined(MeterId meter) const { return money_.at(meter).quarantined; }
  const std::string& code(MeterId meter) const { return codes_.at(meter); }
  std::int64_t steps() const { return steps_; }

 private:
  using Books = std::map<Place, std::int64_t>;

  void look_again(std::set<VendId> vends);
  void take_money();
  void take_entries(const std::vector<EntryRow>& entries);
  void changed(const VendRow* before, const VendRow& after);
  void check_vend(const VendRow& vend) const;
  void check_number(const VendRow& vend);
  void check_in_flight() const;
  void check_counts() const;
  void check_books() const;
  void check_acceptance(const Acceptance& accepted) const;

  BooksView view_;
  std::function<void(const VendRow&)> further_;
  MeterTruth& truth_;
  std::map<MeterId, std::string> codes_;
  std::map<VendId, VendRow> vends_;
  std::map<std::string, VendId> by_key_;
  std::unordered_map<std::uint32_t, VendId> by_tag_;  ///< sale and burn
  std::vector<std::string> news_;
  std::set<VendId> unfinished_, ended_;  ///< ended_: but not delivered
  std::map<MeterId, std::set<VendId>> in_flight_;
  std::map<std::string, VendId> numbers_;  ///< meter, epoch, n → who uses or used it
  std::map<MeterId, MoneyRow> money_;
  Books expected_;  ///< what the sales' states say: place → credit, fen
  std::unordered_map<std::int64_t, std::int64_t> sums_;  ///< of entries by ledger account
  std::vector<LedgerRow> ledger_;
  std::int64_t steps_ = 0;
};

}  // namespace paymeter::town
