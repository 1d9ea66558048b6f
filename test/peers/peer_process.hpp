/// A server in a process of its own that says `ready <where>` on its first line of output.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace paymeter::test {

class PeerProcess {
 public:
  /// Starts `command` and waits for its line; where() stays empty when it does not come.
  explicit PeerProcess(std::vector<std::string> command);
  /// Ends the process by its id and waits for it.
  ~PeerProcess();
  PeerProcess(const PeerProcess&) = delete;
  PeerProcess& operator=(const PeerProcess&) = delete;

  /// Stands still, with its connections open, until it goes on.
  void stand_still();
  void go_on();

  /// The port or device that it serves.
  const std::string& where() const { return where_; }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string where_;
};

}  // namespace paymeter::test
