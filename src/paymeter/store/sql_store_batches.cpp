// SqlStore's batches and downloads: dispatch only.
#include "paymeter/store/sql.hpp"
#include "paymeter/store/sql_store_perform.hpp"

namespace paymeter::store {

template <class T>
using Answer = SqlStore::Answer<T>;
using domain::Batch;
using domain::Command;

Answer<port::BatchStore::Added> SqlStore::add_batch(Batch batch,
                                                    std::vector<domain::BatchRow> rows) {
  return write([batch = std::move(batch), rows = std::move(rows)](Db& db) {
    return sql::add_batch(db, batch, rows);
  });
}

Answer<std::vector<Command>> SqlStore::start_rows(port::BatchStart start) {
  return write([start = std::move(start)](Db& db) { return sql::start_rows(db, start); });
}

Answer<Batch> SqlStore::move_batch(port::BatchMove move) {
  return write([move](Db& db) { return sql::move_batch(db, move); });
}

Answer<Batch> SqlStore::find_batch(BatchId id) {
  return read([id](Db& db) { return sql::find_batch(db, id); });
}

Answer<std::optional<Batch>> SqlStore::find_batch_by_key(PropertyId property, std::string key) {
  return read([property, key = std::move(key)](Db& db) {
    return sql::find_batch_by_key(db, property, key);
  });
}

Answer<port::Listed<Batch>> SqlStore::list_batches(port::BatchFilter filter) {
  return read([filter](Db& db) { return sql::list_batches(db, filter); });
}

Answer<std::vector<Batch>> SqlStore::open_batches() {
  return read([](Db& db) { return sql::open_batches(db); });
}

Answer<domain::BatchCounts> SqlStore::batch_counts(BatchId id) {
  return read([id](Db& db) { return sql::batch_counts(db, id); });
}

Answer<port::Listed<domain::BatchRow>> SqlStore::list_batch_rows(port::BatchRowFilter filter) {
  return read([filter](Db& db) { return sql::list_batch_rows(db, filter); });
}

Answer<std::vector<port::BatchStore::WaitingRow>> SqlStore::waiting_rows(BatchId id) {
  return read([id](Db& db) { return sql::waiting_rows(db, id); });
}

Answer<std::vector<MeterId>> SqlStore::settling_meters(PropertyId property) {
  return read([property](Db& db) { return sql::settling_meters(db, property); });
}

Answer<port::StoredCommand> SqlStore::configure_meter(Command command,
                                                      std::string idempotency_key) {
  return write([command = std::move(command), key = std::move(idempotency_key)](Db& db) {
    return sql::configure_meter(db, command, key);
  });
}

Answer<void> SqlStore::note_differences(CommandId id, std::string differences) {
  return write(
      [id, text = std::move(differences)](Db& db) { return sql::note_differences(db, id, text); });
}

Answer<std::vector<port::TariffDownload>> SqlStore::tariff_downloads(TariffId tariff) {
  return read([tariff](Db& db) { return sql::tariff_downloads(db, tariff); });
}

Answer<std::vector<port::PricesWanted>> SqlStore::prices_wanted(PropertyId property) {
  return read([property](Db& db) { return sql::prices_wanted(db, property); });
}

}  // namespace paymeter::store
