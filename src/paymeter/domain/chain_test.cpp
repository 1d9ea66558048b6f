// Bytes of rows never collide, lists of members survive, and a seal's hash covers all of it.
#include "paymeter/domain/chain.hpp"

#include <gtest/gtest.h>

#include <set>

namespace paymeter::domain {
namespace {

/// Not a hash, but as different for different bytes as these tests need.
std::string fake_hash(std::string_view bytes) {
  std::uint64_t sum = 1469598103934665603U;
  for (const char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return std::to_string(sum) + "-0123456789abcdef";
}

TEST(Chain, CanonicalBytes) {
  struct Row {
    const char* reason;
    std::vector<ChainField> fields;
    const char* bytes;
  };
  const Row rows[] = {
      {"no field", {}, "4:vend,\n"},
      {"a text", {"cash"}, "4:vend,4:cash,\n"},
      {"bytes are counted, not characters", {"元"}, "4:vend,3:元,\n"},
      {"null is not the empty text", {std::nullopt, ""}, "4:vend,~0:,\n"},
      {"a text may look like two", {"1:a,1:b"}, "4:vend,7:1:a,1:b,\n"},
      {"a text may look like null", {"~"}, "4:vend,1:~,\n"},
  };
  std::set<std::string> all;
  for (const Row& row : rows) {
    EXPECT_EQ(canonical_bytes("vend", row.fields), row.bytes) << row.reason;
    EXPECT_TRUE(all.insert(row.bytes).second) << row.reason;
  }
}

TEST(Chain, MembersAreWhatWasSealed) {
  const std::vector<ChainRow> rows = {{ChainTable::posting, 17, "a\n"},
                                      {ChainTable::ledger_entry, 33, "b\n"},
                                      {ChainTable::vend_act, 1, "c\n"},
                                      {ChainTable::vend, 9, "d\n"},
                                      {ChainTable::ledger_account, 5, "e\n"}};
  const Seal seal = sealed({}, rows, fake_hash);
  const auto members = parse_members(seal.members);
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ((*members)[i].table, rows[i].table);
    EXPECT_EQ((*members)[i].id, rows[i].id);
    EXPECT_EQ((*members)[i].mark, mark_of(rows[i], fake_hash));
  }
  EXPECT_EQ(seal.rows_hash, fake_hash("a\nb\nc\nd\ne\n"));
}

TEST(Chain, DamagedMembersAreRefused) {
  for (const char* text : {"p1 0123", "x1 0123\n", "p 0123\n", "pp 0123\n", "p1x 0123\n", "p1\n",
                           "\n", "p1 0123\n\n", "p99999999999999999999 0\n"})
    EXPECT_FALSE(parse_members(text)) << text;
}

TEST(Chain, EveryValueOfASealIsInItsHash) {
  const Seal seal =
      sealed({PropertyId{1}, 2, UtcMs{3}, 4, 5, {}, {}, "previous", {}}, {}, fake_hash);
  EXPECT_EQ(seal.hash, hash_of_seal(seal, fake_hash));
  std::vector<Seal> others(8, seal);
  others[0].property = PropertyId{9};
  others[1].number = 9;
  others[2].at = UtcMs{9};
  others[3].posting_to = 9;
  others[4].act_to = 9;
  others[5].members = "p1 0\n";
  others[6].rows_hash = "9";
  others[7].previous_hash = "9";
  std::set<std::string> hashes{seal.hash};
  for (const Seal& other : others)
    EXPECT_TRUE(hashes.insert(hash_of_seal(other, fake_hash)).second);
}

}  // namespace
}  // namespace paymeter::domain
