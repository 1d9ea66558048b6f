/// Carries own cuts and their re-closing on the bus: read, decide, store, send, read back, in one
/// turn of the bus owner. Inner part of enforcement.hpp.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "paymeter/service/alarms.hpp"
#include "paymeter/service/cut_look.hpp"
#include "paymeter/service/events.hpp"
#include "paymeter/service/punctual_link.hpp"

namespace paymeter::service {

/// What one turn on the bus came to.
struct CutTurn {
  std::optional<CutLook> look;      ///< the decision that was made; empty: none could be
  std::optional<port::OwnCut> cut;  ///< as it is now
  bool breaker_opened = false;
  bool shown = false;  ///< the last read-back showed what is wanted
  bool held_by_others = false;
  std::optional<Errc> trouble;
  std::optional<domain::PrepaidState> last_read;
};

class CutCarrier {
 public:
  struct Settings {
    Millis send_within = kSwitchWithin;  ///< after the decision: a paused process sends nothing
    Millis frame_life = kFrameLife;
    Millis retry_first = seconds(2);
    Millis reclose_retry_max = seconds(60);
    Millis cut_retry_max = minutes(10);
    /// Meters that do not answer and may be asked within a pause, over all buses: more of them wait
    /// that much longer each, so that the dead leave the wire to the living.
    int silent_in_a_pause = 8;
  };
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    Collector& collector;
    CutLooker& looker;
    EventHub& events;
  };
  CutCarrier(Deps deps, Settings settings) : deps_(deps), settings_(settings) {}

  /// The meter does not answer and is asked at growing pauses.
  bool is_silent(MeterId meter) const { return silences_.contains(meter); }
  /// It has answered somebody else since it was last asked in vain.
  bool has_answered_since(MeterId meter, std::optional<MonoMs> heard) const {
    const auto silence = silences_.find(meter);
    return silence != silences_.end() && heard && *heard > silence->second.asked;
  }
  /// Asked again soon: money came, or a person's will.
  void forget_silence(MeterId meter) { silences_.erase(meter); }

  /// A first cut: everything is decided again by the bus owner immediately before sending.
  port::Async<CutTurn> cut(MeterId meter);

  /// One step of the meter's lasting own cut. Returns how long to wait for the next; empty: it has
  /// ended, or the store does not answer (then a later round takes it up again).
  port::Async<std::optional<Millis>> carry(MeterId meter);

 private:
  struct Turn;
  static port::Async<> cut_work(port::MeterDriver& driver, port::BusLink& link,
                                std::shared_ptr<Turn> turn);
  static port::Async<> send_cut(port::MeterDriver& driver, port::BusLink& link,
                                std::shared_ptr<Turn> turn);
  static port::Async<Result<>> store_intent(std::shared_ptr<Turn> turn);
  static port::Async<bool> last_look(std::shared_ptr<Turn> turn);
  static port::Async<> reclose_work(port::MeterDriver& driver, port::BusLink& link,
                                    std::shared_ptr<Turn> turn);
  static port::Async<> send_reclose(port::MeterDriver& driver, port::BusLink& link,
                                    std::shared_ptr<Turn> turn);
  std::shared_ptr<Turn> new_turn(MeterId meter) const;
  port::Async<CutTurn> run_cut(MeterId meter, std::optional<port::OwnCut> again);
  port::Async<CutTurn> run_reclose(port::OwnCut cut);
  port::Async<bool> ends_by_itself(port::OwnCut cut);
  port::Async<std::optional<Millis>> carry_intended(port::OwnCut cut);
  port::Async<std::optional<Millis>> carry_shown(port::OwnCut cut);
  port::Async<std::optional<Millis>> carry_reclosing(port::OwnCut cut);
  port::Async<Result<port::OwnCut>> step(const port::OwnCut& cut, port::OwnCutState to,
                                         std::string reason, std::optional<Errc> trouble,
                                         std::optional<port::CutRecord> decision);
  Millis backoff(int tries, Millis most) const;
  /// The pause after a turn: by what was sent, or by how often in a row nobody answered.
  Millis pause_after(const CutTurn& turn, const port::OwnCut& cut, Millis most);
  Millis reclosing_for(const port::OwnCut& cut);

  struct Silence {
    int times = 0;   ///< in a row
    MonoMs asked{};  ///< the last time
  };

  Deps deps_;
  Settings settings_;
  /// Only in memory: a process that takes the cuts up asks each of them at once.
  std::map<MeterId, Silence> silences_;
  std::map<CutId, MonoMs> reclosing_since_;  ///< as this process has seen it
};

}  // namespace paymeter::service
