/// Prepared statements by their text, found mostly without hashing it.
#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace paymeter::store {

/// T is a prepared statement with a member `busy`: true while somebody steps through it.
template <class T>
class StatementCache {
 public:
  /// The idle statement of this text, or null (unknown, or in use by an outer loop).
  T* find(std::string_view sql) {
    // A literal's address comes again and again; the text is compared nevertheless, because the
    // address of a text that was put together may come again with another one.
    Recent& recent = recent_[slot(sql)];
    if (recent.statement == nullptr || recent.sql != sql) {
      const auto found = all_.find(sql);
      if (found == all_.end()) return nullptr;
      recent = {found->first, found->second.get()};
    }
    return recent.statement->busy ? nullptr : recent.statement;
  }

  /// Keeps a new statement, unless the text already has one: then it comes back.
  std::unique_ptr<T> keep(std::string_view sql, std::unique_ptr<T> statement) {
    const auto [at, fresh] = all_.try_emplace(std::string(sql), nullptr);
    if (!fresh) return statement;
    at->second = std::move(statement);
    return nullptr;
  }

  std::size_t size() const { return all_.size(); }
  bool any_busy() const {
    for (const auto& [sql, statement] : all_)
      if (statement->busy) return true;
    return false;
  }
  void clear() {
    recent_.fill({});
    all_.clear();
  }

 private:
  struct Recent {
    std::string_view sql;  ///< of the key in all_
    T* statement = nullptr;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  static std::size_t slot(std::string_view sql) {
    const auto address = reinterpret_cast<std::uintptr_t>(sql.data());
    return (address ^ (address >> 8U) ^ sql.size()) % kSlots;
  }

  static constexpr std::size_t kSlots = 256;
  std::array<Recent, kSlots> recent_{};
  std::unordered_map<std::string, std::unique_ptr<T>, Hash, std::equal_to<>> all_;
};

/// List filters make texts of their own; more than this many and a cache starts over.
inline constexpr std::size_t kStatementsMax = 300;

}  // namespace paymeter::store
