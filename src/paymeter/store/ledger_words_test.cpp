// Ledger tests as tables in words: what is done on the left, what the books then say on the right.
#include <map>
#include <sstream>

#include "paymeter/store/store_testing.hpp"

namespace paymeter::store::testing {

PAYMETER_STORE_SUITE(LedgerWordsTest);

namespace {

using domain::VendState;

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, at);) parts.push_back(part);
  return parts;
}

std::vector<std::string> words_of(const std::string& sentence) {
  std::istringstream in(sentence);
  return {std::istream_iterator<std::string>(in), {}};
}

/// Speaks:  sell 100.00 [fee 1.00] to M1 by cash · send M1 · deliver M1 · burn M1 · cancel M1 ·
/// quarantine M1 · pay out M1 · expect <account> <amount>, … , trial balance 0
/// Verbs act on the meter's last sale. Channels count debits, all other accounts credits.
class Teller {
 public:
  explicit Teller(Shop& shop) : shop_(shop) {}

  void tell(const std::string& story) {
    for (const std::string& sentence : split(story, ';')) {
      const auto words = words_of(sentence);
      SCOPED_TRACE(sentence);
      if (words.at(0) == "expect")
        expect(sentence.substr(sentence.find("expect") + 6));
      else if (words[0] == "sell")
        sell(words);
      else
        act(words[0], words.back());
      EXPECT_EQ(shop_.problems(), std::vector<std::string>{});
    }
  }

 private:
  MeterId meter(const std::string& name) { return shop_.meter(std::stoi(name.substr(1))); }

  void sell(const std::vector<std::string>& words) {
    domain::Money fee{};
    std::string to, by;
    for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
      if (words[i] == "fee") fee = *domain::parse_money(words[i + 1]);
      if (words[i] == "to") to = words[i + 1];
      if (words[i] == "by") by = words[i + 1];
    }
    auto vend = Shop::sale(meter(to), "story-" + std::to_string(++sales_),
                           domain::parse_money(words.at(1))->fen);
    vend.fees = fee;
    vend.to_meter = vend.captured - fee;
    vend.method = *domain::payment_method_from_name(by);
    last_[to] = shop_.must(shop_.store().create_paid_vend(vend)).vend;
  }

  void act(const std::string& verb, const std::string& name) {
    domain::Vend& vend = last_.at(name);
    if (verb == "send") {
      vend = shop_.send(vend);
    } else if (verb == "deliver") {
      if (vend.state == VendState::paid) vend = shop_.send(vend);
      vend = shop_.deliver(vend);
    } else if (verb == "burn") {
      vend = shop_.must(shop_.store().step_vend(Shop::burn_step(vend)));
    } else if (verb == "cancel") {
      auto step = Shop::burn_step(vend);
      step.new_count.reset();
      step.clear_in_flight = false;
      vend = shop_.must(shop_.store().step_vend(step));
    } else if (verb == "quarantine") {
      auto step = Shop::delivery_step(vend);
      step.to = VendState::quarantine;
      step.new_count.reset();
      step.quarantine_meter = true;
      step.posting = domain::quarantine_posting(vend, kNow);
      vend = shop_.must(shop_.store().step_vend(step));
    } else {
      ASSERT_EQ(verb, "pay");
      port::VendStep step;
      step.vend = vend.id;
      step.from = VendState::refund_due;
      step.to = VendState::refunded;
      step.at = kNow;
      step.posting = domain::paid_out_posting(vend, kNow);
      vend = shop_.must(shop_.store().step_vend(step));
    }
  }

  void expect(const std::string& list) {
    std::map<std::string, domain::Money> books;
    domain::Money sum{};
    for (const auto& row : shop_.must(shop_.store().trial_balance(PropertyId{1}))) {
      const bool channel = row.kind == domain::LedgerAccountKind::channel;
      books[std::string(ledger_account_kind_name(row.kind))] = channel ? row.balance : -row.balance;
      sum = sum + row.balance;
    }
    for (const std::string& part : split(list, ',')) {
      const auto words = words_of(part);
      const domain::Money want = *domain::parse_money(words.back());
      if (words[0] == "trial")
        EXPECT_EQ(sum, want) << part;
      else
        EXPECT_EQ(format_money(books[words[0]]), format_money(want)) << part;
    }
  }

  Shop& shop_;
  std::map<std::string, domain::Vend> last_;
  int sales_ = 0;
};

}  // namespace

TEST_P(LedgerWordsTest, Stories) {
  struct Row {
    const char* reason;
    const char* story;
  };
  const Row rows[] = {
      {"captured money is pending",
       "sell 100.00 to M1 by cash; expect channel 100.00, pending 100.00, trial balance 0"},
      {"delivery moves it",
       "sell 100.00 to M1 by cash; deliver M1; expect channel 100.00, delivered 100.00, pending 0, "
       "trial balance 0"},
      {"the fee stays with the seller",
       "sell 100.00 fee 2.50 to M1 by wechat; deliver M1; expect channel 100.00, delivered 97.50, "
       "fee 2.50, trial balance 0"},
      {"a burned sale owes all back, fee too",
       "sell 100.00 fee 2.50 to M1 by alipay; send M1; burn M1; expect refund_due 100.00, fee 0, "
       "pending 0, trial balance 0"},
      {"cancelled before sending and paid out",
       "sell 0.01 to M1 by cash; cancel M1; pay out M1; expect channel 0, refund_due 0, trial "
       "balance 0"},
      {"quarantined money waits",
       "sell 30.00 to M2 by unionpay; send M2; quarantine M2; expect quarantined 30.00, channel "
       "30.00, trial balance 0"},
      {"meters do not mix",
       "sell 1.00 to M1 by cash; sell 2.00 to M2 by cash; deliver M2; sell 4.00 to M2 by cash; "
       "expect pending 5.00, delivered 2.00, channel 7.00; deliver M1; deliver M2; expect pending "
       "0, delivered 7.00, trial balance 0"},
      {"a burned number is followed by the next",
       "sell 1.00 to M1 by cash; send M1; burn M1; sell 2.00 to M1 by cash; deliver M1; expect "
       "delivered 2.00, refund_due 1.00, trial balance 0"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.reason);
    TempFolder fresh;
    Shop shop(std::move(*GetParam().open(fresh)));
    shop.open_all(2);
    Teller(shop).tell(row.story);
  }
}

}  // namespace paymeter::store::testing
