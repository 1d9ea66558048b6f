/// The status matrix as an Excel workbook: one row per meter, numbers as numbers.
#pragma once

#include <cstdint>
#include <optional>

#include "paymeter/port/workbook.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

enum class Language : std::uint8_t { zh, en };

/// Empty = all.
struct MatrixFilter {
  std::optional<PropertyId> property{};
  std::optional<BuildingId> building{};
  std::optional<domain::TileState> state{};
};

/// Rows by building, floor, room and meter; times in the property's zone; amounts in yuan, energy
/// in kWh (primary), power in kW; empty where nothing was read yet. `now` gives the data's age.
/// Errors: sheet_damaged (cannot be written).
Result<Buffer> export_matrix(const LiveTable& live, const MatrixFilter& filter, Language language,
                             port::WorkbookFormat& format, UtcMs now);

/// The same as a sheet, for those who add it to a larger workbook.
port::SheetContent matrix_sheet(const LiveTable& live, const MatrixFilter& filter,
                                Language language, UtcMs now);

/// `报警1` / `Alarm 1`: the words of the matrix's legend.
std::string_view tile_state_words(domain::TileState state, Language language);

}  // namespace paymeter::service
