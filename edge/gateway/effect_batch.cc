#include "edge/gateway/effect_batch.h"

#include <string>
#include <utility>

#include "edge/socketio/outgoing_packet.h"
#include "edge/transcoding/arguments.h"
#include "edge/transcoding/effect_check.h"

namespace caucus::edge::gateway {
namespace {

using ::caucus::socketio::v1::Effect;
using ::caucus::socketio::v1::Effects;

engineio::EncodedPacketPtr TakePacket(std::string_view nsp, Effect::Emit& emit) {
  std::vector<std::string> attachments;
  for (std::string& attachment : *emit.mutable_attachments()) {
    attachments.push_back(std::move(attachment));
  }
  emit.clear_attachments();
  const auto json = transcoding::CheckArguments(emit.arguments_json(), attachments.size());
  auto packet = socketio::EventPacket(
      nsp, emit.event(),
      {.json = json.ok() ? *json : std::string_view(), .attachments = attachments});
  emit.clear_arguments_json();
  return packet;
}

}  // namespace

EffectBatchPtr MakeEffectBatch(const EffectSource& source, Effects effects) {
  if (effects.effects().empty()) return nullptr;
  auto batch = std::make_shared<EffectBatch>();
  batch->reserve(static_cast<size_t>(effects.effects_size()));
  for (Effect& effect : *effects.mutable_effects()) {
    if (const absl::Status checked = transcoding::CheckEffect(effect); !checked.ok()) {
      source.log.Log(Severity::kWarning, "an effect cannot be carried out",
                     {{"method", source.method}, {"error", checked.message()}});
      continue;
    }
    CheckedEffect& added = batch->emplace_back();
    added.effect = std::move(effect);
    if (added.effect.has_emit()) {
      added.packet = TakePacket(source.nsp, *added.effect.mutable_emit());
    }
  }
  return batch;
}

}  // namespace caucus::edge::gateway
