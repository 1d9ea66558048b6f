// The life of a version as a table: who may do what, and which is in force.
#include "paymeter/domain/tariff/version.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain::tariff {
namespace {

constexpr UserId kAnna{1}, kBo{2}, kChen{3};
constexpr UtcMs kNow{1'000};

TariffVersion version(std::int64_t number, VersionState state, std::int64_t valid_from) {
  TariffVersion out;
  out.id = {number + 100};
  out.number = number;
  out.state = state;
  out.valid_from = {valid_from};
  return out;
}

TEST(TariffVersion, Acts) {
  using enum VersionAct;
  using enum VersionState;
  struct Row {
    const char* reason;
    VersionState before;
    std::int64_t valid_from;
    VersionAct act;
    UserId by;
    Result<VersionState> after;
  };
  const auto refused = [](Errc code) { return Result<VersionState>(fail(code)); };
  for (const Row& row :
       {Row{"a draft may be edited", draft, 2'000, edit, kAnna, draft},
        Row{"by anybody", draft, 2'000, edit, kChen, draft},
        Row{"what is submitted may not", submitted, 2'000, edit, kAnna,
            refused(Errc::tariff_version_fixed)},
        Row{"nor what is approved", approved, 2'000, edit, kAnna,
            refused(Errc::tariff_version_fixed)},
        Row{"nor what was rejected", rejected, 2'000, edit, kAnna,
            refused(Errc::tariff_version_fixed)},
        Row{"submit", draft, 2'000, submit, kAnna, submitted},
        Row{"only once", submitted, 2'000, submit, kAnna,
            refused(Errc::tariff_version_state_conflict)},
        Row{"a second person approves", submitted, 2'000, approve, kChen, approved},
        Row{"not who wrote it", submitted, 2'000, approve, kAnna,
            refused(Errc::tariff_approval_own)},
        Row{"not who edited or submitted it", submitted, 2'000, approve, kBo,
            refused(Errc::tariff_approval_own)},
        Row{"not a draft", draft, 2'000, approve, kChen,
            refused(Errc::tariff_version_state_conflict)},
        Row{"not where another was in force", submitted, 600, approve, kChen,
            refused(Errc::tariff_version_retroactive)},
        Row{"before anything was in force nobody was billed", submitted, 400, approve, kChen,
            approved},
        Row{"from this very instant on", submitted, 1'000, approve, kChen, approved},
        Row{"reject", submitted, 2'000, reject, kChen, rejected},
        Row{"who wrote it may reject it", submitted, 2'000, reject, kAnna, rejected},
        Row{"an approved one before it is in force", approved, 2'000, withdraw, kAnna, withdrawn},
        Row{"not one in force", approved, 1'000, withdraw, kAnna,
            refused(Errc::tariff_version_retroactive)},
        Row{"nor a draft", draft, 2'000, withdraw, kAnna,
            refused(Errc::tariff_version_state_conflict)}}) {
    const std::vector<TariffVersion> all{version(1, approved, 500),
                                         version(2, row.before, row.valid_from)};
    const std::vector<UserId> writers{kAnna, kBo};
    const auto after = after_act(all[1], row.act, {row.by, kNow, all, writers});
    EXPECT_EQ(after, row.after) << row.reason;
  }
}

TEST(TariffVersion, InForce) {
  using enum VersionState;
  const std::vector<TariffVersion> all{version(1, approved, 100), version(2, approved, 300),
                                       version(3, approved, 200), version(4, rejected, 150),
                                       version(5, approved, 300), version(6, draft, 350)};
  struct Row {
    const char* reason;
    std::int64_t at, number;
  };
  for (const Row& row : {Row{"before the first", 99, 0}, Row{"from its first instant", 100, 1},
                         Row{"until the next begins, whatever its number", 199, 1},
                         Row{"the latest valid_from", 200, 3},
                         Row{"of two from the same instant the higher number", 300, 5},
                         Row{"drafts never", 400, 5}}) {
    const TariffVersion* found = in_force(all, {row.at});
    EXPECT_EQ(found == nullptr ? 0 : found->number, row.number) << row.reason;
  }
  std::vector<std::int64_t> numbers;
  for (const TariffVersion* each : in_force_between(all, {150}, {301}))
    numbers.push_back(each->number);
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{1, 3, 5}));
  EXPECT_EQ(in_force_between(all, {150}, {200}).size(), 1U) << "half-open";
  EXPECT_TRUE(in_force_between(all, {0}, {100}).empty());
}

TEST(TariffVersion, Standing) {
  using enum VersionState;
  const std::vector<TariffVersion> all{version(1, approved, 100),    version(2, approved, 900),
                                       version(3, approved, 2'000),  version(4, approved, 2'000),
                                       version(5, submitted, 2'000), version(6, withdrawn, 3'000)};
  std::vector<std::string_view> names;
  for (const TariffVersion& each : all)
    names.push_back(version_standing_name(standing(all, each, kNow)));
  EXPECT_EQ(names, (std::vector<std::string_view>{"superseded", "in_use", "superseded", "approved",
                                                  "submitted", "withdrawn"}));
}

}  // namespace
}  // namespace paymeter::domain::tariff
