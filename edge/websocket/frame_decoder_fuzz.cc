// The decoder takes any bytes, in any pieces, to the same events, and never holds more than its
// limits.
//
// Input: a byte that says where the pieces end, then the stream.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "edge/websocket/frame_decoder.h"

namespace caucus::edge::websocket {
namespace {

using Type = DecoderEvent::Type;
using Event = std::pair<Type, std::string>;

constexpr DecoderLimits kLimits = {.message_bytes_max = 4096, .fragments_max = 16};

void Check(bool holds) {
  if (!holds) std::abort();
}

// Returns what a client's stream means, read in pieces of `piece` bytes.
std::vector<Event> Decode(std::string stream, size_t piece, Compression compression) {
  FrameDecoder decoder(kLimits, compression);
  std::vector<Event> events;
  for (size_t at = 0; at < stream.size(); at += piece) {
    std::span<char> input(&stream[at], std::min(piece, stream.size() - at));
    while (true) {
      const DecoderEvent event = decoder.Next(input);
      if (event.type == Type::kNeedMore) break;
      Check(event.data.size() <= kLimits.message_bytes_max);
      events.emplace_back(event.type, std::string(event.data));
      if (event.type == Type::kClose || event.type == Type::kError) return events;
    }
    Check(input.empty());
  }
  return events;
}

}  // namespace
}  // namespace caucus::edge::websocket

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using caucus::edge::websocket::Check;
  using caucus::edge::websocket::Compression;
  using caucus::edge::websocket::Decode;
  if (size == 0) return 0;
  const std::string stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const Compression compression : {Compression::kNone, Compression::kDeflate}) {
    Check(Decode(stream, 1 + data[0] % 32, compression) == Decode(stream, size, compression));
  }
  return 0;
}
