/// What a database throws, sorted by what an engine has to do about it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace paymeter::store {

/// The text is the engine's bare message: never the statement's parameters, they may be secrets.
class DbError : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t {
    failed,    ///< this statement; nothing else is known to be wrong
    busy,      ///< somebody holds a lock, or the server takes no more connections
    full,      ///< no room on the disk
    conflict,  ///< another transaction won: the same again may succeed
    lost,      ///< the connection is gone
    unsynced,  ///< the disk did not keep what it was given: nothing may be written any more
  };
  DbError(Kind kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}
  Kind kind() const { return kind_; }
  /// True when the whole transaction is affected, not one operation in it.
  bool ends_transaction() const {
    return kind_ == Kind::conflict || kind_ == Kind::lost || kind_ == Kind::unsynced;
  }

 private:
  Kind kind_;
};

}  // namespace paymeter::store
