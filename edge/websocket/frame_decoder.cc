#include "edge/websocket/frame_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/text/unicode.h"
#include "edge/websocket/deflate.h"

namespace caucus::edge::websocket {
namespace {

constexpr size_t kMaskBytes = 4;
constexpr size_t kControlPayloadBytesMax = 125;

constexpr uint8_t kFin = 0x80;
constexpr uint8_t kRsv1 = 0x40;
constexpr uint8_t kRsv2 = 0x20;
constexpr uint8_t kRsv3 = 0x10;
constexpr uint8_t kOpcodeBits = 0x0F;
constexpr uint8_t kMasked = 0x80;

constexpr std::string_view kTooBig = "message too big";
constexpr std::string_view kInvalidUtf8 = "invalid UTF-8";

DecoderEvent Error(CloseCode code, std::string_view words) {
  return {.type = DecoderEvent::Type::kError, .data = words, .code = code};
}

bool IsControl(Opcode opcode) { return static_cast<uint8_t>(opcode) >= 0x8; }

bool IsKnown(uint8_t opcode) { return opcode <= 0x2 || (opcode >= 0x8 && opcode <= 0xA); }

bool MayBeSent(uint16_t code) {
  if (code >= 3000) return code < 5000;
  return code >= 1000 && code < 1015 && code != 1004 && code != 1005 && code != 1006;
}

// Eight bytes at a time; the compiler makes vector code of the loop. `offset` is where in its frame
// `payload` begins.
void Unmask(std::span<char> payload, std::array<char, kMaskBytes> mask, size_t offset) {
  std::rotate(mask.begin(), mask.begin() + offset % kMaskBytes, mask.end());
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
  if (passed_on_) FreeWhatWasPassedOn();
  while (!input.empty()) {
    const DecoderEvent event = in_frame_ ? TakePayload(input) : BeginFrame(input);
    if (event.type != DecoderEvent::Type::kNeedMore) {
      passed_on_ = true;
      return event;
    }
  }
  return {};
}

void FrameDecoder::FreeWhatWasPassedOn() {
  passed_on_ = false;
  if (buffers_ == nullptr) return;
  if (!in_message_) return buffers_.reset();
  // A control frame was passed on in the middle of a message.
  std::string().swap(buffers_->partial);
}

FrameDecoder::Buffers& FrameDecoder::buffers() {
  if (buffers_ == nullptr) buffers_ = std::make_unique<Buffers>();
  return *buffers_;
}

DecoderEvent FrameDecoder::BeginFrame(std::span<char>& input) {
  Violation violation;
  HeaderResult result = HeaderResult::kNeedMore;
  if (buffers_ == nullptr || buffers_->partial.empty()) {
    result = ReadHeader({input.data(), input.size()}, header_, violation);
    if (result == HeaderResult::kComplete) input = input.subspan(header_.header_bytes);
  }
  const bool at_once = result != HeaderResult::kNeedMore;
  while (result == HeaderResult::kNeedMore && !input.empty()) {
    std::string& partial = buffers().partial;
    partial.push_back(input.front());
    input = input.subspan(1);
    result = ReadHeader(partial, header_, violation);
  }
  if (result == HeaderResult::kNeedMore) return {};
  if (result == HeaderResult::kViolation) return Error(violation.code, violation.words);
  const char* const header_end =
      at_once ? input.data() : buffers_->partial.data() + buffers_->partial.size();
  std::memcpy(mask_.data(), header_end - kMaskBytes, kMaskBytes);
  if (!at_once) buffers_->partial.clear();
  payload_taken_ = 0;
  if (!IsControl(header_.opcode)) {
    if (!in_message_) {
      message_opcode_ = header_.opcode;
      compressed_ = header_.compressed;
      fragment_count_ = 0;
      utf8_ = {};
    }
    in_message_ = true;
    ++fragment_count_;
  }
  if (input.size() < header_.payload_bytes) {
    in_frame_ = true;
    return {};
  }
  const std::span<char> payload = input.first(header_.payload_bytes);
  input = input.subspan(payload.size());
  return TakeWholePayload(payload);
}

DecoderEvent FrameDecoder::TakeWholePayload(std::span<char> payload) {
  Unmask(payload, mask_, 0);
  const std::string_view view(payload.data(), payload.size());
  if (IsControl(header_.opcode)) return TakeControl(view);
  const bool is_text = message_opcode_ == Opcode::kText && !compressed_;
  if (is_text && !utf8_.Feed(view)) return Error(CloseCode::kInvalidPayload, kInvalidUtf8);
  if (header_.fin && fragment_count_ == 1) {
    in_message_ = false;
    return Finish(view);
  }
  buffers().message.append(view);
  return EndFrame();
}

DecoderEvent FrameDecoder::TakePayload(std::span<char>& input) {
  const std::span<char> piece =
      input.first(std::min<uint64_t>(header_.payload_bytes - payload_taken_, input.size()));
  input = input.subspan(piece.size());
  Unmask(piece, mask_, payload_taken_);
  payload_taken_ += piece.size();
  in_frame_ = payload_taken_ < header_.payload_bytes;
  const std::string_view view(piece.data(), piece.size());
  if (IsControl(header_.opcode)) {
    std::string& partial = buffers().partial;
    partial.append(view);
    return in_frame_ ? DecoderEvent{} : TakeControl(partial);
  }
  const bool is_text = message_opcode_ == Opcode::kText && !compressed_;
  if (is_text && !utf8_.Feed(view)) return Error(CloseCode::kInvalidPayload, kInvalidUtf8);
  buffers().message.append(view);
  return in_frame_ ? DecoderEvent{} : EndFrame();
}

DecoderEvent FrameDecoder::EndFrame() {
  if (!header_.fin) return {};
  in_message_ = false;
  return Finish(buffers().message);
}

FrameDecoder::HeaderResult FrameDecoder::ReadHeader(std::string_view bytes, Header& header,
                                                    Violation& violation) const {
  if (bytes.size() < 2) return HeaderResult::kNeedMore;
  const auto first = static_cast<uint8_t>(bytes[0]);
  const auto second = static_cast<uint8_t>(bytes[1]);
  violation = CheckFirstBytes(first, second);
  if (!violation.words.empty()) return HeaderResult::kViolation;
  header.opcode = static_cast<Opcode>(first & kOpcodeBits);
  header.fin = (first & kFin) != 0;
  header.compressed = (first & kRsv1) != 0;
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
    if (header.payload_bytes < (length == 126 ? 126 : 0x10000) || header.payload_bytes >> 63 != 0) {
      violation = {.words = "bad frame length"};
      return HeaderResult::kViolation;
    }
  }
  violation = CheckHeader(header);
  if (!violation.words.empty()) return HeaderResult::kViolation;
  return bytes.size() < header.header_bytes ? HeaderResult::kNeedMore : HeaderResult::kComplete;
}

FrameDecoder::Violation FrameDecoder::CheckFirstBytes(uint8_t first, uint8_t second) const {
  const uint8_t opcode = first & kOpcodeBits;
  if (!IsKnown(opcode)) return {.words = "unknown opcode"};
  // RFC 7692 §6.1: only the first frame of a data message says that it is compressed.
  const bool may_be_compressed =
      compression_ == Compression::kDeflate && (opcode == 0x1 || opcode == 0x2);
  if ((first & (kRsv2 | kRsv3)) != 0 || ((first & kRsv1) != 0 && !may_be_compressed)) {
    return {.words = "unexpected reserved bit"};
  }
  if ((second & kMasked) == 0) return {.words = "frame is not masked"};
  return {};
}

FrameDecoder::Violation FrameDecoder::CheckHeader(const Header& header) const {
  if (IsControl(header.opcode)) {
    if (header.fin && header.payload_bytes <= kControlPayloadBytesMax) return {};
    return {.words = "bad control frame"};
  }
  const bool continues = header.opcode == Opcode::kContinuation;
  if (continues && !in_message_) return {.words = "nothing to continue"};
  if (!continues && in_message_) return {.words = "message is not finished"};
  if (continues && fragment_count_ >= limits_.fragments_max) {
    return {.code = CloseCode::kPolicyViolation, .words = "too many fragments"};
  }
  const size_t bytes_so_far = in_message_ && buffers_ ? buffers_->message.size() : 0;
  if (header.payload_bytes > limits_.message_bytes_max - bytes_so_far) {
    return {.code = CloseCode::kMessageTooBig, .words = kTooBig};
  }
  return {};
}

DecoderEvent FrameDecoder::TakeControl(std::string_view payload) {
  if (header_.opcode == Opcode::kPing) return {.type = DecoderEvent::Type::kPing, .data = payload};
  if (header_.opcode == Opcode::kPong) return {.type = DecoderEvent::Type::kPong, .data = payload};
  if (payload.empty()) return {.type = DecoderEvent::Type::kClose, .data = {}};
  if (payload.size() == 1) return Error(CloseCode::kProtocolError, "bad close frame");
  const auto code = static_cast<uint16_t>(static_cast<uint8_t>(payload[0]) << 8 |
                                          static_cast<uint8_t>(payload[1]));
  if (!MayBeSent(code)) return Error(CloseCode::kProtocolError, "bad close code");
  const std::string_view reason = payload.substr(2);
  if (!IsValidUtf8(reason)) return Error(CloseCode::kInvalidPayload, kInvalidUtf8);
  return {.type = DecoderEvent::Type::kClose, .data = reason, .code = static_cast<CloseCode>(code)};
}

DecoderEvent FrameDecoder::Finish(std::string_view message) {
  const bool is_text = message_opcode_ == Opcode::kText;
  if (compressed_) {
    const CloseCode code = InflateMessage(message, limits_.message_bytes_max, buffers().inflated);
    if (code == CloseCode::kMessageTooBig) return Error(code, kTooBig);
    if (code != CloseCode::kNormal) return Error(code, "bad compressed data");
    message = buffers().inflated;
    if (is_text && !utf8_.Feed(message)) return Error(CloseCode::kInvalidPayload, kInvalidUtf8);
  }
  if (!is_text) return {.type = DecoderEvent::Type::kBinary, .data = message};
  if (!utf8_.complete()) return Error(CloseCode::kInvalidPayload, kInvalidUtf8);
  return {.type = DecoderEvent::Type::kText, .data = message};
}

}  // namespace caucus::edge::websocket
