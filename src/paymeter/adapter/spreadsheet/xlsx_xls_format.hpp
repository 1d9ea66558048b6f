/// The workbook formats of the world: .xlsx and .xls in, .xlsx out.
#pragma once

#include "paymeter/port/workbook.hpp"

namespace paymeter::adapter {

/// Stateless; one object may be used from several threads at once.
class XlsxXlsFormat final : public port::WorkbookFormat {
 public:
  Result<port::Workbook> read(Bytes file) override;
  Result<Buffer> write_xlsx(const std::vector<port::SheetContent>& sheets) override;
};

}  // namespace paymeter::adapter
