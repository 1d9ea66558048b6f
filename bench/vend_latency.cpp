// How long one caller of the vend service waits for one sale, beside one synced append of 4 KiB in
// the same folder. Both take turns; the medians are compared.
#include "till.hpp"

namespace paymeter::bench {
namespace {

constexpr int kMeters = 256;
constexpr int kSalesPerRound = 50;

/// Microseconds of each sale.
port::Async<std::vector<double>> sell(Tills& tills, const std::vector<MeterId>& meters, int round) {
  std::vector<double> micros;
  for (int i = 0; i < kSalesPerRound; ++i) {
    const std::string key = "bench-" + std::to_string(round) + "-" + std::to_string(i);
    const auto which = static_cast<std::size_t>(round * kSalesPerRound + i) % meters.size();
    const auto before = std::chrono::steady_clock::now();
    must(co_await tills.sell(meters[which], key));
    micros.push_back(seconds_since(before) * 1e6);
  }
  co_return micros;
}

int body(const Arguments& arguments) {
  boost::asio::io_context io;
  auto store = open_store(arguments.folder + "/latency.sqlite");
  const auto meters = build_site(io, *store, kMeters);
  open_accounts(io, *store, meters);
  Tills tills(io, *store);
  std::vector<double> sales, rounds, yardstick;
  for (int i = 0; i < arguments.rounds; ++i) {
    yardstick.push_back(figure_of(arguments.yardstick, "p50_us"));
    const std::vector<double> micros = run(io, sell(tills, meters, i));
    rounds.push_back(median(micros));
    sales.insert(sales.end(), micros.begin(), micros.end());
  }
  check_books(io, *store, static_cast<std::int64_t>(sales.size()));
  std::printf("microseconds of a sale, one caller: %s\n", summary(sales, 1).c_str());
  std::printf("a round's median (%d sales): %s\n", kSalesPerRound, summary(rounds, 1).c_str());
  std::printf("a round's median fdatasync of 4 KiB appended: %s\n", summary(yardstick, 1).c_str());
  final_line("vend_latency", median(rounds) / median(yardstick), Goal::at_most, "1.5");
  return 0;
}

}  // namespace
}  // namespace paymeter::bench

int main(int argc, char** argv) {
  using namespace paymeter::bench;
  return guarded_main(body, arguments(argc, argv, 60));
}
