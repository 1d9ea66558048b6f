/// Two people who know what really happened (they went and looked) and end quarantines: each vend
/// first, then the meter.
#pragma once

#include <map>
#include <set>
#include <string>

#include "actor.hpp"

namespace paymeter::town {

class TwoPeople final : public Actor {
 public:
  explicit TwoPeople(const Scene& scene) : scene_(scene), dice_(scene.dice("two people")) {}
  void begin() override;
  bool is_done() const override;
  void count(Counts& counts) const override { counts += counts_; }

 private:
  void round();
  bool look_at_vends(MeterId meter);
  void look_at_meter(MeterId meter);
  domain::Resolution what_happened(const VendRow& vend);
  void put(domain::Proposal proposal);
  static port::Async<Came> decide(TwoPeople& self, Slot& slot, domain::Proposal proposal,
                                  UserId second);

  const Scene scene_;
  sim::Dice dice_;
  std::map<MeterId, int> open_;  ///< errands about this meter that are under way
  std::set<ProposalId> approved_;
  int keys_ = 0;
  Counts counts_;
};

}  // namespace paymeter::town
