// One table of names and members.
#include "counts.hpp"

namespace paymeter::town {
namespace {

struct Named {
  const char* name;
  std::int64_t Counts::* member;
};
constexpr Named kAll[] = {
    {"seeds", &Counts::seeds},
    {"sales", &Counts::sales},
    {"delivered", &Counts::delivered},
    {"refund_due", &Counts::refund_due},
    {"refunded", &Counts::refunded},
    {"refund_failed", &Counts::refund_failed},
    {"closed", &Counts::closed},
    {"quarantined", &Counts::quarantined},
    {"refused", &Counts::refused},
    {"cancels", &Counts::cancels},
    {"refunds", &Counts::refunds},
    {"reversals", &Counts::reversals},
    {"transfers", &Counts::transfers},
    {"grants", &Counts::grants},
    {"adjustments", &Counts::adjustments},
    {"moved", &Counts::moved},
    {"desk_refused", &Counts::desk_refused},
    {"payouts", &Counts::payouts},
    {"resolutions", &Counts::resolutions},
    {"openings", &Counts::openings},
    {"closings", &Counts::closings},
    {"change_overs", &Counts::change_overs},
    {"crashes", &Counts::crashes},
    {"pauses", &Counts::pauses},
    {"frames", &Counts::frames},
    {"frames_lost", &Counts::frames_lost},
    {"frames_doubled", &Counts::frames_doubled},
    {"frames_late", &Counts::frames_late},
    {"notices", &Counts::notices},
    {"notices_refused", &Counts::notices_refused},
    {"foreign_sales", &Counts::foreign_sales},
    {"resets", &Counts::resets},
    {"replacements", &Counts::replacements},
    {"cut_seeds", &Counts::cut_seeds},
    {"cut_acts", &Counts::cut_acts},
    {"cuts", &Counts::cuts},
    {"cuts_opened", &Counts::cuts_opened},
    {"cuts_rehearsed", &Counts::cuts_rehearsed},
    {"people_opened", &Counts::people_opened},
    {"relays_closed", &Counts::cut_closings},
    {"breakers", &Counts::breakers},
    {"steps_checked", &Counts::steps},
};

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  for (const Named& one : kAll) this->*one.member += other.*one.member;
  return *this;
}

std::string format_counts(const Counts& counts) {
  std::string line;
  for (const Named& one : kAll) {
    if (!line.empty()) line += ' ';
    line.append(one.name).append("=").append(std::to_string(counts.*one.member));
  }
  return line;
}

}  // namespace paymeter::town
