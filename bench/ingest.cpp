// Durable append of readings from 10,000 meters, sweep by sweep, beside plain SQLite with the same
// columns and batches. Both take turns; the medians are compared.
#include "sweeps.hpp"

namespace paymeter::bench {
namespace {

/// A whole sweep at once decides; what the collector gathers in a second is told beside it.
constexpr int kWholeSweep = kMeters;
constexpr int kSecond = 167;

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
  void check() { check_sweeps(io_, *store_, meters_.front(), arguments_.rounds * kSweepsPerRound); }
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
