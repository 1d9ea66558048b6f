// The bill for people: every part on a row, so that a tenant can add it up by hand.
#include "paymeter/adapter/rate_format/statement_text.hpp"

#include <array>

#include "paymeter/adapter/rate_format/decimal.hpp"

namespace paymeter::adapter::rate_format {
namespace {

namespace rating = domain::rating;
using rating::Int128;

constexpr std::array<std::string_view, 5> kRatesZh{"尖", "峰", "平", "谷", "深谷"};

/// Left-aligned to `width` columns on a screen, where a Chinese character takes two.
std::string left(const std::string& text, std::size_t width) {
  std::size_t columns = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80)
      columns += 1;
    else if (byte >= 0xC0)
      columns += byte >= 0xE0 ? 2 : 1;
  }
  return text + std::string(columns < width ? width - columns : 1, ' ');
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 1, ' ') + text;
}

std::string_view unit_of(rating::TariffUtility utility) {
  return utility == rating::TariffUtility::water ? "m³" : "kWh";
}

std::string rate_words(const rating::Schedule& schedule, rating::RateIndex rate) {
  const std::string& name = schedule.rates()[rate];
  return rate < kRatesZh.size() ? std::string(kRatesZh[rate]) + ' ' + name : name;
}

std::string step_words(int step) { return "阶梯 step " + std::to_string(step); }

/// 10^-11 currency.
std::string exact_text(Int128 cost_e11) { return format_decimal(cost_e11, 11); }

std::string line_rows(const rating::Schedule& schedule, const rating::BillLine& line) {
  const std::string unit(unit_of(schedule.tariff().utility));
  std::string out = "  " + left(line.name, 34) + right(format_fixed(line.quantity, 3), 14) + ' ' +
                    left(unit, 4) + right("", 14) + right(domain::format_money(line.amount), 14) +
                    '\n';
  for (const rating::Part& part : line.parts) {
    const std::string name = left(rate_words(schedule, part.rate), 18) + step_words(part.step);
    out += "    " + left(name, 32) + right(format_fixed(part.quantity, 3), 14) + ' ' +
           left(unit, 4) + " × " + right(format_fixed(part.unit_price.e8, 8), 11) + " = " +
           exact_text(Int128{part.quantity} * part.unit_price.e8) + '\n';
  }
  return out;
}

std::string bill_rows(const rating::Schedule& schedule, const rating::Bill& bill) {
  std::string out = "\n账期 Bill " + std::to_string(bill.month.year) +
                    (bill.month.month < 10 ? "-0" : "-") + std::to_string(bill.month.month) + '\n';
  for (const rating::BillLine& line : bill.lines) out += line_rows(schedule, line);
  for (const rating::BillFee& fee : bill.fees)
    out += "  " + left(fee.name, 34) + right(domain::format_money(fee.amount), 47) + '\n';
  return out + "  " + left("合计 Total", 34) + right(domain::format_money(bill.total), 47) + '\n';
}

}  // namespace

std::string statement_text(const rating::Schedule& schedule, const rating::Statement& statement) {
  const rating::Tariff& tariff = schedule.tariff();
  std::string out = "电价方案 Tariff: " + tariff.name + " (" +
                    std::string(rating::tariff_utility_name(tariff.utility)) + ", " +
                    tariff.currency + ", " + tariff.time_zone + ")\n";
  for (const rating::Bill& bill : statement.bills) out += bill_rows(schedule, bill);
  return out + "\n" + left("总计 Grand total", 36) +
         right(domain::format_money(statement.total), 47) + '\n';
}

}  // namespace paymeter::adapter::rate_format
