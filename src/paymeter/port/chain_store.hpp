/// The sealed chain over the books, and the walk that checks everything (docs/formats/
/// ledger-chain.md). Errors of every method besides its own: those of port/store.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/chain.hpp"
#include "paymeter/domain/money.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::port {

/// The newest seal of a property; number 0 = nothing is sealed yet.
struct ChainHead {
  PropertyId property{};
  std::int64_t number = 0;
  std::string hash;
};

/// Rows up to here have all been committed: none with a smaller id can appear any more.
struct ChainHorizon {
  std::int64_t posting = 0, act = 0;
};

/// What no seal covers yet; `postings` and `acts` are the first ids, at most as many as asked for.
struct UnsealedTail {
  std::int64_t posting_count = 0, act_count = 0;
  std::vector<std::int64_t> postings, acts;
};

/// A row that is not as it was written.
struct BadRow {
  std::string table;
  std::int64_t id = 0;  ///< chain_seal: its number · chain_head: the property
  std::string what;
  PropertyId property{};
};

/// How far a property's chain has been walked; handed back and forth until it is finished.
struct ChainWalk {
  PropertyId property{};
  bool finished = false;
  domain::Seal last;  ///< the last seal walked; number 0 = none
  std::int64_t seals = 0, rows = 0;
  std::vector<BadRow> bad;  ///< found by this step
};

/// One property in a report of verify().
struct ChainReport {
  ChainHead head;
  std::int64_t seals = 0, rows = 0;
  UnsealedTail tail;
};
struct VerifyReport {
  std::vector<ChainReport> chains;
  std::vector<BadRow> bad;            ///< first = the first bad row of the first property
  std::vector<std::string> problems;  ///< broken invariants of the books
  std::vector<std::string> undone;    ///< checks that could not be made, and why
  bool sound() const { return bad.empty() && problems.empty() && undone.empty(); }
};

class ChainStore {
 public:
  virtual ~ChainStore() = default;

  // Sealing: tail, horizon, draft, add. Only the last two steps of many stations can collide.
  /// Every property that has books or seals.
  virtual Async<Result<std::vector<PropertyId>>> chain_properties() = 0;
  virtual Async<Result<UnsealedTail>> unsealed_tail(PropertyId property, int limit) = 0;
  virtual Async<Result<ChainHorizon>> chain_horizon(PropertyId property) = 0;
  /// The next seal, at most some hundred postings; empty = all up to the horizon is sealed.
  virtual Async<Result<std::optional<domain::Seal>>> draft_seal(PropertyId property,
                                                                ChainHorizon horizon, UtcMs at) = 0;
  /// Errors: store_busy (another station has sealed: draft again).
  virtual Async<Result<ChainHead>> add_seal(domain::Seal seal) = 0;

  virtual Async<Result<ChainHead>> chain_head(PropertyId property) = 0;
  /// The seal of a head that was printed earlier; empty = the chain does not hold it any more.
  virtual Async<Result<std::optional<ChainHead>>> find_head(std::string hash) = 0;

  // Checking, in steps that each hold little in memory.
  virtual Async<Result<ChainWalk>> walk_chain(ChainWalk step) = 0;
  /// Checks of single rows, then of the books' invariants; `part` counts from 0. Empty answer to
  /// `book_check_name` = there is no such part.
  struct BookCheck {
    std::vector<BadRow> bad;
    std::vector<std::string> problems;
  };
  virtual std::string book_check_name(int part) = 0;
  virtual Async<Result<BookCheck>> check_books_part(int part) = 0;

  /// All of it: every property's chain, then every part. `tail_limit`: ids listed per property.
  /// Errors: those of the store, when not even the properties can be read.
  Async<Result<VerifyReport>> verify(int tail_limit);

 private:
  Async<Result<>> verify_property(PropertyId property, int tail_limit, VerifyReport& report);
};

}  // namespace paymeter::port
