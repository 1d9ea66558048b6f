// From the package's root over workbook.xml to the cells of every worksheet.
#include "paymeter/adapter/spreadsheet/xlsx_reader.hpp"

#include <algorithm>

#include "paymeter/adapter/spreadsheet/cell_text.hpp"
#include "paymeter/adapter/spreadsheet/sheet_builder.hpp"
#include "paymeter/adapter/spreadsheet/xlsx_parts.hpp"

namespace paymeter::adapter::spreadsheet {
namespace {

struct SheetPlace {
  std::string name, path;
};

/// What the cells of every sheet need to be understood.
struct Shared {
  std::vector<std::string> strings;
  std::vector<bool> date_styles;
  DateSystem date_system = DateSystem::y1900;
};

/// A cell's own view of its row: where the next cell without reference goes.
struct Cursor {
  std::size_t row = 0, column = 0;
};

class XlsxReader {
 public:
  explicit XlsxReader(ZipParts parts) : parts_(std::move(parts)) {}
  Result<port::Workbook> read();

 private:
  Result<std::string> find_workbook();
  Result<std::vector<SheetPlace>> read_workbook_part(const std::string& path);
  Result<> read_shared(const Relations& relations);
  Result<port::Sheet> read_sheet(const SheetPlace& place);
  Result<> read_row(pugi::xml_node row, Cursor& cursor, SheetBuilder& builder);
  Result<std::string> cell_text(pugi::xml_node cell) const;
  std::string stored_number_text(pugi::xml_node cell, std::string_view stored) const;

  ZipParts parts_;
  Budget budget_;
  Shared shared_;
};

Result<std::string> XlsxReader::find_workbook() {
  const auto root = read_relations(parts_, "", budget_);
  if (!root) return fail(root.error());
  std::string path = "xl/workbook.xml";
  for (const auto& [id, relation] : *root)
    if (relation.type == "officeDocument") path = relation.target;
  if (path.ends_with(".bin"))
    return fail(Errc::sheet_not_workbook, "binary workbook (.xlsb): save it as .xlsx");
  if (!parts_.has(path)) {
    if (parts_.has("mimetype"))
      return fail(Errc::sheet_not_workbook, "OpenDocument file: save it as .xlsx");
    return fail(Errc::sheet_not_workbook, "a zip file without a workbook");
  }
  return path;
}

Result<std::vector<SheetPlace>> XlsxReader::read_workbook_part(const std::string& path) {
  const auto relations = read_relations(parts_, path, budget_);
  if (!relations) return fail(relations.error());
  const auto xml = read_xml(parts_, path, budget_);
  if (!xml) return fail(xml.error());
  const auto root = (*xml)->document.document_element();
  if (local_name(root.name()) != "workbook")
    return fail(Errc::sheet_not_workbook, "not a spreadsheet: " + path);
  if (attribute_of(child_of(root, "workbookPr"), "date1904").as_bool())
    shared_.date_system = DateSystem::y1904;

  std::vector<SheetPlace> places;
  for (const auto sheet : child_of(root, "sheets").children()) {
    if (local_name(sheet.name()) != "sheet") continue;
    const auto found = relations->find(attribute_of(sheet, "id").value());
    if (found == relations->end())
      return fail(Errc::sheet_damaged,
                  std::string("sheet without a part: ") + attribute_of(sheet, "name").value());
    if (found->second.type != "worksheet") continue;
    places.push_back({clean_text(attribute_of(sheet, "name").value()), found->second.target});
    if (places.size() > kSheetsMax) return fail(Errc::sheet_too_large, "more than 64 sheets");
  }
  if (const auto ok = read_shared(*relations); !ok) return fail(ok.error());
  return places;
}

Result<> XlsxReader::read_shared(const Relations& relations) {
  for (const auto& [id, relation] : relations) {
    if (relation.type == "sharedStrings") {
      auto strings = read_shared_strings(parts_, relation.target, budget_);
      if (!strings) return fail(strings.error());
      shared_.strings = std::move(*strings);
    } else if (relation.type == "styles") {
      auto styles = read_date_styles(parts_, relation.target, budget_);
      if (!styles) return fail(styles.error());
      shared_.date_styles = std::move(*styles);
    }
  }
  return {};
}

Result<port::Sheet> XlsxReader::read_sheet(const SheetPlace& place) {
  const auto xml = read_xml(parts_, place.path, budget_);
  if (!xml) return fail(xml.error());
  SheetBuilder builder(place.name, budget_);
  Cursor cursor;
  for (const auto row : child_of((*xml)->document.document_element(), "sheetData").children()) {
    if (local_name(row.name()) != "row") continue;
    // Rows and cells without a reference follow the one before (ECMA-376 18.3.1.73, 18.3.1.4).
    if (const int number = attribute_of(row, "r").as_int(0); number > 0)
      cursor.row = static_cast<std::size_t>(number) - 1;
    cursor.column = 0;
    if (const auto ok = read_row(row, cursor, builder); !ok) return fail(ok.error());
    ++cursor.row;
  }
  return builder.take();
}

Result<> XlsxReader::read_row(pugi::xml_node row, Cursor& cursor, SheetBuilder& builder) {
  for (const auto cell : row.children()) {
    if (local_name(cell.name()) != "c") continue;
    if (const auto column = column_of_reference(attribute_of(cell, "r").value()))
      cursor.column = static_cast<std::size_t>(*column);
    auto text = cell_text(cell);
    if (!text) return fail(text.error());
    if (auto ok = builder.put(cursor.row, cursor.column, std::move(*text)); !ok) return ok;
    ++cursor.column;
  }
  return {};
}

Result<std::string> XlsxReader::cell_text(pugi::xml_node cell) const {
  const std::string_view type = attribute_of(cell, "t").value();
  const pugi::xml_node value = child_of(cell, "v");
  const std::string_view stored = value.text().get();
  if (type == "inlineStr" || (!value && child_of(cell, "is")))
    return rich_text(child_of(cell, "is"));
  if (type == "s") {
    if (stored.empty()) return std::string{};
    const auto index = parse_stored_number(stored);
    if (!index || *index < 0 || *index >= static_cast<double>(shared_.strings.size()))
      return fail(Errc::sheet_damaged, "a cell points at a string that is not there");
    return shared_.strings[static_cast<std::size_t>(*index)];
  }
  if (type == "str" || type == "e") return clean_text(stored);
  if (type == "b") return std::string(stored == "1" || stored == "true" ? "TRUE" : "FALSE");
  if (type == "d") return iso_date_text(stored);
  return stored_number_text(cell, stored);
}

std::string XlsxReader::stored_number_text(pugi::xml_node cell, std::string_view stored) const {
  const auto number = parse_stored_number(stored);
  if (!number) return clean_text(stored);
  const auto style = attribute_of(cell, "s").as_uint(0);
  if (style < shared_.date_styles.size() && shared_.date_styles[style])
    return date_text(*number, shared_.date_system);
  return number_text(*number);
}

Result<port::Workbook> XlsxReader::read() {
  const auto path = find_workbook();
  if (!path) return fail(path.error());
  const auto places = read_workbook_part(*path);
  if (!places) return fail(places.error());
  port::Workbook workbook;
  for (const auto& place : *places) {
    auto sheet = read_sheet(place);
    if (!sheet) return fail(sheet.error());
    workbook.sheets.push_back(std::move(*sheet));
  }
  return workbook;
}

}  // namespace

Result<port::Workbook> read_xlsx(Bytes file) {
  auto parts = ZipParts::open(file);
  if (!parts) return fail(parts.error());
  return XlsxReader(std::move(*parts)).read();
}

}  // namespace paymeter::adapter::spreadsheet
