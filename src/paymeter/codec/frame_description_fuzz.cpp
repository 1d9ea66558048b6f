// Any bytes into the frame description: a description or a named error, and consistent fields.
#include "paymeter/base/assert.hpp"
#include "paymeter/codec/frame_description.hpp"
#include "paymeter/codec/modbus_rtu.hpp"

using namespace paymeter;
using namespace paymeter::codec;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (FrameProtocol protocol : {FrameProtocol::modbus_rtu, FrameProtocol::modbus_tcp}) {
    const auto frame = describe_frame(protocol, Bytes(data, size));
    if (!frame) continue;
    PAYMETER_ASSERT(!frame->function_name.empty());
    PAYMETER_ASSERT(frame->checksum.has_value() == (protocol == FrameProtocol::modbus_rtu));
    PAYMETER_ASSERT(frame->transaction.has_value() == (protocol == FrameProtocol::modbus_tcp));
    PAYMETER_ASSERT(2 * frame->registers.size() <= size && frame->data.size() <= size);
    PAYMETER_ASSERT(!frame->exception || frame->direction == FrameDirection::reply);
  }
  return 0;
}

/// Repairs the RTU checksum or the TCP header, so that the data behind them are reached.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (size >= 4 && seed % 4 < 2) {
    const std::uint16_t crc = crc16(Bytes(data, size - 2));
    data[size - 2] = static_cast<std::uint8_t>(crc);
    data[size - 1] = static_cast<std::uint8_t>(crc >> 8);
  } else if (size >= 8 && size <= 260 && seed % 4 == 2) {
    data[2] = data[3] = data[4] = 0;
    data[5] = static_cast<std::uint8_t>(size - 6);
  }
  return size;
}
