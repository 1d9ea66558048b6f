/// The two envelopes, each around its codec.
#include "paymeter/transport/envelope.hpp"

#include "paymeter/codec/modbus_rtu.hpp"
#include "paymeter/codec/modbus_tcp.hpp"

namespace paymeter::transport {
namespace {

codec::ReplyExpectation expectation(const port::BusRequest& request, std::uint16_t transaction) {
  return {.unit = request.unit,
          .function = request.pdu.front(),
          .reply_size = request.reply_size,
          .transaction = transaction};
}

class RtuEnvelope final : public Envelope {
 public:
  Buffer begin(const port::BusRequest& request) override {
    parser_.expect(expectation(request, 0));
    return codec::encode_rtu(request.unit, request.pdu);
  }
  std::optional<Result<Buffer>> push(Bytes bytes) override { return parser_.push(bytes); }
  Error finish() override { return parser_.finish(); }
  bool damaged() const override { return parser_.damaged(); }
  bool lost_track() const override { return false; }
  void reset() override {}  // expect() forgets what was kept
  const codec::FrameCounters& counters() const override { return parser_.counters(); }

 private:
  codec::RtuReplyParser parser_;
};

class TcpEnvelope final : public Envelope {
 public:
  explicit TcpEnvelope(std::uint16_t first_transaction) : transaction_(first_transaction) {}

  Buffer begin(const port::BusRequest& request) override {
    const std::uint16_t transaction = transaction_++;
    parser_.expect(expectation(request, transaction));
    return codec::encode_tcp(transaction, request.unit, request.pdu);
  }
  std::optional<Result<Buffer>> push(Bytes bytes) override { return parser_.push(bytes); }
  Error finish() override { return parser_.finish(); }
  bool damaged() const override { return false; }
  bool lost_track() const override { return parser_.state() == codec::ParserState::failed; }
  void reset() override { parser_.reset(); }
  const codec::FrameCounters& counters() const override { return parser_.counters(); }

 private:
  codec::TcpReplyParser parser_;
  std::uint16_t transaction_;
};

}  // namespace

std::unique_ptr<Envelope> make_rtu_envelope() { return std::make_unique<RtuEnvelope>(); }

std::unique_ptr<Envelope> make_tcp_envelope(std::uint16_t first_transaction) {
  return std::make_unique<TcpEnvelope>(first_transaction);
}

}  // namespace paymeter::transport
