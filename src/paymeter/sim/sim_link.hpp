/// In-memory lines from a simulated station to a plant: the real link code (envelopes, draining,
/// reconnecting) over virtual time, without sockets.
#pragma once

#include <memory>

#include "paymeter/port/bus_link.hpp"
#include "paymeter/sim/plant.hpp"
#include "paymeter/sim/sim_runtime.hpp"
#include "paymeter/transport/byte_line.hpp"
#include "paymeter/transport/link_options.hpp"

namespace paymeter::sim {

/// One connection to a bus. Null `place`: nobody listens there.
class SimLine final : public transport::ByteLine {
 public:
  /// `runtime` and `place` outlive the line.
  SimLine(SimRuntime& runtime, Plant::BusPlace* place);
  ~SimLine() override;

  port::Async<Result<>> open(MonoMs deadline) override;
  port::Async<Result<>> write(Bytes bytes, MonoMs deadline) override;
  port::Async<Result<std::size_t>> read_some(std::span<std::uint8_t> into,
                                             MonoMs deadline) override;
  Result<std::size_t> read_now(std::span<std::uint8_t> into) override;
  bool ended() override;
  bool is_open() const override { return port_ != nullptr; }
  void drop() override;

 private:
  struct Inbox;
  SimRuntime& runtime_;
  Plant::BusPlace* place_;
  std::shared_ptr<Inbox> inbox_;
  std::shared_ptr<VirtualBus::Port> port_;
};

/// Links as the real factory makes them, by gateway and bus name.
class SimLinkFactory final : public port::BusLinkFactory {
 public:
  /// `runtime` and `plant` outlive the factory and its links.
  SimLinkFactory(SimRuntime& runtime, Plant& plant, transport::LinkOptions options = {})
      : runtime_(runtime), plant_(plant), options_(options) {}
  std::unique_ptr<port::BusLink> make(const domain::Gateway& gateway,
                                      const domain::Bus& bus) override;

 private:
  SimRuntime& runtime_;
  Plant& plant_;
  transport::LinkOptions options_;
};

}  // namespace paymeter::sim
