// Rules of closing and change-over.
#include "paymeter/domain/settlement.hpp"

#include "paymeter/base/mistake.hpp"
#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 2> kKinds{"closing", "change_over"};
constexpr std::array<std::string_view, 8> kStates{"tripping",  "returning", "debt", "clearing",
                                                  "replacing", "opening",   "done", "cancelled"};

}  // namespace

std::string_view settlement_kind_name(SettlementKind kind) { return spell(kKinds, kind); }
std::optional<SettlementKind> settlement_kind_from_name(std::string_view name) {
  return unspell<SettlementKind>(kKinds, name);
}
std::string_view settlement_state_name(SettlementState state) { return spell(kStates, state); }
std::optional<SettlementState> settlement_state_from_name(std::string_view name) {
  return unspell<SettlementState>(kStates, name);
}

bool is_over(SettlementState state) {
  return state == SettlementState::done || state == SettlementState::cancelled;
}

SettlementMove next_move(const SettlementFacts& facts, const PrepaidState& read) {
  if (read.epoch.serial != facts.epoch.serial) return SettlementMove::wrong_meter;
  if (read.epoch != facts.epoch) {
    // A clear at 0 shows as the next epoch with nothing left behind; any other is not ours.
    const bool is_next =
        read.epoch.clear_count == static_cast<std::uint16_t>(facts.epoch.clear_count + 1);
    const bool is_ours =
        facts.clear_sent && is_next && read.cleared_balance == Money{} && !read.account_open;
    return is_ours ? SettlementMove::cleared : SettlementMove::wrong_meter;
  }
  // Without an account the device takes neither a refund nor a clear.
  if (!read.account_open) return SettlementMove::wrong_meter;
  if (facts.vend_under_way) return SettlementMove::wait;
  if (!read.relay_open || !read.forced) return SettlementMove::wait;
  if (mistake_made(Mistake::clear_early)) return SettlementMove::clear;
  if (read.balance > Money{}) return SettlementMove::take_out;
  if (read.balance < Money{}) return SettlementMove::need_money;
  return SettlementMove::clear;
}

bool may_follow(SettlementKind kind, SettlementState from, SettlementState to) {
  using enum SettlementState;
  const bool is_change = kind == SettlementKind::change_over;
  switch (from) {
    case tripping:
      return to == returning || to == cancelled || to == (is_change ? replacing : done);
    case returning:
      return to == debt || to == clearing || to == cancelled ||
             to == (is_change ? replacing : done);
    case debt:
      return to == returning || to == cancelled || to == (is_change ? replacing : done);
    case clearing:
      // Back to returning: money appeared between the look and the clear.
      return to == returning || to == (is_change ? replacing : done);
    case replacing:
      return is_change && to == opening;
    case opening:
      return is_change && to == done;
    case done:
    case cancelled:
      return false;
  }
  return false;
}

}  // namespace paymeter::domain
