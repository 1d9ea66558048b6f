// Spellings of rehearsals, and when one may be approved.
#include "paymeter/domain/cut_rehearsal.hpp"

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {
constexpr std::array<std::string_view, 3> kStates{"draft", "approved", "rejected"};
}  // namespace

std::string_view rehearsal_state_name(RehearsalState state) { return spell(kStates, state); }
std::optional<RehearsalState> rehearsal_state_from_name(std::string_view name) {
  return unspell<RehearsalState>(kStates, name);
}

Result<> may_decide_rehearsal(const Rehearsal& rehearsal, std::int64_t revision,
                              rating::DayNumber today) {
  if (rehearsal.state != RehearsalState::draft) return fail(Errc::rehearsal_decided);
  if (rehearsal.revision != revision) return fail(Errc::rehearsal_changed);
  if (today >= rehearsal.day) return fail(Errc::rehearsal_too_late);
  return {};
}

}  // namespace paymeter::domain
