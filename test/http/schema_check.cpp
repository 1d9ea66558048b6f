// A small validator for the part of JSON Schema that openapi.json uses.
#include "schema_check.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "paymeter/http/openapi.hpp"

namespace paymeter::http {
namespace {

namespace json = boost::json;

const json::object& schemas() {
  static const json::value document = json::parse(openapi_text());
  return document.at("components").at("schemas").as_object();
}

std::string check(const json::value& value, const json::object& schema, const std::string& where);

std::string_view type_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "boolean";
    case json::kind::int64:
    case json::kind::uint64:
      return "integer";
    case json::kind::double_:
      return "number";
    case json::kind::string:
      return "string";
    case json::kind::array:
      return "array";
    case json::kind::object:
      return "object";
  }
  return "?";
}

bool type_fits(const json::value& value, const json::value& type) {
  if (type.is_string()) return std::string_view{type.as_string()} == type_of(value);
  return std::ranges::any_of(type.as_array(),
                             [&](const auto& one) { return type_fits(value, one); });
}

std::string check_object(const json::object& value, const json::object& schema,
                         const std::string& where) {
  const auto* properties = schema.if_contains("properties");
  if (properties == nullptr) return {};
  if (const auto* required = schema.if_contains("required"))
    for (const auto& name : required->as_array())
      if (!value.contains(name.as_string())) return where + ": lacks " + json::serialize(name);
  for (const auto& field : value) {
    const auto* known = properties->as_object().if_contains(field.key());
    const std::string place = where + '.' + std::string{field.key()};
    if (known == nullptr) return place + ": is not described";
    if (auto bad = check(field.value(), known->as_object(), place); !bad.empty()) return bad;
  }
  return {};
}

std::string check_array(const json::array& value, const json::object& schema,
                        const std::string& where) {
  if (const auto* least = schema.if_contains("minItems"))
    if (static_cast<std::int64_t>(value.size()) != least->as_int64())
      return where + ": has " + std::to_string(value.size()) + " items";
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto bad =
        check(value[i], schema.at("items").as_object(), where + '[' + std::to_string(i) + ']');
    if (!bad.empty()) return bad;
  }
  return {};
}

std::string check(const json::value& value, const json::object& schema, const std::string& where) {
  if (const auto* ref = schema.if_contains("$ref")) {
    const std::string_view name = ref->as_string();
    return check(value, schemas().at(name.substr(name.rfind('/') + 1)).as_object(), where);
  }
  if (const auto* all = schema.if_contains("allOf"))
    return check(value, all->as_array().at(0).as_object(), where);
  if (const auto* one = schema.if_contains("oneOf")) {
    std::string bad;
    for (const auto& option : one->as_array()) {
      auto misfit_here = check(value, option.as_object(), where);
      if (misfit_here.empty()) return {};
      if (bad.empty()) bad = std::move(misfit_here);
    }
    return bad;
  }
  if (const auto* type = schema.if_contains("type"); type != nullptr && !type_fits(value, *type))
    return where + ": is " + json::serialize(value) + ", not " + json::serialize(*type);
  if (const auto* options = schema.if_contains("enum"))
    if (std::ranges::find(options->as_array(), value) == options->as_array().end())
      return where + ": " + json::serialize(value) + " is none of the enum";
  if (value.is_object()) return check_object(value.as_object(), schema, where);
  if (value.is_array()) return check_array(value.as_array(), schema, where);
  return {};
}

}  // namespace

std::string misfit(const json::value& value, std::string_view schema_name) {
  return check(value, schemas().at(schema_name).as_object(), std::string{schema_name});
}

}  // namespace paymeter::http
