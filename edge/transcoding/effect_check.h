// Whether the edge can do what a service asks of it.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_EFFECT_CHECK_H_
#define EDGE_TRANSCODING_EFFECT_CHECK_H_

#include "absl/status/status.h"
#include "caucus/socketio/v1/effects.pb.h"

namespace caucus::edge::transcoding {

// kInternal: no action or no target is set, a room has no name, an event has none or a reserved
// one, or its arguments are not fit for a client.
absl::Status CheckEffect(const ::caucus::socketio::v1::Effect& effect);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_EFFECT_CHECK_H_
