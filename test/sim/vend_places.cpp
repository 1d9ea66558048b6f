// The table of states and places, written a second time and independently of domain/ledger.
#include "vend_places.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace paymeter::town {
namespace {

using domain::VendState;

bool has_begun(VendState state) {
  return state != VendState::created && state != VendState::closed;
}

/// What lies on the other side of a vend: a channel, or where given and moved money comes from.
Place far_side_of(const VendRow& vend) {
  switch (vend.kind) {
    case domain::VendKind::sale:
      return {"channel", {}, {}, vend.method};
    case domain::VendKind::refund:
    case domain::VendKind::reversal:
      return {"refund_due", vend.meter, {}, {}};
    case domain::VendKind::grant:
      return {"grant", {}, {}, {}};
    case domain::VendKind::adjustment:
      return {"adjustment", {}, {}, {}};
    default:
      return {"transfer", {}, vend.account, {}};
  }
}

}  // namespace

std::string words(const VendRow& vend) {
  return fmt::format("vend {} ({}, {} fen, tag {:08x}, n {}) {}", vend.id.value, vend.key,
                     vend.to_meter_fen, vend.tag, vend.n, domain::vend_state_name(vend.state));
}

bool in_flight(VendState state) {
  return state == VendState::sent || state == VendState::cancelling;
}

bool owed_back(VendState state) {
  return state == VendState::refund_due || state == VendState::refunded ||
         state == VendState::refund_failed;
}

/// The meter applied it, and the platform says so.
bool arrived(const VendRow& vend) {
  return vend.state == VendState::delivered ||
         (owed_back(vend.state) &&
          domain::state_when_delivered(vend.kind) == VendState::refund_due);
}

bool is_agreed(const VendRow& vend) { return vend.key.ends_with(":agreed"); }

/// The platform says that the meter never applied it.
bool failed(const VendRow& vend) {
  return vend.state == VendState::closed || (owed_back(vend.state) && !arrived(vend));
}

bool may_move_on(const VendRow& vend) {
  return vend.state == VendState::quarantine || vend.state == VendState::refund_due ||
         vend.state == VendState::refund_failed ||
         (vend.state == VendState::closed && vend.kind == domain::VendKind::sale);
}

/// The arrows of vending.md.
bool is_arrow(domain::VendKind kind, VendState from, VendState to) {
  const VendState when_delivered = domain::state_when_delivered(kind);
  const VendState when_not = domain::state_when_undelivered(kind);
  switch (from) {
    case VendState::created:
      return to == VendState::paid || to == VendState::closed;
    case VendState::paid:
      return to == VendState::sent || to == when_not || to == VendState::quarantine;
    case VendState::sent:
      return to == when_delivered || to == VendState::cancelling || to == VendState::quarantine;
    case VendState::cancelling:
      return to == when_delivered || to == when_not || to == VendState::quarantine;
    case VendState::quarantine:
      return to == when_delivered || to == when_not || to == VendState::moved;
    case VendState::closed:
      return to == VendState::refund_due && kind == domain::VendKind::sale;
    case VendState::refund_due:
      return to == VendState::refunded || to == VendState::refund_failed;
    case VendState::refund_failed:
      return to == VendState::refunded;
    default:
      return false;
  }
}

/// Where a vend's money is, as its state says. Credits are positive.
std::vector<std::pair<Place, std::int64_t>> places_of(const VendRow& vend) {
  const bool takes_out = vend.to_meter_fen < 0;
  const Place owed{"refund_due", vend.meter, {}, {}};
  if (!has_begun(vend.state) || (takes_out && !arrived(vend))) return {};
  std::vector<std::pair<Place, std::int64_t>> places{{far_side_of(vend), -vend.captured_fen}};
  if (failed(vend)) {
    places.emplace_back(owed, vend.captured_fen);
  } else {
    places.emplace_back(Place{"fee", vend.meter, {}, {}}, vend.fees_fen);
    Place at{"pending", vend.meter, {}, {}};
    if (arrived(vend)) at.kind = "delivered";
    if (vend.state == VendState::quarantine) at.kind = "quarantined";
    if (vend.state == VendState::moved) at = {"transfer", {}, vend.account, {}};
    places.emplace_back(at, vend.to_meter_fen);
  }
  if (vend.state == VendState::refunded) {
    const std::int64_t fen = std::abs(vend.captured_fen);
    places.emplace_back(owed, -fen);
    const auto& channel = vend.paid_out_by.empty() ? vend.method : vend.paid_out_by;
    places.emplace_back(Place{"channel", {}, {}, channel}, fen);
  }
  return places;
}

}  // namespace paymeter::town
