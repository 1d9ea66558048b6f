/// A row's mark: a check value over its columns, written in the same statement as the row, so that
/// a row which anything but a program of ours changed shows, whether a seal covers it or not.
/// Format: docs/formats/ledger-chain.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/store/cell.hpp"

namespace paymeter::store {

/// Column by column, each as the text that the database holds; never 0.
class RowMark {
 public:
  explicit RowMark(std::string_view table) { add(table); }
  void add_null() { byte(0); }
  void add(std::string_view text);
  void add(std::int64_t number);
  std::int64_t value() const;

 private:
  void byte(std::uint8_t value) { state_ = (state_ ^ value) * 1'099'511'628'211ULL; }
  std::uint64_t state_ = 14'695'981'039'346'656'037ULL;
};

/// The mark of a row whose columns but the id are `cells`.
std::int64_t mark_of(std::string_view table, std::span<const Cell> cells);
/// The same, from the texts that lie in the database. Empty: null.
std::int64_t mark_of_texts(std::string_view table,
                           std::span<const std::optional<std::string>> texts);

}  // namespace paymeter::store
