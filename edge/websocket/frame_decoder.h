// Reassembles WebSocket messages from a client's byte stream (RFC 6455 §5), under limits.

#ifndef EDGE_WEBSOCKET_FRAME_DECODER_H_
#define EDGE_WEBSOCKET_FRAME_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "edge/websocket/frame.h"

namespace caucus::edge::websocket {

struct DecoderLimits {
  size_t message_bytes_max = 1'000'000;
  size_t fragments_max = 1024;  // Frames of one message.
};

// What the decoder found. `data` is valid until the next call.
struct DecoderEvent {
  enum class Type : uint8_t {
    kNeedMore,  // The input is used up.
    kText,      // A whole text message, valid UTF-8.
    kBinary,    // A whole binary message.
    kPing,      // To be answered with a pong of the same data.
    kPong,
    kClose,  // The peer closes; `code` is its code, or kNoStatus.
    kError,  // The peer broke the protocol or a limit; close with `code`.
  };
  Type type = Type::kNeedMore;
  std::string_view data;
  CloseCode code = CloseCode::kNoStatus;
};

// Keeps no buffer between messages: a frame that lies whole in the input is unmasked in place and
// passed on without a copy. After kClose or kError it must not be called again. Confined to its
// shard.
class FrameDecoder {
 public:
  explicit FrameDecoder(DecoderLimits limits) : limits_(limits) {}

  // Takes bytes off the front of `input`, unmasking them in place, until there is an event.
  DecoderEvent Next(std::span<char>& input);

 private:
  struct Header {
    Opcode opcode;
    bool fin;
    size_t header_bytes;
    uint64_t payload_bytes;
  };
  enum class HeaderResult : uint8_t { kComplete, kNeedMore, kError };

  HeaderResult ReadHeader(std::string_view bytes, Header& header, CloseCode& error) const;
  CloseCode CheckHeader(const Header& header) const;
  DecoderEvent TakeFrame(const Header& header, std::span<char> frame);
  DecoderEvent TakeControl(Opcode opcode, std::string_view payload);
  DecoderEvent TakeData(const Header& header, std::string_view payload);
  DecoderEvent Finish(Opcode opcode, std::string_view message);

  const DecoderLimits limits_;
  std::string partial_;    // The start of a frame that has not wholly arrived.
  std::string fragments_;  // The payload of the frames so far of a fragmented message.
  size_t fragment_count_ = 0;
  Opcode message_opcode_ = Opcode::kContinuation;  // kContinuation: no fragmented message is open.
  bool frame_done_ = false;                        // partial_ was passed on and is free.
  bool message_done_ = false;                      // fragments_ was passed on and is free.
};

}  // namespace caucus::edge::websocket

#endif  // EDGE_WEBSOCKET_FRAME_DECODER_H_
