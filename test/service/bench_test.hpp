/// The fixture of the bench tests: a database file per test, two meters, a wire to bend.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "world.hpp"

namespace paymeter::bench_station {

/// A database file of its own per test.
class BenchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string name = info->name();
    std::ranges::replace(name, '/', '-');  // of a parameterized test
    path_ = (std::filesystem::temp_directory_path() /
             ("paymeter-bench-" + name + std::to_string(::getpid())))
                .string();
    TearDown();
  }
  void TearDown() override {
    for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + tail);
  }
  /// A started station with an open account on unit 1.
  std::unique_ptr<Station> opened() {
    auto station = std::make_unique<Station>(world, site, path_);
    station->start();
    station->open(1);
    site.wire.clear();
    return station;
  }
  std::unique_ptr<Station> restarted() {
    auto station = std::make_unique<Station>(world, site, path_);
    station->start();
    return station;
  }
  int sales_on_the_wire() const {
    int n = 0;
    for (const auto& [unit, pdu] : site.wire) n += is_sale(pdu);
    return n;
  }
  /// Bends the first sale frames, then the wire is sound again.
  void bend_sales(std::vector<Fate> fates) {
    auto left = std::make_shared<std::deque<Fate>>(fates.begin(), fates.end());
    site.fate = [left](std::uint8_t, Bytes pdu) {
      if (!is_sale(pdu) || left->empty()) return Fate::deliver;
      const Fate fate = left->front();
      left->pop_front();
      return fate;
    };
  }

  sim::SimWorld world{1};
  BenchSite site{2};
  std::string path_;
};

}  // namespace paymeter::bench_station
