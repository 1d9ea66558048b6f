// Bytes that a stored reading takes once its day is compacted, beside the same numbers as rows of a
// plain SQLite table. Whole files count: indexes, totals and the room of the last fresh day. What a
// meter with a wallet says decides; a meter that only counts is told beside it.
#include <cstdio>
#include <filesystem>

#include "load_readings.hpp"
#include "site.hpp"

namespace paymeter::bench {
namespace {

constexpr int kMeters = 16;
constexpr int kMinutesPerHour = 60, kHoursPerDay = 24;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kFirstDay = 20'788;  // 2026-12-01
constexpr Millis kZone = minutes(480);

UtcMs midnight(int day) { return UtcMs{(kFirstDay + day) * kDayMs} - kZone; }

void compact(boost::asio::io_context& io, port::Store& store, PropertyId property, int day) {
  port::Compaction step;
  step.property = property;
  step.day = kFirstDay + day;
  step.from = midnight(day);
  step.to = midnight(day + 1);
  while (!step.finished) step = must(run(io, store.compact(step)));
}

/// Fills a store and a file of numbers with the same readings, day by day.
class Filling {
 public:
  Filling(const std::string& path, LoadColumns columns)
      : columns_(columns),
        path_(path),
        numbers_(std::fopen((path + ".numbers").c_str(), "wb")),
        store_(open_store(path + ".sqlite")),
        meters_(build_site(io_, *store_, kMeters)) {
    if (numbers_ == nullptr) throw std::runtime_error("cannot write " + path);
    for (const MeterId meter : meters_) tenants_.emplace_back(meter, columns);
  }
  ~Filling() { std::fclose(numbers_); }

  void fill(int days) {
    const PropertyId property = must(run(io_, store_->load_site())).properties.front().id;
    for (int day = 0; day < days; ++day) {
      for (int hour = 0; hour < kHoursPerDay; ++hour) append_hour(midnight(day), hour);
      compact(io_, *store_, property, day);
    }
    std::fflush(numbers_);
    const auto back =
        must(run(io_, store_->series(meters_[0], midnight(0), midnight(days), days * 1'440 + 1)));
    if (static_cast<int>(back.size()) != days * 1'440)
      throw std::runtime_error("readings are missing");
    store_.reset();
  }
  double bytes_per_reading(int days) const {
    const auto size = std::filesystem::file_size(path_ + ".sqlite");
    return static_cast<double>(size) / (static_cast<double>(days) * 1'440 * kMeters);
  }

 private:
  void append_hour(UtcMs midnight, int hour) {
    std::vector<domain::Reading> readings;
    for (int minute = hour * kMinutesPerHour; minute < (hour + 1) * kMinutesPerHour; ++minute)
      for (Tenant& tenant : tenants_) {
        readings.push_back(tenant.next(midnight + minutes(minute)));
        const auto numbers = numbers_of(readings.back(), columns_);
        std::fwrite(numbers.data(), 8, numbers.size(), numbers_);
      }
    must(run(io_, store_->append(std::move(readings))));
  }
  LoadColumns columns_;
  std::string path_;
  std::FILE* numbers_;
  boost::asio::io_context io_;
  std::unique_ptr<port::Store> store_;
  std::vector<MeterId> meters_;
  std::vector<Tenant> tenants_;
};

/// How many times smaller than a plain row.
double compare(const Arguments& arguments, LoadColumns columns, const char* name) {
  const std::string path = arguments.folder + "/size-" + name;
  Filling filling(path, columns);
  filling.fill(arguments.rounds);
  const double plain = figure_of(arguments.yardstick + " '" + path + "-plain.sqlite' '" + path +
                                     ".numbers' " + std::to_string(number_count(columns)),
                                 "bytes_row");
  const double ours = filling.bytes_per_reading(arguments.rounds);
  std::printf("%s readings, %d meters x %d days x 1,440: %.2f bytes, a plain row %.2f: 1/%.2f\n",
              name, kMeters, arguments.rounds, ours, plain, plain / ours);
  return plain / ours;
}

int body(const Arguments& arguments) {
  compare(arguments, LoadColumns::narrow, "narrow");
  const double wide = compare(arguments, LoadColumns::wide, "wide");
  final_line("reading_size", wide, Goal::at_least, "8");
  return 0;
}

}  // namespace
}  // namespace paymeter::bench

int main(int argc, char** argv) {
  using namespace paymeter::bench;
  return guarded_main(body, arguments(argc, argv, 120));  // rounds: days
}
