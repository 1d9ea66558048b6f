/// Files of the web apps from one folder: hashed assets for ever, everything else revalidated.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "paymeter/net/message.hpp"

namespace paymeter::net {

class StaticFiles {
 public:
  /// A folder that does not exist (yet) has no files. Links that leave it are not followed.
  explicit StaticFiles(std::filesystem::path root) : root_(std::move(root)) {}

  /// The file at `request.path` (percent-encoded; a folder means its index.html), or 304 when the
  /// client has it. A precompressed `file.gz` beside it goes to clients that accept gzip.
  /// Empty: no such file, or a path that leaves the folder.
  std::optional<Response> find(const Request& request) const;
  /// The file at `path` (plain, relative) whatever was asked for: the single page's fallback.
  std::optional<Response> find(std::string_view path, const Request& request) const;

 private:
  std::filesystem::path root_;
};

/// `text/css; charset=utf-8` for `x.css`; unknown endings are octet streams.
std::string_view content_type(std::string_view file_name);
/// `name-Ab3_dE9f.js`: the content can never change under this name.
bool is_hashed_asset(std::string_view file_name);

}  // namespace paymeter::net
