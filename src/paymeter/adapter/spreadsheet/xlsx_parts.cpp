// Relations, shared strings and styles of an .xlsx package.
#include "paymeter/adapter/spreadsheet/xlsx_parts.hpp"

#include "paymeter/adapter/spreadsheet/cell_text.hpp"

namespace paymeter::adapter::spreadsheet {
namespace {

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

/// `../xl/a.xml` seen from `folder`; `/xl/a.xml` from the root.
std::string resolve(std::string_view folder, std::string_view target) {
  std::vector<std::string_view> steps;
  const auto walk = [&](std::string_view path) {
    while (!path.empty()) {
      const std::size_t slash = path.find('/');
      const std::string_view step = path.substr(0, slash);
      path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
      if (step.empty() || step == ".") continue;
      if (step != "..")
        steps.push_back(step);
      else if (!steps.empty())
        steps.pop_back();
    }
  };
  if (!target.starts_with('/')) walk(folder);
  walk(target);
  std::string path;
  for (const auto step : steps) (path += path.empty() ? "" : "/") += step;
  return path;
}

}  // namespace

std::string_view local_name(const char* name) {
  const std::string_view full(name);
  const std::size_t colon = full.rfind(':');
  return colon == std::string_view::npos ? full : full.substr(colon + 1);
}

pugi::xml_node child_of(pugi::xml_node node, std::string_view name) {
  for (const pugi::xml_node child : node.children())
    if (local_name(child.name()) == name) return child;
  return {};
}

pugi::xml_attribute attribute_of(pugi::xml_node node, std::string_view name) {
  for (const pugi::xml_attribute attribute : node.attributes())
    if (local_name(attribute.name()) == name) return attribute;
  return {};
}

Result<std::unique_ptr<XmlPart>> read_xml(const ZipParts& parts, std::string_view path,
                                          Budget& budget) {
  auto text = parts.read(path, budget);
  if (!text) return fail(text.error());
  auto part = std::make_unique<XmlPart>();
  part->text = std::move(*text);
  // A string of blanks only is a value too when it is all that `t` holds.
  const auto parsed = part->document.load_buffer_inplace(
      part->text.data(), part->text.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!parsed)
    return fail(Errc::sheet_damaged, std::string(path) + ": " + parsed.description() + " at byte " +
                                         std::to_string(parsed.offset));
  return part;
}

Result<Relations> read_relations(const ZipParts& parts, std::string_view part, Budget& budget) {
  const std::string_view folder = folder_of(part);
  const std::string_view file = folder.empty() ? part : part.substr(folder.size() + 1);
  std::string path(folder);
  if (!path.empty()) path += '/';
  ((path += "_rels/") += file) += ".rels";
  Relations relations;
  if (!parts.has(path)) return relations;
  const auto xml = read_xml(parts, path, budget);
  if (!xml) return fail(xml.error());
  for (const auto node : (*xml)->document.document_element().children()) {
    if (local_name(node.name()) != "Relationship") continue;
    std::string_view type = attribute_of(node, "Type").value();
    if (const auto slash = type.rfind('/'); slash != std::string_view::npos)
      type.remove_prefix(slash + 1);
    relations[attribute_of(node, "Id").value()] =
        Relation{std::string(type), resolve(folder, attribute_of(node, "Target").value())};
  }
  return relations;
}

std::string rich_text(pugi::xml_node item) {
  std::string text;
  for (const auto node : item.children()) {
    const auto name = local_name(node.name());
    if (name == "t") text += node.text().get();
    if (name == "r")  // a formatted run; rPh (phonetic guide) is not part of the value
      for (const auto inner : node.children())
        if (local_name(inner.name()) == "t") text += inner.text().get();
  }
  return clean_text(text);
}

Result<std::vector<std::string>> read_shared_strings(const ZipParts& parts, std::string_view path,
                                                     Budget& budget) {
  const auto xml = read_xml(parts, path, budget);
  if (!xml) return fail(xml.error());
  std::vector<std::string> strings;
  for (const auto node : (*xml)->document.document_element().children())
    if (local_name(node.name()) == "si") strings.push_back(rich_text(node));
  return strings;
}

Result<std::vector<bool>> read_date_styles(const ZipParts& parts, std::string_view path,
                                           Budget& budget) {
  const auto xml = read_xml(parts, path, budget);
  if (!xml) return fail(xml.error());
  const auto root = (*xml)->document.document_element();
  std::map<int, bool> custom;
  for (const auto node : child_of(root, "numFmts").children())
    custom[attribute_of(node, "numFmtId").as_int(-1)] =
        is_date_format(attribute_of(node, "formatCode").value());
  std::vector<bool> styles;
  for (const auto node : child_of(root, "cellXfs").children()) {
    if (local_name(node.name()) != "xf") continue;
    const int id = attribute_of(node, "numFmtId").as_int(0);
    const auto found = custom.find(id);
    styles.push_back(found == custom.end() ? is_builtin_date_format(id) : found->second);
  }
  return styles;
}

}  // namespace paymeter::adapter::spreadsheet
