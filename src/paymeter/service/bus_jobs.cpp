// Queues of a bus by priority, a lane per meter in each.
#include "paymeter/service/bus_jobs.hpp"

#include <algorithm>

namespace paymeter::service {

void BusJobs::push(std::shared_ptr<BusJob> job) {
  const auto priority = static_cast<std::size_t>(job->priority);
  auto& lanes = lanes_.at(priority);
  ++sizes_.at(priority);
  ++total_;
  const auto at = std::ranges::find(lanes, job->meter, &Lane::meter);
  if (at != lanes.end()) {
    at->jobs.push_back(std::move(job));
    return;
  }
  Lane lane{job->meter, {}};
  lane.jobs.push_back(std::move(job));
  lanes.push_back(std::move(lane));
}

std::shared_ptr<BusJob> BusJobs::pop_from(std::size_t priority) {
  auto& lanes = lanes_.at(priority);
  while (!lanes.empty()) {
    Lane lane = std::move(lanes.front());
    lanes.pop_front();
    auto job = std::move(lane.jobs.front());
    lane.jobs.pop_front();
    --sizes_.at(priority);
    --total_;
    if (!lane.jobs.empty()) lanes.push_back(std::move(lane));
    if (job->state == BusJob::State::waiting) return job;
  }
  return nullptr;
}

std::shared_ptr<BusJob> BusJobs::pop(BusPriority below) {
  for (std::size_t priority = 0; priority < static_cast<std::size_t>(below); ++priority)
    if (auto job = pop_from(priority)) return job;
  return nullptr;
}

std::shared_ptr<BusJob> BusJobs::pop() {
  if (total_ == 0) return nullptr;
  if (auto job = pop(BusPriority::poll)) return job;
  return pop_from(static_cast<std::size_t>(BusPriority::poll));
}

}  // namespace paymeter::service
