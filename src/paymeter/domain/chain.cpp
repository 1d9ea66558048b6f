// Netstrings, and the two hashes of a seal.
#include "paymeter/domain/chain.hpp"

#include <charconv>

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {

constexpr std::array<std::string_view, 5> kTables{"posting", "ledger_entry", "vend_act", "vend",
                                                  "ledger_account"};
/// One letter for each table in a list of members.
constexpr std::string_view kLetters = "peavl";
constexpr std::size_t kMarkSize = 16;

void append_netstring(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
  out += ',';
}

/// Takes one line off the front. Empty: it is not a member.
std::optional<ChainMember> take_member(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  const std::size_t letter = line.empty() ? std::string_view::npos : kLetters.find(line.front());
  const std::size_t space = line.find(' ');
  if (letter == std::string_view::npos || space == std::string_view::npos) return std::nullopt;
  ChainMember member{static_cast<ChainTable>(letter), 0, std::string(line.substr(space + 1))};
  const auto [at, error] = std::from_chars(line.data() + 1, line.data() + space, member.id);
  if (error != std::errc{} || at != line.data() + space) return std::nullopt;
  return member;
}

}  // namespace

std::string_view chain_table_name(ChainTable table) { return spell(kTables, table); }

std::string canonical_bytes(std::string_view name, std::span<const ChainField> fields) {
  std::string out;
  append_netstring(out, name);
  for (const ChainField& field : fields) {
    if (field)
      append_netstring(out, *field);
    else
      out += '~';
  }
  out += '\n';
  return out;
}

std::string mark_of(const ChainRow& row, Sha256Hex sha256) {
  return sha256(row.bytes).substr(0, kMarkSize);
}

std::optional<std::vector<ChainMember>> parse_members(std::string_view text) {
  std::vector<ChainMember> members;
  while (!text.empty()) {
    auto member = take_member(text);
    if (!member) return std::nullopt;
    members.push_back(std::move(*member));
  }
  return members;
}

std::string hash_of_rows(std::span<const ChainRow> rows, Sha256Hex sha256) {
  std::string bytes;
  for (const ChainRow& row : rows) bytes += row.bytes;
  return sha256(bytes);
}

std::string hash_of_seal(const Seal& seal, Sha256Hex sha256) {
  const ChainField fields[] = {std::to_string(seal.property.value),
                               std::to_string(seal.number),
                               std::to_string(seal.at.value),
                               std::to_string(seal.posting_to),
                               std::to_string(seal.act_to),
                               seal.members,
                               seal.rows_hash,
                               seal.previous_hash};
  return sha256(canonical_bytes("seal", fields));
}

Seal sealed(Seal seal, std::span<const ChainRow> rows, Sha256Hex sha256) {
  seal.members.clear();
  for (const ChainRow& row : rows) {
    seal.members += kLetters[static_cast<std::size_t>(row.table)];
    seal.members += std::to_string(row.id) + " " + mark_of(row, sha256) + "\n";
  }
  seal.rows_hash = hash_of_rows(rows, sha256);
  seal.hash = hash_of_seal(seal, sha256);
  return seal;
}

}  // namespace paymeter::domain
