// The simulate command as a process: status lines, signals, exit codes, memory on disk.
#include "paymeter/sim/simulate.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <filesystem>
#include <vector>

#include "paymeter/sim/test_plan.hpp"

namespace paymeter::sim {
namespace {

/// A child that runs the command, and the lines it prints.
class Child {
 public:
  explicit Child(const SimulateOptions& options) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      ::_exit(run_simulate(options));
    }
    ::close(ends[1]);
    output_ = ::fdopen(ends[0], "r");
  }
  ~Child() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
    ::fclose(output_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Empty at the end of the output.
  std::string line() {
    std::array<char, 4096> buffer{};
    if (std::fgets(buffer.data(), static_cast<int>(buffer.size()), output_) == nullptr) return {};
    std::string text(buffer.data());
    if (text.ends_with('\n')) text.pop_back();
    return text;
  }
  boost::json::object event() { return boost::json::parse(line()).as_object(); }
  void signal(int number) const { ::kill(pid_, number); }
  int exit_code() {
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = 0;
  FILE* output_ = nullptr;
};

SimulateOptions options_for(int meters) {
  SimulateOptions options;
  options.plan = small_plan(domain::BusTransport::modbus_tcp, meters);
  options.site.base_port = 0;
  options.output = SimulateOptions::Output::json;
  return options;
}

TEST(Simulate, ListensUntilASignalAndKeepsItsMemory) {
  std::string pattern = (std::filesystem::temp_directory_path() / "paymeter_sim_XXXXXX").string();
  const std::filesystem::path directory = ::mkdtemp(pattern.data());
  auto options = options_for(3);
  options.site.state_file = (directory / "site.state").string();
  for (const int number : {SIGTERM, SIGINT}) {
    Child child(options);
    const auto listening = child.event();
    EXPECT_EQ(listening.at("event").as_string(), "listening");
    EXPECT_EQ(listening.at("transport").as_string(), "modbus_tcp");
    EXPECT_EQ(listening.at("meters").as_int64(), 3);
    EXPECT_GT(listening.at("port").to_number<int>(), 0);
    EXPECT_EQ(child.event().at("event").as_string(), "ready");
    child.signal(number);
    EXPECT_EQ(child.event().at("event").as_string(), "stopped");
    EXPECT_EQ(child.line(), "");
    EXPECT_EQ(child.exit_code(), 0);
    EXPECT_TRUE(std::filesystem::exists(options.site.state_file));
  }
  std::filesystem::remove_all(directory);
}

TEST(Simulate, SaysWhyItCannotStart) {
  auto options = options_for(1);
  options.plan.meters[0].meter.model = "sundial";
  Child child(options);
  const auto failed = child.event();
  EXPECT_EQ(failed.at("event").as_string(), "failed");
  EXPECT_EQ(failed.at("error").as_string(), "model_unknown");
  EXPECT_EQ(failed.at("detail").as_string(), "M1");
  EXPECT_EQ(child.exit_code(), 1);
}

}  // namespace
}  // namespace paymeter::sim
