// What the gateway keeps with each socket.

#ifndef EDGE_GATEWAY_CONNECTION_STATE_H_
#define EDGE_GATEWAY_CONNECTION_STATE_H_

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "common/auth/identity.h"
#include "edge/gateway/call_metadata.h"
#include "edge/socketio/socket.h"
#include "edge/transcoding/namespace_rules.h"

namespace caucus::edge::gateway {

// An event that waits for the RPC of the one before it.
struct PendingEvent {
  const transcoding::UnaryRule* rule;
  absl::StatusOr<std::string> request;  // Serialized, or why it could not be.
  std::string ack_id;                   // Empty: no ack is wanted.
};

// Confined to its shard.
struct ConnectionState final : socketio::SocketAttachment {
  const transcoding::NamespaceRules* rules = nullptr;
  Credentials credentials;
  std::shared_ptr<const Identity> identity;  // Null without a token.
  boost::json::object auth;
  // Of namespaces with raw methods: the auth's text until the token is verified, and then what is
  // the same in every RawEvent of the socket.
  std::string raw_auth;
  std::string raw_connection;
  absl::flat_hash_map<std::string, std::string> query;

  uint64_t connect_number = 0;  // Of namespaces with one session per subject; grows in time.

  bool is_newcomer = false;  // There may be a feed that does not know as much as the CONNECT told.

  std::deque<PendingEvent> events;
  size_t event_bytes = 0;  // Of the requests of `events`.
  bool call_in_flight = false;
  bool disconnect_due = false;  // The DISCONNECT call follows the last event.
};

inline ConnectionState& StateOf(const socketio::Socket& socket) {
  return static_cast<ConnectionState&>(*socket.attachment());
}

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_CONNECTION_STATE_H_
