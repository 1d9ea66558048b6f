// `make sim`: plays seeds in several processes and ends with one line of counts.
#include <spdlog/spdlog.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "cut_town.hpp"
#include "town.hpp"

namespace paymeter::town {
namespace {

struct Range {
  std::uint64_t first = 1, count = 100, jobs = 1;
};

std::uint64_t number_of(const char* variable, std::uint64_t usual) {
  const char* text = std::getenv(variable);
  return text == nullptr || *text == 0 ? usual : std::strtoull(text, nullptr, 10);
}

/// PAYMETER_SEED plays one seed; PAYMETER_SEEDS and PAYMETER_FIRST_SEED a range of them.
Range asked() {
  if (const auto one = number_of("PAYMETER_SEED", 0)) return {one, 1, 1};
  Range range{number_of("PAYMETER_FIRST_SEED", 1), number_of("PAYMETER_SEEDS", 100),
              number_of("JOBS", 1)};
  if (range.jobs == 0) range.jobs = 1;
  return range;
}

/// PAYMETER_TOWN: `money` or `cuts` alone, or of the cuts only seeds that draw `further` stories.
bool is_played(std::string_view town) {
  const char* text = std::getenv("PAYMETER_TOWN");
  return text == nullptr || *text == 0 || town == text;
}

/// Whatever a seed throws is a finding with a seed to replay, not the end of its worker.
template <class Outcome, class Play>
Outcome play_safely(Play play) {
  try {
    return play();
  } catch (const std::exception& thrown) {
    Outcome outcome;
    outcome.violation = Violation{"nothing_is_thrown", thrown.what()};
    return outcome;
  }
}

/// Returns 1 when it broke a rule.
template <class Outcome, class Mixture>
int tell(const Outcome& outcome, const Mixture& mixture) {
  if (!outcome.violation) return 0;
  std::printf("sim: VIOLATION of %s\n  %s\n  replay: PAYMETER_SEED=%llu make sim\n  %s\n",
              outcome.violation->invariant.c_str(), outcome.violation->detail.c_str(),
              static_cast<unsigned long long>(mixture.seed), describe(mixture).c_str());
  std::fflush(stdout);
  return 1;
}

/// Plays every jobs-th seed and writes its counts to `out`. Returns the process's exit code.
int work(const Range& range, std::uint64_t worker, int out) {
  Counts sum;
  int failures = 0;
  for (std::uint64_t i = worker; i < range.count; i += range.jobs) {
    if (is_played("money")) {
      const Mixture mixture = draw_mixture(range.first + i);
      const auto outcome = play_safely<Outcome>([&] { return play(mixture); });
      sum += outcome.counts;
      failures += tell(outcome, mixture);
    }
    const CutMixture cuts = draw_cut_mixture(range.first + i);
    if (is_played("cuts") || (is_played("further") && cuts.further.any())) {
      const auto outcome = play_safely<CutOutcome>([&] { return play_cuts(cuts); });
      sum += outcome.counts;
      failures += tell(outcome, cuts);
    }
    if (worker == 0 && range.count >= 500 &&
        (i / range.jobs) % (range.count / range.jobs / 10) == 0)
      std::printf("sim: about %llu of %llu seeds\n", static_cast<unsigned long long>(i),
                  static_cast<unsigned long long>(range.count)),
          std::fflush(stdout);
  }
  const bool told = write(out, &sum, sizeof sum) == sizeof sum;
  return failures == 0 && told ? 0 : 1;
}

int run(const Range& range) {
  Counts sum;
  bool sound = true;
  std::vector<std::pair<pid_t, int>> workers;
  for (std::uint64_t worker = 0; worker < range.jobs; ++worker) {
    int ends[2];
    if (pipe(ends) != 0) return 2;
    const pid_t child = fork();
    if (child == 0) std::exit(work(range, worker, ends[1]));
    close(ends[1]);
    workers.emplace_back(child, ends[0]);
  }
  for (const auto& [child, in] : workers) {
    Counts counts;
    int status = 0;
    sound = read(in, &counts, sizeof counts) == sizeof counts && sound;
    sum += counts;
    waitpid(child, &status, 0);
    sound = sound && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  std::printf("sim: %s %s\n", format_counts(sum).c_str(), sound ? "sound" : "BROKEN");
  return sound ? 0 : 1;
}

}  // namespace
}  // namespace paymeter::town

int main() {
  spdlog::set_level(spdlog::level::off);  // links that break are what it plays
  return paymeter::town::run(paymeter::town::asked());
}
