/// fork, exec, wait for the line, terminate.
#include "peer_process.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace paymeter::test {
namespace {

constexpr int kStartMs = 60'000;  // only a hang reaches it

[[noreturn]] void become(std::vector<std::string>& command, int output) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that dies leaves no server behind
  dup2(output, STDOUT_FILENO);
  std::vector<char*> arguments;
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

/// The first line of output, without its end; empty when there is none.
std::string read_line(int fd) {
  std::string line;
  for (pollfd ready{fd, POLLIN, 0}; poll(&ready, 1, kStartMs) == 1;) {
    char c = 0;
    if (read(fd, &c, 1) != 1) return {};
    if (c == '\n') return line;
    line += c;
  }
  return {};
}

}  // namespace

PeerProcess::PeerProcess(std::vector<std::string> command) {
  int ends[2];
  if (pipe(ends) != 0) return;
  pid_ = fork();
  if (pid_ == 0) become(command, ends[1]);
  close(ends[1]);
  output_ = ends[0];
  const std::string line = read_line(output_);
  if (line.starts_with("ready ")) where_ = line.substr(6);
}

PeerProcess::~PeerProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    go_on();
    waitpid(pid_, nullptr, 0);
  }
  if (output_ >= 0) close(output_);
}

void PeerProcess::stand_still() {
  if (pid_ > 0) kill(pid_, SIGSTOP);
}

void PeerProcess::go_on() {
  if (pid_ > 0) kill(pid_, SIGCONT);
}

}  // namespace paymeter::test
