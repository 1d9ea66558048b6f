// Reads meter models from TOML, strictly: what is not understood is an error, never ignored.
#include "paymeter/driver/model.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "paymeter/base/hex.hpp"
#include "paymeter/codec/modbus_pdu.hpp"
#include "paymeter/codec/modbus_rtu.hpp"
#include "paymeter/driver/read_plan.hpp"
#include "paymeter/driver/toml_keys.hpp"

namespace paymeter::driver {
namespace {

constexpr std::int64_t kAddressMax = 0xFFFF;
constexpr std::int64_t kCtRatioMax = 65'535;
constexpr std::size_t kScaleDigitsMax = 9;
constexpr std::array<std::string_view, 4> kTypes{"u16", "s16", "u32", "s32"};
constexpr std::array<std::string_view, 8> kOperations{
    "measurements", "prepaid", "prices", "sell", "open_account", "force_on", "trip", "release"};
constexpr std::array<std::string_view, 7> kInputs{"key",        "serial", "clear_count", "n",
                                                  "amount_fen", "tag",    "customer"};

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

struct Fraction {
  std::int64_t numerator = 1, denominator = 1;
};

/// `0.01`, `10`: decimal text, because a binary fraction cannot hold 0.01. Empty = not a scale.
std::optional<Fraction> parse_scale(std::string_view text) {
  Fraction scale{0, 1};
  std::size_t digits = 0;
  bool after_point = false;
  for (char c : text) {
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > kScaleDigitsMax) return std::nullopt;
    scale.numerator = scale.numerator * 10 + (c - '0');
    if (after_point) scale.denominator *= 10;
  }
  if (scale.numerator == 0 || text.back() == '.' || text.front() == '.') return std::nullopt;
  return scale;
}

void read_scaling(TomlKeys& keys, ModelRegister& reg) {
  const std::string unit = keys.text("unit"), scale_text = keys.text("scale");
  if (unit.empty() || scale_text.empty()) return;
  const auto factor = unit_factor(reg.quantity.kind, unit);
  if (!factor) keys.wrong("unit", "does not measure " + quantity_name(reg.quantity));
  const auto scale = parse_scale(scale_text);
  if (!scale) keys.wrong("scale", "must be a positive decimal in quotes, such as \"0.01\"");
  if (!factor || !scale) return;
  const std::int64_t numerator = scale->numerator * *factor;
  const std::int64_t common = std::gcd(numerator, scale->denominator);
  reg.numerator = numerator / common;
  reg.denominator = scale->denominator / common;
}

ModelRegister read_register(const toml::table& table, TomlTrouble& trouble) {
  TomlKeys keys(table, "[[register]]", trouble);
  ModelRegister reg;
  const std::string quantity = keys.text("quantity");
  if (const auto known = quantity_from_name(quantity))
    reg.quantity = *known;
  else if (!quantity.empty())
    keys.wrong("quantity", "is unknown: " + quantity);
  reg.function = static_cast<std::uint8_t>(
      keys.integer("function", codec::kReadHoldingRegisters, codec::kReadInputRegisters));
  reg.address = static_cast<std::uint16_t>(keys.integer("address", 0, kAddressMax));
  const std::string type = keys.text("type");
  if (const auto* found = std::ranges::find(kTypes, type); found != kTypes.end())
    reg.type = static_cast<RegisterType>(found - kTypes.begin());
  else if (!type.empty())
    keys.wrong("type", "must be u16, s16, u32 or s32");
  read_scaling(keys, reg);
  const std::string side = keys.text("side", Need::optional);
  if (side == "secondary") {
    reg.side = Side::secondary;
    if (!follows_ct_ratio(reg.quantity.kind))
      keys.wrong("side", "does not concern " + quantity_name(reg.quantity));
  } else if (!side.empty() && side != "primary") {
    keys.wrong("side", "must be primary or secondary");
  }
  reg.verified = keys.boolean("verified");
  reg.source = keys.text("source");
  return reg;
}

ReadRules read_rules(const toml::table& table, TomlTrouble& trouble) {
  TomlKeys keys(table, "[read]", trouble);
  ReadRules rules;
  // Two registers at least, or a 32-bit value would not fit a request.
  rules.registers_per_request_max = static_cast<std::uint16_t>(
      keys.integer("registers_per_request_max", 2, codec::kReadRegistersMax));
  rules.gap_max =
      static_cast<std::uint16_t>(keys.integer_or("gap_max", 0, codec::kReadRegistersMax, 0));
  const toml::array* ranges = keys.array("ranges");
  if (ranges == nullptr) return rules;
  for (const toml::node& node : *ranges) {
    const toml::array* pair = node.as_array();
    const auto bound = [&](std::size_t i) {
      return pair == nullptr || pair->size() != 2 ? std::optional<std::int64_t>{}
                                                  : (*pair)[i].value_exact<std::int64_t>();
    };
    const auto first = bound(0), last = bound(1);
    if (!first || !last || *first < 0 || *last > kAddressMax || *first > *last)
      keys.wrong("ranges", "must be pairs of first and last register");
    else
      rules.ranges.push_back(
          {static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)});
  }
  return rules;
}

RelayRegisters read_relay(const toml::table& table, TomlTrouble& trouble) {
  TomlKeys keys(table, "[relay]", trouble);
  RelayRegisters relay;
  relay.address = static_cast<std::uint16_t>(keys.integer("address", 0, kAddressMax - 1));
  relay.verified = keys.boolean("verified");
  relay.source = keys.text("source");
  return relay;
}

PrepaidPart read_prepaid(const toml::table& table, TomlTrouble& trouble) {
  TomlKeys keys(table, "[prepaid]", trouble);
  PrepaidPart part;
  const std::string layout = keys.text("layout");
  if (!layout.empty() && layout != "reference-nk") keys.wrong("layout", "must be reference-nk");
  part.verified = keys.boolean("verified");
  part.source = keys.text("source");
  return part;
}

/// A frame of a golden record: RTU in hex, its checksum right.
Buffer read_frame(TomlKeys& keys, const toml::node* node) {
  const auto text = node == nullptr ? std::nullopt : node->value_exact<std::string>();
  auto frame = parse_hex(text.value_or("-"));
  if (!frame || frame->size() < 4 || codec::crc16(*frame) != 0) {
    keys.wrong("frames", "must be pairs of RTU frames in hex with the right checksum");
    return {};
  }
  return std::move(*frame);
}

Golden read_golden(const toml::table& table, TomlTrouble& trouble) {
  TomlKeys keys(table, "[[golden]]", trouble);
  Golden golden;
  golden.name = keys.text("name");
  golden.operation = keys.text("operation");
  if (!golden.operation.empty() &&
      std::ranges::find(kOperations, golden.operation) == kOperations.end())
    keys.wrong("operation", "is unknown: " + golden.operation);
  golden.ct_ratio = static_cast<std::uint32_t>(keys.integer_or("ct_ratio", 1, kCtRatioMax, 1));
  if (const toml::array* frames = keys.array("frames", Need::required)) {
    if (frames->empty()) keys.wrong("frames", "must not be empty");
    for (const toml::node& node : *frames) {
      const toml::array* pair = node.as_array();
      const bool whole = pair != nullptr && pair->size() == 2;
      Buffer request = read_frame(keys, whole ? pair->get(0) : nullptr);
      golden.frames.emplace_back(std::move(request),
                                 read_frame(keys, whole ? pair->get(1) : nullptr));
    }
  }
  if (const toml::table* input = keys.table("input")) {
    TomlKeys values(*input, "golden input", trouble);
    for (std::string_view key : kInputs)
      if (std::string text = values.text(key, Need::optional); !text.empty())
        golden.input.emplace(key, std::move(text));
  }
  if (const toml::table* expect = keys.table("expect", Need::required))
    for (const auto& [key, node] : *expect) {
      const auto value = node.value_exact<std::int64_t>();
      if (!value) keys.wrong("expect", "must hold whole numbers: " + std::string(key.str()));
      golden.expect.emplace(key.str(), value.value_or(0));
    }
  return golden;
}

void check_quantities(TomlKeys& keys, const std::vector<ModelRegister>& registers) {
  for (auto reg = registers.begin(); reg != registers.end(); ++reg)
    if (std::any_of(registers.begin(), reg,
                    [&](const ModelRegister& other) { return other.quantity == reg->quantity; }))
      keys.wrong("register", "names " + quantity_name(reg->quantity) + " twice");
}

Model read_model(const toml::table& root, TomlTrouble& trouble) {
  TomlKeys keys(root, "the model", trouble);
  Model model;
  model.name = keys.text("name");
  if (!model.name.empty() && !is_name(model.name))
    keys.wrong("name", "must be of a-z, 0-9 and -, 64 at most");
  model.title = keys.text("title");
  model.protocol = keys.text("protocol");
  if (!model.protocol.empty() && model.protocol != "modbus")
    keys.wrong("protocol", "must be modbus");
  if (const auto* read = keys.table("read", Need::required))
    model.read = read_rules(*read, trouble);
  if (const auto* relay = keys.table("relay")) model.relay = read_relay(*relay, trouble);
  if (const auto* prepaid = keys.table("prepaid")) model.prepaid = read_prepaid(*prepaid, trouble);
  for (const toml::table* reg : keys.tables("register"))
    model.registers.push_back(read_register(*reg, trouble));
  if (model.registers.empty()) keys.wrong("register", "is missing: a model measures something");
  for (const toml::table* golden : keys.tables("golden"))
    model.goldens.push_back(read_golden(*golden, trouble));
  check_quantities(keys, model.registers);
  return model;
}

}  // namespace

bool Model::verified() const {
  return std::ranges::all_of(registers, &ModelRegister::verified) && (!relay || relay->verified) &&
         (!prepaid || prepaid->verified);
}

Result<Model> parse_model(std::string_view text, std::string_view where) {
  try {
    const toml::table root = toml::parse(text);
    TomlTrouble trouble(where);
    Model model = read_model(root, trouble);
    if (trouble.first()) return fail(*trouble.first());
    // A table that cannot be planned is found here, not at the first poll.
    if (auto plan = plan_reads(model.registers, model.read); !plan)
      return fail(Errc::model_invalid, std::string(where) + ": " + plan.error().detail);
    return model;
  } catch (const toml::parse_error& error) {
    return fail(Errc::model_invalid, std::string(where) + ":" +
                                         std::to_string(error.source().begin.line) + ": " +
                                         std::string(error.description()));
  }
}

}  // namespace paymeter::driver
