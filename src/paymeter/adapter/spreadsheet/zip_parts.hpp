/// The parts of an OPC package (a zip), read one at a time within the limits.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "paymeter/adapter/spreadsheet/limits.hpp"
#include "paymeter/base/bytes.hpp"

struct zip;

namespace paymeter::adapter::spreadsheet {

class ZipParts {
 public:
  /// `file` must outlive the object. Errors: sheet_not_workbook (no zip), sheet_damaged,
  /// sheet_too_large (entries).
  static Result<ZipParts> open(Bytes file);

  /// Names compare without case, leading slash, or the kind of slash, as writers disagree.
  bool has(std::string_view path) const;
  /// What is really unpacked counts, never what the zip declares.
  /// Errors: sheet_damaged (missing, encrypted, bad checksum), sheet_too_large.
  Result<std::string> read(std::string_view path, Budget& budget) const;

 private:
  struct Discard {
    void operator()(zip* archive) const;
  };
  ZipParts() = default;
  std::unique_ptr<zip, Discard> archive_;
  std::unordered_map<std::string, std::uint64_t> index_;
};

}  // namespace paymeter::adapter::spreadsheet
