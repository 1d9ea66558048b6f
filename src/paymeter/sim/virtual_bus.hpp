/// The wire of one virtual bus: meters by unit, one request at a time, and everything that goes
/// wrong between a master and its meters. Sockets, terminals and in-memory lines all end here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "paymeter/base/bytes.hpp"
#include "paymeter/port/runtime.hpp"
#include "paymeter/sim/fault_plan.hpp"
#include "paymeter/sim/site_meter.hpp"

namespace paymeter::sim {

/// The master's end of a connection, as the bus sees it.
class Outlet {
 public:
  virtual ~Outlet() = default;
  /// Bytes for the master. Must return at once.
  virtual void deliver(Bytes bytes) = 0;
};

enum class Framing : std::uint8_t { rtu, tcp };

/// What happened on a bus since it was made.
struct VirtualBusCounters {
  std::uint64_t requests = 0;    ///< whole frames from masters
  std::uint64_t answered = 0;    ///< by a meter
  std::uint64_t broadcasts = 0;  ///< unit 0, ignored
  std::uint64_t unknown_unit = 0;
  std::uint64_t silent_meter = 0;    ///< dead or without power
  std::uint64_t shed = 0;            ///< the queue was full
  std::uint64_t hostile_bytes = 0;   ///< belonged to no frame
  std::uint64_t broken_streams = 0;  ///< TCP headers that cannot be followed
  std::uint64_t faults = 0;          ///< fates that were not plain
  std::uint64_t frames_lost = 0;     ///< requests and replies, damaged ones included
  std::uint64_t frames_doubled = 0;
  std::uint64_t frames_late = 0;  ///< held back, so that others may overtake
  friend bool operator==(const VirtualBusCounters&, const VirtualBusCounters&) = default;
};

class VirtualBus {
 public:
  struct Settings {
    std::string name;
    Framing framing = Framing::tcp;
    int baud = 9600;               ///< > 0; 8N1, 10 bits a byte
    Millis gateway_patience{300};  ///< how long the wire waits for a meter that is silent
  };
  /// `runtime` and `clock` outlive the bus; its tasks may outlive it harmlessly.
  VirtualBus(port::Runtime& runtime, const SiteClock& clock, Settings settings, std::uint64_t seed);
  ~VirtualBus();
  VirtualBus(const VirtualBus&) = delete;
  VirtualBus& operator=(const VirtualBus&) = delete;

  /// Requires: unit 1–247, free.
  SiteMeter& attach(std::uint8_t unit, SiteMeter meter);
  /// Null = no such unit.
  SiteMeter* meter(std::uint8_t unit);
  FaultPlan& faults();
  /// `saw(unit)` runs at once after each command (write) that a meter answered.
  void set_witness(std::function<void(std::uint8_t unit)> saw);
  const VirtualBusCounters& counters() const;
  const Settings& settings() const;

  /// A master connects; the connection ends when the port object does. With RTU framing every
  /// connected master hears every reply, as behind a transparent converter.
  class Port;
  std::shared_ptr<Port> connect(std::weak_ptr<Outlet> outlet);

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

class VirtualBus::Port {
 public:
  Port(std::shared_ptr<Core> core, std::weak_ptr<Outlet> outlet);
  ~Port();
  /// Bytes from the master, at most 512 at a time. `broken`: close the connection, the stream
  /// cannot be followed.
  enum class Stream : std::uint8_t { fine, broken };
  Stream receive(Bytes bytes);

 private:
  friend class VirtualBus;
  struct Parsers;
  std::shared_ptr<Core> core_;
  std::weak_ptr<Outlet> outlet_;
  std::unique_ptr<Parsers> parsers_;
  MonoMs last_bytes_{};
};

}  // namespace paymeter::sim
