#include "edge/socketio/namespace.h"

#include <span>

#include "common/text/absl_view.h"

namespace caucus::edge::socketio {

Socket* Namespace::Find(std::string_view socket_id) const {
  const auto found = sockets_.find(ToAbsl(socket_id));
  return found == sockets_.end() ? nullptr : found->second;
}

void Namespace::BroadcastToRoom(std::string_view room, const engineio::EncodedPacketPtr& packet,
                                const Socket* except, uint64_t supersede_key) const {
  for (Socket* socket : rooms_.MembersOf(room)) {
    if (socket != except) socket->Send(packet, supersede_key);
  }
}

void Namespace::BroadcastToAll(const engineio::EncodedPacketPtr& packet,
                               const Socket* except) const {
  for (const auto& [id, socket] : sockets_) {
    if (socket != except) socket->Send(packet, /*supersede_key=*/0);
  }
}

std::vector<Socket*> Namespace::Snapshot(std::string_view room) const {
  const std::span<Socket* const> members = rooms_.MembersOf(room);
  return {members.begin(), members.end()};
}

void Namespace::Add(Socket& socket) { sockets_[socket.id()] = &socket; }

void Namespace::Remove(Socket& socket) { sockets_.erase(socket.id()); }

}  // namespace caucus::edge::socketio
