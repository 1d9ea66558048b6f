/// Batches of commands in the store: every row is there from the beginning, so that a station that
/// stops in the middle knows what is left; a row and its command change in one transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paymeter/domain/batch.hpp"
#include "paymeter/port/async.hpp"
#include "paymeter/port/page.hpp"
#include "paymeter/port/stored_command.hpp"

namespace paymeter::port {

struct BatchFilter {
  std::optional<PropertyId> property;
  std::optional<domain::BatchState> state;
  std::optional<domain::CommandKind> kind;
  Page page;
};
struct BatchRowFilter {
  BatchId batch{};
  std::optional<domain::BatchOutcome> outcome;
  Page page;
};

/// A row that is about to be sent, or not, because of what is known right now.
struct BatchRowStart {
  int place = 0;
  std::optional<Errc> refused;  ///< set: the row fails with this and nothing is sent
  domain::Command command;      ///< as for CommandStore::add_command
  /// write_settings: becomes the meter's configuration in the same transaction.
  std::optional<domain::MeterSettings> configure;
};
struct BatchStart {
  BatchId batch{};
  UtcMs at{};
  std::vector<BatchRowStart> rows;
};

struct BatchMove {
  BatchId batch{};
  enum class Act : std::uint8_t {
    pause,   ///< running → paused
    resume,  ///< paused → running
    cancel,  ///< running, paused → cancelled; every waiting row with it
    retry,   ///< running, paused, finished: failed, not superseded rows wait; finished → running
    finish,  ///< running → finished; a cancelled one gets its end. Only when nothing is under way
  } act = Act::pause;
  UtcMs at{};
};

/// A meter of a tariff and the last price download to it.
struct TariffDownload {
  MeterId meter{};
  std::optional<CommandId> command;  ///< the newest download; empty = never
  std::optional<TariffId> tariff;    ///< what the newest carries
  std::int64_t number = 0;
  std::uint32_t version = 0;  ///< as the meter counts them
  std::optional<domain::CommandState> state;
  std::optional<Errc> result;
  std::string differences;
  std::optional<UtcMs> at;                  ///< created, or finished when it is
  std::optional<std::int64_t> held_number;  ///< of the newest that the meter has confirmed
  std::uint32_t held_version = 0;
};

/// A meter wallet with an open account whose newest download is not of the version in force.
struct PricesWanted {
  TariffId tariff{};
  std::int64_t number = 0;
  MeterId meter{};
};

class BatchStore {
 public:
  virtual ~BatchStore() = default;
  /// Stores a batch with its rows, in their order; those with a reason are left out. The same key
  /// with the same kind and selection returns the stored batch. Errors:
  /// vend_exists_with_different_request, batch_empty (every row is left out), meter_unknown.
  struct Added {
    domain::Batch batch;
    bool existed = false;
  };
  virtual Async<Result<Added>> add_batch(domain::Batch batch,
                                         std::vector<domain::BatchRow> rows) = 0;
  /// One transaction for many rows; those not waiting are skipped. Rows fail with meter_settling,
  /// supply_protected (trips), command_superseded (a newer switch or hold). Returns the commands.
  /// Errors: batch_unknown, batch_state_conflict (not running).
  virtual Async<Result<std::vector<domain::Command>>> start_rows(BatchStart start) = 0;
  /// Errors: batch_unknown, batch_state_conflict (not in a state of the act; finish: rows are under
  /// way).
  virtual Async<Result<domain::Batch>> move_batch(BatchMove move) = 0;
  virtual Async<Result<domain::Batch>> find_batch(BatchId id) = 0;
  virtual Async<Result<std::optional<domain::Batch>>> find_batch_by_key(PropertyId property,
                                                                        std::string key) = 0;
  virtual Async<Result<Listed<domain::Batch>>> list_batches(BatchFilter filter) = 0;
  /// Those without an end: running, paused, and cancelled ones with commands under way.
  virtual Async<Result<std::vector<domain::Batch>>> open_batches() = 0;
  virtual Async<Result<domain::BatchCounts>> batch_counts(BatchId id) = 0;
  /// In the batch's order.
  virtual Async<Result<Listed<domain::BatchRow>>> list_batch_rows(BatchRowFilter filter) = 0;
  /// Place and meter of every waiting row, in the batch's order.
  struct WaitingRow {
    int place = 0;
    MeterId meter{};
  };
  virtual Async<Result<std::vector<WaitingRow>>> waiting_rows(BatchId id) = 0;

  virtual Async<Result<std::vector<MeterId>>> settling_meters(PropertyId property) = 0;
  /// Stores a settings download and makes its settings the meter's configuration, together.
  /// Errors: those of CommandStore::add_command.
  virtual Async<Result<StoredCommand>> configure_meter(domain::Command command,
                                                       std::string idempotency_key) = 0;
  /// Keeps what a read-back showed instead of what a pending command wants.
  virtual Async<Result<>> note_differences(CommandId id, std::string differences) = 0;
  /// Every meter that was set up with the tariff, by meter.
  virtual Async<Result<std::vector<TariffDownload>>> tariff_downloads(TariffId tariff) = 0;
  /// By tariff and meter. Meters that are settling, and rows of a batch that still wait, are out.
  virtual Async<Result<std::vector<PricesWanted>>> prices_wanted(PropertyId property) = 0;
};

}  // namespace paymeter::port
