// What can be said of an EventRule before its fields are looked up.
//
// Thread-safe: free functions without state. Each says what is wrong; empty if nothing is.

#ifndef EDGE_TRANSCODING_EVENT_RULE_CHECK_H_
#define EDGE_TRANSCODING_EVENT_RULE_CHECK_H_

#include <string>
#include <string_view>
#include <vector>

#include "caucus/socketio/v1/event_rule.pb.h"
#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {

// The event of every other event.
inline constexpr char kAnyEvent[] = "*";

// Of the rule as a whole.
std::string_view EventRuleMistake(const google::protobuf::MethodDescriptor& method,
                                  const ::caucus::socketio::v1::EventRule& rule);

// Of the rule of a raw, or of no raw, method.
std::string_view RawRuleMistake(const ::caucus::socketio::v1::EventRule& rule, bool raw);

// Of the source of a bound field; `headers` are the namespace's handshake_headers, in lower case.
std::string_view BindMistake(const ::caucus::socketio::v1::EventRule& rule,
                             const ::caucus::socketio::v1::EventRule::Bind& bind,
                             const std::vector<std::string>& headers);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_EVENT_RULE_CHECK_H_
