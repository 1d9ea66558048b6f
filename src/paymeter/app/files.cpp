// Whole files, and the program's own folder.
#include "paymeter/app/files.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace paymeter::app {

namespace fs = std::filesystem;

Result<Buffer> read_file(const std::string& path, std::size_t limit) {
  std::ifstream in(path, std::ios::binary);
  std::error_code error;
  if (!in || fs::is_directory(path, error)) return fail(Errc::request_not_found, path);
  Buffer out;
  std::vector<char> chunk(64 * 1024);
  while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0) {
    out.insert(out.end(), chunk.begin(), chunk.begin() + in.gcount());
    if (out.size() > limit) return fail(Errc::request_too_large, path);
  }
  return out;
}

Result<> write_file(const std::string& path, Bytes content) {
  const std::string beside = path + ".part";
  {
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(content.data()),
              static_cast<std::streamsize>(content.size()));
    if (!out.flush()) return fail(Errc::store_failed, "cannot write " + beside);
  }
  std::error_code error;
  fs::rename(beside, path, error);
  if (error) return fail(Errc::store_failed, path + ": " + error.message());
  return {};
}

std::string find_shared(const std::string& name) {
  std::error_code error;
  std::vector<fs::path> places;
  if (const char* share = std::getenv("PAYMETER_SHARE")) places.push_back(fs::path(share) / name);
  const fs::path self = fs::read_symlink("/proc/self/exe", error).parent_path();
  places.push_back(self.parent_path() / name);
  places.push_back(self.parent_path() / "share" / "paymeter" / name);
  for (const fs::path& place : places)
    if (fs::exists(place, error)) return place.string();
  return {};
}

}  // namespace paymeter::app
