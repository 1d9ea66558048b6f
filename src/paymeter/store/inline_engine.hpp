/// Every operation at once on the caller's thread, with places to crash: for simulation.
#pragma once

#include "paymeter/store/engine.hpp"

namespace paymeter::store {

/// Not thread-safe. When the hook throws, the connection is dropped as a dying process would drop
/// it, the exception goes on to the caller, and every later job gets store_failed.
class InlineEngine {
 public:
  InlineEngine(std::unique_ptr<Db> db, CommitHook hook, DiskLow disk_low);
  void write(Job& job);
  void read(Job& job);
  /// Empty = none. The caller awaits it around each operation.
  void set_call_hook(CallHook hook) { around_ = std::move(hook); }
  const CallHook& around() const { return around_; }

 private:
  void call_hook(CommitPoint point);

  std::unique_ptr<Db> db_;  ///< empty after a crash
  CommitHook hook_;
  CallHook around_;
  DiskLow disk_low_;
};

}  // namespace paymeter::store
