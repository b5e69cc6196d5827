#include "edge/gateway/heartbeat.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"
#include "edge/gateway/broadcast.h"
#include "edge/gateway/effect_batch.h"
#include "edge/gateway/gateway.h"
#include "edge/transcoding/unary_outcome.h"
#include "edge/transcoding/unary_rule.h"

namespace caucus::edge::gateway {

Heartbeat::Heartbeat(size_t shard, Executor& executor, backend::RpcInvoker& invoker,
                     const GatewayServices& services)
    : shard_(shard), executor_(executor), invoker_(invoker), services_(services) {
  for (const auto& rules : services.table.namespaces()) {
    if (rules->heartbeat != nullptr) beats_.push_back({.rules = rules.get()});
  }
}

void Heartbeat::Start() {
  if (!beats_.empty()) Tick();
}

void Heartbeat::Tick() {
  if (stopped_) return;
  for (Beat& beat : beats_) {
    beat.in_flight ? static_cast<void>(beat.due = true) : Call(beat);
  }
  executor_.PostAfter(absl::ToChronoMilliseconds(services_.options.heartbeat_interval),
                      [this] { Tick(); });
}

void Heartbeat::Call(Beat& beat) {
  const transcoding::UnaryRule& rule = *beat.rules->heartbeat;
  absl::StatusOr<std::string> request = rule.EncodeRequest({}, context());
  beat.in_flight = true;
  if (!request.ok()) return OnAnswer(beat, request.status());
  const GatewayOptions& options = services_.options;
  invoker_.Invoke(
      {.method = rule.method(),
       .request = *std::move(request),
       .metadata = metadata_.For({}),
       .timeout = std::min(options.call_timeout, options.heartbeat_interval)},
      [this, executor = &executor_, &beat](absl::StatusOr<std::string> response) {
        executor->Post([this, &beat, response = std::move(response)] { OnAnswer(beat, response); });
      });
}

void Heartbeat::OnAnswer(Beat& beat, const absl::StatusOr<std::string>& response) {
  const transcoding::UnaryRule& rule = *beat.rules->heartbeat;
  absl::StatusOr<transcoding::UnaryOutcome> outcome =
      response.ok() ? rule.DecodeResponse("", *response, context()) : response.status();
  if (!outcome.ok()) {
    log_.Log(
        Severity::kWarning, "a HEARTBEAT call failed",
        {{"method", rule.method()}, {"code", absl::StatusCodeToString(outcome.status().code())}});
    return Finish(beat);
  }
  const EffectBatchPtr effects = MakeEffectBatch(
      {.nsp = beat.rules->path, .method = rule.method(), .log = log_}, std::move(outcome->effects));
  if (effects == nullptr) return Finish(beat);
  const auto apply = [rules = beat.rules, effects](Gateway& gateway) {
    gateway.ApplyEffects(*rules, *effects);
  };
  Broadcast broadcast(services_.mesh, shard_);
  broadcast.PostToOthers(apply);
  services_.mesh.Post(shard_, apply);
  if (!broadcast.Await([this, &beat](Gateway&) { Finish(beat); })) Finish(beat);
}

void Heartbeat::Finish(Beat& beat) {
  beat.in_flight = false;
  if (std::exchange(beat.due, false) && !stopped_) Call(beat);
}

}  // namespace caucus::edge::gateway
