// What the gateway keeps with each socket.

#ifndef EDGE_GATEWAY_CONNECTION_STATE_H_
#define EDGE_GATEWAY_CONNECTION_STATE_H_

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "common/auth/identity.h"
#include "edge/gateway/call_metadata.h"
#include "edge/gateway/event_queue.h"
#include "edge/socketio/socket.h"
#include "edge/transcoding/namespace_rules.h"

namespace caucus::edge::gateway {

// What a client has shown to a namespace, for rules that bind a part of it.
struct ShownHandshake {
  boost::json::object auth;
  std::string auth_json;  // Its text, of namespaces with raw methods.
  absl::flat_hash_map<std::string, std::string> query;
};

// Confined to its shard.
struct ConnectionState final : socketio::SocketAttachment {
  const transcoding::NamespaceRules* rules = nullptr;
  Credentials credentials;
  std::shared_ptr<const Identity> identity;     // Null without a token.
  std::unique_ptr<const ShownHandshake> shown;  // While a rule may still ask for it.
  std::string raw_connection;                   // What is the same in every RawEvent of the socket.

  uint64_t connect_number = 0;  // Of namespaces with one session per subject; grows in time.

  EventQueue events;
  bool is_newcomer = false;  // There may be a feed that does not know as much as the CONNECT told.
  bool call_in_flight = false;  // Or what its answer asks of other shards is.
  bool disconnect_due = false;  // The socket has left: the DISCONNECT call follows the last event.
};

inline ConnectionState& StateOf(const socketio::Socket& socket) {
  return static_cast<ConnectionState&>(*socket.attachment());
}

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_CONNECTION_STATE_H_
