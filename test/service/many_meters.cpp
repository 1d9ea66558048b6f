// Many buses of reference meters for batches, and a station that dies at a commit.
#include "many_meters.hpp"

namespace paymeter::bench_station {
namespace {

class ManyLink final : public port::BusLink {
 public:
  ManyLink(port::Runtime& runtime, ManyMeters& site, int bus)
      : runtime_(runtime), site_(site), bus_(bus) {}
  port::Async<Result<Buffer>> exchange(port::BusRequest request) override {
    auto reply = site_.pass(bus_, request.unit, request.pdu);
    co_await runtime_.sleep(Millis{20});
    if (closed_) co_return fail(Errc::link_closed);
    if (!reply) co_return fail(Errc::link_timeout);
    co_return *reply;
  }
  void close() override { closed_ = true; }

 private:
  port::Runtime& runtime_;
  ManyMeters& site_;
  int bus_;
  bool closed_ = false;
};

class ManyLinks final : public port::BusLinkFactory {
 public:
  ManyLinks(port::Runtime& runtime, ManyMeters& site) : runtime_(runtime), site_(site) {}
  std::unique_ptr<port::BusLink> make(const domain::Gateway&, const domain::Bus& bus) override {
    return std::make_unique<ManyLink>(runtime_, site_, std::stoi(bus.name));
  }

 private:
  port::Runtime& runtime_;
  ManyMeters& site_;
};

}  // namespace

ManyMeters::ManyMeters(int bus_count, int unit_count) : buses(bus_count), units(unit_count) {
  const CivilTime noon{.year = 2026, .month = 11, .day = 22, .hour = 12};
  for (int bus = 1; bus <= buses; ++bus)
    for (int unit = 1; unit <= units; ++unit) {
      sim::ReferenceIdentity identity;
      identity.serial = code_of(bus, unit);
      meters_[{bus, unit}] = std::make_unique<sim::ReferenceMeter>(identity, noon);
    }
}

std::string ManyMeters::code_of(int bus, int unit) {
  return "PM" + std::to_string(bus * 1000 + unit);
}

domain::SitePlan ManyMeters::plan() const {
  domain::SitePlan plan;
  plan.property = domain::Property{{}, "大楼", "Asia/Shanghai", true};
  for (int bus = 1; bus <= buses; ++bus) {
    const std::string name = std::to_string(bus);
    plan.gateways.push_back({{}, {}, "G" + name, "127.0.0.1"});
    domain::Bus row;
    row.name = name;
    row.port = 1502;
    row.poll_interval = row.full_interval = minutes(24 * 60);
    plan.buses.push_back({"G" + name, row});
    for (int unit = 1; unit <= units; ++unit) {
      domain::SitePlan::MeterRow meter;
      meter.gateway = "G" + name;
      meter.bus = name;
      meter.meter.code = meter.meter.serial = code_of(bus, unit);
      meter.meter.model = "paymeter-reference-nk";
      meter.meter.unit = static_cast<std::uint8_t>(unit);
      plan.meters.push_back(meter);
    }
  }
  return plan;
}

std::unique_ptr<port::BusLinkFactory> ManyMeters::links(sim::SimRuntime& runtime) {
  return std::make_unique<ManyLinks>(runtime, *this);
}

std::optional<Buffer> ManyMeters::pass(int bus, std::uint8_t unit, Bytes pdu) {
  if (is_relay(pdu)) ++relay_frames[{bus, unit}];
  if (bus <= dead_buses) return std::nullopt;
  return meter(bus, unit).handle(pdu);
}

ManyStation::ManyStation(sim::SimWorld& world, ManyMeters& site, std::string database, Death& death)
    : TestStation(world,
                  [&] {
                    Options options;
                    options.store = test_support::inline_sqlite(std::move(database));
                    options.store.commit_hook = [&death](store::CommitPoint point) {
                      if (point == store::CommitPoint::before) ++death.seen;
                      if (death.commits_left < 0 || point != death.point) return;
                      if (death.commits_left-- == 0) throw StationDied{};
                    };
                    options.links = [&site](sim::SimRuntime& runtime) {
                      return site.links(runtime);
                    };
                    return options;
                  }()),
      site_(site) {}

void ManyStation::start() {
  runtime.spawn("boot", boot(site_.plan()));
  until([this] { return booted(); });
}

}  // namespace paymeter::bench_station
