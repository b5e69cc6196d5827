#include "edge/websocket/frame_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/text/unicode.h"

namespace caucus::edge::websocket {
namespace {

constexpr size_t kMaskBytes = 4;
constexpr size_t kControlPayloadBytesMax = 125;

DecoderEvent Error(CloseCode code) {
  return {.type = DecoderEvent::Type::kError, .data = {}, .code = code};
}

bool IsControl(Opcode opcode) { return static_cast<uint8_t>(opcode) >= 0x8; }

bool IsKnown(uint8_t opcode) { return opcode <= 0x2 || (opcode >= 0x8 && opcode <= 0xA); }

bool MayBeSent(uint16_t code) {
  if (code >= 3000) return code < 5000;
  return code >= 1000 && code < 1015 && code != 1004 && code != 1005 && code != 1006;
}

// Eight bytes at a time; the compiler makes vector code of the loop.
void Unmask(std::span<char> payload, std::array<char, kMaskBytes> mask) {
  uint64_t wide = 0;
  std::memcpy(&wide, mask.data(), 4);
  wide |= wide << 32;
  size_t i = 0;
  for (; i + 8 <= payload.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, &payload[i], 8);
    word ^= wide;
    std::memcpy(&payload[i], &word, 8);
  }
  for (; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % kMaskBytes]);
}

}  // namespace

DecoderEvent FrameDecoder::Next(std::span<char>& input) {
  if (frame_done_) {
    std::string().swap(partial_);
    frame_done_ = false;
  }
  if (message_done_) {
    std::string().swap(fragments_);
    message_done_ = false;
  }
  while (true) {
    if (input.empty()) return {};
    Header header;
    CloseCode error = CloseCode::kProtocolError;
    if (partial_.empty()) {
      const HeaderResult result = ReadHeader({input.data(), input.size()}, header, error);
      if (result == HeaderResult::kError) return Error(error);
      if (result == HeaderResult::kNeedMore ||
          input.size() - header.header_bytes < header.payload_bytes) {
        partial_.assign(input.data(), input.size());
        input = {};
        return {};
      }
      const std::span<char> frame = input.first(header.header_bytes + header.payload_bytes);
      input = input.subspan(frame.size());
      const DecoderEvent event = TakeFrame(header, frame);
      if (event.type != DecoderEvent::Type::kNeedMore) return event;
      continue;
    }
    HeaderResult result = ReadHeader(partial_, header, error);
    while (result == HeaderResult::kNeedMore && !input.empty()) {
      partial_.push_back(input.front());
      input = input.subspan(1);
      result = ReadHeader(partial_, header, error);
    }
    if (result == HeaderResult::kError) return Error(error);
    if (result == HeaderResult::kNeedMore) return {};
    const size_t missing = header.header_bytes + header.payload_bytes - partial_.size();
    const size_t taken = std::min(missing, input.size());
    partial_.append(input.data(), taken);
    input = input.subspan(taken);
    if (taken < missing) return {};
    const DecoderEvent event = TakeFrame(header, partial_);
    frame_done_ = true;
    if (event.type != DecoderEvent::Type::kNeedMore) return event;
    std::string().swap(partial_);
    frame_done_ = false;
  }
}

FrameDecoder::HeaderResult FrameDecoder::ReadHeader(std::string_view bytes, Header& header,
                                                    CloseCode& error) const {
  if (bytes.size() < 2) return HeaderResult::kNeedMore;
  const auto first = static_cast<uint8_t>(bytes[0]);
  const auto second = static_cast<uint8_t>(bytes[1]);
  error = CloseCode::kProtocolError;
  if ((first & 0x70) != 0 || (second & 0x80) == 0 || !IsKnown(first & 0x0F)) {
    return HeaderResult::kError;
  }
  header.opcode = static_cast<Opcode>(first & 0x0F);
  header.fin = (first & 0x80) != 0;
  const uint8_t length = second & 0x7F;
  const size_t length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
  header.header_bytes = 2 + length_bytes + kMaskBytes;
  header.payload_bytes = length;
  if (length_bytes > 0) {
    if (bytes.size() < 2 + length_bytes) return HeaderResult::kNeedMore;
    header.payload_bytes = 0;
    for (size_t i = 0; i < length_bytes; ++i) {
      header.payload_bytes = header.payload_bytes << 8 | static_cast<uint8_t>(bytes[2 + i]);
    }
    // RFC 6455 §5.2: the minimal number of bytes must be used.
    if (header.payload_bytes < (length == 126 ? 126 : 0x10000)) return HeaderResult::kError;
  }
  error = CheckHeader(header);
  if (error != CloseCode::kNormal) return HeaderResult::kError;
  return bytes.size() < header.header_bytes ? HeaderResult::kNeedMore : HeaderResult::kComplete;
}

CloseCode FrameDecoder::CheckHeader(const Header& header) const {
  if (header.payload_bytes >> 63 != 0) return CloseCode::kProtocolError;
  if (IsControl(header.opcode)) {
    return header.fin && header.payload_bytes <= kControlPayloadBytesMax
               ? CloseCode::kNormal
               : CloseCode::kProtocolError;
  }
  const bool continues = header.opcode == Opcode::kContinuation;
  const bool open = message_opcode_ != Opcode::kContinuation;
  if (continues != open) return CloseCode::kProtocolError;
  if (header.payload_bytes > limits_.message_bytes_max - fragments_.size()) {
    return CloseCode::kMessageTooBig;
  }
  return CloseCode::kNormal;
}

DecoderEvent FrameDecoder::TakeFrame(const Header& header, std::span<char> frame) {
  std::array<char, kMaskBytes> mask;
  std::memcpy(mask.data(), &frame[header.header_bytes - kMaskBytes], kMaskBytes);
  const std::span<char> payload = frame.subspan(header.header_bytes);
  Unmask(payload, mask);
  const std::string_view view(payload.data(), payload.size());
  return IsControl(header.opcode) ? TakeControl(header.opcode, view) : TakeData(header, view);
}

DecoderEvent FrameDecoder::TakeControl(Opcode opcode, std::string_view payload) {
  if (opcode == Opcode::kPing) return {.type = DecoderEvent::Type::kPing, .data = payload};
  if (opcode == Opcode::kPong) return {.type = DecoderEvent::Type::kPong, .data = payload};
  if (payload.empty()) return {.type = DecoderEvent::Type::kClose, .data = {}};
  if (payload.size() == 1) return Error(CloseCode::kProtocolError);
  const auto code = static_cast<uint16_t>(static_cast<uint8_t>(payload[0]) << 8 |
                                          static_cast<uint8_t>(payload[1]));
  if (!MayBeSent(code)) return Error(CloseCode::kProtocolError);
  const std::string_view reason = payload.substr(2);
  if (!IsValidUtf8(reason)) return Error(CloseCode::kInvalidPayload);
  return {.type = DecoderEvent::Type::kClose, .data = reason, .code = static_cast<CloseCode>(code)};
}

DecoderEvent FrameDecoder::TakeData(const Header& header, std::string_view payload) {
  if (header.opcode != Opcode::kContinuation) {
    if (header.fin) return Finish(header.opcode, payload);
    message_opcode_ = header.opcode;
    fragment_count_ = 0;
  }
  if (++fragment_count_ > limits_.fragments_max) return Error(CloseCode::kPolicyViolation);
  fragments_.append(payload);
  if (!header.fin) return {};
  const Opcode opcode = message_opcode_;
  message_opcode_ = Opcode::kContinuation;
  message_done_ = true;
  return Finish(opcode, fragments_);
}

DecoderEvent FrameDecoder::Finish(Opcode opcode, std::string_view message) {
  if (opcode == Opcode::kBinary) return {.type = DecoderEvent::Type::kBinary, .data = message};
  if (!IsValidUtf8(message)) return Error(CloseCode::kInvalidPayload);
  return {.type = DecoderEvent::Type::kText, .data = message};
}

}  // namespace caucus::edge::websocket
