// Everything that the rules say of one namespace.

#ifndef EDGE_TRANSCODING_NAMESPACE_RULES_H_
#define EDGE_TRANSCODING_NAMESPACE_RULES_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/text/absl_view.h"
#include "edge/transcoding/feed_rule.h"
#include "edge/transcoding/unary_rule.h"

namespace caucus::edge::transcoding {

// See caucus.socketio.v1.NamespaceRule.
enum class AuthMode { kNone, kOptional, kRequired };
enum class SessionMode { kMany, kOnePerSubject };

// Immutable once its EventTable is made.
struct NamespaceRules {
  std::string path;
  AuthMode auth = AuthMode::kNone;
  SessionMode sessions = SessionMode::kMany;
  std::string error_event;
  std::string unauthenticated_message;
  std::unique_ptr<const UnaryRule> connect;     // null: nothing is called
  std::unique_ptr<const UnaryRule> disconnect;  // null: nothing is called
  std::unique_ptr<const UnaryRule> heartbeat;   // null: nothing is called; never raw
  absl::flat_hash_map<std::string, std::unique_ptr<const UnaryRule>> events;
  std::unique_ptr<const UnaryRule> other_events;  // `*`; null: nothing is called
  std::vector<std::unique_ptr<const FeedRule>> feeds;

  std::vector<std::string> handshake_headers;  // in lower case
  bool reconnect_when_unavailable = false;
  bool has_raw_methods = false;
  // Whether CONNECT, and whether anything later, may take something of handshake.auth or
  // handshake.query.
  bool connect_reads_handshake = false;
  bool events_read_handshake = false;

  // Returns null if no method has this event.
  const UnaryRule* FindEvent(std::string_view event) const {
    const auto found = events.find(ToAbsl(event));
    return found == events.end() ? other_events.get() : found->second.get();
  }
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_NAMESPACE_RULES_H_
