// Checks of marks: rows that something else than a program of ours wrote, each by its name.
#include "paymeter/store/chain_rows.hpp"
#include "paymeter/store/household_columns.hpp"
#include "paymeter/store/mark_checks.hpp"
#include "paymeter/store/order_columns.hpp"
#include "paymeter/store/proposal_columns.hpp"
#include "paymeter/store/row_mark.hpp"
#include "paymeter/store/service_record_columns.hpp"
#include "paymeter/store/settlement_columns.hpp"
#include "paymeter/store/vend_act_columns.hpp"
#include "paymeter/store/wallet_columns.hpp"

namespace paymeter::store::sql {
namespace {

struct MarkedTable {
  std::string name;
  std::vector<std::string> columns;  ///< without id
};

template <class T>
MarkedTable marked() {
  static_assert(Marked<T>::value);
  T blank{};
  NameIo io;
  Table<T>::columns(io, blank);
  io.names.erase(io.names.begin());
  return {std::string(Table<T>::name), std::move(io.names)};
}

const std::vector<MarkedTable>& marked_tables() {
  static const std::vector<MarkedTable> tables = {marked<domain::Vend>(),
                                                  marked<domain::ServiceRecord>(),
                                                  marked<domain::Settlement>(),
                                                  marked<domain::Proposal>(),
                                                  marked<port::Billing>(),
                                                  marked<port::ChargeLine>(),
                                                  marked<port::StoredLot>(),
                                                  marked<domain::Account>(),
                                                  marked<domain::tariff::DatedHousehold>(),
                                                  marked<StoredOrder>(),
                                                  marked<StoredDevice>(),
                                                  marked<port::BilledMonth>(),
                                                  marked<VendAct>(),
                                                  marked<domain::Meter>()};
  return tables;
}

std::string select_rows(const Db& db, const MarkedTable& table) {
  const std::string& name = table.name;
  std::string sql = "select cast(" + name + ".id as text), " + text_of(db, name + ".mark") +
                    ", case when " + name + ".id <= coalesce((select last_id from mark_floor " +
                    "where table_name = '" + name + "'), 0) then '1' else '0' end";
  for (const std::string& column : table.columns) sql += ", " + text_of(db, name + "." + column);
  return sql + " from " + name + " order by " + name + ".id";
}

}  // namespace

std::size_t mark_check_count() { return marked_tables().size(); }

std::string mark_check_name(std::size_t index) {
  return marked_tables()[index].name + " was changed by something else";
}

std::vector<port::BadRow> check_marks(Db& db, std::size_t index) {
  constexpr std::size_t kNamedMax = 100;
  constexpr std::size_t kHead = 3;  // id, mark, may lack one
  const MarkedTable& table = marked_tables()[index];
  std::vector<port::BadRow> bad;
  each_text_row(db, select_rows(db, table), kHead + table.columns.size(), {},
                [&](const std::vector<domain::ChainField>& fields) {
                  const auto mark = number_of(fields[1]);
                  if (mark == 0 && fields[2] == "1") return;
                  if (mark == mark_of_texts(table.name, std::span(fields).subspan(kHead))) return;
                  if (bad.size() < kNamedMax)
                    bad.push_back({table.name,
                                   number_of(fields[0]).value_or(0),
                                   "was changed by something else than this program",
                                   {}});
                });
  return bad;
}

}  // namespace paymeter::store::sql
