/// Commissioning reports: their text, their signature and their printed form.
#pragma once

#include <string>
#include <vector>

#include "paymeter/base/bytes.hpp"
#include "paymeter/domain/commissioning/check.hpp"
#include "paymeter/domain/commissioning/pulse.hpp"
#include "paymeter/port/async.hpp"

namespace paymeter::port {

/// What a report says of one meter besides the results.
struct ReportMeter {
  MeterId meter{};
  std::string code, room, name, model, gateway, bus;
  std::string serial;  ///< as configured
  int unit = 0;
  std::uint32_t ct_ratio = 1;
};

struct ReportData {
  std::string property;
  Millis utc_offset{};  ///< of printed times
  std::string scope;    ///< `A座`, `G1 / 1`
  domain::commissioning::SiteCheck check;
  std::string started_by, signed_by;
  UtcMs signed_at{};
  std::vector<ReportMeter> meters;  ///< those of results and tests
  std::vector<domain::commissioning::MeterResult> results;
  std::vector<domain::commissioning::PulseTest> pulses;
  std::vector<domain::commissioning::PulseFinding> findings;
};

enum class ReportLanguage : std::uint8_t { zh, en };

class ReportFormat {
 public:
  virtual ~ReportFormat() = default;
  /// The report as a JSON text, and the station's Ed25519 signature over exactly its bytes; fills
  /// content, key_hex and signature_hex.
  /// Errors: store_failed (the station's key cannot be read or made; the detail says why).
  virtual Result<domain::commissioning::SignedReport> sign(const ReportData& data) = 0;
  /// The file that is handed over: content, key and signature. `paymeter verify-report` reads it.
  virtual std::string file(const domain::commissioning::SignedReport& report) = 0;
  /// The printed form, made from the signed content and nothing else; holds the file, so that the
  /// paper's bytes can be verified, too. Works on a thread of its own.
  /// Errors: internal_error (no font, no memory).
  virtual Async<Result<Buffer>> pdf(domain::commissioning::SignedReport report,
                                    ReportLanguage language) = 0;
};

}  // namespace paymeter::port
