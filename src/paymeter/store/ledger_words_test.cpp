// Ledger tests as tables in words: what is done on the left, what the books then say on the right.
#include <map>
#include <span>
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

/// Speaks:  sell 100.00 [fee 1.00] to M1 by cash · refund 3.00 of M1 · reverse M1 · grant 5.00 to
/// M1 · adjust -2.00 of M1 · transfer 10.00 from M1 to M2 · send M1 · deliver M1 · burn M1 · cancel
/// M1 · quarantine M1 · pay out M1 [by wechat] · correct M1 to wechat · resolve M1 as delivered ·
/// release M1 at 1 found 5.00 · fail M1 · approve M1 by transfer · expect <account> <amount>, … ,
/// trial balance 0. Verbs act on the meter's latest vend; a second half is its meter's latest as
/// soon as it is PAID. Channels, grant count debits, all other accounts credits.
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
      else if (words[0] == "transfer")
        transfer(words);
      else if (words[0] == "correct")
        correct(words);
      else if (words[0] == "resolve" || words[0] == "release" || words[0] == "approve")
        decide(words);
      else if (words[0] == "refund" || words[0] == "reverse" || words[0] == "grant" ||
               words[0] == "adjust")
        make(words[0], words.back(), words.size() > 2 ? words[1] : "0");
      else
        act(words[0], words[0] == "pay" ? words.at(2) : words.back(),
            words.size() > 4 ? words[4] : "cash");
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

  void make(const std::string& verb, const std::string& name, const std::string& amount) {
    auto vend = Shop::sale(meter(name), "story-" + std::to_string(++sales_),
                           domain::parse_money(amount)->fen);
    if (verb == "reverse") {
      vend.kind = domain::VendKind::reversal;
      vend.captured = -last_.at(name).captured;
      vend.to_meter = -last_.at(name).to_meter;
      vend.fees = -last_.at(name).fees;
      vend.related = last_.at(name).id;
    } else if (verb == "refund") {
      vend.kind = domain::VendKind::refund;
      vend.captured = vend.to_meter = -vend.captured;
    } else {
      vend.kind = verb == "grant" ? domain::VendKind::grant : domain::VendKind::adjustment;
    }
    last_[name] = shop_.must(shop_.store().create_paid_vend(vend)).vend;
  }

  void transfer(const std::vector<std::string>& words) {
    const auto amount = *domain::parse_money(words.at(1));
    const auto key = "story-" + std::to_string(++sales_);
    auto out = Shop::sale(meter(words.at(3)), key, -amount.fen);
    auto in = Shop::sale(meter(words.at(5)), key, amount.fen);
    out.kind = domain::VendKind::transfer_out;
    in.kind = domain::VendKind::transfer_in;
    const auto both = shop_.must(shop_.store().create_transfer(out, in));
    EXPECT_EQ(both.in.related, both.out.id);
    EXPECT_EQ(both.in.state, VendState::created);
    last_[words[3]] = both.out;
    second_half_[both.out.id] = words[5];
  }

  void correct(const std::vector<std::string>& words) {
    domain::Vend& vend = last_.at(words.at(1));
    vend = shop_.must(
        shop_.store().correct_method({vend.id, *domain::payment_method_from_name(words.at(3)),
                                      UserId{7}, kNow, "taken by card"}));
  }

  /// What two people decide; a moved vend is followed to where it went.
  void decide(const std::vector<std::string>& words) {
    domain::Proposal proposal;
    proposal.meter = meter(words.at(1));
    proposal.evidence = "seen on the meter's display";
    proposal.idempotency_key = "proposal-" + std::to_string(++sales_);
    proposal.proposed_by = UserId{1};
    if (words[0] == "resolve") {
      proposal.vend = last_.at(words[1]).id;
      proposal.resolution = domain::resolution_from_name(words.at(3));
      if (words[3] == "moved") proposal.target_meter = proposal.meter;
    } else if (words[0] == "release") {
      proposal.kind = domain::ProposalKind::release_meter;
      proposal.epoch = Shop::epoch(proposal.meter);
      proposal.purchase_count = static_cast<std::uint16_t>(std::stoi(words.at(3)));
      if (words.size() > 5) proposal.amount = *domain::parse_money(words[5]);
    } else {
      proposal.kind = domain::ProposalKind::manual_payout;
      proposal.vend = last_.at(words[1]).id;
      proposal.paid_out_by = domain::payment_method_from_name(words.at(3));
      proposal.reference = "bank 1";
    }
    proposal = shop_.must(shop_.store().add_proposal(proposal));
    const auto decided = shop_.must(shop_.store().decide_proposal(
        {proposal.id, port::ProposalStore::Verdict::approve, UserId{2}, kNow, "agreed"}));
    EXPECT_EQ(decided.proposal.state, domain::ProposalState::approved);
    if (proposal.kind != domain::ProposalKind::release_meter)
      last_[words[1]] = decided.vends.back();
  }

  /// After the first half has ended its way, the second is the latest of its meter.
  void turn_to_second_half(const domain::Vend& out) {
    const auto name = second_half_.find(out.id);
    if (name == second_half_.end() || out.state == VendState::sent ||
        out.state == VendState::quarantine)
      return;
    last_[name->second] = shop_.must(shop_.store().find_vend(*out.related));
  }

  void act(const std::string& verb, const std::string& name, const std::string& method) {
    const domain::Vend before = last_.at(name);
    act_on(last_.at(name), verb, method);
    if (last_.at(name).state != before.state) turn_to_second_half(domain::Vend(last_.at(name)));
  }

  void act_on(domain::Vend& vend, const std::string& verb, const std::string& method) {
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
    } else if (verb == "fail") {
      port::VendStep step;
      step.vend = vend.id;
      step.from = VendState::refund_due;
      step.to = VendState::refund_failed;
      step.at = kNow;
      vend = shop_.must(shop_.store().step_vend(step));
    } else {
      ASSERT_EQ(verb, "pay");
      port::VendStep step;
      step.vend = vend.id;
      step.from = VendState::refund_due;
      step.to = VendState::refunded;
      step.at = kNow;
      step.paid_out_by = vend.paid_out_by = domain::payment_method_from_name(method);
      step.posting = domain::paid_out_posting(vend, kNow);
      vend = shop_.must(shop_.store().step_vend(step));
    }
  }

  void expect(const std::string& list) {
    std::map<std::string, domain::Money> books;
    domain::Money sum{};
    for (const auto& row : shop_.must(shop_.store().trial_balance(PropertyId{1}))) {
      const bool channel = row.kind == domain::LedgerAccountKind::channel ||
                           row.kind == domain::LedgerAccountKind::grant;
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
  std::map<VendId, std::string> second_half_;
  int sales_ = 0;
};

struct Story {
  const char* reason;
  const char* story;
};

constexpr Story kSales[] = {
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
    {"a refund is owed only when the meter has given it",
     "sell 100.00 to M1 by cash; deliver M1; refund 30.00 of M1; expect delivered 100.00, "
     "refund_due 0; deliver M1; expect delivered 70.00, refund_due 30.00, channel 100.00; pay "
     "out "
     "M1; expect channel 70.00, refund_due 0, trial balance 0"},
    {"a refund that the meter never gave is as if it had never been",
     "sell 100.00 to M1 by cash; deliver M1; refund 30.00 of M1; send M1; burn M1; expect "
     "delivered 100.00, refund_due 0, trial balance 0"},
    {"a refund may go out another way than the money came in",
     "sell 9.00 to M1 by cash; deliver M1; refund 9.00 of M1; deliver M1; pay out M1 by "
     "transfer; "
     "expect channel 0, delivered 0, trial balance 0"},
    {"a reversal gives the fee back, too",
     "sell 100.00 fee 2.50 to M1 by cash; deliver M1; reverse M1; deliver M1; expect delivered "
     "0, "
     "fee 0, refund_due 100.00; pay out M1; expect channel 0, refund_due 0, trial balance 0"},
    {"a grant costs the owner",
     "grant 5.00 to M1; expect grant 5.00, pending 5.00; deliver M1; expect delivered 5.00, "
     "grant "
     "5.00, trial balance 0"},
    {"a grant that never arrived costs nothing",
     "grant 5.00 to M1; send M1; burn M1; expect grant 0, pending 0, refund_due 0, trial balance "
     "0"},
    {"adjustments go either way",
     "adjust 3.00 of M1; deliver M1; expect delivered 3.00, adjustment -3.00; adjust -2.00 of "
     "M1; "
     "deliver M1; expect delivered 1.00, adjustment -1.00, trial balance 0"},
    {"a transfer is on its way until the other meter has it",
     "sell 50.00 to M1 by cash; deliver M1; transfer 20.00 from M1 to M1; deliver M1; expect "
     "transfer 0, pending 20.00, delivered 30.00; deliver M1; expect delivered 50.00, pending 0, "
     "trial balance 0"},
    {"a transfer that never left changes nothing",
     "sell 50.00 to M1 by cash; deliver M1; transfer 20.00 from M1 to M1; send M1; burn M1; "
     "expect transfer 0, pending 0, delivered 50.00, trial balance 0"},
    {"a transfer that never arrived is owed to the tenant",
     "sell 50.00 to M1 by cash; deliver M1; transfer 20.00 from M1 to M1; deliver M1; send M1; "
     "burn M1; expect transfer 0, refund_due 20.00, delivered 30.00; pay out M1; expect channel "
     "30.00, trial balance 0"},
    {"a sale booked on the wrong channel is corrected by an entry",
     "sell 50.00 to M1 by cash; correct M1 to wechat; expect channel 50.00; deliver M1; expect "
     "delivered 50.00, trial balance 0"},
    {"a burned number is followed by the next",
     "sell 1.00 to M1 by cash; send M1; burn M1; sell 2.00 to M1 by cash; deliver M1; expect "
     "delivered 2.00, refund_due 1.00, trial balance 0"},
};

constexpr Story kDecisions[] = {
    {"two people say that a sale arrived",
     "sell 30.00 fee 1.00 to M1 by cash; send M1; quarantine M1; resolve M1 as delivered; expect "
     "quarantined 0, delivered 29.00, fee 1.00; release M1 at 1; sell 2.00 to M1 by cash; "
     "deliver "
     "M1; expect delivered 31.00, trial balance 0"},
    {"two people say that it did not: all of it is owed, and the number is free",
     "sell 30.00 fee 1.00 to M1 by cash; send M1; quarantine M1; resolve M1 as undelivered; "
     "expect "
     "quarantined 0, fee 0, refund_due 30.00; pay out M1; release M1 at 0; sell 2.00 to M1 by "
     "cash; deliver M1; expect delivered 2.00, channel 2.00, trial balance 0"},
    {"carried on by a vend of its own, which waits for the release",
     "sell 30.00 fee 1.00 to M1 by cash; send M1; quarantine M1; resolve M1 as moved; expect "
     "quarantined 0, transfer 0, pending 29.00, fee 1.00; release M1 at 1; deliver M1; expect "
     "delivered 29.00, pending 0, trial balance 0"},
    {"carried on twice",
     "sell 30.00 to M1 by cash; send M1; quarantine M1; resolve M1 as moved; release M1 at 1; "
     "send "
     "M1; quarantine M1; resolve M1 as moved; expect transfer 0, pending 30.00; release M1 at 2; "
     "deliver M1; expect delivered 30.00, quarantined 0, trial balance 0"},
    {"carried on and then burnt: owed",
     "sell 30.00 to M1 by cash; send M1; quarantine M1; resolve M1 as moved; release M1 at 1; "
     "send "
     "M1; burn M1; expect refund_due 30.00, transfer 0; pay out M1 by transfer; expect channel "
     "0, "
     "trial balance 0"},
    {"somebody else's sale is kept apart from our books",
     "sell 30.00 to M1 by cash; send M1; quarantine M1; resolve M1 as undelivered; release M1 at "
     "1 "
     "found 50.00; expect suspense -50.00, delivered 50.00, refund_due 30.00; sell 1.00 to M1 by "
     "cash; deliver M1; expect delivered 51.00, trial balance 0"},
    {"a refund that did leave the meter",
     "sell 9.00 to M1 by cash; deliver M1; refund 4.00 of M1; send M1; quarantine M1; expect "
     "delivered 9.00, quarantined 0; resolve M1 as delivered; expect delivered 5.00, refund_due "
     "4.00; release M1 at 2; pay out M1; expect channel 5.00, trial balance 0"},
    {"a refund that did not",
     "sell 9.00 to M1 by cash; deliver M1; refund 4.00 of M1; send M1; quarantine M1; resolve M1 "
     "as undelivered; release M1 at 1; expect delivered 9.00, refund_due 0, trial balance 0"},
    {"a reversal that did leave the meter gives its fee back",
     "sell 9.00 fee 1.00 to M1 by cash; deliver M1; reverse M1; send M1; quarantine M1; resolve "
     "M1 "
     "as delivered; expect delivered 0, fee 0, refund_due 9.00, trial balance 0"},
    {"a grant that did not arrive costs nothing",
     "grant 5.00 to M1; send M1; quarantine M1; resolve M1 as undelivered; release M1 at 0; "
     "expect "
     "grant 0, quarantined 0, refund_due 0, trial balance 0"},
    {"an adjustment that did arrive",
     "adjust 5.00 of M1; send M1; quarantine M1; resolve M1 as delivered; release M1 at 1; "
     "expect "
     "adjustment -5.00, delivered 5.00, trial balance 0"},
    {"an adjustment that did not",
     "adjust 5.00 of M1; send M1; quarantine M1; resolve M1 as undelivered; expect adjustment 0, "
     "delivered 0, trial balance 0"},
    {"the first half of a transfer did leave: the second goes",
     "sell 50.00 to M1 by cash; deliver M1; transfer 20.00 from M1 to M1; send M1; quarantine "
     "M1; "
     "resolve M1 as delivered; release M1 at 2; expect delivered 30.00, pending 20.00, transfer "
     "0; "
     "deliver M1; expect delivered 50.00, trial balance 0"},
    {"the first half did not leave: both end",
     "sell 50.00 to M1 by cash; deliver M1; transfer 20.00 from M1 to M1; send M1; quarantine "
     "M1; "
     "resolve M1 as undelivered; release M1 at 1; expect delivered 50.00, pending 0, transfer 0, "
     "trial balance 0"},
    {"the second half did not arrive: owed to the tenant",
     "sell 50.00 to M1 by cash; deliver M1; transfer 20.00 from M1 to M1; deliver M1; send M1; "
     "quarantine M1; resolve M1 as undelivered; expect refund_due 20.00, transfer 0, delivered "
     "30.00, trial balance 0"},
    {"the second half is carried on",
     "sell 50.00 to M1 by cash; deliver M1; transfer 20.00 from M1 to M1; deliver M1; send M1; "
     "quarantine M1; resolve M1 as moved; release M1 at 3; deliver M1; expect transfer 0, "
     "delivered 50.00, trial balance 0"},
    {"a refund that the channel refused is paid by hand",
     "sell 9.00 to M1 by wechat; deliver M1; refund 9.00 of M1; deliver M1; fail M1; expect "
     "refund_due 9.00; approve M1 by transfer; expect refund_due 0, channel 0, trial balance 0"},
};

void tell_all(std::span<const Story> stories) {
  for (const Story& row : stories) {
    SCOPED_TRACE(row.reason);
    TempFolder fresh;
    Shop shop(std::move(*LedgerWordsTest::GetParam().open(fresh)));
    shop.open_all(2);
    Teller(shop).tell(row.story);
  }
}

}  // namespace

TEST_P(LedgerWordsTest, Sales) { tell_all(kSales); }
TEST_P(LedgerWordsTest, DecisionsOfTwoPeople) { tell_all(kDecisions); }

}  // namespace paymeter::store::testing
