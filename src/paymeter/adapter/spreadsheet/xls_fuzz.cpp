// Any bytes behind the magic of a compound file: an answer or an error, never a crash.
#include <cstddef>
#include <cstdint>

#include "paymeter/adapter/spreadsheet/xls_results.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)paymeter::adapter::spreadsheet::read_result_cells({data, size});
  return 0;
}
