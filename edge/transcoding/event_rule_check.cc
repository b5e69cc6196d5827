#include "edge/transcoding/event_rule_check.h"

#include <algorithm>

#include "edge/transcoding/context_value.h"

namespace caucus::edge::transcoding {

using google::protobuf::MethodDescriptor;
using socketio::v1::EventRule;

std::string_view RawRuleMistake(const EventRule& rule, bool raw) {
  if (!raw) return rule.event() == kAnyEvent ? "event \"*\" is for raw methods only" : "";
  if (!rule.args().empty()) return "args: a raw method gets every argument";
  if (!rule.bind().empty()) return "bind: a raw method has nothing to bind";
  if (rule.lifecycle() == EventRule::HEARTBEAT) return "HEARTBEAT is of no client: a raw method is";
  return "";
}

std::string_view EventRuleMistake(const MethodDescriptor& method, const EventRule& rule) {
  if (method.client_streaming() || method.server_streaming()) return "the method is a stream";
  const bool lifecycle = rule.lifecycle() != EventRule::LIFECYCLE_UNSPECIFIED;
  if (lifecycle && !rule.event().empty()) return "both event and lifecycle are set";
  if (!lifecycle && rule.event().empty()) return "neither event nor lifecycle is set";
  if (lifecycle && !rule.args().empty()) return "a lifecycle has no arguments";
  if (!EventRule::Lifecycle_IsValid(rule.lifecycle())) return "lifecycle is none that is known";
  if (!rule.join().empty() || !rule.leave().empty() || !rule.emit().empty()) {
    if (rule.lifecycle() == EventRule::DISCONNECT) {
      return "of the response to DISCONNECT only effects are used: join, leave and emit have no "
             "effect";
    }
    if (rule.lifecycle() == EventRule::HEARTBEAT) {
      return "of the response to HEARTBEAT only effects are used: join, leave and emit have no "
             "effect";
    }
  }
  return "";
}

std::string_view BindMistake(const EventRule& rule, const EventRule::Bind& bind,
                             const std::vector<std::string>& headers) {
  if (rule.lifecycle() == EventRule::HEARTBEAT && bind.from() != "edge.id") {
    return "is of a client, which HEARTBEAT has not: it has edge.id";
  }
  const auto value = ContextValue::Parse(bind.from());
  if (!value.ok() || value->header().empty()) return "";  // UnaryRule says what is wrong with it.
  const bool wanted = std::find(headers.begin(), headers.end(), value->header()) != headers.end();
  return wanted ? "" : "is none of the namespace's handshake_headers";
}

}  // namespace caucus::edge::transcoding
