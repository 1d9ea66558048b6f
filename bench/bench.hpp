/// What every benchmark shares: its arguments, medians, running a yardstick, the final line.
#pragma once

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "paymeter/port/store.hpp"

namespace paymeter::bench {

/// bench_NAME FOLDER YARDSTICK [ROUNDS]: where files may be made, the shell command that runs the
/// yardstick, and how often both take turns.
struct Arguments {
  std::string folder, yardstick;
  int rounds = 0;
};
/// Prints the usage and exits when they are not as they should be.
Arguments arguments(int argc, char** argv, int rounds_default);

double seconds_since(std::chrono::steady_clock::time_point start);
/// Requires: not empty.
double median(std::vector<double> values);
/// `n=5 median=12.3 min=11.0 max=14.1`
std::string summary(const std::vector<double>& values, int decimals);

/// Runs a shell command and returns the number behind `key=` in what it prints.
/// Throws when the command fails or does not print it.
double figure_of(const std::string& command, const std::string& key);

enum class Goal { at_least, at_most };
/// The line that ends every benchmark; goal as it is to be printed.
void final_line(const std::string& name, double ratio, Goal goal, const std::string& value);

/// Processor time of this process with all its threads.
double cpu_seconds();

/// The real store as a station opens it: threads, group commit, every write synced. `commits`, when
/// given, counts its commits and must outlive it.
std::unique_ptr<port::Store> open_store(const std::string& url,
                                        std::atomic<std::int64_t>* commits = nullptr);

[[noreturn]] void give_up(const Error& error);

/// A store's answer; a benchmark has no use for errors.
template <class T>
T must(Result<T> answer) {
  if (!answer) give_up(answer.error());
  if constexpr (!std::is_void_v<T>) return std::move(*answer);
}

/// Runs a coroutine to its end on this thread; exceptions come out.
template <class T>
T run(boost::asio::io_context& io, port::Async<T> task) {
  auto answer = boost::asio::co_spawn(io, std::move(task), boost::asio::use_future);
  io.restart();
  io.run();
  return answer.get();
}

/// main() of a benchmark: exceptions become a message and exit code 1.
int guarded_main(int (*body)(const Arguments&), const Arguments& arguments);

}  // namespace paymeter::bench
