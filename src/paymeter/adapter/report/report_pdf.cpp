// Draws a signed report on A4 pages with Pango and Cairo, Chinese included.
#include <pango/pangocairo.h>
#include <sodium.h>

#include <boost/json.hpp>
#include <memory>

#include "paymeter/adapter/report/pdf_page.hpp"
#include "paymeter/adapter/report/signed_report.hpp"
#include "paymeter/base/time.hpp"
#include "paymeter/codec/sha256.hpp"

namespace paymeter::adapter {
namespace {

namespace json = boost::json;
using port::ReportLanguage;

/// One text in the page's language.
class Words {
 public:
  Words(ReportLanguage language, Millis offset)
      : is_zh_(language == ReportLanguage::zh), offset_(offset) {}
  std::string operator()(const char* zh, const char* en) const { return is_zh_ ? zh : en; }

  /// Codes of the content as words; unknown ones stay codes.
  std::string of(std::string_view code) const {
    struct Row {
      std::string_view code;
      const char *zh, *en;
    };
    static constexpr Row kRows[] = {
        {"ok", "合格", "good"},
        {"failed", "不合格", "bad"},
        {"unknown", "未知", "unknown"},
        {"done", "完成", "done"},
        {"stopped", "已停止", "stopped"},
        {"interrupted", "中断", "interrupted"},
        {"matches", "一致", "matches"},
        {"other", "接到别的表", "on another meter"},
        {"unclear", "无法判断", "unclear"},
        {"ratio_off", "变比不符", "ratio is off"},
        {"unmetered", "未经分表", "not metered"},
        {"not_seen", "没有变化", "not seen"},
        {"no_answer", "表未应答", "no answer"},
        {"crossed_pair", "两表互换", "crossed pair"},
        {"wrong_room", "接错房间", "wrong room"},
    };
    for (const Row& row : kRows)
      if (row.code == code) return is_zh_ ? row.zh : row.en;
    return std::string(code);
  }

  std::string time(const json::value& text) const {
    if (!text.is_string()) return "–";
    const auto at = parse_rfc3339(text.as_string());
    if (!at) return std::string(text.as_string());
    const CivilTime t = civil_time(*at, offset_);
    char out[32];
    std::snprintf(out, sizeof out, "%04d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.day, t.hour,
                  t.minute, t.second);
    return out;
  }

 private:
  bool is_zh_;
  Millis offset_;
};

std::string text(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  return value.is_null() ? "–" : json::serialize(value);
}

/// `1001 A座 101`
std::string name_of(const json::value& meter) {
  if (!meter.is_object()) return "–";
  const std::string room = text(meter.at("room"));
  return text(meter.at("code")) + (room.empty() ? "" : " " + room);
}

void draw_head(PdfPage& page, const json::object& content, const Words& words) {
  page.title(words("调试检查报告", "Commissioning report"));
  const json::object& check = content.at("check").as_object();
  page.line(words("项目：", "Property: ") + text(content.at("property")));
  page.line(words("范围：", "Scope: ") + text(content.at("scope").at("name")) +
            words("　检查编号：", "   Check: ") + text(check.at("id")) +
            words("　状态：", "   State: ") + words.of(text(check.at("state"))));
  page.line(words("开始：", "Started: ") + words.time(check.at("started_at")) +
            words("　结束：", "   Ended: ") + words.time(check.at("finished_at")) +
            words("　操作员：", "   By: ") + text(check.at("started_by")));
  page.line(words("仪表 ", "Meters ") + text(check.at("total")) + words("，合格 ", ", good ") +
            text(check.at("ok")) + words("，不合格 ", ", bad ") + text(check.at("failed")) +
            words("，未知 ", ", unknown ") + text(check.at("unknown")));
}

void draw_findings(PdfPage& page, const json::object& content, const Words& words) {
  const json::array& findings = content.at("findings").as_array();
  if (findings.empty()) return;
  page.heading(words("接线错误", "Wiring mistakes"));
  const std::vector<double> widths{110, 200, 200};
  page.row(widths,
           {words("类型", "Kind"), words("房间的表", "Meter of the room"),
            words("实际变化的表", "Meter that saw the load")},
           PdfPage::Style::bold);
  for (const json::value& finding : findings)
    page.row(widths, {words.of(text(finding.at("kind"))), name_of(finding.at("room_meter")),
                      name_of(finding.at("seen"))});
}

void draw_meters(PdfPage& page, const json::object& content, const Words& words) {
  page.heading(words("仪表检查", "Meters"));
  const std::vector<double> widths{62, 118, 84, 44, 46, 46, 46, 46, 46, 46, 46, 154};
  page.row(widths,
           {words("表号", "Meter"), words("位置", "Place"), words("总线/地址", "Bus/address"),
            words("结论", "Verdict"), words("应答", "Answers"), words("型号", "Model"),
            words("序列号", "Serial"), words("变比", "CT ratio"), words("时钟", "Clock"),
            words("继电器", "Relay"), words("读数", "Readings"), words("说明", "Detail")},
           PdfPage::Style::bold);
  for (const json::value& meter : content.at("meters").as_array()) {
    const json::object& row = meter.as_object();
    std::string place = text(row.at("room"));
    if (place.empty() && row.contains("name")) place = text(row.at("name"));
    std::vector<std::string> cells{text(row.at("code")), place};
    cells.push_back(row.contains("bus") ? text(row.at("gateway")) + "/" + text(row.at("bus")) +
                                              "/" + text(row.at("unit"))
                                        : "–");
    cells.push_back(words.of(text(row.at("verdict"))));
    std::string details;
    for (const json::value& point : row.at("points").as_array()) {
      const std::string verdict = text(point.at("verdict"));
      cells.push_back(words.of(verdict));
      if (verdict == "failed") details += (details.empty() ? "" : "; ") + text(point.at("detail"));
    }
    cells.push_back(details);
    cells.resize(widths.size());
    page.row(widths, cells);
  }
}

void draw_pulses(PdfPage& page, const json::object& content, const Words& words) {
  const json::array& tests = content.at("pulse_tests").as_array();
  if (tests.empty()) return;
  page.heading(words("负荷通断试验", "Pulse tests"));
  const std::vector<double> widths{170, 70, 50, 100, 170, 80, 130};
  page.row(
      widths,
      {words("房间的表", "Meter of the room"), words("负荷 W", "Load W"), words("次数", "Times"),
       words("结论", "Verdict"), words("实际变化的表", "Meter that saw it"),
       words("变化 W", "Step W"), words("时间", "Time")},
      PdfPage::Style::bold);
  for (const json::value& test : tests)
    page.row(widths, {name_of(test.at("meter")), text(test.at("load_w")), text(test.at("rounds")),
                      words.of(text(test.at("verdict"))), name_of(test.at("seen")),
                      text(test.at("step_w")), words.time(test.at("finished_at"))});
}

void draw_signature(PdfPage& page, const json::object& content,
                    const domain::commissioning::SignedReport& report, const Words& words) {
  page.heading(words("签名", "Signature"));
  page.line(words("签署：", "Signed by: ") + text(content.at("signed_by")) +
            words("　时间：", "   at ") + words.time(content.at("signed_at")));
  page.small(words("内容 SHA-256：", "Content SHA-256: ") + codec::sha256_hex(report.content));
  page.small(words("公钥 Ed25519：", "Public key Ed25519: ") + report.key_hex);
  page.small(words("签名：", "Signature: ") + report.signature_hex);
  page.small(words("本文件内含签名内容，可离线核对：paymeter verify-report 本文件",
                   "This file holds the signed content; check it offline: "
                   "paymeter verify-report THIS-FILE"));
  page.gap(24);
  page.line(
      words("安装单位：__________________　　验收单位：__________________　　日期：____________",
            "Installer: __________________   Accepted by: __________________   "
            "Date: ____________"));
}

std::string embedded(const std::string& file) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string out(sodium_base64_ENCODED_LEN(file.size(), kVariant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(file.data()),
                    file.size(), kVariant);
  out.pop_back();  // the terminator
  return "paymeter-signed-report-1:" + out;
}

}  // namespace

Result<Buffer> draw_report(const domain::commissioning::SignedReport& report,
                           const std::string& file, ReportLanguage language) {
  try {
    const json::value parsed = json::parse(report.content);
    const json::object& content = parsed.as_object();
    const Words words(language, minutes(content.at("utc_offset_min").as_int64()));
    PdfPage page(words("调试检查报告", "Commissioning report"), embedded(file));
    draw_head(page, content, words);
    draw_findings(page, content, words);
    draw_meters(page, content, words);
    draw_pulses(page, content, words);
    draw_signature(page, content, report, words);
    return page.finish();
  } catch (const std::exception& error) {
    // Boost.JSON throws for what is missing: content of another program or version.
    return fail(Errc::request_invalid, error.what());
  }
}

}  // namespace paymeter::adapter
