/// The files of models/ as the build put them into the program (models/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace paymeter::driver {

struct EmbeddedModel {
  std::string_view name;  ///< of the file
  std::string_view text;
};

std::span<const EmbeddedModel> embedded_models();

}  // namespace paymeter::driver
