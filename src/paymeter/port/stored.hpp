/// What is stored under a request's key, and whether an earlier request stored it.
#pragma once

namespace paymeter::port {

/// Reads as the thing itself: most callers only want that.
template <class T>
struct Stored : T {
  const T& plain() const { return *this; }
  bool existed = false;  ///< the key was used before: this is what it made then
};

}  // namespace paymeter::port
