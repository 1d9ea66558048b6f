/// The invariants of docs/vending.md, each with a name, checked after every store commit and every
/// change of a meter, with the meters' memories as the truth.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "books_view.hpp"
#include "meter_truth.hpp"
#include "paymeter/sim/sim_world.hpp"

namespace paymeter::town {

/// Thrown at the step that broke it. `invariant` is one of the names in invariants*.cpp.
struct Violation {
  std::string invariant, detail;
};

class Invariants {
 public:
  /// `truth` and `world` outlive the checker; `database` is the stations' file, already with its
  /// site.
  Invariants(const std::string& database, MeterTruth& truth, const sim::SimWorld& world);

  /// After any station's commit. What changed, in words. Throws Violation.
  std::vector<std::string> after_commit();
  /// After a command reached a meter. Throws Violation.
  void after_command(const std::string& code, const sim::ReferenceMeter& meter);
  /// After somebody else's hand on a meter.
  void after_tampering(const std::string& code, const sim::ReferenceMeter& meter);
  /// After a change-over's new device was put in its place.
  void after_replacement(const std::string& code, const sim::ReferenceMeter& meter);
  /// When nothing more is going to happen. Throws Violation.
  void at_rest();

  /// Called with every vend that is new or has changed; may throw Violation.
  void set_further_check(std::function<void(const VendRow&)> check) { further_ = check; }

  const std::map<VendId, VendRow>& vends() const { return vends_; }
  /// Vends that are not final.
  const std::set<VendId>& unfinished() const { return unfinished_; }
  /// Vends in REFUND_DUE or REFUND_FAILED, and those in QUARANTINE.
  std::vector<VendId> owed() const;
  std::vector<VendId> quarantined_vends() const;
  const std::map<MeterId, MoneyRow>& money() const { return money_; }
  bool quarantined(MeterId meter) const { return money_.at(meter).quarantined; }
  const std::map<SettlementId, SettlementRow>& settlements_under_way() const { return settling_; }
  bool settles(MeterId meter) const { return settlement_of(meter) != nullptr; }
  /// Settlements that have ended: closings and change-overs that are done.
  /// How many sales were ever in quarantine; all may be resolved by now.
  std::int64_t vends_quarantined() const { return vends_quarantined_; }
  std::int64_t closed() const { return closed_; }
  std::int64_t changed_over() const { return changed_over_; }
  /// What the meter's present device was sold by others since the platform last agreed with it.
  std::int64_t sold_elsewhere(MeterId meter) const;
  /// The credit of a ledger account as it is booked, fen.
  std::int64_t booked(const Place& place) const;
  const std::string& code(MeterId meter) const { return codes_.at(meter); }
  std::int64_t steps() const { return steps_; }

 private:
  using Books = std::map<Place, std::int64_t>;

  // The sale's protocol and the books.
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
  void check_meter_at_rest(MeterId meter, const MoneyRow& money) const;

  // Its endings: invariants_endings.cpp.
  void take_settlements();
  void settlement_changed(const SettlementRow* before, const SettlementRow& after);
  void check_closed(const SettlementRow& settlement) const;
  void check_clearing(const Clearing& cleared) const;
  void check_transfer(const VendRow& in) const;
  void check_reversal(const VendRow& vend);
  void meter_changed(const MoneyRow& before, const MoneyRow& after);
  void agree(const MoneyRow& money);
  bool may_be_cleared(const MoneyRow& money, const MeterNow& now) const;
  const SettlementRow* settlement_of(MeterId meter) const;
  std::int64_t delivered_to(MeterId meter, const domain::Epoch& epoch) const;

  BooksView view_;
  std::function<void(const VendRow&)> further_;
  MeterTruth& truth_;
  const sim::SimWorld& world_;
  std::map<MeterId, std::string> codes_;
  std::map<std::string, MeterId> ids_;
  std::map<VendId, VendRow> vends_;
  std::unordered_map<std::uint32_t, VendId> by_tag_;  ///< sale and burn
  std::vector<std::string> news_;
  std::set<VendId> unfinished_, ended_;  ///< ended_: but may still move on
  std::vector<VendId> second_halves_;    ///< of transfers, changed by this commit
  std::map<VendId, VendId> reversals_;   ///< of a sale, not undone
  std::map<MeterId, std::set<VendId>> in_flight_;
  std::map<std::string, VendId> numbers_;  ///< meter, epoch, n → who uses or used it
  std::map<MeterId, MoneyRow> money_;
  /// What a device held beyond what was delivered to it when platform and meter last agreed.
  std::map<MeterId, std::pair<domain::Epoch, std::int64_t>> base_;
  std::map<SettlementId, SettlementRow> settling_;
  SettlementId last_settlement_{};
  std::int64_t vends_quarantined_ = 0, closed_ = 0, changed_over_ = 0;
  Books expected_;  ///< what the sales' states say: place → credit, fen
  std::unordered_map<std::int64_t, std::int64_t> sums_;  ///< of entries by ledger account
  std::vector<LedgerRow> ledger_;
  std::int64_t steps_ = 0;
};

[[noreturn]] void broken(std::string invariant, std::string detail);

}  // namespace paymeter::town
