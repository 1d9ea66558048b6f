// Shared parts of the benchmarks.
#include "bench.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "paymeter/store/open.hpp"

namespace paymeter::bench {

Arguments arguments(int argc, char** argv, int rounds_default) {
  Arguments out;
  if (argc == 3 || argc == 4) {
    out.folder = argv[1];
    out.yardstick = argv[2];
    out.rounds = argc == 4 ? std::atoi(argv[3]) : rounds_default;
    if (out.rounds > 0) return out;
  }
  std::fprintf(stderr, "usage: %s FOLDER YARDSTICK [ROUNDS]\n", argv[0]);
  std::exit(2);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::string summary(const std::vector<double>& values, int decimals) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  char text[160];
  std::snprintf(text, sizeof text, "n=%zu median=%.*f min=%.*f max=%.*f", values.size(), decimals,
                median(values), decimals, *low, decimals, *high);
  return text;
}

double figure_of(const std::string& command, const std::string& key) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run: " + command);
  std::string text;
  char piece[4096];
  while (const std::size_t got = std::fread(piece, 1, sizeof piece, pipe)) text.append(piece, got);
  const int status = pclose(pipe);
  const std::size_t where = text.find(" " + key + "=");
  if (status != 0 || where == std::string::npos)
    throw std::runtime_error("the yardstick failed: " + command + "\n" + text);
  return std::stod(text.substr(where + key.size() + 2));
}

void final_line(const std::string& name, double ratio, Goal goal, const std::string& value) {
  std::printf("bench %s ratio=%.2f goal%s%s\n", name.c_str(), ratio,
              goal == Goal::at_least ? ">=" : "<=", value.c_str());
}

double cpu_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

std::unique_ptr<port::Store> open_store(const std::string& url,
                                        std::atomic<std::int64_t>* commits) {
  store::StoreOptions options;
  if (commits != nullptr)
    options.commit_hook = [commits](store::CommitPoint point) {
      if (point == store::CommitPoint::after) ++*commits;
    };
  return must(store::open_store(url, std::move(options)));
}

void give_up(const Error& error) {
  throw std::runtime_error(std::string(error_name(error.code)) + ": " + error.detail);
}

int guarded_main(int (*body)(const Arguments&), const Arguments& arguments) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    return body(arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
}

}  // namespace paymeter::bench
