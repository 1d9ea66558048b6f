/// The hash chain over the books, pure: how a stored row becomes bytes, and how a batch of rows is
/// sealed. Byte format with a worked example: docs/formats/ledger-chain.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/base/ids.hpp"
#include "paymeter/base/time.hpp"

namespace paymeter::domain {

/// SHA-256 as 64 lower-case hexadecimal digits.
using Sha256Hex = std::string (*)(std::string_view bytes);

/// What is sealed. Postings, entries and acts are sealed once; vends (what never changes of them)
/// and ledger accounts (all but the balance) again with every batch that mentions them.
enum class ChainTable : std::uint8_t { posting, ledger_entry, vend_act, vend, ledger_account };
std::string_view chain_table_name(ChainTable table);

/// A column as text; empty = null.
using ChainField = std::optional<std::string>;

/// `name` and fields as netstrings (`5:cash,`; null is `~`), then a line feed: no two rows share
/// their bytes.
std::string canonical_bytes(std::string_view name, std::span<const ChainField> fields);

struct ChainRow {
  ChainTable table = ChainTable::posting;
  std::int64_t id = 0;
  std::string bytes;  ///< canonical
};

/// A row's place in its seal. `mark` (16 digits of the row's own hash) tells which row of a broken
/// seal was changed; the proof is the seal's rows_hash.
struct ChainMember {
  ChainTable table = ChainTable::posting;
  std::int64_t id = 0;
  std::string mark;
};
std::string mark_of(const ChainRow& row, Sha256Hex sha256);
/// Empty: not a list of members.
std::optional<std::vector<ChainMember>> parse_members(std::string_view text);

/// One batch of a property's rows: postings with id up to `posting_to` and acts up to `act_to` that
/// no earlier seal has.
struct Seal {
  PropertyId property{};
  std::int64_t number = 0;  ///< from 1, without gaps
  UtcMs at{};
  std::int64_t posting_to = 0, act_to = 0;
  std::string members;        ///< one line per row, in the order in which they are hashed
  std::string rows_hash;      ///< over the rows' canonical bytes
  std::string previous_hash;  ///< of seal number - 1; empty for the first
  std::string hash;           ///< over all of the above
};
std::string hash_of_rows(std::span<const ChainRow> rows, Sha256Hex sha256);
/// What `hash` must be.
std::string hash_of_seal(const Seal& seal, Sha256Hex sha256);
/// Fills members and the hashes of a seal whose other values are set.
Seal sealed(Seal seal, std::span<const ChainRow> rows, Sha256Hex sha256);

}  // namespace paymeter::domain
