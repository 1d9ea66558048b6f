// Sales per second of the vend service with 64 concurrent callers, durable and idempotent, beside
// pgbench's TPC-B with 64 clients on the same disk (and, for vend_postgresql, the same server).
// Both take turns; the medians are compared.
#include <boost/asio/detached.hpp>

#include "till.hpp"

namespace paymeter::bench {
namespace {

#ifdef VEND_POSTGRESQL
constexpr const char* kName = "vend_postgresql";
constexpr const char* kGoal = "1";
std::string url_in(const std::string& folder) {
  return "postgresql://postgres@/postgres?host=" + folder + "/pg";
}
#else
constexpr const char* kName = "vend_sqlite";
constexpr const char* kGoal = "5";
std::string url_in(const std::string& folder) { return folder + "/vend.sqlite"; }
#endif

constexpr int kCallers = 64;
constexpr int kMeters = 256;
constexpr double kRoundSeconds = 5;

/// What the callers of one round share; they all run on one thread.
struct Round {
  Tills& tills;
  const std::vector<MeterId>& meters;
  int number = 0;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  std::int64_t sold = 0;
  std::exception_ptr trouble = nullptr;
};

std::string key_of(int round, int caller, int sale_number) {
  return "bench-" + std::to_string(round) + "-" + std::to_string(caller) + "-" +
         std::to_string(sale_number);
}

MeterId meter_of(const Round& round, int caller, int sale_number) {
  const auto which = static_cast<std::size_t>(caller + sale_number * kCallers);
  return round.meters[which % round.meters.size()];
}

/// A till: the next sale begins when the last one is on the disk.
port::Async<> caller_loop(Round& round, int caller) {
  for (int i = 0; seconds_since(round.start) < kRoundSeconds; ++i) {
    const auto sold = must(
        co_await round.tills.sell(meter_of(round, caller, i), key_of(round.number, caller, i)));
    // On a platform wallet a durable sale has arrived.
    if (sold.state != domain::VendState::delivered) throw std::runtime_error("not delivered");
    ++round.sold;
  }
}

double sell_for_a_round(boost::asio::io_context& io, Round& round) {
  for (int caller = 0; caller < kCallers; ++caller)
    boost::asio::co_spawn(io, caller_loop(round, caller),
                          [&round](const std::exception_ptr& trouble) {
                            if (trouble) round.trouble = trouble;
                          });
  io.restart();
  io.run();
  if (round.trouble) std::rethrow_exception(round.trouble);
  return static_cast<double>(round.sold) / seconds_since(round.start);
}

/// The same keys again must sell nothing: check_books() counts.
void repeat_first_sales(boost::asio::io_context& io, Round& round) {
  for (int caller = 0; caller < kCallers; ++caller) {
    must(run(io, round.tills.sell(meter_of(round, caller, 0), key_of(round.number, caller, 0))));
  }
}

int body(const Arguments& arguments) {
  boost::asio::io_context io;
  std::atomic<std::int64_t> commits{0};
  auto store = open_store(url_in(arguments.folder), &commits);
  const auto meters = build_site(io, *store, kMeters);
  open_accounts(io, *store, meters);
  Tills tills(io, *store);
  std::vector<double> ours, yardstick, per_commit, cpu_micros;
  std::int64_t sold = 0;
  for (int i = 0; i < arguments.rounds; ++i) {
    yardstick.push_back(figure_of(arguments.yardstick, "tps"));
    Round round{tills, meters, i};
    const std::int64_t commits_before = commits;
    const double cpu_before = cpu_seconds();
    ours.push_back(sell_for_a_round(io, round));
    const auto sales = static_cast<double>(round.sold);
    per_commit.push_back(sales / static_cast<double>(commits - commits_before));
    cpu_micros.push_back((cpu_seconds() - cpu_before) / sales * 1e6);
    repeat_first_sales(io, round);
    sold += round.sold;
    std::printf("round %d: sales/s=%.0f tpcb_tps=%.0f\n", i + 1, ours.back(), yardstick.back());
  }
  check_books(io, *store, sold);
  std::printf("sales per second, %d callers, %d meters: %s\n", kCallers, kMeters,
              summary(ours, 0).c_str());
  std::printf("sales that shared a commit: %s\n", summary(per_commit, 1).c_str());
  std::printf("processor microseconds of a sale: %s\n", summary(cpu_micros, 0).c_str());
  std::printf("pgbench TPC-B transactions per second, 64 clients: %s\n",
              summary(yardstick, 0).c_str());
  std::printf("%lld sales stored, none twice, books sound\n", static_cast<long long>(sold));
  final_line(kName, median(ours) / median(yardstick), Goal::at_least, kGoal);
  return 0;
}

}  // namespace
}  // namespace paymeter::bench

int main(int argc, char** argv) {
  using namespace paymeter::bench;
  return guarded_main(body, arguments(argc, argv, 5));
}
