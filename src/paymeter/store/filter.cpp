// Builds the where clause of a list.
#include "paymeter/store/filter.hpp"

namespace paymeter::store {
namespace {

/// The text as a pattern that matches itself anywhere: % and _ are ordinary characters here.
std::string contains_pattern(const std::string& text) {
  std::string out = "%";
  for (char c : text) {
    if (c == '%' || c == '_' || c == '!') out.push_back('!');
    out.push_back(c);
  }
  return out + "%";
}

}  // namespace

void Filter::add(std::string_view condition) {
  where_ += (where_.empty() ? "where " : " and ") + std::string(condition);
}

void Filter::add_text(const std::vector<TextColumn>& columns, const std::string& text) {
  if (text.empty()) return;
  std::string any;
  for (const TextColumn& searched : columns) {
    any += any.empty() ? "(" : " or ";
    any.append(searched.before).append("lower(").append(searched.column).append(")");
    any.append(" like lower(:text" + std::to_string(++texts_) + ") escape '!'");
    any.append(searched.after);
    cells_.push_back(to_cell(contains_pattern(text)));
  }
  add(any + ")");
}

std::string Filter::tail(std::string_view joins) const { return std::string(joins) + " " + where_; }

}  // namespace paymeter::store
