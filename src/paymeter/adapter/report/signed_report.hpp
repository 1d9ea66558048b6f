/// Signed commissioning reports: content as JSON, the file that is handed over, the printed form.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "paymeter/adapter/report/station_key.hpp"
#include "paymeter/port/report_format.hpp"

namespace paymeter::adapter {

class SignedReportFormat final : public port::ReportFormat {
 public:
  /// `key_file` is made at the first signature.
  explicit SignedReportFormat(std::string key_file) : key_(std::move(key_file)) {}
  ~SignedReportFormat() override;
  Result<domain::commissioning::SignedReport> sign(const port::ReportData& data) override;
  std::string file(const domain::commissioning::SignedReport& report) override;
  /// One at a time, four waiting; more are refused with store_busy.
  port::Async<Result<Buffer>> pdf(domain::commissioning::SignedReport report,
                                  port::ReportLanguage language) override;

 private:
  StationKey key_;
  std::size_t under_way_ = 0;  ///< only touched on the station's thread
  boost::asio::thread_pool pool_{1};
};

/// What a report says, as the JSON text that is signed.
std::string report_content(const port::ReportData& data);

/// The printed form of a report's content. Errors: request_invalid (no content of this program),
/// internal_error (the drawing library failed).
Result<Buffer> draw_report(const domain::commissioning::SignedReport& report,
                           const std::string& file, port::ReportLanguage language);

/// Content, key and signature out of a file or a PDF of this program.
/// Errors: request_invalid (it is neither).
Result<domain::commissioning::SignedReport> read_signed_report(std::string_view bytes);
/// Errors: report_signature_wrong.
Result<> verify_report(const domain::commissioning::SignedReport& report);

}  // namespace paymeter::adapter
