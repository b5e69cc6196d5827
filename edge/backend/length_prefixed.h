// Messages on an HTTP/2 stream of gRPC: one byte that says whether it is compressed, four of
// length, and the message. Source: gRPC over HTTP2, Length-Prefixed-Message.

#ifndef EDGE_BACKEND_LENGTH_PREFIXED_H_
#define EDGE_BACKEND_LENGTH_PREFIXED_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace caucus::edge::backend {

// Returns `message` with its prefix. REQUIRES: shorter than 4 GiB.
std::string PrefixMessage(std::string_view message);

// Puts messages together from pieces. Holds no memory between messages. Thread-compatible.
class LengthPrefixedReader {
 public:
  enum class Result : uint8_t {
    kNeedMore,    // All of the piece was taken.
    kMessage,     // TakeMessage returns it. The piece may hold more.
    kTooLarge,    // It will be longer than `bytes_max`.
    kCompressed,  // It is compressed, which we have not offered.
  };

  // Takes bytes off the front of `piece`, up to the end of a message. After an error nothing may
  // follow.
  Result Read(std::string_view& piece, size_t bytes_max);

  std::string TakeMessage();

  // Whether a message has begun and not ended.
  bool in_message() const { return prefix_bytes_ > 0; }

 private:
  static constexpr size_t kPrefixBytes = 5;

  std::array<unsigned char, kPrefixBytes> prefix_{};
  uint8_t prefix_bytes_ = 0;
  uint32_t length_ = 0;
  std::string message_;
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_LENGTH_PREFIXED_H_
