// Runs one operation and turns what the database throws into results.
#include "paymeter/store/job.hpp"

namespace paymeter::store {

Error error_of_current_exception() {
  try {
    throw;
  } catch (const DbError& error) {
    switch (error.kind()) {
      // What was lost or beaten before its commit has not happened: the same may be asked again.
      case DbError::Kind::busy:
      case DbError::Kind::conflict:
      case DbError::Kind::lost:
        return {Errc::store_busy, error.what()};
      case DbError::Kind::full:
        return {Errc::store_full, error.what()};
      case DbError::Kind::failed:
      case DbError::Kind::unsynced:
        break;
    }
    return {Errc::store_failed, error.what()};
  } catch (const std::exception& error) {
    return {Errc::store_failed, error.what()};
  }
}

bool Job::run(Db& db) {
  try {
    return call(db) && persist_ == Persist::commit;
  } catch (const DbError& error) {
    fail_with(error_of_current_exception());
    if (error.ends_transaction()) throw;
  } catch (const std::exception&) {
    fail_with(error_of_current_exception());
  }
  return false;
}

}  // namespace paymeter::store
