// What a service asks of the edge, checked, and encoded once for all shards.

#ifndef EDGE_GATEWAY_EFFECT_BATCH_H_
#define EDGE_GATEWAY_EFFECT_BATCH_H_

#include <memory>
#include <string_view>
#include <vector>

#include "caucus/socketio/v1/effects.pb.h"
#include "common/logging/log_throttle.h"
#include "edge/engineio/encoded_packet.h"

namespace caucus::edge::gateway {

struct CheckedEffect {
  ::caucus::socketio::v1::Effect effect;  // An emit's content is in `packet` instead.
  engineio::EncodedPacketPtr packet;      // Of an emit.
};

// In the order in which they are carried out. Immutable, and shared by all shards; null: none.
using EffectBatch = std::vector<CheckedEffect>;
using EffectBatchPtr = std::shared_ptr<const EffectBatch>;

// Whose effects they are.
struct EffectSource {
  std::string_view nsp;
  std::string_view method;
  LogThrottle& log;
};

// Leaves out, and logs, what cannot be carried out. Thread-safe, but for the log.
EffectBatchPtr MakeEffectBatch(const EffectSource& source, ::caucus::socketio::v1::Effects effects);

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_EFFECT_BATCH_H_
