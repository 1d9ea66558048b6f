// What actors have in common.
#include "actor.hpp"

#include <algorithm>

namespace paymeter::town {

void Scene::every(Millis pause, std::function<void()> round) const {
  world.schedule(world.mono() + pause, [scene = *this, pause, round = std::move(round)] {
    round();
    scene.every(pause, round);
  });
}

std::string some_code(sim::Dice& dice) { return std::to_string(1000 + dice.between(1, kMeters)); }

Came judge(Slot& slot, std::string_view what, const Error& error,
           std::initializer_list<Errc> allowed) {
  if (std::ranges::find(allowed, error.code) != allowed.end()) return Came::over;
  const std::string words =
      std::string(what) + ": " + std::string(error_name(error.code)) + " " + error.detail;
  if (!is_passing(error)) throw Violation{"a_sound_request_is_taken", words};
  slot.last_wait = words;
  return Came::again;
}

}  // namespace paymeter::town
