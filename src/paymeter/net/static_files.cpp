// Static files: path checks first, then validators, then bytes.
#include "paymeter/net/static_files.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace paymeter::net {
namespace {

namespace fs = std::filesystem;

/// Every segment is an ordinary visible name.
bool is_plain_path(std::string_view path) {
  if (!is_utf8(path) || path.find('\\') != std::string_view::npos) return false;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    if (segment.starts_with('.')) return false;
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return true;
}

bool is_inside(const fs::path& root, const fs::path& file) {
  const auto mismatch = std::ranges::mismatch(root, file);
  return mismatch.in1 == root.end();
}

bool accepts_gzip(const Request& request) {
  return request.header("Accept-Encoding").find("gzip") != std::string_view::npos;
}

std::string make_etag(const fs::path& file, std::string_view suffix) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  const auto time = fs::last_write_time(file, error).time_since_epoch().count();
  return '"' + std::to_string(size) + '-' + std::to_string(time) + std::string{suffix} + '"';
}

bool client_has(const Request& request, std::string_view etag) {
  const auto known = request.header("If-None-Match");
  return known == "*" || known.find(etag) != std::string_view::npos;
}

}  // namespace

std::optional<Response> StaticFiles::find(const Request& request) const {
  const auto decoded = percent_decode(request.path, Plus::literal);
  if (!decoded || !decoded->starts_with('/')) return std::nullopt;
  std::string path = decoded->substr(1);
  if (path.empty() || path.ends_with('/')) path += "index.html";
  return find(path, request);
}

std::optional<Response> StaticFiles::find(std::string_view path, const Request& request) const {
  if (!is_plain_path(path)) return std::nullopt;
  std::error_code error;
  const fs::path root = fs::canonical(root_, error);
  if (error) return std::nullopt;
  fs::path file = fs::canonical(root / path, error);
  if (error || !is_inside(root, file) || !fs::is_regular_file(file, error)) return std::nullopt;

  const std::string name = file.filename().string();
  Response response;
  response.set("Content-Type", std::string{content_type(name)});
  response.set("Vary", "Accept-Encoding");
  response.set("Cache-Control",
               is_hashed_asset(name) ? "public, max-age=31536000, immutable" : "no-cache");
  bool compressed = false;
  if (accepts_gzip(request)) {
    fs::path small = file;
    small += ".gz";
    compressed = fs::is_regular_file(small, error);
    if (compressed) file = small;
  }
  const auto etag = make_etag(file, compressed ? "-gz" : "");
  response.set("ETag", etag);
  if (client_has(request, etag)) {
    response.status = 304;
    return response;
  }
  if (compressed) response.set("Content-Encoding", "gzip");
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  response.body.assign(std::istreambuf_iterator<char>(in), {});
  return response;
}

std::string_view content_type(std::string_view file_name) {
  struct Row {
    std::string_view ending, type;
  };
  static constexpr auto kRows = std::to_array<Row>({
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json; charset=utf-8"},
      {".map", "application/json; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".webmanifest", "application/manifest+json"},
      {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
  });
  for (const auto& row : kRows)
    if (file_name.ends_with(row.ending)) return row.type;
  return "application/octet-stream";
}

bool is_hashed_asset(std::string_view file_name) {
  constexpr std::size_t kHashSize = 8;  // Vite's
  const auto dot = file_name.find('.');
  if (dot == std::string_view::npos || dot < kHashSize + 2) return false;
  if (file_name[dot - kHashSize - 1] != '-') return false;
  const auto hash = file_name.substr(dot - kHashSize, kHashSize);
  const bool is_token = std::ranges::all_of(hash, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           c == '-';
  });
  // An ordinary word of eight letters (`some-settings.js`) is no hash.
  return is_token && std::ranges::any_of(hash, [](char c) { return !(c >= 'a' && c <= 'z'); });
}

}  // namespace paymeter::net
