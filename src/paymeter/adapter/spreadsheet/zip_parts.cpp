// Zip access by libzip, from memory.
#include "paymeter/adapter/spreadsheet/zip_parts.hpp"

#include <zip.h>

#include <algorithm>
#include <vector>

namespace paymeter::adapter::spreadsheet {
namespace {

std::string normalised(std::string_view path) {
  while (!path.empty() && (path.front() == '/' || path.front() == '\\')) path.remove_prefix(1);
  std::string name(path);
  for (char& c : name) {
    if (c == '\\') c = '/';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

bool starts_with(Bytes file, std::string_view magic) {
  return file.size() >= magic.size() &&
         std::equal(magic.begin(), magic.end(), file.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

}  // namespace

void ZipParts::Discard::operator()(zip* archive) const { zip_discard(archive); }

Result<ZipParts> ZipParts::open(Bytes file) {
  if (!starts_with(file, "PK\x03\x04")) return fail(Errc::sheet_not_workbook, "no zip inside");
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(file.data(), file.size(), 0, &error);
  zip_t* archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  if (!archive) {
    std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (source) zip_source_free(source);
    return fail(Errc::sheet_damaged, std::move(why));
  }
  zip_error_fini(&error);
  ZipParts parts;
  parts.archive_.reset(archive);
  const auto count = static_cast<std::uint64_t>(zip_get_num_entries(archive, 0));
  if (count > kZipEntriesMax) return fail(Errc::sheet_too_large, "too many parts in the file");
  for (std::uint64_t i = 0; i < count; ++i)
    if (const char* name = zip_get_name(archive, i, ZIP_FL_ENC_GUESS))
      parts.index_.emplace(normalised(name), i);
  return parts;
}

bool ZipParts::has(std::string_view path) const { return index_.contains(normalised(path)); }

Result<std::string> ZipParts::read(std::string_view path, Budget& budget) const {
  const auto found = index_.find(normalised(path));
  if (found == index_.end()) return fail(Errc::sheet_damaged, "part missing: " + std::string(path));
  struct Close {
    void operator()(zip_file_t* f) const { zip_fclose(f); }
  };
  const std::unique_ptr<zip_file_t, Close> part(zip_fopen_index(archive_.get(), found->second, 0));
  if (!part) return fail(Errc::sheet_damaged, zip_strerror(archive_.get()));
  std::string text;
  std::vector<char> chunk(1 << 16);
  for (;;) {
    const zip_int64_t got = zip_fread(part.get(), chunk.data(), chunk.size());
    if (got < 0)
      return fail(Errc::sheet_damaged, std::string(path) + ": " + zip_file_strerror(part.get()));
    if (got == 0) return text;
    const auto bytes = static_cast<std::size_t>(got);
    if (const auto ok = budget.spend_unpacked(bytes); !ok) return fail(ok.error());
    if (text.size() + bytes > kPartBytesMax)
      return fail(Errc::sheet_too_large, std::string(path) + " unpacks to too many bytes");
    text.append(chunk.data(), bytes);
  }
}

}  // namespace paymeter::adapter::spreadsheet
