// Reassembles WebSocket messages from a client's byte stream (RFC 6455 §5), under limits.

#ifndef EDGE_WEBSOCKET_FRAME_DECODER_H_
#define EDGE_WEBSOCKET_FRAME_DECODER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "edge/websocket/frame.h"
#include "edge/websocket/utf8_checker.h"

namespace caucus::edge::websocket {

// There is no limit of time. A message that is never finished keeps its sender from answering
// Engine.IO's next ping, which needs a message of its own: the session ends by its heartbeat.
struct DecoderLimits {
  size_t message_bytes_max = 1'000'000;  // Of a message, over all its frames, and inflated.
  size_t fragments_max = 1024;           // Frames of one message.
};

// Whether the client may compress its messages: permessage-deflate, without context takeover.
enum class Compression : uint8_t { kNone, kDeflate };

// What the decoder found. `data` is valid until the next call.
struct DecoderEvent {
  enum class Type : uint8_t {
    kNeedMore,  // The input is used up.
    kText,      // A whole text message, valid UTF-8.
    kBinary,    // A whole binary message.
    kPing,      // To be answered with a pong of the same data.
    kPong,
    kClose,  // The peer closes; `code` is its code, or kNoStatus.
    kError,  // The peer broke the protocol or a limit; close with `code` and `data`, some words.
  };
  Type type = Type::kNeedMore;
  std::string_view data;
  CloseCode code = CloseCode::kNoStatus;
};

// Keeps no buffer between messages: a frame that lies whole in the input is unmasked in place and
// passed on without a copy. Text fails at the first byte that cannot be UTF-8, even within a frame.
// After kClose or kError it must not be called again. Confined to its shard.
class FrameDecoder {
 public:
  explicit FrameDecoder(DecoderLimits limits, Compression compression = Compression::kNone)
      : limits_(limits), compression_(compression) {}

  // Takes bytes off the front of `input`, unmasking them in place, until there is an event.
  DecoderEvent Next(std::span<char>& input);

 private:
  struct Header {
    Opcode opcode = Opcode::kContinuation;
    bool fin = false;
    bool compressed = false;
    size_t header_bytes = 0;
    uint64_t payload_bytes = 0;
  };
  // A rule that was broken; `words` is empty if none was.
  struct Violation {
    CloseCode code = CloseCode::kProtocolError;
    std::string_view words;
  };
  // Of what does not come as one piece.
  struct Buffers {
    std::string partial;  // The start of a header, or of a control frame's payload.
    std::string message;  // The message so far.
    std::string inflated;
  };
  enum class HeaderResult : uint8_t { kComplete, kNeedMore, kViolation };

  HeaderResult ReadHeader(std::string_view bytes, Header& header, Violation& violation) const;
  Violation CheckFirstBytes(uint8_t first, uint8_t second) const;
  Violation CheckHeader(const Header& header) const;
  DecoderEvent BeginFrame(std::span<char>& input);
  DecoderEvent TakePayload(std::span<char>& input);
  DecoderEvent TakeWholePayload(std::span<char> payload);
  DecoderEvent EndFrame();
  DecoderEvent TakeControl(std::string_view payload);
  DecoderEvent Finish(std::string_view message);
  Buffers& buffers();
  void FreeWhatWasPassedOn();

  const DecoderLimits limits_;
  const Compression compression_;
  bool in_frame_ = false;    // header_ is that of a frame whose payload has not all come.
  bool in_message_ = false;  // A data frame was begun whose message is not finished.
  bool passed_on_ = false;   // The last event's data may be in one of the strings.
  bool compressed_ = false;  // Of the message.
  Opcode message_opcode_ = Opcode::kText;
  Utf8Checker utf8_;           // Of the message, if it is text as it comes.
  size_t fragment_count_ = 0;  // Of the message.
  Header header_;
  std::array<char, 4> mask_ = {};
  size_t payload_taken_ = 0;  // Of the frame.
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace caucus::edge::websocket

#endif  // EDGE_WEBSOCKET_FRAME_DECODER_H_
