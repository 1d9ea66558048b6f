/// A span of time cut at local midnights and rate changes: inner part of ways to bill that need
/// more than one register's walk.
#pragma once

#include <vector>

#include "paymeter/domain/rating/schedule.hpp"

namespace paymeter::domain::rating {

/// Time of one date and one rate, half-open.
struct Piece {
  UtcMs begin{}, end{};
  LocalDay day;
  RateIndex rate = 0;
};

/// The pieces of [begin, end), in order. Requires: begin <= end, at most kSpanMax apart.
std::vector<Piece> pieces_of(const Schedule& schedule, UtcMs begin, UtcMs end);

}  // namespace paymeter::domain::rating
