#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/packet.h"
#include "edge/websocket/deflate.h"

namespace caucus::edge::engineio {
namespace {

void SetRates(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

// Returns text that is neither all alike nor random.
std::string Json(int64_t bytes) {
  std::string text;
  for (int i = 0; static_cast<int64_t>(text.size()) < bytes; ++i) {
    text.append(R"({"id":)").append(std::to_string(i * 7919)).append(R"(,"open":true},)");
  }
  text.resize(static_cast<size_t>(bytes));
  return text;
}

void BM_EncodeText(benchmark::State& state) {
  const std::string data = Json(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(EncodedPacket::Text(PacketType::kMessage, data));
  }
  SetRates(state);
}
BENCHMARK(BM_EncodeText)->ArgName("bytes")->Arg(64)->Arg(1 << 10)->Arg(1 << 16);

void BM_Deflate(benchmark::State& state) {
  const std::string data = Json(state.range(0));
  const websocket::DeflateOptions options;
  for (auto _ : state) {
    const EncodedPacketPtr packet = EncodedPacket::Text(PacketType::kMessage, data);
    benchmark::DoNotOptimize(packet->deflated_frame(options));
  }
  SetRates(state);
}
BENCHMARK(BM_Deflate)->ArgName("bytes")->Arg(1 << 12)->Arg(1 << 16);

}  // namespace
}  // namespace caucus::edge::engineio
