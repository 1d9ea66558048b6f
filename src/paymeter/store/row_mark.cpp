// FNV-1a over the columns' texts, finished so that each bit of the row moves every bit of the mark.
#include "paymeter/store/row_mark.hpp"

#include <array>
#include <charconv>

namespace paymeter::store {

void RowMark::add(std::string_view text) {
  byte(1);
  for (std::size_t size = text.size(), i = 0; i < 4; ++i, size >>= 8)
    byte(static_cast<std::uint8_t>(size));
  for (const char c : text) byte(static_cast<std::uint8_t>(c));
}

void RowMark::add(std::int64_t number) {
  std::array<char, 24> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  add(std::string_view(text.data(), static_cast<std::size_t>(end - text.data())));
}

std::int64_t RowMark::value() const {
  std::uint64_t x = state_;
  x = (x ^ (x >> 33)) * 0xff51'afd7'ed55'8ccdULL;
  x = (x ^ (x >> 33)) * 0xc4ce'b9fe'1a85'ec53ULL;
  x ^= x >> 33;
  const auto mark = static_cast<std::int64_t>(x >> 1);  // no sign: the same text everywhere
  return mark == 0 ? 1 : mark;
}

std::int64_t mark_of(std::string_view table, std::span<const Cell> cells) {
  RowMark mark(table);
  for (const Cell& cell : cells) {
    if (cell.is_null())
      mark.add_null();
    else if (cell.is_text)
      mark.add(std::string_view(cell.text));
    else
      mark.add(cell.number);
  }
  return mark.value();
}

std::int64_t mark_of_texts(std::string_view table,
                           std::span<const std::optional<std::string>> texts) {
  RowMark mark(table);
  for (const auto& text : texts) {
    if (text)
      mark.add(std::string_view(*text));
    else
      mark.add_null();
  }
  return mark.value();
}

}  // namespace paymeter::store
