// Bills as text and back; what is read must be what would be written.
#include "paymeter/domain/rating/bill_text.hpp"

#include <charconv>

namespace paymeter::domain::rating {
namespace {

constexpr std::string_view kHeader = "month-bill 1\n";

template <class... T>
std::string row(std::string_view word, const T&... numbers) {
  std::string out(word);
  ((out += ' ' + std::to_string(numbers)), ...);
  return out;
}

/// Takes a number and the blank behind it off the front.
template <class T>
bool take(std::string_view& text, T& value) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return error == std::errc{};
}

bool read_row(std::string_view text, MonthBill& bill) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (word == "month")
    return take(text, bill.month.year) && take(text, bill.month.month) &&
           take(text, bill.total.fen);
  if (word == "line") {
    MonthLine& line = bill.lines.emplace_back();
    const bool ok = take(text, line.amount.fen) && take(text, line.quantity);
    line.name = text;
    return ok;
  }
  if (word == "part" && !bill.lines.empty()) {
    MonthPart& part = bill.lines.back().parts.emplace_back();
    const bool ok = take(text, part.version) && take(text, part.step) &&
                    take(text, part.quantity) && take(text, part.unit_price.e8);
    part.rate = text;
    return ok;
  }
  if (word != "fee") return false;
  BillFee& fee = bill.fees.emplace_back();
  const bool ok = take(text, fee.amount.fen);
  fee.name = text;
  return ok;
}

}  // namespace

std::string write_bill(const MonthBill& bill) {
  std::string out(kHeader);
  out += row("month", bill.month.year, bill.month.month, bill.total.fen) + '\n';
  for (const MonthLine& line : bill.lines) {
    out += row("line", line.amount.fen, line.quantity) + ' ' + line.name + '\n';
    for (const MonthPart& part : line.parts)
      out += row("part", part.version, part.step, part.quantity, part.unit_price.e8) + ' ' +
             part.rate + '\n';
  }
  for (const BillFee& fee : bill.fees) out += row("fee", fee.amount.fen) + ' ' + fee.name + '\n';
  return out;
}

Result<MonthBill> read_bill(std::string_view text) {
  if (!text.starts_with(kHeader)) return fail(Errc::rating_state_invalid, "line 1");
  MonthBill bill;
  std::string_view rest = text.substr(kHeader.size());
  for (int number = 2; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos || !read_row(rest.substr(0, end), bill))
      return fail(Errc::rating_state_invalid, "line " + std::to_string(number));
    rest.remove_prefix(end + 1);
  }
  if (write_bill(bill) != text)
    return fail(Errc::rating_state_invalid, "not as it would be written");
  return bill;
}

}  // namespace paymeter::domain::rating
