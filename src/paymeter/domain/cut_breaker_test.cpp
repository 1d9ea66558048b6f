// How many cuts are too many, and who may let them go on; who may approve a rehearsal.
#include "paymeter/domain/cut_breaker.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "paymeter/domain/cut_rehearsal.hpp"

namespace paymeter::domain {
namespace {

constexpr UtcMs kNow{1'795'485'600'000};
constexpr UserId kAnn{1}, kBob{2};

std::vector<UtcMs> cuts(int count, Millis ago) {
  return std::vector<UtcMs>(static_cast<std::size_t>(count), kNow - ago);
}

TEST(Breaker, FiveOrOnePercent) {
  EXPECT_EQ(breaker_limit(0), 5);
  EXPECT_EQ(breaker_limit(152), 5);
  EXPECT_EQ(breaker_limit(500), 5);
  EXPECT_EQ(breaker_limit(599), 5) << "5.99 is not reached by the fifth, passed by the sixth";
  EXPECT_EQ(breaker_limit(600), 6);
  EXPECT_EQ(breaker_limit(10'000), 100);
}

TEST(Breaker, TheOneThatIsTooManyIsNotMade) {
  EXPECT_FALSE(breaker_trips(cuts(0, seconds(1)), kNow, 152));
  EXPECT_FALSE(breaker_trips(cuts(4, seconds(1)), kNow, 152)) << "it would be the fifth";
  EXPECT_TRUE(breaker_trips(cuts(5, seconds(1)), kNow, 152)) << "it would be the sixth";
  EXPECT_FALSE(breaker_trips(cuts(99, seconds(1)), kNow, 10'000));
  EXPECT_TRUE(breaker_trips(cuts(100, seconds(1)), kNow, 10'000));
}

TEST(Breaker, TheWindow) {
  EXPECT_TRUE(breaker_trips(cuts(5, minutes(10)), kNow, 152)) << "its edge counts";
  EXPECT_FALSE(breaker_trips(cuts(5, minutes(10) + Millis{1}), kNow, 152));
  EXPECT_TRUE(breaker_trips(cuts(5, Millis{-3'600'000}), kNow, 152)) << "the clock was set back";
}

TEST(Breaker, RehearsedCutsKeepTheirDistance) {
  EXPECT_TRUE(is_paced(std::nullopt, kNow));
  EXPECT_TRUE(is_paced(kNow - seconds(10), kNow));
  EXPECT_FALSE(is_paced(kNow - seconds(10) + Millis{1}, kNow));
  EXPECT_FALSE(is_paced(kNow + seconds(1), kNow)) << "the clock was set back";
}

CutBreaker asked_by_ann() {
  CutBreaker breaker;
  breaker.is_open = true;
  breaker.opened_at = kNow - minutes(60);
  breaker.cuts = 6;
  breaker.asked_by = kAnn;
  breaker.asked_at = kNow - minutes(10);
  return breaker;
}

struct Row {
  const char* why;
  void (*change)(CutBreaker&, BreakerRelease&);
  std::optional<Errc> error;
};
constexpr Row kReleases[] = {
    {"a second person agrees", [](CutBreaker&, BreakerRelease&) {}, std::nullopt},
    {"at once", [](CutBreaker& breaker, BreakerRelease&) { breaker.asked_at = kNow; },
     std::nullopt},
    {"it is not open", [](CutBreaker& breaker, BreakerRelease&) { breaker.is_open = false; },
     Errc::breaker_not_open},
    {"nobody asked", [](CutBreaker& breaker, BreakerRelease&) { breaker.asked_by = {}; },
     Errc::breaker_not_asked},
    {"who asked agrees, others could",
     [](CutBreaker&, BreakerRelease& release) {
       release.by = kAnn;
       release.typed = "放行 6";
     },
     Errc::breaker_same_person},
    {"alone, after the pause, typed",
     [](CutBreaker&, BreakerRelease& release) {
       release.by = kAnn;
       release.others = 0;
       release.typed = "放行 6";
     },
     std::nullopt},
    {"alone, in English",
     [](CutBreaker&, BreakerRelease& release) {
       release.by = kAnn;
       release.others = 0;
       release.typed = "release 6";
     },
     std::nullopt},
    {"alone, a millisecond early",
     [](CutBreaker& breaker, BreakerRelease& release) {
       breaker.asked_at = kNow - minutes(10) + Millis{1};
       release.by = kAnn;
       release.others = 0;
       release.typed = "放行 6";
     },
     Errc::breaker_pause},
    {"alone, another number",
     [](CutBreaker&, BreakerRelease& release) {
       release.by = kAnn;
       release.others = 0;
       release.typed = "放行 5";
     },
     Errc::breaker_phrase_wrong},
};

TEST(Breaker, WhoMayReleaseIt) {
  for (const Row& row : kReleases) {
    CutBreaker breaker = asked_by_ann();
    BreakerRelease release{kBob, kNow, 2, ""};
    row.change(breaker, release);
    const auto allowed = may_release(breaker, release);
    EXPECT_EQ(allowed.has_value(), !row.error) << row.why;
    if (!allowed && row.error) {
      EXPECT_EQ(allowed.error().code, *row.error) << row.why;
    }
  }
}

TEST(Rehearsal, IsApprovedTheDayBeforeAndAsItWasRead) {
  Rehearsal rehearsal;
  rehearsal.day = 100;
  rehearsal.revision = 3;
  EXPECT_TRUE(may_decide_rehearsal(rehearsal, 3, 99));
  EXPECT_TRUE(may_decide_rehearsal(rehearsal, 3, 97)) << "before a weekend";
  EXPECT_EQ(may_decide_rehearsal(rehearsal, 2, 99).error().code, Errc::rehearsal_changed);
  EXPECT_EQ(may_decide_rehearsal(rehearsal, 3, 100).error().code, Errc::rehearsal_too_late);
  rehearsal.state = RehearsalState::rejected;
  EXPECT_EQ(may_decide_rehearsal(rehearsal, 3, 99).error().code, Errc::rehearsal_decided);
}

}  // namespace
}  // namespace paymeter::domain
