/// What a workbook may hold at most, and the account of what reading it has cost so far.
#pragma once

#include <cstddef>

#include "paymeter/base/error.hpp"

namespace paymeter::adapter::spreadsheet {

inline constexpr std::size_t kFileBytesMax = 20'000'000;
inline constexpr std::size_t kUnpackedBytesMax = 100'000'000;
/// One XML part; its tree in memory is up to 16 times as large.
inline constexpr std::size_t kPartBytesMax = 48'000'000;
inline constexpr std::size_t kZipEntriesMax = 4096;
inline constexpr std::size_t kSheetsMax = 64;
inline constexpr std::size_t kRowsMax = 100'000;
inline constexpr std::size_t kColumnsMax = 256;
/// Cells kept in memory, over all sheets: one filled far-right cell a row costs the whole row.
inline constexpr std::size_t kCellsMax = 4'000'000;
/// Text kept in memory: one long shared string can be referred to by every cell.
inline constexpr std::size_t kTextBytesMax = 100'000'000;

/// Counts what a workbook makes us keep. Errors: sheet_too_large.
class Budget {
 public:
  Result<> spend_cells(std::size_t count) { return spend(cells_, count, kCellsMax, "cells"); }
  Result<> spend_text(std::size_t bytes) { return spend(text_, bytes, kTextBytesMax, "text"); }
  Result<> spend_unpacked(std::size_t bytes) {
    return spend(unpacked_, bytes, kUnpackedBytesMax, "unpacked bytes");
  }

 private:
  static Result<> spend(std::size_t& used, std::size_t more, std::size_t max, const char* what) {
    used += more;
    if (used > max) return fail(Errc::sheet_too_large, std::string("too many ") + what);
    return {};
  }
  std::size_t cells_ = 0, text_ = 0, unpacked_ = 0;
};

}  // namespace paymeter::adapter::spreadsheet
