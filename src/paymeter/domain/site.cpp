// Spellings of bus words.
#include "paymeter/domain/site.hpp"

#include "paymeter/domain/spelling.hpp"

namespace paymeter::domain {
namespace {
constexpr std::array<std::string_view, 3> kTransports{"modbus_tcp", "rtu_over_tcp", "serial"};
constexpr std::array<std::string_view, 3> kParities{"none", "even", "odd"};
}  // namespace

std::string_view bus_transport_name(BusTransport transport) {
  return spell(kTransports, transport);
}
std::optional<BusTransport> bus_transport_from_name(std::string_view name) {
  return unspell<BusTransport>(kTransports, name);
}
std::string_view parity_name(Parity parity) { return spell(kParities, parity); }
std::optional<Parity> parity_from_name(std::string_view name) {
  return unspell<Parity>(kParities, name);
}

}  // namespace paymeter::domain
