// Runs one operation and turns what the database throws into results.
#include "paymeter/store/job.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace paymeter::store {

Error error_of_current_exception() {
  try {
    throw;
  } catch (const soci::sqlite3_soci_error& error) {
    // Only the bare message: the full text repeats parameters, and those may be secrets.
    const std::string text = error.get_error_message();
    switch (error.result() & 0xFF) {
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        return {Errc::store_busy, text};
      case SQLITE_FULL:
        return {Errc::store_full, text};
      default:
        return {Errc::store_failed, text};
    }
  } catch (const soci::soci_error& error) {
    return {Errc::store_failed, error.get_error_message()};
  } catch (const std::exception& error) {
    return {Errc::store_failed, error.what()};
  }
}

bool Job::run(Db& db) {
  try {
    return call(db) && persist_ == Persist::commit;
  } catch (const std::exception&) {
    fail_with(error_of_current_exception());
    return false;
  }
}

}  // namespace paymeter::store
