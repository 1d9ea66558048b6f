/// Seals the books: soon after they were written, in batches, never in a sale's way.
#pragma once

#include <memory>
#include <string>

#include "paymeter/port/runtime.hpp"
#include "paymeter/port/store.hpp"

namespace paymeter::service {

class ChainKeeper {
 public:
  struct Settings {
    Millis interval{2'000};
  };
  ChainKeeper(port::Runtime& runtime, port::ChainStore& store) : ChainKeeper(runtime, store, {}) {}
  ChainKeeper(port::Runtime& runtime, port::ChainStore& store, Settings settings);

  /// Seals every `interval` until the station stops, and once more then. Requires: not started.
  void start();
  /// Ends the wait. Requires: the runtime is stopping.
  void stop();

  /// Seals what every property has unsealed now. A station that was overtaken by another leaves
  /// the rest to it. Errors: those of the store.
  port::Async<Result<>> seal();

  /// Why nothing can be sealed, for the health page; empty = all is well.
  const std::string& trouble() const { return trouble_; }

 private:
  port::Async<> loop();
  port::Async<Result<>> seal_property(PropertyId property);

  port::Runtime& runtime_;
  port::ChainStore& store_;
  Settings settings_;
  std::unique_ptr<port::Wakeup> wake_;
  std::string trouble_;
};

}  // namespace paymeter::service
