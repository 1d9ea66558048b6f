/// Our virtual gateways read by mbpoll (libmodbus as a master): other people's stations find them
/// as real ones.
#include "paymeter/sim/virtual_site.hpp"

#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <regex>

#include "paymeter/sim/test_plan.hpp"
#include "paymeter/transport/asio_runtime.hpp"

namespace paymeter::test {
namespace {

using domain::BusTransport;

struct VirtualSiteTest : testing::TestWithParam<BusTransport> {
  boost::asio::io_context context;
  transport::AsioRuntime runtime{
      context, [](auto name, auto what) { ADD_FAILURE() << name << ": " << what; }};
  std::unique_ptr<sim::VirtualSite> site;

  void SetUp() override {
    sim::VirtualSiteOptions options;
    options.base_port = 0;
    auto opened = sim::VirtualSite::open(context, runtime, sim::small_plan(GetParam(), 2), options);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    site = std::move(*opened);
  }

  /// Everything that `command` prints, while the site goes on answering.
  port::Async<> collect(std::string command, std::string& output) {
    FILE* pipe = popen(command.c_str(), "r");
    boost::asio::posix::stream_descriptor stream(context, dup(fileno(pipe)));
    try {
      for (std::array<char, 512> chunk{};;) {
        const auto size =
            co_await stream.async_read_some(boost::asio::buffer(chunk), boost::asio::use_awaitable);
        output.append(chunk.data(), size);
      }
    } catch (const boost::system::system_error&) {
      // The end of its output.
    }
    pclose(pipe);
    context.stop();
  }

  /// Holding registers of unit 2 in hexadecimal, as mbpoll prints them: `[24576]: \t0x0001`.
  std::vector<std::uint16_t> mbpoll(std::uint16_t address, int count) {
    const auto& endpoint = site->endpoints().front();
    const std::string line = endpoint.transport == BusTransport::serial
                                 ? "-m rtu -b 9600 -P none " + endpoint.device
                                 : "-m tcp -p " + std::to_string(endpoint.port) + " 127.0.0.1";
    const std::string command = "mbpoll -1 -0 -o 10 -a 2 -t 4:hex -r " + std::to_string(address) +
                                " -c " + std::to_string(count) + " " + line + " 2>&1";
    std::string output;
    runtime.spawn("mbpoll", collect(command, output));
    context.restart();
    context.run();
    std::vector<std::uint16_t> values;
    const std::regex row(R"(\[\d+\]:\s+0x([0-9A-F]{4}))");
    for (std::sregex_iterator at(output.begin(), output.end(), row), end; at != end; ++at)
      values.push_back(static_cast<std::uint16_t>(std::stoul((*at)[1], nullptr, 16)));
    EXPECT_EQ(values.size(), static_cast<std::size_t>(count)) << command << '\n' << output;
    values.resize(static_cast<std::size_t>(count));
    return values;
  }
};

TEST_P(VirtualSiteTest, IsReadByMbpoll) {
  const auto head = mbpoll(0x6000, 0x0E);
  EXPECT_EQ(head[0], 1) << "the layout's version";
  EXPECT_EQ(head[8], 0) << "nothing sold yet";
  EXPECT_EQ(mbpoll(0x0038, 1)[0], 1) << "the transformer ratio";
  const auto again = mbpoll(0x6000, 0x31);
  EXPECT_EQ(again[0], 1) << "the whole prepaid block in one read";
}

INSTANTIATE_TEST_SUITE_P(Each, VirtualSiteTest,
                         testing::Values(BusTransport::modbus_tcp, BusTransport::serial),
                         [](const auto& info) {
                           return std::string(domain::bus_transport_name(info.param));
                         });

}  // namespace
}  // namespace paymeter::test
