#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/packet.h"
#include "edge/engineio/payload.h"

namespace caucus::edge::engineio {
namespace {

constexpr std::string_view kEvent =
    R"(2["message",{"id":"ABC123","topic":"Where to eat?","members":25,"open":true}])";

std::string BodyOf(const EncodedPacketPtr& packet, int64_t packets) {
  std::string body;
  for (int64_t i = 0; i < packets; ++i) AppendToPayload(*packet, body);
  return body;
}

void SetRates(benchmark::State& state, const std::string& body) {
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(body.size()));
}

void Decode(benchmark::State& state, const EncodedPacketPtr& packet) {
  const std::string body = BodyOf(packet, state.range(0));
  for (auto _ : state) {
    PayloadReader reader(body);
    while (reader.HasNext()) benchmark::DoNotOptimize(reader.Next());
  }
  SetRates(state, body);
}

void BM_DecodePayload(benchmark::State& state) {
  Decode(state, EncodedPacket::Text(PacketType::kMessage, kEvent));
}
BENCHMARK(BM_DecodePayload)->ArgName("packets")->Arg(1)->Arg(16)->Arg(64);

void BM_DecodeBase64Payload(benchmark::State& state) {
  Decode(state, EncodedPacket::Binary(std::string(1024, '\xA5')));
}
BENCHMARK(BM_DecodeBase64Payload)->ArgName("packets")->Arg(1)->Arg(16)->Arg(64);

void BM_EncodePayload(benchmark::State& state) {
  const EncodedPacketPtr packet = EncodedPacket::Text(PacketType::kMessage, kEvent);
  const std::string body = BodyOf(packet, state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(BodyOf(packet, state.range(0)));
  SetRates(state, body);
}
BENCHMARK(BM_EncodePayload)->ArgName("packets")->Arg(1)->Arg(16)->Arg(64);

}  // namespace
}  // namespace caucus::edge::engineio
