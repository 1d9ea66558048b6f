/// Whose objects a caller may see and touch. Ids are asked wherever they stand (path, query, body)
/// before any handler runs; lists are cut down to the caller's property.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "paymeter/http/call.hpp"

namespace paymeter::http {

/// What an id names. by_handler: the handlers of the collection ask by themselves.
enum class Owner : std::uint8_t {
  meter,
  bus,
  gateway,
  building,
  room,
  tariff,
  account,
  settlement,
  vend,
  proposal,
  command,
  alarm,
  loss_tree,
  check,
  check_report,
  pulse_test,
  user,
  by_handler
};

/// What the `{id}` of a route names. Empty: nobody has said so yet (routes_test refuses such a
/// route).
std::optional<Owner> owner_of_path(std::string_view pattern);

/// May a user of `own` see what belongs to `of`? Users without a property see everything, and what
/// belongs to no property is everybody's.
bool may_see(const service::LiveTable& live, PropertyId own, PropertyId of);

/// The only property that the session's user may see. Empty: all, for users without a property and
/// on a site that has only one.
port::Async<std::optional<PropertyId>> property_limit(Context& context, CallPtr call);
std::optional<PropertyId> property_limit(const service::LiveTable& live, const port::User& stored);

/// Every id of path, query and body names something of `limit`. Errors: `…_unknown` of whatever is
/// not there or not theirs, request_not_found (a building, room or gateway), store errors.
port::Async<Result<>> check_ids(Context& context, CallPtr call, std::string_view pattern,
                                PropertyId limit);

template <class Row>
using AskPage = std::function<port::Async<Result<port::Listed<Row>>>(port::Page)>;

/// A page of the rows that belong to `limit`, with their total; `seen` gets each of them. A site of
/// several properties is counted row by row: filter by meter or account where that is too slow.
template <class Row>
port::Async<Result<port::Listed<Row>>> list_within(std::optional<PropertyId> limit, port::Page page,
                                                   AskPage<Row> ask,
                                                   std::function<void(const Row&)> seen = {}) {
  if (!limit) co_return co_await ask(page);
  port::Listed<Row> out;
  for (port::Page all{1'000, 0};; all.offset += all.limit) {
    auto part = co_await ask(all);
    if (!part) co_return fail(part.error());
    for (Row& row : part->rows) {
      if (row.property != *limit) continue;
      if (seen) seen(row);
      const bool is_wanted = out.total >= page.offset && out.total < page.offset + page.limit;
      if (is_wanted) out.rows.push_back(std::move(row));
      ++out.total;
    }
    if (part->rows.empty() || all.offset + all.limit >= part->total) co_return out;
  }
}

}  // namespace paymeter::http
