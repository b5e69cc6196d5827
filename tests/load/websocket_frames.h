// WebSocket frames (RFC 6455) as a client of load tests reads and writes them.

#ifndef TESTS_LOAD_WEBSOCKET_FRAMES_H_
#define TESTS_LOAD_WEBSOCKET_FRAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caucus::load {

enum class Opcode : uint8_t { kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

// What a frame holds. Valid until the callback that was given it returns.
struct Frame {
  // A frame that came in pieces and is longer than this is not kept, only its ends.
  static constexpr uint64_t kWholeBytesMax = 8 * 1024;
  static constexpr uint64_t kEndBytes = 1024;

  Opcode opcode = Opcode::kText;
  // Of the whole payload.
  uint64_t payload_bytes = 0;
  // Where the payload begins and where it ends: each of at least kEndBytes, or all of it.
  std::string_view head;
  std::string_view tail;
};

struct FrameHeader {
  Opcode opcode = Opcode::kText;
  uint64_t payload_bytes = 0;
  size_t header_bytes = 0;
  // Neither a fragment nor compressed nor masked: all that a server of ours sends.
  bool plain = true;
};

// Returns the header that `bytes` begins with; nothing if it is not all there.
std::optional<FrameHeader> ReadFrameHeader(std::string_view bytes);

// Appends `text` as a client's frame. The masking key is zero, so that a generator need not mask; a
// server unmasks all the same.
void AppendTextFrame(std::string_view text, std::string& out);

// Cuts a stream into frames. Costs no copy for frames that come in one piece, and no more than 10
// KiB for any other.
//
// Thread-compatible.
class FrameReader {
 public:
  // Calls `take(const Frame&)` for each frame that `bytes` completes. False: a frame is not plain;
  // the stream is lost.
  template <typename Take>
  bool Read(std::string_view bytes, Take take);

 private:
  // Takes the header off `bytes`. False: it is not all there yet.
  bool ReadHeader(std::string_view& bytes);
  void Keep(std::string_view piece);

  FrameHeader header_;
  uint64_t left_ = 0;    // Of the payload of a frame that came in pieces.
  std::string partial_;  // Of a header.
  std::string head_;
  std::string tail_;
};

template <typename Take>
bool FrameReader::Read(std::string_view bytes, Take take) {
  while (!bytes.empty()) {
    if (left_ == 0) {
      if (!ReadHeader(bytes)) return true;
      if (!header_.plain) return false;
      if (bytes.size() >= header_.payload_bytes) {
        const std::string_view payload = bytes.substr(0, header_.payload_bytes);
        bytes.remove_prefix(payload.size());
        take(Frame{header_.opcode, header_.payload_bytes, payload, payload});
        continue;
      }
      left_ = header_.payload_bytes;
      head_.clear();
      tail_.clear();
      if (bytes.empty()) return true;
    }
    const std::string_view piece = bytes.substr(0, left_);
    bytes.remove_prefix(piece.size());
    left_ -= piece.size();
    Keep(piece);
    if (left_ > 0) return true;
    const bool whole = header_.payload_bytes <= Frame::kWholeBytesMax;
    take(Frame{header_.opcode, header_.payload_bytes, head_, whole ? head_ : tail_});
  }
  return true;
}

}  // namespace caucus::load

#endif  // TESTS_LOAD_WEBSOCKET_FRAMES_H_
