// A serial bus on a pseudo-terminal: the master opens the slave side as if it were /dev/ttyS1.
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>

#include "paymeter/sim/gate_session.hpp"

namespace paymeter::sim {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using Session = GateSession<asio::posix::stream_descriptor>;

/// Closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

struct Terminal {
  Descriptor master, slave;
  std::string path;
};

Result<Terminal> open_terminal() {
  Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  std::array<char, 128> path{};
  if (master.get() < 0 || ::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0 ||
      ::ptsname_r(master.get(), path.data(), path.size()) != 0)
    return fail(Errc::link_connect_failed, "no pseudo-terminal");
  // Kept open: a master side whose slave nobody holds reads errors instead of waiting.
  Descriptor slave(::open(path.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  termios mode{};
  if (slave.get() < 0 || ::tcgetattr(slave.get(), &mode) != 0)
    return fail(Errc::link_connect_failed, path.data());
  ::cfmakeraw(&mode);
  if (::tcsetattr(slave.get(), TCSANOW, &mode) != 0)
    return fail(Errc::link_connect_failed, path.data());
  return Terminal{std::move(master), std::move(slave), path.data()};
}

Result<> make_link(const std::string& target, const fs::path& link) {
  std::error_code failed;
  if (link.has_parent_path()) fs::create_directories(link.parent_path(), failed);
  if (fs::is_symlink(fs::symlink_status(link, failed))) fs::remove(link, failed);
  fs::create_symlink(target, link, failed);
  if (failed) return fail(Errc::link_connect_failed, link.string() + ": " + failed.message());
  return {};
}

class PtyGate final : public Gate {
 public:
  PtyGate(asio::io_context& context, Plant::BusPlace& place, Terminal terminal, std::string link)
      : slave_(std::move(terminal.slave)), path_(terminal.path), link_(std::move(link)) {
    session_ = std::make_shared<Session>(
        asio::posix::stream_descriptor(context, terminal.master.release()), place, counters_,
        nullptr);
    session_->start();
    ++counters_->accepted;
  }
  ~PtyGate() override { PtyGate::close(); }
  void close() override {
    session_->close();
    std::error_code ignored;
    if (!link_.empty() && fs::read_symlink(link_, ignored) == path_) fs::remove(link_, ignored);
  }
  void drop_connections() override {}  // a cable has none
  const GateCounters& counters() const override { return *counters_; }
  std::string device() const override { return link_.empty() ? path_ : link_; }

 private:
  std::shared_ptr<GateCounters> counters_ = std::make_shared<GateCounters>();
  Descriptor slave_;
  std::string path_, link_;
  std::shared_ptr<Session> session_;
};

}  // namespace

Result<std::unique_ptr<Gate>> open_pty_gate(asio::io_context& context, Plant::BusPlace& place,
                                            std::string link) {
  auto terminal = open_terminal();
  if (!terminal) return fail(terminal.error());
  if (!link.empty())
    if (auto made = make_link(terminal->path, link); !made) return fail(made.error());
  return std::make_unique<PtyGate>(context, place, std::move(*terminal), std::move(link));
}

}  // namespace paymeter::sim
