// The walk over everything, made of the store's small steps.
#include "paymeter/port/chain_store.hpp"

namespace paymeter::port {
namespace {

/// What is worse than this is not read to its end by anybody.
constexpr std::size_t kBadRowsMax = 1000;

std::string reason_of(const Error& error) {
  return std::string(error_name(error.code)) + (error.detail.empty() ? "" : ": " + error.detail);
}

void add(VerifyReport& report, std::vector<BadRow> bad) {
  for (BadRow& row : bad)
    if (report.bad.size() < kBadRowsMax) report.bad.push_back(std::move(row));
}

}  // namespace

Async<Result<>> ChainStore::verify_property(PropertyId property, int tail_limit,
                                            VerifyReport& report) {
  ChainReport chain;
  chain.head.property = property;
  ChainWalk walk;
  walk.property = property;
  while (!walk.finished) {
    auto next = co_await walk_chain(walk);
    if (!next) co_return fail(next.error());
    walk = std::move(*next);
    add(report, std::move(walk.bad));
    walk.bad.clear();
  }
  chain.seals = walk.seals;
  chain.rows = walk.rows;
  chain.head.number = walk.last.number;
  chain.head.hash = walk.last.hash;
  auto tail = co_await unsealed_tail(property, tail_limit);
  if (!tail) co_return fail(tail.error());
  chain.tail = std::move(*tail);
  report.chains.push_back(std::move(chain));
  co_return Result<>{};
}

Async<Result<VerifyReport>> ChainStore::verify(int tail_limit) {
  VerifyReport report;
  const auto properties = co_await chain_properties();
  if (!properties) co_return fail(properties.error());
  for (const PropertyId property : *properties) {
    auto walked = co_await verify_property(property, tail_limit, report);
    if (!walked)
      report.undone.push_back("the chain of property " + std::to_string(property.value) + ": " +
                              reason_of(walked.error()));
  }
  for (int part = 0; !book_check_name(part).empty(); ++part) {
    auto found = co_await check_books_part(part);
    if (!found) {
      report.undone.push_back(book_check_name(part) + ": " + reason_of(found.error()));
      continue;
    }
    add(report, std::move(found->bad));
    for (std::string& problem : found->problems) report.problems.push_back(std::move(problem));
  }
  co_return report;
}

}  // namespace paymeter::port
