/// The column list of operators' acts on sales.
#pragma once

#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

/// Who did what to a sale after it was made.
struct VendAct {
  std::int64_t id = 0;
  PropertyId property{};
  VendId vend{};
  UtcMs at{};
  UserId user{};
  domain::VendState from = domain::VendState::created, to = domain::VendState::created;
  std::optional<Errc> reason;
  std::string note;
};

template <>
struct Marked<VendAct> : std::true_type {};
PAYMETER_TABLE(VendAct, "vend_act") {
  io("id", v.id);
  io("property_id", v.property);
  io("vend_id", v.vend);
  io("at", v.at);
  io("user_id", v.user);
  io("from_state", v.from);
  io("to_state", v.to);
  io("reason", v.reason);
  io("note", v.note);
}

}  // namespace paymeter::store
