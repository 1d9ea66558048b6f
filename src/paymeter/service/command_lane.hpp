/// The commands of one meter. Switching the supply never waits behind a download that cannot get
/// through; downloads and the opening keep their order among themselves.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "paymeter/service/command_work.hpp"
#include "paymeter/service/commands.hpp"

namespace paymeter::service {

class CommandLane {
 public:
  CommandLane(Commands::Deps deps, Commands::Settings settings, MeterId meter);
  /// Returns when nothing is left to do or the station stops.
  static port::Async<> run(std::shared_ptr<CommandLane> self);
  /// Ignores a command that is already waiting here. Wakes the lane, because the newcomer may have
  /// superseded what it is waiting for.
  void push(const domain::Command& command);
  MeterId meter() const { return meter_; }

 private:
  /// A command that is not finished yet, and when to try it next.
  struct Waiting {
    domain::Command command;
    Millis pause{};
    MonoMs next_try{};
    MonoMs since{};
  };
  /// What goes to the bus owner and comes back from there.
  struct Sending;
  /// The one to look at next: any switch before the first of the others. Null = nothing left.
  Waiting* next();
  void remove(CommandId id);
  bool is_other_device(const domain::PrepaidState& read) const;
  port::Async<Result<bool>> look(domain::Command command, MonoMs since);
  /// One try. true: finished one way or the other.
  port::Async<Result<bool>> attempt(domain::Command command, MonoMs since);
  /// The meter shows the target. False: it may not last, look again.
  port::Async<Result<bool>> reached(domain::Command command, MonoMs since,
                                    domain::PrepaidState read);
  /// May a frame that wanted the opposite still lie in a gateway? Errors: those of the store.
  port::Async<Result<bool>> opposite_may_arrive(domain::Command command);
  /// Right before sending: does anything speak against it that did not when it was stored? Errors:
  /// supply_protected and command_superseded (never to be sent), store errors.
  port::Async<Result<>> may_still_be_sent(domain::Command command);
  port::Async<Result<bool>> give_up_on(domain::Command command, Error why);
  port::Async<Result<bool>> finish(domain::Command command, domain::CommandState state,
                                   std::optional<Errc> result, domain::PrepaidState read);
  port::Async<> take_up_renewed();
  port::Async<Result<port::WriteReply>> send(domain::Command command, domain::Epoch epoch);
  /// On the bus, right before the frame: a switch waited for the line, or the process stood still.
  static port::Async<> send_if_wanted(port::MeterDriver& driver, port::BusLink& link,
                                      std::shared_ptr<Sending> sending);
  port::Async<Result<bool>> read_back(domain::Command command, MonoMs since,
                                      Result<port::WriteReply> reply);
  port::Async<Result<ReadBack>> look_at(domain::Command command, domain::PrepaidState read,
                                        BusPriority priority);
  port::Async<> note(domain::Command command, std::string differences);
  SiteTime site_time() const;

  Commands::Deps deps_;
  Commands::Settings settings_;
  MeterId meter_;
  std::vector<Waiting> waiting_;            ///< in the order of their ids
  std::map<CommandId, std::string> noted_;  ///< differences already stored
  std::unique_ptr<port::Wakeup> wake_;
};

}  // namespace paymeter::service
