/// Makes the link of each configured bus: Modbus TCP, RTU over TCP, or a serial port.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "paymeter/port/bus_link.hpp"
#include "paymeter/transport/asio_runtime.hpp"
#include "paymeter/transport/connect_gate.hpp"
#include "paymeter/transport/link_counters.hpp"
#include "paymeter/transport/link_options.hpp"

namespace paymeter::transport {

struct LinkStatus {
  GatewayId gateway{};
  BusId bus{};
  std::string label;
  std::shared_ptr<const LinkCounters> counters;
};

class AsioLinkFactory final : public port::BusLinkFactory {
 public:
  /// `runtime` outlives the factory and its links.
  explicit AsioLinkFactory(AsioRuntime& runtime, LinkOptions options = {});

  std::unique_ptr<port::BusLink> make(const domain::Gateway& gateway,
                                      const domain::Bus& bus) override;
  /// One row per bus for which a link was made, the latest link's, in order of bus id: for the
  /// metrics page.
  std::vector<LinkStatus> statuses() const;
  /// Through which the network links connect.
  const ConnectGate& gate() const { return *gate_; }

 private:
  AsioRuntime& runtime_;
  LinkOptions options_;
  std::shared_ptr<ConnectGate> gate_;
  std::vector<LinkStatus> statuses_;
};

}  // namespace paymeter::transport
