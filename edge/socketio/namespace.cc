#include "edge/socketio/namespace.h"

#include "common/text/absl_view.h"

namespace caucus::edge::socketio {

Socket* Namespace::Find(std::string_view socket_id) const {
  const auto found = sockets_.find(ToAbsl(socket_id));
  return found == sockets_.end() ? nullptr : found->second;
}

void Namespace::BroadcastToRoom(std::string_view room, const engineio::EncodedPacketPtr& packet,
                                const Socket* except) const {
  VisitRoom(room, [&](Socket& socket) {
    if (&socket != except) socket.Send(packet);
  });
}

void Namespace::BroadcastToAll(const engineio::EncodedPacketPtr& packet,
                               const Socket* except) const {
  VisitAll([&](Socket& socket) {
    if (&socket != except) socket.Send(packet);
  });
}

void Namespace::BroadcastToMembers(std::string_view room, const engineio::EncodedPacketPtr& packet,
                                   const engineio::SendOptions& options) const {
  for (Socket* const socket : rooms_.MembersOf(room)) socket->Send(packet, options);
}

std::vector<Socket*> Namespace::Snapshot(std::string_view room) const {
  std::vector<Socket*> sockets;
  VisitRoom(room, [&](Socket& socket) { sockets.push_back(&socket); });
  return sockets;
}

std::vector<Socket*> Namespace::SnapshotOfAll() const {
  std::vector<Socket*> sockets;
  sockets.reserve(sockets_.size());
  VisitAll([&](Socket& socket) { sockets.push_back(&socket); });
  return sockets;
}

void Namespace::Add(Socket& socket) { sockets_[socket.id()] = &socket; }

void Namespace::Remove(Socket& socket) { sockets_.erase(socket.id()); }

}  // namespace caucus::edge::socketio
