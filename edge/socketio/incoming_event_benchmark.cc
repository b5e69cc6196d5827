#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "common/json/bounded_parser.h"
#include "edge/socketio/incoming_event.h"

namespace caucus::edge::socketio {
namespace {

constexpr std::string_view kEvent =
    R"(["message",{"id":"ABC123","topic":"Where to eat?","counts":{"a":3,"b":1},"open":true}])";

void SetRates(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kEvent.size()));
}

// What is done with an event that is passed on as it is.
void BM_CheckJson(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(CheckJson(kEvent, JsonLimits().depth_max));
  SetRates(state);
}
BENCHMARK(BM_CheckJson);

void BM_ParseArguments(benchmark::State& state) {
  constexpr std::string_view kName = R"(["message",)";
  const IncomingEvent event = {.name = "message",
                               .json = kEvent,
                               .arguments_text = kEvent.substr(kName.size()),
                               .attachments = {},
                               .ack_id = {},
                               .json_limits = {}};
  for (auto _ : state) benchmark::DoNotOptimize(event.ParseArguments());
  SetRates(state);
}
BENCHMARK(BM_ParseArguments);

}  // namespace
}  // namespace caucus::edge::socketio
