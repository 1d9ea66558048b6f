/// What a vend's state says about its money: which steps it may take and where its money lies.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "books_view.hpp"

namespace paymeter::town {

std::string words(const VendRow& vend);
bool in_flight(domain::VendState state);
/// REFUND_DUE and what follows from it.
bool owed_back(domain::VendState state);
/// The meter applied it, and the platform says so.
bool arrived(const VendRow& vend);
/// The platform says that the meter never applied it.
bool failed(const VendRow& vend);
/// Two people agreed on it without the meter: nothing was ever sent.
bool is_agreed(const VendRow& vend);
/// Final for now, but people or a channel may still move it on.
bool may_move_on(const VendRow& vend);
/// The arrows of vending.md.
bool is_arrow(domain::VendKind kind, domain::VendState from, domain::VendState to);
/// Where a vend's money is, as its state says. Credits are positive.
std::vector<std::pair<Place, std::int64_t>> places_of(const VendRow& vend);

}  // namespace paymeter::town
