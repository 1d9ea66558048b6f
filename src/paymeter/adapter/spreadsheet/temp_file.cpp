// Temporary files in the system's own place for them.
#include "paymeter/adapter/spreadsheet/temp_file.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace paymeter::adapter::spreadsheet {

Result<TempFile> TempFile::create(Bytes content) {
  std::error_code ignored;
  auto folder = std::filesystem::temp_directory_path(ignored);
  if (ignored) folder = "/tmp";
  std::string path = (folder / "paymeter-sheet-XXXXXX").string();
  const int handle = mkstemp(path.data());
  if (handle < 0)
    return fail(Errc::sheet_damaged, "temporary file: " + std::string(strerror(errno)));
  TempFile file(std::move(path));
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t wrote = ::write(handle, content.data() + done, content.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      const std::string why = strerror(errno);
      ::close(handle);
      return fail(Errc::sheet_damaged, "temporary file: " + why);
    }
    done += static_cast<std::size_t>(wrote);
  }
  ::close(handle);
  return file;
}

TempFile::TempFile(TempFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TempFile::~TempFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Result<Buffer> TempFile::content() const {
  std::ifstream in(path_, std::ios::binary);
  Buffer bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad() || bytes.empty()) return fail(Errc::sheet_damaged, "temporary file is unreadable");
  return bytes;
}

}  // namespace paymeter::adapter::spreadsheet
