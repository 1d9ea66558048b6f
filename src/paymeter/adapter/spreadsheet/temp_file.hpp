/// A private file that exists as long as the object, for libraries that only know paths.
#pragma once

#include <string>

#include "paymeter/base/bytes.hpp"
#include "paymeter/base/error.hpp"

namespace paymeter::adapter::spreadsheet {

class TempFile {
 public:
  /// Creates it with `content`, readable by this user only. Errors: sheet_damaged (no space,
  /// no permission; detail says why).
  static Result<TempFile> create(Bytes content);
  TempFile(TempFile&& other) noexcept;
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  TempFile& operator=(TempFile&&) = delete;
  ~TempFile();

  const std::string& path() const { return path_; }
  /// What the file holds now. Errors: sheet_damaged.
  Result<Buffer> content() const;

 private:
  explicit TempFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace paymeter::adapter::spreadsheet
