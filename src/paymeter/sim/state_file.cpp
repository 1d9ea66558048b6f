// Write beside, sync, rename.
#include "paymeter/sim/state_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace paymeter::sim {
namespace {

tl::unexpected<Error> failed(const std::string& path) {
  return fail(Errc::store_failed, path + ": " + std::strerror(errno));
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The new name itself must survive a crash too.
void sync_directory(const std::filesystem::path& path) {
  const auto directory = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

Result<std::string> read_state_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return std::string();
  if (fd < 0) return failed(path);
  std::string content;
  std::array<char, 65'536> chunk{};
  ssize_t got = 0;
  while ((got = ::read(fd, chunk.data(), chunk.size())) > 0 || (got < 0 && errno == EINTR))
    if (got > 0) content.append(chunk.data(), static_cast<std::size_t>(got));
  const auto outcome =
      got < 0 ? Result<std::string>(failed(path)) : Result<std::string>(std::move(content));
  ::close(fd);
  return outcome;
}

Result<> write_state_file(const std::string& path, std::string_view content) {
  const std::string beside = path + ".new";
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return failed(beside);
  const bool written = write_all(fd, content) && ::fsync(fd) == 0;
  if (::close(fd) != 0 || !written) return failed(beside);
  if (std::rename(beside.c_str(), path.c_str()) != 0) return failed(path);
  sync_directory(path);
  return {};
}

}  // namespace paymeter::sim
