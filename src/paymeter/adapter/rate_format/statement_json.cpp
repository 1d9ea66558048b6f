// The interchange result: what programs of others are compared with, to the fen.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "paymeter/adapter/rate_format/decimal.hpp"
#include "paymeter/adapter/rate_format/statement_text.hpp"

namespace paymeter::adapter::rate_format {
namespace {

namespace json = boost::json;
namespace rating = domain::rating;

std::string month_text(const rating::Month& month) {
  const std::string year = std::to_string(month.year), number = std::to_string(month.month);
  return std::string(4 - year.size(), '0') + year + (month.month < 10 ? "-0" : "-") + number;
}

json::object part_json(const rating::Schedule& schedule, const rating::Part& part) {
  json::object out;
  out["rate"] = schedule.rates()[part.rate];
  out["step"] = part.step;
  out["quantity"] = part.quantity;
  out["unit_price"] = format_fixed(part.unit_price.e8, 8);
  return out;
}

json::object line_json(const rating::Schedule& schedule, const rating::BillLine& line) {
  json::object out;
  out["name"] = line.name;
  out["quantity"] = line.quantity;
  out["amount"] = domain::format_money(line.amount);
  json::array parts;
  for (const rating::Part& part : line.parts) parts.push_back(part_json(schedule, part));
  out["parts"] = std::move(parts);
  return out;
}

json::object bill_json(const rating::Schedule& schedule, const rating::Bill& bill) {
  json::object out;
  out["month"] = month_text(bill.month);
  json::array lines, fees;
  for (const rating::BillLine& line : bill.lines) lines.push_back(line_json(schedule, line));
  for (const rating::BillFee& fee : bill.fees)
    fees.push_back(json::object{{"name", fee.name}, {"amount", domain::format_money(fee.amount)}});
  out["lines"] = std::move(lines);
  out["fees"] = std::move(fees);
  out["total"] = domain::format_money(bill.total);
  return out;
}

}  // namespace

std::string statement_json(const rating::Schedule& schedule, const rating::Statement& statement) {
  json::object out;
  json::array bills;
  for (const rating::Bill& bill : statement.bills) bills.push_back(bill_json(schedule, bill));
  out["bills"] = std::move(bills);
  out["total"] = domain::format_money(statement.total);
  return json::serialize(out) + "\n";
}

}  // namespace paymeter::adapter::rate_format
