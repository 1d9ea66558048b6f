// One transaction per operation on the calling thread.
#include "paymeter/store/inline_engine.hpp"

namespace paymeter::store {
namespace {

const Error kCrashed{Errc::store_failed, "this store has crashed; open a new one"};

}  // namespace

InlineEngine::InlineEngine(std::unique_ptr<Db> db, CommitHook hook, DiskLow disk_low)
    : db_(std::move(db)), hook_(std::move(hook)), disk_low_(std::move(disk_low)) {}

void InlineEngine::call_hook(CommitPoint point) {
  if (!hook_) return;
  try {
    hook_(point);
  } catch (...) {
    db_.reset();
    throw;
  }
}

void InlineEngine::write(Job& job) {
  if (!db_) return job.fail_with(kCrashed);
  db_->set_disk_low(disk_low_());
  try {
    db_->begin_write();
    if (!job.run(*db_)) return db_->roll_back();
  } catch (const DbError&) {
    job.fail_with(error_of_current_exception());
    return db_->roll_back();
  }
  call_hook(CommitPoint::before);
  try {
    db_->commit();
  } catch (const DbError&) {
    job.fail_with(error_of_current_exception());
    return db_->roll_back();
  }
  call_hook(CommitPoint::after);
}

void InlineEngine::read(Job& job) {
  if (!db_) return job.fail_with(kCrashed);
  try {
    db_->connection().begin_read();
    job.run(*db_);
  } catch (const DbError&) {
    job.fail_with(error_of_current_exception());
  }
  db_->roll_back();
}

}  // namespace paymeter::store
