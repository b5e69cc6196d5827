#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "edge/websocket/frame_decoder.h"

namespace caucus::edge::websocket {
namespace {

constexpr uint8_t kText = 0x81;
constexpr uint8_t kBinary = 0x82;

// No byte has its highest bit set: ASCII text stays ASCII however often it is unmasked in place,
// and one frame serves all iterations.
constexpr std::array<char, 4> kMask = {'\x37', '\x7A', '\x21', '\x3D'};

std::string ClientFrame(uint8_t first_byte, size_t payload_bytes) {
  const int length_bytes = payload_bytes < 126 ? 0 : payload_bytes <= 0xFFFF ? 2 : 8;
  const size_t length = length_bytes == 0 ? payload_bytes : length_bytes == 2 ? 126 : 127;
  std::string frame = {static_cast<char>(first_byte), static_cast<char>(0x80 | length)};
  for (int shift = 8 * (length_bytes - 1); shift >= 0; shift -= 8) {
    frame.push_back(static_cast<char>(payload_bytes >> shift));
  }
  frame.append(kMask.data(), kMask.size());
  constexpr std::string_view kPayload = R"(42["message",{"topic":"Where to eat?"}])";
  for (size_t i = 0; i < payload_bytes; ++i) {
    frame.push_back(static_cast<char>(kPayload[i % kPayload.size()] ^ kMask[i % 4]));
  }
  return frame;
}

// Gives the decoder one message at a time, in pieces of at most `piece_bytes`.
void Decode(benchmark::State& state, uint8_t first_byte, size_t piece_bytes) {
  std::string frame = ClientFrame(first_byte, static_cast<size_t>(state.range(0)));
  FrameDecoder decoder{DecoderLimits{}};
  for (auto _ : state) {
    std::span<char> rest(frame);
    while (!rest.empty()) {
      std::span<char> piece = rest.first(std::min(piece_bytes, rest.size()));
      rest = rest.subspan(piece.size());
      const DecoderEvent event = decoder.Next(piece);
      if (event.type == DecoderEvent::Type::kError) return state.SkipWithError("refused");
      benchmark::DoNotOptimize(event.data.data());
    }
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(frame.size()));
}

void BM_DecodeText(benchmark::State& state) { Decode(state, kText, SIZE_MAX); }
BENCHMARK(BM_DecodeText)->ArgName("bytes")->Arg(64)->Arg(1 << 10)->Arg(1 << 16);

void BM_DecodeBinary(benchmark::State& state) { Decode(state, kBinary, SIZE_MAX); }
BENCHMARK(BM_DecodeBinary)->ArgName("bytes")->Arg(64)->Arg(1 << 10)->Arg(1 << 16);

void BM_DecodeTextInPieces(benchmark::State& state) { Decode(state, kText, 4096); }
BENCHMARK(BM_DecodeTextInPieces)->ArgName("bytes")->Arg(1 << 16);

}  // namespace
}  // namespace caucus::edge::websocket
