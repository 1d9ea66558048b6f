/// Batches on their way: previewed, stored whole, sent at a pace, taken up again after a restart,
/// over when every meter is in its target state or named with the reason.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "paymeter/domain/batch.hpp"
#include "paymeter/service/commands.hpp"

namespace paymeter::service {

struct BatchPreview {
  struct LeftOut {
    MeterId meter{};
    Errc why{};
  };
  std::vector<MeterId> meters;
  std::vector<LeftOut> left_out;
};

struct BatchRequest {
  std::string idempotency_key;
  PropertyId property{};
  domain::BatchOrder order;
  std::string selection_text;         ///< as the client wrote it, kept with the batch
  std::optional<std::int64_t> count;  ///< as a person typed it; a trip needs it
  UserId operator_id{};
  domain::CommandOrigin origin = domain::CommandOrigin::by_operator;
  std::optional<TariffId> tariff;
  std::int64_t tariff_number = 0;
};

class Batches {
 public:
  struct Settings {
    std::int64_t in_flight_max = 1'024;  ///< commands of one batch under way that do not hang
    int bus_in_flight_max = 4;
    Millis slot_patience{30'000};  ///< after that a command that hangs keeps no place
    Millis tick{500};
    std::size_t chunk_max = 256;  ///< rows per transaction
  };
  struct Deps {
    port::Runtime& runtime;
    port::Store& store;
    port::MeterDriverFactory& drivers;
    Commands& commands;
    LiveTable& live;
    EventHub& events;
  };
  Batches(Deps deps, Settings settings);
  ~Batches();

  /// Takes up every batch without an end and starts the loop. Call after Commands::resume.
  port::Async<Result<>> resume();

  /// Who would be sent this and who not, and why. Errors: those of domain::check_batch_order.
  port::Async<Result<BatchPreview>> preview(PropertyId property, domain::BatchOrder order);
  /// Stores the batch with its rows and starts it. A repeated key is answered with the stored
  /// batch before any rule is asked. Errors, in order: vend_key_invalid (a person's key; keys of
  /// the station hold a colon), vend_exists_with_different_request, those of preview,
  /// batch_count_differs (detail: the real number), batch_empty.
  port::Async<Result<port::BatchStore::Added>> create(BatchRequest request);
  /// pause, resume, cancel, retry. Errors: batch_unknown, batch_state_conflict.
  port::Async<Result<domain::Batch>> move(BatchId id, port::BatchMove::Act act);

  /// Batches with rows or commands under way: what is kept in memory.
  std::size_t under_way() const { return runs_.size(); }

 private:
  struct Run;
  port::Async<> loop();
  port::Async<> look(std::shared_ptr<Run> run);
  port::Async<Result<>> load(std::shared_ptr<Run> run);
  port::Async<Result<>> start_some(std::shared_ptr<Run> run);
  port::Async<> report(std::shared_ptr<Run> run);
  std::vector<port::BatchRowStart> choose(Run& run);
  void take_up(domain::Batch batch);
  void heard(const domain::Command& command);

  Deps deps_;
  Settings settings_;
  std::unordered_map<BatchId, std::shared_ptr<Run>> runs_;
  std::unique_ptr<port::Wakeup> wake_;
  EventHub::Token subscription_;
};

}  // namespace paymeter::service
