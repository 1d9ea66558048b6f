/// Compacts the readings of closed local days, property by property, as time goes by.
#pragma once

#include "paymeter/domain/site.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"
#include "paymeter/service/live_table.hpp"

namespace paymeter::service {

/// A day is closed a while after its local midnight, so that the last sweep is stored. Readings
/// that come later still join their day at the next pass.
class ReadingKeeper {
 public:
  struct Deps {
    port::Runtime& runtime;
    port::ReadingStore& store;
    const LiveTable& live;
  };
  explicit ReadingKeeper(Deps deps) : deps_(deps) {}

  /// Makes a pass now and then until the runtime stops. The keeper must outlive its task.
  void start();

  /// One pass over all properties. Returns how many days were compacted. Errors: those of the
  /// store; what is left is done by the next pass.
  port::Async<Result<int>> compact_closed_days();

  /// In words; empty = the last pass went well.
  std::vector<std::string> problems() const;

 private:
  port::Async<> loop();
  port::Async<Result<int>> compact_property(domain::Property property);
  port::Async<Result<>> compact_day(PropertyId property, std::int64_t day, Millis offset);

  Deps deps_;
  std::string problem_;
};

}  // namespace paymeter::service
