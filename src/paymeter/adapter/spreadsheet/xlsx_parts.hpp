/// XML helpers shared by the parts of an .xlsx: names without prefix, relations, strings, styles.
#pragma once

#include <map>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "paymeter/adapter/spreadsheet/zip_parts.hpp"

namespace paymeter::adapter::spreadsheet {

/// `row` for `x:row`: writers choose prefixes freely.
std::string_view local_name(const char* name);
/// First child (attribute) with that local name; null when absent.
pugi::xml_node child_of(pugi::xml_node node, std::string_view name);
pugi::xml_attribute attribute_of(pugi::xml_node node, std::string_view name);

/// An XML part and the text it was parsed in place from.
struct XmlPart {
  std::string text;
  pugi::xml_document document;
};
/// Entities of a document type are never expanded: pugixml knows only the five of XML.
/// Errors: sheet_damaged, sheet_too_large.
Result<std::unique_ptr<XmlPart>> read_xml(const ZipParts& parts, std::string_view path,
                                          Budget& budget);

/// What a part points at, by relation id.
struct Relation {
  std::string type;    ///< last word of the type URL: worksheet, sharedStrings, styles …
  std::string target;  ///< path inside the package
};
using Relations = std::map<std::string, Relation>;
/// Relations of `part` (empty = of the package). A part without relations gives none.
Result<Relations> read_relations(const ZipParts& parts, std::string_view part, Budget& budget);

/// Text of `si` or `is`: its `t` or the `t` of its runs, without phonetic guides.
std::string rich_text(pugi::xml_node item);
/// Errors: sheet_damaged, sheet_too_large.
Result<std::vector<std::string>> read_shared_strings(const ZipParts& parts, std::string_view path,
                                                     Budget& budget);
/// For each cell style (the `s` of a cell): does it show a date?
Result<std::vector<bool>> read_date_styles(const ZipParts& parts, std::string_view path,
                                           Budget& budget);

}  // namespace paymeter::adapter::spreadsheet
