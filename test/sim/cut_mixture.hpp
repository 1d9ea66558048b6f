/// What happens in one seed of the town in arrears: drawn from the seed alone.
#pragma once

#include "cut_clock.hpp"
#include "cut_further.hpp"
#include "mixture.hpp"
#include "paymeter/base/time.hpp"

namespace paymeter::town {

inline constexpr int kCutMeters = 8;

/// Where tasks stand still at store calls while a cut is under way.
enum class Stall : std::uint8_t {
  none,
  before,  ///< before the operation: what it reads is fresh
  after,   ///< with what it has read in hand
};

struct CutMixture {
  std::uint64_t seed = 1;
  int day = 0;                   ///< which of kCutDays
  Millis from{};                 ///< local time of its beginning
  Millis span{};                 ///< people act
  Mixture base;                  ///< stations, faults, crashes, pauses
  bool rehearsed = false;        ///< enforcement begins as `rehearsed`
  int acts = 0;                  ///< of people, at any time
  int bad_moments = 0;           ///< acts that wait until a cut is under way
  bool keeps_enforcing = false;  ///< nobody switches it off
  bool keeps_lines = false;      ///< no gateway goes away
  Stall stall = Stall::none;
  Millis stall_max{};
  ClockTrouble clock;
  bool unwarned = false;   ///< the day begins with nobody warned
  bool ends_calls = true;  ///< operators release what they have tripped
  CutFurther further;
};

/// A plan of days: ordinary ones, eves, a Friday, and the last days that the calendar knows.
struct CutDay {
  int year, month, day;
  const char* why;
};
inline constexpr CutDay kCutDays[] = {{2026, 11, 24, "an ordinary Tuesday"},
                                      {2026, 9, 23, "the next day is an eve"},
                                      {2026, 11, 27, "a Friday"},
                                      {2026, 12, 30, "beyond tomorrow nothing is known"},
                                      {2026, 4, 29, "before Labour Day"},
                                      {2026, 11, 25, "an ordinary Wednesday"}};

CutMixture draw_cut_mixture(std::uint64_t seed);
std::string describe(const CutMixture& mixture);

}  // namespace paymeter::town
