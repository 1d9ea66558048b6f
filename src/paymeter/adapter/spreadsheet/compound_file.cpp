// Following the sector chains of a compound file; every step is bounded by the file's size.
#include "paymeter/adapter/spreadsheet/compound_file.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "paymeter/adapter/spreadsheet/little_endian.hpp"

namespace paymeter::adapter::spreadsheet {
namespace {

constexpr std::size_t kHeaderSize = 512;
constexpr std::uint32_t kLastRegularSector = 0xFFFF'FFFA;  // above: end of chain, free, FAT …
constexpr std::size_t kEntrySize = 128;

tl::unexpected<Error> damaged() { return fail(Errc::sheet_damaged, "broken compound file"); }

struct Entry {
  std::string name;
  std::uint8_t type = 0;  ///< 2 stream, 5 root
  std::uint32_t start = 0;
  std::uint32_t size = 0;
};

class CompoundFile {
 public:
  explicit CompoundFile(Bytes file) : file_(file) {}
  Result<> open();
  Result<Buffer> stream(std::string_view name) const;

 private:
  Result<Bytes> sector(std::uint32_t number) const;
  Result<> load_fat();
  Result<Buffer> chain(std::uint32_t start) const;
  Result<Buffer> mini_chain(std::uint32_t start, std::size_t size) const;

  Bytes file_;
  std::size_t sector_size_ = 512;
  std::vector<std::uint32_t> fat_;
  std::vector<Entry> entries_;
};

Result<Bytes> CompoundFile::sector(std::uint32_t number) const {
  const std::uint64_t at = (static_cast<std::uint64_t>(number) + 1) * sector_size_;
  if (number >= kLastRegularSector || at + sector_size_ > file_.size()) return damaged();
  return file_.subspan(static_cast<std::size_t>(at), sector_size_);
}

Result<> CompoundFile::load_fat() {
  std::vector<std::uint32_t> places;
  for (std::size_t i = 0; i < 109; ++i) places.push_back(get_u32_le(file_, 76 + i * 4));
  std::uint32_t next = get_u32_le(file_, 68);
  for (std::size_t steps = 0; next < kLastRegularSector; ++steps) {
    const auto more = sector(next);
    if (!more || steps > file_.size() / sector_size_) return damaged();
    const std::size_t count = sector_size_ / 4 - 1;
    for (std::size_t i = 0; i < count; ++i) places.push_back(get_u32_le(*more, i * 4));
    next = get_u32_le(*more, count * 4);
  }
  for (const auto place : places) {
    if (place >= kLastRegularSector) continue;
    const auto part = sector(place);
    // A table that names the same sector again and again would grow without limit.
    if (!part || fat_.size() > 2 * (file_.size() / sector_size_) + sector_size_) return damaged();
    for (std::size_t i = 0; i < sector_size_ / 4; ++i) fat_.push_back(get_u32_le(*part, i * 4));
  }
  return {};
}

Result<Buffer> CompoundFile::chain(std::uint32_t start) const {
  Buffer bytes;
  for (std::uint32_t at = start; at < kLastRegularSector; at = fat_[at]) {
    const auto part = sector(at);
    if (!part || at >= fat_.size() || bytes.size() > file_.size()) return damaged();
    bytes.insert(bytes.end(), part->begin(), part->end());
  }
  return bytes;
}

Result<> CompoundFile::open() {
  if (file_.size() < kHeaderSize) return damaged();
  const unsigned shift = get_u16_le(file_, 30);
  if (shift != 9 && shift != 12) return damaged();
  sector_size_ = std::size_t{1} << shift;
  if (auto ok = load_fat(); !ok) return ok;
  const auto directory = chain(get_u32_le(file_, 48));
  if (!directory) return fail(directory.error());
  for (std::size_t at = 0; at + kEntrySize <= directory->size(); at += kEntrySize) {
    const Bytes raw = Bytes(*directory).subspan(at, kEntrySize);
    Entry entry;
    const std::size_t length = std::min<std::size_t>(get_u16_le(raw, 64), 64);
    for (std::size_t i = 0; i + 2 < length; i += 2)
      entry.name += static_cast<char>(std::min<std::uint16_t>(get_u16_le(raw, i), 0x7F));
    entry.type = raw[66];
    entry.start = get_u32_le(raw, 116);
    entry.size = get_u32_le(raw, 120);
    entries_.push_back(std::move(entry));
  }
  return {};
}

Result<Buffer> CompoundFile::mini_chain(std::uint32_t start, std::size_t size) const {
  constexpr std::size_t kMini = 64;
  const auto root = std::find_if(entries_.begin(), entries_.end(),
                                 [](const Entry& entry) { return entry.type == 5; });
  if (root == entries_.end()) return damaged();
  const auto store = chain(root->start);
  const auto table = chain(get_u32_le(file_, 60));
  if (!store || !table) return damaged();
  Buffer bytes;
  for (std::size_t at = start; at < kLastRegularSector && bytes.size() < size;
       at = get_u32_le(*table, at * 4)) {
    if ((at + 1) * kMini > store->size() || (at + 1) * 4 > table->size()) return damaged();
    const Bytes part = Bytes(*store).subspan(at * kMini, kMini);
    bytes.insert(bytes.end(), part.begin(), part.end());
  }
  return bytes;
}

Result<Buffer> CompoundFile::stream(std::string_view name) const {
  const auto same = [&](const Entry& entry) {
    return entry.type == 2 &&
           std::equal(
               name.begin(), name.end(), entry.name.begin(), entry.name.end(), [](char a, char b) {
                 const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c + 0; };
                 return lower(a) == lower(b);
               });
  };
  const auto entry = std::find_if(entries_.begin(), entries_.end(), same);
  if (entry == entries_.end()) return fail(Errc::request_not_found, std::string(name));
  const bool small = entry->size < get_u32_le(file_, 56);
  auto bytes = small ? mini_chain(entry->start, entry->size) : chain(entry->start);
  if (!bytes) return bytes;
  if (bytes->size() < entry->size) return damaged();
  bytes->resize(entry->size);
  return bytes;
}

}  // namespace

Result<Buffer> read_compound_stream(Bytes file, std::string_view name) {
  CompoundFile compound(file);
  if (const auto ok = compound.open(); !ok) return fail(ok.error());
  return compound.stream(name);
}

}  // namespace paymeter::adapter::spreadsheet
