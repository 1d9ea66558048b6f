/// One store operation on its way through an engine, with its result.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "paymeter/store/db.hpp"

namespace paymeter::store {

/// rehearse: the result is kept, the changes are not.
enum class Persist : std::uint8_t { commit, rehearse };

class Job {
 public:
  explicit Job(Persist persist) : persist_(persist) {}
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  /// Runs the operation inside the engine's transaction and keeps its result; may be called again
  /// when the transaction was undone. Exceptions of the database become store errors; those that
  /// end the transaction go on as well. Returns whether the changes are to stay.
  bool run(Db& db);
  /// Replaces the result, whatever it was: the transaction did not happen.
  virtual void fail_with(const Error& error) = 0;
  /// The result's error, or null.
  virtual const Error* error() const = 0;
  /// Hands the result over. Called once, last.
  virtual void finish() {}

  /// Does jobs of one sort with fewer statements than one after the other; may be called again like
  /// run(). Those it returns false for it left alone. Throws what the database throws.
  using Together = std::vector<bool> (*)(Db& db, std::span<const std::unique_ptr<Job>> jobs);
  /// The same for all jobs of a sort; null: this one is done alone.
  virtual Together together() const { return nullptr; }

 protected:
  /// Returns true when the operation succeeded.
  virtual bool call(Db& db) = 0;

 private:
  Persist persist_;
};

/// store_busy, store_full or store_failed for an exception of the database being handled.
Error error_of_current_exception();

/// An operation that can be done for many at once:
/// `static std::vector<std::optional<Outcome>> together(Db&, std::vector<const Op*>)`.
template <class Op>
concept Joinable = requires(Db& db, std::vector<const Op*> ops) { Op::together(db, ops); };

/// Op: Result<T>(Db&) const.
template <class Op>
class ResultJob : public Job {
 public:
  using Outcome = std::invoke_result_t<const Op&, Db&>;
  ResultJob(Persist persist, Op op) : Job(persist), op_(std::move(op)) {}
  void fail_with(const Error& error) override { outcome_.emplace(fail(error)); }
  const Error* error() const override {
    return outcome_ && !outcome_->has_value() ? &outcome_->error() : nullptr;
  }
  Outcome take() { return std::move(*outcome_); }
  Together together() const override {
    if constexpr (Joinable<Op>)
      return &run_together;
    else
      return nullptr;
  }

 protected:
  bool call(Db& db) override {
    // Const: an operation that changed itself could not be run again.
    outcome_.emplace(std::as_const(op_)(db));
    return outcome_->has_value();
  }

 private:
  static std::vector<bool> run_together(Db& db, std::span<const std::unique_ptr<Job>> jobs)
    requires Joinable<Op>
  {
    std::vector<const Op*> ops;
    ops.reserve(jobs.size());
    for (const auto& job : jobs) ops.push_back(&static_cast<const ResultJob&>(*job).op_);
    auto outcomes = Op::together(db, ops);
    std::vector<bool> done(jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      done[i] = outcomes[i].has_value();
      if (done[i]) static_cast<ResultJob&>(*jobs[i]).outcome_ = std::move(outcomes[i]);
    }
    return done;
  }

  Op op_;
  std::optional<Outcome> outcome_;
};

/// Hands the result to a coroutine on the coroutine's own executor, and keeps that alive meanwhile.
template <class Op, class Handler>
class PostedJob final : public ResultJob<Op> {
 public:
  PostedJob(Persist persist, Op op, Handler handler)
      : ResultJob<Op>(persist, std::move(op)),
        work_(boost::asio::get_associated_executor(handler)),
        handler_(std::move(handler)) {}
  void finish() override {
    boost::asio::post(work_.get_executor(),
                      [handler = std::move(handler_), outcome = this->take()]() mutable {
                        std::move(handler)(std::move(outcome));
                      });
    // At once, not when the engine drops the job: an idle engine must not keep the caller alive.
    work_.reset();
  }

 private:
  boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> work_;
  Handler handler_;
};

}  // namespace paymeter::store
