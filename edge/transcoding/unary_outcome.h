// What the edge does when a unary call has succeeded.

#ifndef EDGE_TRANSCODING_UNARY_OUTCOME_H_
#define EDGE_TRANSCODING_UNARY_OUTCOME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "caucus/socketio/v1/effects.pb.h"
#include "edge/transcoding/arguments.h"

namespace caucus::edge::transcoding {

// An event to send. Thread-compatible.
struct EmitAction {
  enum class Target { kSender, kNamespace, kRoom };

  std::string event;
  Target target = Target::kSender;
  std::string room;  // of kRoom
  bool except_sender = false;
  Arguments arguments;
};

// In the order in which it is done. Thread-compatible.
struct UnaryOutcome {
  std::vector<std::string> join;
  std::vector<std::string> leave;
  std::vector<EmitAction> emits;
  // The ack's. None for google.protobuf.Empty.
  Arguments ack;
  // Carried out after the answer was sent.
  ::caucus::socketio::v1::Effects effects;
  // Those integer fields of the response that bear the name of a feed's `resume`.
  std::vector<std::pair<std::string, int64_t>> numbers;

  // Returns one of `numbers`.
  std::optional<int64_t> Number(std::string_view name) const {
    for (const auto& [field, number] : numbers) {
      if (field == name) return number;
    }
    return std::nullopt;
  }
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_UNARY_OUTCOME_H_
