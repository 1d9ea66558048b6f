// Durable append of readings from 10,000 meters, sweep by sweep, beside plain SQLite with the same
// columns and batches. Both take turns; the medians are compared.
#include "site.hpp"
#include "yardsticks/sweep_values.hpp"

namespace paymeter::bench {
namespace {

constexpr int kMeters = 10'000;
constexpr int kSweepsPerRound = 10;
/// A whole sweep at once decides; what the collector gathers in a second is told beside it.
constexpr int kWholeSweep = kMeters;
constexpr int kSecond = 167;

domain::Reading reading_of(MeterId meter, std::int64_t sweep) {
  const sweep_values::Row row = sweep_values::row_of(meter.value, sweep);
  domain::Reading out;
  out.meter = meter;
  out.at = UtcMs{sweep_values::at_of(sweep)};
  std::size_t next = 0;
  out.energy_wh = row[next++];
  for (auto& rate : out.rate_energy_wh) rate = row[next++];
  out.power_w = row[next++];
  for (auto& voltage : out.voltage_mv) voltage = row[next++];
  for (auto& current : out.line_current_ma) current = row[next++];
  out.power_factor_e3 = row[next++];
  out.frequency_mhz = row[next++];
  out.balance = domain::Money{row[next++]};
  out.credit_remaining_wh = row[next++];
  out.purchase_count = static_cast<std::uint16_t>(row[next++]);
  out.relay_open = row[next] != 0;
  return out;
}

using Batch = std::vector<domain::Reading>;

std::vector<Batch> batches_of(const std::vector<MeterId>& meters, int first_sweep, int batch) {
  std::vector<Batch> out;
  for (int sweep = first_sweep; sweep < first_sweep + kSweepsPerRound; ++sweep)
    for (std::size_t i = 0; i < meters.size(); ++i) {
      if (i % static_cast<std::size_t>(batch) == 0) out.emplace_back();
      out.back().push_back(reading_of(meters[i], sweep));
    }
  return out;
}

port::Async<> append_all(port::Store& store, std::vector<Batch> batches) {
  for (Batch& batch : batches) must(co_await store.append(std::move(batch)));
}

/// Rows per second of one round.
double append_a_round(boost::asio::io_context& io, port::Store& store, std::vector<Batch> batches) {
  const auto start = std::chrono::steady_clock::now();
  auto done =
      boost::asio::co_spawn(io, append_all(store, std::move(batches)), boost::asio::use_future);
  io.restart();
  io.run();
  done.get();
  return kMeters * kSweepsPerRound / seconds_since(start);
}

class Comparison {
 public:
  Comparison(const Arguments& arguments, int batch)
      : arguments_(arguments),
        batch_(batch),
        path_(arguments.folder + "/ingest-" + std::to_string(batch)),
        store_(open_store(path_ + ".sqlite")),
        meters_(build_site(io_, *store_, kMeters)) {}

  void round(int number) {
    const int first = number * kSweepsPerRound;
    plain_.push_back(yardstick(first, "plain"));
    ours_.push_back(append_a_round(io_, *store_, batches_of(meters_, first, batch_)));
    keyed_.push_back(yardstick(first, "keyed"));
  }
  /// Throws unless the first meter has a reading of every sweep.
  void check() {
    const int sweeps = arguments_.rounds * kSweepsPerRound;
    const auto series =
        must(run(io_, store_->series(meters_.front(), UtcMs{sweep_values::at_of(0)},
                                     UtcMs{sweep_values::at_of(sweeps)}, sweeps + 1)));
    if (static_cast<int>(series.size()) != sweeps) throw std::runtime_error("readings are missing");
  }
  double tell() const {
    std::printf("rows per second, %d meters, %d rows a transaction\n", kMeters, batch_);
    std::printf("  store:                           %s\n", summary(ours_, 0).c_str());
    std::printf("  plain SQLite, no key:            %s\n", summary(plain_, 0).c_str());
    std::printf("  plain SQLite, key (at, meter):   %s\n", summary(keyed_, 0).c_str());
    const double ratio = median(ours_) / median(plain_);
    std::printf("  store / plain %.2f, store / keyed %.2f\n", ratio,
                median(ours_) / median(keyed_));
    return ratio;
  }

 private:
  double yardstick(int first, const std::string& layout) const {
    return figure_of(arguments_.yardstick + " '" + path_ + "-" + layout + ".sqlite' " +
                         std::to_string(kMeters) + " " + std::to_string(first) + " " +
                         std::to_string(kSweepsPerRound) + " " + std::to_string(batch_) + " " +
                         layout,
                     "rows_s");
  }
  Arguments arguments_;
  int batch_;
  std::string path_;
  boost::asio::io_context io_;
  std::unique_ptr<port::Store> store_;
  std::vector<MeterId> meters_;
  std::vector<double> ours_, plain_, keyed_;
};

int body(const Arguments& arguments) {
  Comparison second(arguments, kSecond), sweep(arguments, kWholeSweep);
  for (int i = 0; i < arguments.rounds; ++i) {
    second.round(i);
    sweep.round(i);
  }
  second.check();
  sweep.check();
  second.tell();
  final_line("ingest", sweep.tell(), Goal::at_least, "1");
  return 0;
}

}  // namespace
}  // namespace paymeter::bench

int main(int argc, char** argv) {
  using namespace paymeter::bench;
  return guarded_main(body, arguments(argc, argv, 5));
}
