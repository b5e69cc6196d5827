// One shard's part of a namespace: its connected sockets and their rooms.

#ifndef EDGE_SOCKETIO_NAMESPACE_H_
#define EDGE_SOCKETIO_NAMESPACE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/session.h"
#include "edge/socketio/room_index.h"
#include "edge/socketio/socket.h"

namespace caucus::edge::socketio {

// Confined to its shard.
class Namespace {
 public:
  explicit Namespace(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  RoomIndex& rooms() { return rooms_; }
  const RoomIndex& rooms() const { return rooms_; }
  size_t size() const { return sockets_.size(); }

  // Returns the connected socket with this id, or null.
  Socket* Find(std::string_view socket_id) const;

  // Calls `visit` once with each socket in `room`, and with the one whose id is `room`. None may
  // join, leave or disconnect meanwhile.
  template <typename Visit>
  void VisitRoom(std::string_view room, Visit&& visit) const {
    Socket* alone = Find(room);
    for (Socket* socket : rooms_.MembersOf(room)) {
      if (socket == alone) alone = nullptr;
      visit(*socket);
    }
    if (alone != nullptr) visit(*alone);
  }
  // Likewise with every socket.
  template <typename Visit>
  void VisitAll(Visit&& visit) const {
    for (const auto& [id, socket] : sockets_) visit(*socket);
  }

  // Sends one packet to each socket that VisitRoom visits, `except` left out if it is not null.
  void BroadcastToRoom(std::string_view room, const engineio::EncodedPacketPtr& packet,
                       const Socket* except = nullptr) const;
  // Likewise to every socket.
  void BroadcastToAll(const engineio::EncodedPacketPtr& packet,
                      const Socket* except = nullptr) const;
  // Sends one packet to each socket that has joined `room`.
  void BroadcastToMembers(std::string_view room, const engineio::EncodedPacketPtr& packet,
                          const engineio::SendOptions& options) const;

  // Return the sockets that VisitRoom and VisitAll visit now, to be walked while they leave.
  std::vector<Socket*> Snapshot(std::string_view room) const;
  std::vector<Socket*> SnapshotOfAll() const;

  // For Client only.
  void Add(Socket& socket);
  void Remove(Socket& socket);

 private:
  const std::string path_;
  RoomIndex rooms_;
  absl::flat_hash_map<std::string, Socket*> sockets_;  // By id.
};

}  // namespace caucus::edge::socketio

#endif  // EDGE_SOCKETIO_NAMESPACE_H_
