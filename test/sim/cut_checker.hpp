/// Nobody is cut whom the rules protect: every relay that a simulated meter opens or closes is held
/// against what was stored then, by rules written again from vending.md, "Cutting the supply
/// safely". Throws Violation.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cut_view.hpp"
#include "invariants.hpp"
#include "paymeter/sim/plant.hpp"
#include "paymeter/sim/sim_world.hpp"

namespace paymeter::town {

/// What the rules allow to pass between a last look and a frame's arrival.
struct CutBounds {
  Millis frame{};    ///< of an own cut or its re-closing
  Millis command{};  ///< of a settlement's, or of an operator's closing
  Millis clock{};    ///< by which a station's clock may be wrong without anybody noticing
};

struct CutTally {
  std::int64_t opened = 0, closed = 0, cuts = 0, shown = 0, rehearsed = 0, breakers = 0,
               manual_opened = 0, steps = 0;
  std::int64_t stays = 0;  ///< trips by hand that stood in the end, paid as they were
};

class CutChecker {
 public:
  /// Price of every meter's energy at first, fen per kWh.
  static constexpr std::int64_t kPriceFen = 800;
  /// By how much a register that falls falls: far beyond what is used between two readings.
  static constexpr std::uint64_t kFallMj = 9'000ULL * 3'600'000;

  /// All outlive the checker. The meters are as they were when their accounts had nothing used.
  CutChecker(const std::string& database, sim::Plant& plant, const sim::SimWorld& world,
             std::map<std::string, std::uint64_t> energy_at_opening_mj, CutBounds bounds);

  /// `clock_error`: of the station that committed.
  void after_commit(Millis clock_error = {});
  /// A write reached the meter.
  void after_command(const std::string& code);
  /// Another device takes the meter's place.
  void before_replacement(const std::string& code);
  void after_replacement(const std::string& code);
  /// Its register fell, or shows again what it had; `before` in millijoules.
  void after_shift(const std::string& code, std::uint64_t before_mj);
  /// An hour before, at, and an hour after a midnight from which energy may cost something else:
  /// in between charges are spread over the time between two readings.
  enum class Midnight : std::uint8_t { soon, now, over };
  void pass_midnight(Midnight moment);
  /// When nothing goes wrong any more and everything had time to end.
  void at_rest();

  /// A cut was stored, or is another by now: its meter's code and state.
  void set_on_cut(std::function<void(const std::string&, const std::string&)> told) {
    on_cut_ = std::move(told);
  }
  void set_on_cut_too(std::function<void(const std::string&)> told) {
    on_cut_too_ = std::move(told);
  }
  /// A change-over waits for the new device.
  void set_on_replacing(std::function<void(const std::string&, std::int64_t settlement)> told) {
    on_replacing_ = std::move(told);
  }
  void set_on_reclosing(std::function<void()> told) { on_reclosing_ = std::move(told); }
  const CutTally& tally() const { return tally_; }
  /// The last stored standing of a meter.
  const CutStanding& standing(const std::string& code) const;
  std::int64_t balance_fen(const std::string& code) const;
  std::vector<std::string> cut_now() const;  ///< codes of meters with a cut that has not ended

 private:
  enum class Opener : std::uint8_t { nobody, cut, people };
  struct Moment {
    UtcMs from{};
    CutStanding standing;
  };
  struct Track {
    std::string code;
    std::int64_t counted_from_mj = 0;  ///< where the register stood when counting began
    /// For what was used before that, at its prices, less what it has cost others: J × fen/kWh.
    std::int64_t cost = 0;
    /// What nobody can tell to the fen: J × fen/kWh.
    std::int64_t slack = 0;
    std::int64_t before_midnight_mj = 0;
    std::int64_t step_fen = 0;  ///< of the price at the last midnight
    std::optional<std::uint64_t> fell_from_mj;
    std::deque<Moment> moments;  ///< those that a frame may still rest on; never empty
    bool is_open = false;        ///< forced
    Opener opener = Opener::nobody;
    /// How long a level has been left: whoever was warned before that was warned of something else.
    std::array<std::optional<UtcMs>, kWarnings> above_since, left_until;
    /// When warnings were given in truth, by what the station stamped on them.
    std::array<std::map<std::int64_t, std::int64_t>, kWarnings> told_in_truth;
    bool may_close = false;  ///< since the newest cut began, a reason to close it again was stored
  };
  using Ask = std::function<bool(const CutStanding&)>;

  std::int64_t balance_of(const Track& track, const CutStanding& standing) const;
  std::int64_t slack_of(const Track& track) const;
  std::int64_t energy_of(const Track& track) const;
  std::int64_t cost_of(const Track& track) const;
  void settle_cost(Track& track);
  std::int64_t price_at(std::int64_t at);
  void change_tenant(Track& track, const CutStanding& before, const CutStanding& now);
  void look_at_device(Track& track, const CutStanding& before, const CutStanding& now);
  void remember(Track& track, const CutStanding& standing);
  void look_at_levels(Track& track);
  static void look_at_warnings(Track& track, const CutStanding& now, Millis clock_error);
  void check_new_cut(const Track& track, const CutStanding& now);
  void check_ending(Track& track, const CutStanding& before, const CutStanding& now);
  void opened(Track& track);
  void closed(Track& track);
  /// Empty: it may be cut at that moment.
  std::string why_not(const Track& track, const Moment& moment, UtcMs at) const;
  std::string why_not_at(const Track& track, const CutStanding& standing, UtcMs at) const;
  std::string first_objection(const Track& track) const;
  bool any_within(const Track& track, Millis span, const Ask& ask) const;
  [[noreturn]] void broken_at(const Track& track, std::string invariant, std::string why) const;

  CutView view_;
  sim::Plant& plant_;
  const sim::SimWorld& world_;
  CutBounds bounds_;
  std::map<std::int64_t, Track> tracks_;
  std::map<std::string, std::int64_t> ids_;
  std::int64_t price_fen_ = kPriceFen;
  std::map<std::int64_t, std::int64_t> left_cost_;  ///< by account: of meters that have left it
  std::function<void(const std::string&)> on_cut_too_;
  std::function<void(const std::string&, std::int64_t)> on_replacing_;
  std::vector<std::int64_t> unrehearsed_;  ///< when cuts were decided
  std::optional<std::int64_t> last_rehearsed_;
  bool breaker_was_open_ = false;
  std::function<void(const std::string&, const std::string&)> on_cut_;
  std::function<void()> on_reclosing_;
  CutTally tally_;
};

}  // namespace paymeter::town
