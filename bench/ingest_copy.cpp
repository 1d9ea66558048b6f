// Durable append of whole sweeps of 10,000 meters, beside PostgreSQL's binary COPY of the same
// values into a table with the key (meter, time). Both take turns; the medians are compared.
#include "sweeps.hpp"

namespace paymeter::bench {
namespace {

class Comparison {
 public:
  Comparison(const Arguments& arguments, Columns columns)
      : arguments_(arguments),
        columns_(columns),
        name_(columns == Columns::wide ? "wide" : "narrow"),
        store_(open_store(arguments.folder + "/copy-" + name_ + ".sqlite")),
        meters_(build_site(io_, *store_, kMeters)) {}

  void round(int number) {
    const int first = number * kSweepsPerRound;
    copy_.push_back(figure_of(arguments_.yardstick + " " + std::to_string(kMeters) + " " +
                                  std::to_string(first) + " " + std::to_string(kSweepsPerRound) +
                                  " " + name_,
                              "rows_s"));
    ours_.push_back(append_a_round(io_, *store_, batches_of(meters_, first, kMeters, columns_)));
  }
  /// Checks and tells. Returns the ratio.
  double end() {
    check_sweeps(io_, *store_, meters_.front(), arguments_.rounds * kSweepsPerRound);
    const double ratio = median(ours_) / median(copy_);
    std::printf("rows per second, %d meters, a sweep a transaction, %s rows\n", kMeters,
                name_.c_str());
    std::printf("  store:                         %s\n", summary(ours_, 0).c_str());
    std::printf("  COPY into key (meter, time):   %s\n", summary(copy_, 0).c_str());
    std::printf("  ratio %.2f\n", ratio);
    return ratio;
  }

 private:
  Arguments arguments_;
  Columns columns_;
  std::string name_;
  boost::asio::io_context io_;
  std::unique_ptr<port::Store> store_;
  std::vector<MeterId> meters_;
  std::vector<double> ours_, copy_;
};

int body(const Arguments& arguments) {
  Comparison wide(arguments, Columns::wide), narrow(arguments, Columns::narrow);
  for (int i = 0; i < arguments.rounds; ++i) {
    wide.round(i);
    narrow.round(i);
  }
  const double of_narrow = narrow.end(), of_wide = wide.end();
  // The smaller one: nobody can say that the columns were chosen for the result.
  final_line("ingest_copy", std::min(of_narrow, of_wide), Goal::at_least, "3");
  return 0;
}

}  // namespace
}  // namespace paymeter::bench

int main(int argc, char** argv) {
  using namespace paymeter::bench;
  return guarded_main(body, arguments(argc, argv, 5));
}
