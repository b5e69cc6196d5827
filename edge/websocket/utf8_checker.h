// Checks UTF-8 that arrives in pieces.

#ifndef EDGE_WEBSOCKET_UTF8_CHECKER_H_
#define EDGE_WEBSOCKET_UTF8_CHECKER_H_

#include <cstdint>
#include <string_view>

namespace caucus::edge::websocket {

// Fails at the first byte that no valid text can have there, not at the end of its sequence:
// no overlong form, no surrogate, nothing above U+10FFFF. Thread-compatible.
class Utf8Checker {
 public:
  // Whether the text so far, with `piece` at its end, can be the start of a valid one. REQUIRES: no
  // earlier call returned false.
  bool Feed(std::string_view piece);

  // Whether the text may end here.
  bool complete() const { return missing_ == 0; }

 private:
  bool FeedByte(uint8_t byte);

  uint8_t missing_ = 0;   // Bytes that the sequence under way still needs.
  uint8_t least_ = 0x80;  // What the next of them may be.
  uint8_t most_ = 0xBF;
};

}  // namespace caucus::edge::websocket

#endif  // EDGE_WEBSOCKET_UTF8_CHECKER_H_
