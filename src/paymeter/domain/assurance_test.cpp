// Relay and energy against intent, after each switch.
#include "paymeter/domain/assurance.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {
namespace {

constexpr UtcMs kSince{1'000'000'000};

SwitchFacts opened() {
  SwitchFacts facts;
  facts.wanted = SupplyTarget::open;
  facts.wanted_since = kSince;
  facts.is_confirmed = true;
  facts.base = SwitchReading{kSince + seconds(2), true, 100'000};
  facts.latest = SwitchReading{kSince + minutes(30), true, 100'000};
  return facts;
}
SwitchFacts closed() {
  SwitchFacts facts = opened();
  facts.wanted = SupplyTarget::released;
  facts.opens_by_itself = false;
  facts.base.reset();
  facts.latest.relay_open = false;
  return facts;
}

struct Row {
  const char* why;
  SwitchFacts (*from)();
  void (*change)(SwitchFacts&);
  SwitchFindings found;
};
constexpr SwitchFindings kWell{};
constexpr SwitchFindings kWelded{true, false, false};
constexpr SwitchFindings kNotReclosed{false, true, false};
constexpr SwitchFindings kMismatch{false, false, true};

constexpr Row kRows[] = {
    {"open, and nothing flows", opened, [](SwitchFacts&) {}, kWell},
    {"what the register rounds", opened, [](SwitchFacts& f) { f.latest.energy_wh = 100'050; },
     kWell},
    {"a Wh more", opened, [](SwitchFacts& f) { f.latest.energy_wh = 100'051; }, kWelded},
    {"behind a transformer of 40 a step is 400 Wh", opened,
     [](SwitchFacts& f) {
       f.ct_ratio = 40;
       f.latest.energy_wh = 101'200;
     },
     kWell},
    {"and more than three steps are energy", opened,
     [](SwitchFacts& f) {
       f.ct_ratio = 40;
       f.latest.energy_wh = 101'201;
     },
     kWelded},
    {"the register fell", opened, [](SwitchFacts& f) { f.latest.energy_wh = 5; }, kWell},
    {"no energy was read", opened, [](SwitchFacts& f) { f.latest.energy_wh.reset(); }, kWell},
    {"used before it opened", opened,
     [](SwitchFacts& f) {
       f.base->at = kSince - seconds(1);
       f.latest.energy_wh = 200'000;
     },
     kWell},
    {"a reading from before the switch", opened,
     [](SwitchFacts& f) {
       f.latest.at = kSince - seconds(1);
       f.latest.relay_open = false;
     },
     kWell},
    {"closed, and nobody meant it", opened, [](SwitchFacts& f) { f.latest.relay_open = false; },
     kMismatch},
    {"the command is still under way", opened,
     [](SwitchFacts& f) {
       f.is_confirmed = false;
       f.latest.at = kSince + minutes(5) - Millis{1};
       f.latest.relay_open = false;
     },
     kWell},
    {"… and should have come", opened,
     [](SwitchFacts& f) {
       f.is_confirmed = false;
       f.latest.at = kSince + minutes(5);
       f.latest.relay_open = false;
     },
     kMismatch},
    {"the relay was not read", opened, [](SwitchFacts& f) { f.latest.relay_open.reset(); }, kWell},
    {"closed as it should be", closed, [](SwitchFacts&) {}, kWell},
    {"open after a re-close", closed,
     [](SwitchFacts& f) {
       f.was_reclosed = true;
       f.latest.relay_open = true;
     },
     kNotReclosed},
    {"open without anybody's intent", closed, [](SwitchFacts& f) { f.latest.relay_open = true; },
     kMismatch},
    {"the meter's own wallet opened it", closed,
     [](SwitchFacts& f) {
       f.opens_by_itself = true;
       f.latest.relay_open = true;
     },
     kWell},
    {"保电, and open", closed,
     [](SwitchFacts& f) {
       f.wanted = SupplyTarget::forced_on;
       f.opens_by_itself = true;
       f.latest.relay_open = true;
     },
     kMismatch},
};

TEST(Assurance, RelayAndEnergyAgainstIntent) {
  for (const Row& row : kRows) {
    SwitchFacts facts = row.from();
    row.change(facts);
    const SwitchFindings found = judge_switch(facts);
    EXPECT_EQ(found.relay_welded, row.found.relay_welded) << row.why;
    EXPECT_EQ(found.reclose_failed, row.found.reclose_failed) << row.why;
    EXPECT_EQ(found.relay_mismatch, row.found.relay_mismatch) << row.why;
  }
}

}  // namespace
}  // namespace paymeter::domain
