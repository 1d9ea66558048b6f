// Virtual sites on real sockets and terminals, met by the real links.
#include "paymeter/sim/virtual_site.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>

#include "paymeter/base/hex.hpp"
#include "paymeter/codec/modbus_pdu.hpp"
#include "paymeter/sim/test_plan.hpp"
#include "paymeter/transport/link_factory.hpp"

namespace paymeter::sim {
namespace {

using boost::asio::ip::tcp;
using domain::BusTransport;
namespace fs = std::filesystem;

/// A directory of this process that goes away with the test.
struct Scratch {
  fs::path path;
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "paymeter_sim_XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Scratch() { fs::remove_all(path); }
};

struct Rig {
  boost::asio::io_context context{1};
  transport::AsioRuntime runtime{context, [](std::string_view name, std::string_view what) {
                                   ADD_FAILURE() << name << ": " << what;
                                 }};
  domain::SitePlan plan;
  VirtualSiteOptions options;
  std::unique_ptr<VirtualSite> site;

  explicit Rig(BusTransport transport, VirtualSiteOptions wanted = {}, int meters = 3)
      : plan(small_plan(transport, meters)), options(std::move(wanted)) {
    options.base_port = 0;
    options.plant.speed = std::max(options.plant.speed, 100);
    open();
  }
  void open() {
    auto opened = VirtualSite::open(context, runtime, plan, options);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    site = std::move(*opened);
    plan = redirected(plan, site->endpoints());
  }

  std::unique_ptr<port::BusLink> link() {
    return transport::AsioLinkFactory(runtime).make(plan.gateways[0], plan.buses[0].bus);
  }
  template <class T>
  T run(port::Async<T> task) {
    std::optional<T> result;
    runtime.spawn("test", finish(std::move(task), result));
    while (!result && context.run_one() > 0) {
    }
    return std::move(*result);
  }
  template <class T>
  static port::Async<> finish(port::Async<T> task, std::optional<T>& into) {
    into = co_await std::move(task);
  }
  Result<Buffer> read(port::BusLink& bus, std::uint8_t unit, std::uint16_t address,
                      std::uint16_t count) {
    return run(bus.exchange(
        {unit, codec::encode_read_request(3, address, count), codec::read_reply_size(count)}));
  }
  /// Runs handlers until `done` holds.
  void run_until(const std::function<bool()>& done) {
    while (!done() && context.run_one() > 0) {
    }
  }
  tcp::socket connect(int receive_buffer = 65'536) {
    tcp::socket socket(context, tcp::v4());
    socket.set_option(tcp::socket::receive_buffer_size(receive_buffer));
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), site->endpoints()[0].port});
    return socket;
  }
};

TEST(VirtualSite, AnswersTheRealLinksOverEveryTransport) {
  for (const auto transport :
       {BusTransport::modbus_tcp, BusTransport::rtu_over_tcp, BusTransport::serial}) {
    const Scratch scratch;
    Rig rig(transport, {.pty_dir = scratch.path.string()});
    const auto link = rig.link();
    for (std::uint8_t unit = 1; unit <= 3; ++unit) {
      const auto reply = rig.read(*link, unit, 0x600E, 10);
      ASSERT_TRUE(reply.has_value()) << error_name(reply.error().code);
      EXPECT_EQ(std::string(reply->begin() + 2, reply->begin() + 12), derived_serial(1, unit));
    }
    if (transport == BusTransport::serial) {
      EXPECT_EQ(rig.plan.buses[0].bus.device, (scratch.path / "G1-B1").string());
      EXPECT_TRUE(fs::is_symlink(scratch.path / "G1-B1"));
      rig.site.reset();
      EXPECT_FALSE(fs::exists(fs::symlink_status(scratch.path / "G1-B1")));
    }
  }
}

TEST(VirtualSite, AnUnknownUnitIsNotAnswered) {
  Rig rig(BusTransport::modbus_tcp);
  rig.plan.buses[0].bus.reply_timeout = Millis{50};
  const auto link = rig.link();
  EXPECT_EQ(rig.read(*link, 200, 0x6000, 1).error().code, Errc::link_timeout);
  EXPECT_TRUE(rig.read(*link, 1, 0x6000, 1).has_value());
}

TEST(VirtualSite, SeveralConnectionsShareOneWire) {
  Rig rig(BusTransport::modbus_tcp);
  const auto one = rig.link(), two = rig.link();
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(rig.read(*one, 1, 0x6000, 49).has_value());
    EXPECT_TRUE(rig.read(*two, 2, 0x6000, 49).has_value());
  }
  EXPECT_EQ(rig.site->counters(0).accepted, 2U);
}

TEST(VirtualSite, ConnectionsAreLimited) {
  Rig rig(BusTransport::modbus_tcp, {.connections_max = 2});
  const auto a = rig.connect(), b = rig.connect(), c = rig.connect();
  rig.run_until([&] { return rig.site->counters(0).refused == 1; });
  EXPECT_EQ(rig.site->counters(0).accepted, 2U);
}

TEST(VirtualSite, HostileBytesAreCountedAndTheOthersServed) {
  Rig rig(BusTransport::modbus_tcp);
  auto hostile = rig.connect();
  boost::asio::write(hostile, boost::asio::buffer(*parse_hex("DE AD BE EF DE AD BE EF DE AD")));
  rig.run_until([&] { return rig.site->counters(0).dropped_broken == 1; });
  EXPECT_TRUE(rig.read(*rig.link(), 1, 0x6000, 1).has_value());

  Rig raw(BusTransport::rtu_over_tcp);
  auto noise = raw.connect();
  boost::asio::write(noise, boost::asio::buffer(Buffer(2'000, 0xFF)));
  auto& counters = raw.site->plant().buses()[0]->bus.counters();
  raw.run_until([&] { return counters.hostile_bytes > 1'000; });
  EXPECT_TRUE(raw.read(*raw.link(), 1, 0x6000, 1).has_value());
}

TEST(VirtualSite, AReaderThatNeverReadsIsDropped) {
  Rig rig(BusTransport::modbus_tcp, {.plant = {.speed = 100'000}});
  auto deaf = rig.connect(4'096);
  deaf.non_blocking(true);
  // Each request of 12 bytes costs the site 107 to answer.
  const Buffer request = *parse_hex("00 01 00 00 00 06 01 03 60 00 00 31");
  auto& gate = rig.site->counters(0);
  std::size_t sent = 0;
  boost::system::error_code failed;
  while (gate.dropped_slow == 0 && (!failed || failed == boost::asio::error::would_block)) {
    const auto rest = boost::asio::buffer(request) + sent % request.size();
    sent += deaf.write_some(rest, failed);
    rig.context.poll();
  }
  EXPECT_EQ(gate.dropped_slow, 1U);
}

TEST(VirtualSite, AGatewayGoesDownAndComesBack) {
  Rig rig(BusTransport::modbus_tcp);
  const auto link = rig.link();
  ASSERT_TRUE(rig.read(*link, 1, 0x6000, 1).has_value());
  rig.site->set_gateway_down("G1", true);
  EXPECT_FALSE(rig.read(*link, 1, 0x6000, 1).has_value());
  rig.site->set_gateway_down("G1", false);
  EXPECT_TRUE(rig.read(*rig.link(), 1, 0x6000, 1).has_value());
}

TEST(VirtualSite, RemembersMetersInItsStateFile) {
  const Scratch scratch;
  Rig rig(BusTransport::modbus_tcp, {.state_file = (scratch.path / "site.state").string()});
  const auto trip = *parse_hex("10 00 57 00 02 04 00 01 00 01");
  ASSERT_TRUE(rig.run(rig.link()->exchange({2, trip, 5})).has_value());
  ASSERT_TRUE(rig.site->save().has_value());
  rig.site.reset();
  rig.open();
  EXPECT_TRUE(rig.site->plant().meter("M2")->relay_open());
  EXPECT_FALSE(fs::exists(scratch.path / "site.state.new"));
}

TEST(VirtualSite, SaysWhyItCannotOpen) {
  Rig rig(BusTransport::modbus_tcp);
  VirtualSiteOptions options;
  options.base_port = rig.site->endpoints()[0].port;
  const auto taken = VirtualSite::open(rig.context, rig.runtime, rig.plan, options);
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().code, Errc::link_connect_failed) << "port in use";
  options.host = "not an address";
  EXPECT_EQ(VirtualSite::open(rig.context, rig.runtime, rig.plan, options).error().code,
            Errc::link_connect_failed);
  options = {.state_file = "/proc/self/mem"};
  options.base_port = 0;
  EXPECT_FALSE(VirtualSite::open(rig.context, rig.runtime, rig.plan, options).has_value());
}

}  // namespace
}  // namespace paymeter::sim
