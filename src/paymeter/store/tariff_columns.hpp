/// The column lists of tariff versions and their history.
#pragma once

#include "paymeter/store/table_columns.hpp"

namespace paymeter::store {

template <>
struct Spelling<domain::tariff::VersionState> {
  static std::string_view name(domain::tariff::VersionState state) {
    return version_state_name(state);
  }
  static constexpr auto last = domain::tariff::VersionState::withdrawn;
};

template <>
struct Table<domain::tariff::TariffVersion> {
  static constexpr std::string_view name = "tariff_version";
  template <class SomeIo>
  static void columns(SomeIo& io, domain::tariff::TariffVersion& v) {
    io("id", v.id);
    io("property_id", v.property);
    io("tariff_id", v.tariff);
    io("number", v.number);
    io("state", v.state);
    io("valid_from", v.valid_from);
    io("content", v.content);
    io("digest", v.digest);
    io("note", v.note);
    io("written_by", v.written_by);
    io("submitted_by", v.submitted_by);
    io("decided_by", v.decided_by);
    io("created_at", v.created_at);
    io("changed_at", v.changed_at);
    io("submitted_at", v.submitted_at);
    io("decided_at", v.decided_at);
  }
};

template <>
struct Table<port::VersionActLine> {
  static constexpr std::string_view name = "tariff_act";
  template <class SomeIo>
  static void columns(SomeIo& io, port::VersionActLine& v) {
    io("id", v.id);
    io("property_id", v.property);
    io("version_id", v.version);
    io("act", v.act);
    io("user_id", v.by);
    io("at", v.at);
    io("note", v.note);
    io("digest", v.digest);
  }
};

}  // namespace paymeter::store
