/// A short list of ids as one text: `12,15,17`. Empty text, empty list.
#pragma once

#include <charconv>
#include <string>
#include <vector>

#include "paymeter/base/ids.hpp"
#include "paymeter/store/db_error.hpp"

namespace paymeter::store {

inline std::string ids_to_text(const std::vector<MeterId>& ids) {
  std::string out;
  for (MeterId id : ids) out += (out.empty() ? "" : ",") + std::to_string(id.value);
  return out;
}

inline std::vector<MeterId> ids_from_text(const std::string& text) {
  std::vector<MeterId> out;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    MeterId id;
    const auto [stop, error] = std::from_chars(at, end, id.value);
    if (error != std::errc{} || (stop != end && *stop != ',')) throw BadValue("bad list of ids");
    out.push_back(id);
    at = stop == end ? end : stop + 1;
  }
  return out;
}

}  // namespace paymeter::store
