// One shard's part of a namespace: its connected sockets and their rooms.

#ifndef EDGE_SOCKETIO_NAMESPACE_H_
#define EDGE_SOCKETIO_NAMESPACE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "edge/engineio/encoded_packet.h"
#include "edge/socketio/room_index.h"
#include "edge/socketio/socket.h"

namespace caucus::edge::socketio {

// Confined to its shard.
class Namespace {
 public:
  explicit Namespace(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  RoomIndex& rooms() { return rooms_; }
  size_t size() const { return sockets_.size(); }

  // Returns the connected socket with this id, or null.
  Socket* Find(std::string_view socket_id) const;

  // Sends one packet to each socket in `room`, `except` left out if it is not null.
  void BroadcastToRoom(std::string_view room, const engineio::EncodedPacketPtr& packet,
                       const Socket* except = nullptr, uint64_t supersede_key = 0) const;
  // Likewise to every socket.
  void BroadcastToAll(const engineio::EncodedPacketPtr& packet,
                      const Socket* except = nullptr) const;

  // Returns the sockets now in `room`; unlike RoomIndex::MembersOf it may be walked while they
  // leave.
  std::vector<Socket*> Snapshot(std::string_view room) const;

  // For Client only.
  void Add(Socket& socket);
  void Remove(Socket& socket);

 private:
  const std::string path_;
  RoomIndex rooms_;
  absl::flat_hash_map<std::string, Socket*> sockets_;
};

}  // namespace caucus::edge::socketio

#endif  // EDGE_SOCKETIO_NAMESPACE_H_
