// Polling 10,000 meters on 313 gateways beside an epoll loop and beside jsmodbus, against the same
// simulated slaves in the same run. BENCH_NAME says which figure is wanted, BENCH_PORT where the
// slaves listen.
#include <cstdlib>

#include "poll_station.hpp"

namespace paymeter::bench {
namespace {

/// Of ours and of the epoll loop; BENCH_POLLS makes it shorter on a machine that others use.
constexpr std::uint64_t kPolls = 200'000;

std::uint64_t polls_wanted() {
  const char* value = std::getenv("BENCH_POLLS");
  return value == nullptr ? kPolls : std::stoull(value);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr)
    throw std::runtime_error(std::string(name) + " is not set: use tools/bench.sh");
  return value;
}

PollSite site_at_port() {
  PollSite site;
  site.first_port = static_cast<std::uint16_t>(std::stoi(environment("BENCH_PORT")));
  return site;
}

std::string yardstick_of(const Arguments& arguments, const PollSite& site, std::uint64_t polls) {
  return arguments.yardstick + " " + std::to_string(site.first_port) + " " +
         std::to_string(site.gateways) + " " + std::to_string(site.meters) + " " +
         std::to_string(kRegistersPerPoll) + " " + std::to_string(polls);
}

double cpu_of_our_polls(const PollSite& site, const std::string& path) {
  PollStation station(site, path);
  station.run_polls(polls_wanted() / 4);
  const double before = usage_now().cpu_s;
  const std::uint64_t first = station.replies();
  station.run_polls(polls_wanted());
  const double cpu =
      (usage_now().cpu_s - before) * 1e5 / static_cast<double>(station.replies() - first);
  if (station.failures() > polls_wanted() / 1000) throw std::runtime_error("slaves did not answer");
  station.check_store();
  return cpu;
}

/// CPU seconds per 100,000 polls: with decoding, checks, live table and durable store, and the
/// yardstick's without.
int poll_cpu(const Arguments& arguments, const std::string& name, std::uint64_t yardstick_polls,
             const std::string& goal) {
  const PollSite site = site_at_port();
  std::vector<double> ours, floor;
  for (int round = 0; round < arguments.rounds; ++round) {
    floor.push_back(figure_of(yardstick_of(arguments, site, yardstick_polls), "cpu_s_per_100k"));
    ours.push_back(
        cpu_of_our_polls(site, arguments.folder + "/" + name + std::to_string(round) + ".sqlite"));
  }
  std::printf("CPU seconds per 100,000 polls of %d registers, %d meters on %d gateways\n",
              kRegistersPerPoll, site.meters, site.gateways);
  std::printf("  collector:  %s\n", summary(ours, 3).c_str());
  std::printf("  yardstick:  %s\n", summary(floor, 3).c_str());
  final_line(name, median(ours) / median(floor), Goal::at_most, goal);
  return 0;
}

int memory(const Arguments& arguments) {
  const PollSite site = site_at_port();
  const double theirs = figure_of(yardstick_of(arguments, site, 100'000), "maxrss_mb");
  PollStation station(site, arguments.folder + "/memory.sqlite");
  station.run_polls(polls_wanted());
  station.check_store();
  const double ours = usage_now().rss_mb_max;
  std::printf("largest resident size at %d meters on %d gateways\n", site.meters, site.gateways);
  std::printf("  collector with live table and store: %.1f MB\n  jsmodbus: %.1f MB\n", ours,
              theirs);
  final_line("memory", ours / theirs, Goal::at_most, "1");
  return 0;
}

/// Buses with a fixed time per transaction: how long a sweep takes beside a bare loop that keeps
/// every bus busy.
int sweep(const Arguments& arguments) {
  const PollSite site = site_at_port();
  std::vector<double> ours, ideal;
  for (int round = 0; round < arguments.rounds; ++round) {
    ideal.push_back(figure_of(yardstick_of(arguments, site, 100'000), "polls_s"));
    PollStation station(site, arguments.folder + "/sweep" + std::to_string(round) + ".sqlite");
    station.run_polls(30'000);
    const auto start = std::chrono::steady_clock::now();
    const std::uint64_t first = station.replies();
    station.run_polls(100'000);
    ours.push_back(static_cast<double>(station.replies() - first) / seconds_since(start));
  }
  std::printf("polls per second, limited by the buses\n");
  std::printf("  collector:  %s\n", summary(ours, 0).c_str());
  std::printf("  bare loop:  %s\n", summary(ideal, 0).c_str());
  final_line("sweep", median(ideal) / median(ours), Goal::at_most, "1.03");
  return 0;
}

/// How many meters can be read once a minute before minutes are missed.
int minutes_kept(const Arguments& arguments) {
  PollSite site = site_at_port();
  site.gateways = std::stoi(environment("BENCH_GATEWAYS"));
  site.interval = minutes(1);
  int best = 0;
  for (int meters = 20'000; meters <= site.gateways * 247;
       meters += meters < 80'000 ? 20'000 : 40'000) {
    site.meters = meters;
    const std::string path = arguments.folder + "/minutes" + std::to_string(meters) + ".sqlite";
    PollStation station(site, path);
    station.run_for(seconds(90));  // connections, and the first reading of each
    const double before = usage_now().cpu_s;
    int missed = 0;
    for (int i = 0; i < 24; ++i) {
      station.run_for(seconds(5));
      missed += station.older_than(seconds(61));
    }
    std::printf("%6d meters: %d of %d looks older than a minute, %.0f %% of a core\n", meters,
                missed, meters * 24, (usage_now().cpu_s - before) / 1.2);
    if (missed > 0) break;
    best = meters;
  }
  std::printf("%d meters read once a minute without a miss\n", best);
  final_line("minutes", best / 10'000.0, Goal::at_least, "1");
  return 0;
}

int body(const Arguments& arguments) {
  const std::string name = environment("BENCH_NAME");
  if (name == "poll_cpu") return poll_cpu(arguments, name, polls_wanted(), "2");
  if (name == "poll_cpu_jsmodbus") return poll_cpu(arguments, name, polls_wanted() / 4, "0.25");
  if (name == "memory") return memory(arguments);
  if (name == "sweep") return sweep(arguments);
  if (name == "minutes") return minutes_kept(arguments);
  throw std::runtime_error("no such figure: " + name);
}

}  // namespace
}  // namespace paymeter::bench

int main(int argc, char** argv) {
  using namespace paymeter::bench;
  return guarded_main(body, arguments(argc, argv, 3));
}
