/// Comparing rows with their marks (row_mark.hpp), table by table.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "paymeter/port/chain_store.hpp"
#include "paymeter/store/db.hpp"

namespace paymeter::store::sql {

std::size_t mark_check_count();
/// Requires: index < mark_check_count().
std::string mark_check_name(std::size_t index);
/// The first rows whose mark does not fit. Requires: index < mark_check_count().
std::vector<port::BadRow> check_marks(Db& db, std::size_t index);

}  // namespace paymeter::store::sql
