/// A plant behind real sockets and pseudo-terminals: what a station finds on the wire.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paymeter/sim/gate.hpp"
#include "paymeter/sim/plant.hpp"

namespace paymeter::sim {

struct VirtualSiteOptions {
  PlantOptions plant{};
  std::string host = "127.0.0.1";  ///< numeric address that the gateways listen on
  /// Empty: each bus on the plan's own port. Else bus k of the plan (from 0, counting all buses)
  /// listens on base_port + k; 0 = any free port.
  std::optional<std::uint16_t> base_port{};
  /// Directory for links `<gateway>-<bus>` to the terminals of serial buses; empty = no links.
  std::string pty_dir{};
  std::size_t connections_max = 8;  ///< per bus
  std::string state_file{};         ///< empty = meters forget everything at the end
};

/// Where a bus can be reached.
struct Endpoint {
  std::string gateway, bus;
  domain::BusTransport transport = domain::BusTransport::modbus_tcp;
  std::string host;        ///< TCP transports
  std::uint16_t port = 0;  ///< TCP transports
  std::string device;      ///< serial
};

class VirtualSite {
 public:
  /// Builds the plant, takes back the state file if there is one, and listens. `context` and
  /// `runtime` outlive the site; run the context once more after destroying it, or not at all.
  /// Errors: those of Plant::build, store_failed (state file unreadable), request_invalid (state
  /// file damaged), link_connect_failed.
  static Result<std::unique_ptr<VirtualSite>> open(boost::asio::io_context& context,
                                                   port::Runtime& runtime,
                                                   const domain::SitePlan& plan,
                                                   VirtualSiteOptions options);
  /// Closes every gate.
  ~VirtualSite();

  Plant& plant() { return *plant_; }
  /// In the order of the plan's buses.
  const std::vector<Endpoint>& endpoints() const { return endpoints_; }
  const GateCounters& counters(std::size_t endpoint) const { return gates_[endpoint]->counters(); }

  /// Down: connections are cut and new ones refused.
  void set_gateway_down(std::string_view gateway, bool down);

  /// Writes the state file whole or not at all (nothing to do without one). Errors: store_failed.
  Result<> save();

 private:
  explicit VirtualSite(VirtualSiteOptions options) : options_(std::move(options)) {}
  Result<> load();
  Result<> listen(boost::asio::io_context& context);

  VirtualSiteOptions options_;
  std::unique_ptr<Plant> plant_;
  std::vector<std::unique_ptr<Gate>> gates_;
  std::vector<Endpoint> endpoints_;
};

/// The plan as a station must have it to meet this site: hosts, ports and devices replaced.
/// Requires: endpoints of a site made from the same plan.
domain::SitePlan redirected(domain::SitePlan plan, const std::vector<Endpoint>& endpoints);

}  // namespace paymeter::sim
