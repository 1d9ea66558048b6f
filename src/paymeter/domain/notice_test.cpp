// Notices: which step may follow which, and what a recorded one must say.
#include "paymeter/domain/notice.hpp"

#include <gtest/gtest.h>

namespace paymeter::domain {
namespace {

TEST(Notice, StepsThatMayFollow) {
  using enum NoticeState;
  struct Row {
    const char* reason;
    NoticeState from, to;
    bool may;
  };
  for (const Row& row :
       {Row{"handed to a sender", queued, sent, true},
        Row{"a sender that answers at once", queued, delivered, true},
        Row{"no such number", queued, failed, true}, Row{"queued once", queued, queued, false},
        Row{"the report came", sent, delivered, true},
        Row{"the report says no", sent, failed, true},
        Row{"sent is not unsent", sent, queued, false},
        Row{"a report after giving up", failed, delivered, true},
        Row{"failed stays failed for senders", failed, sent, false},
        Row{"delivered is the end", delivered, failed, false},
        Row{"delivered once", delivered, delivered, false}})
    EXPECT_EQ(may_follow(row.from, row.to), row.may) << row.reason;
}

TEST(Notice, WhatARecordedNoticeMustSay) {
  constexpr UtcMs now{1'000'000};
  struct Row {
    const char* reason;
    const char* field;  ///< empty: sound
    void (*change)(Notice&);
  };
  for (const Row& row :
       {Row{"paper, handed over", "", [](Notice&) {}},
        Row{"a call", "", [](Notice& n) { n.channel = NoticeChannel::call; }},
        Row{"just now", "", [](Notice& n) { n.delivered_at = UtcMs{1'000'000}; }},
        Row{"text messages are sent, not recorded", "channel",
            [](Notice& n) { n.channel = NoticeChannel::sms; }},
        Row{"nobody recorded it", "recorded_by", [](Notice& n) { n.recorded_by = {}; }},
        Row{"nobody took it", "recipient", [](Notice& n) { n.recipient.clear(); }},
        Row{"no evidence", "evidence", [](Notice& n) { n.evidence.clear(); }},
        Row{"endless evidence", "evidence", [](Notice& n) { n.evidence.assign(1'001, 'x'); }},
        Row{"endless text", "text", [](Notice& n) { n.text.assign(1'001, 'x'); }},
        Row{"never delivered", "delivered_at", [](Notice& n) { n.delivered_at.reset(); }},
        Row{"delivered tomorrow", "delivered_at",
            [](Notice& n) { n.delivered_at = UtcMs{1'000'001}; }}}) {
    Notice notice;
    notice.channel = NoticeChannel::paper;
    notice.recorded_by = UserId{3};
    notice.recipient = "王掌柜";
    notice.evidence = "copy in folder 7";
    notice.delivered_at = UtcMs{999'999};
    row.change(notice);
    const auto checked = check_recorded_notice(notice, now);
    EXPECT_EQ(checked.has_value(), row.field[0] == '\0') << row.reason;
    if (!checked) EXPECT_EQ(checked.error().detail, row.field) << row.reason;
  }
}

}  // namespace
}  // namespace paymeter::domain
