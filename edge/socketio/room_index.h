// Which sockets of one shard are in which rooms of one namespace.

#ifndef EDGE_SOCKETIO_ROOM_INDEX_H_
#define EDGE_SOCKETIO_ROOM_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace caucus::edge::socketio {

class Socket;
struct Room;

// A socket's place in a room: kept on both sides, so that joining and leaving take constant time
// however many members a room has.
struct RoomMembership {
  Room* room;
  uint32_t position;  // In Room::members.
};

struct Room {
  std::string name;
  std::vector<Socket*> members;
};

// Rooms exist while they have members. Confined to its shard. Sockets must leave before they are
// destroyed.
class RoomIndex {
 public:
  enum class JoinResult : uint8_t { kJoined, kFirst, kAlreadyIn };
  enum class LeaveResult : uint8_t { kLeft, kLast, kNotIn };

  JoinResult Join(Socket& socket, std::string_view room);
  LeaveResult Leave(Socket& socket, std::string_view room);

  // Returns the room's members; valid until the next join or leave.
  std::span<Socket* const> MembersOf(std::string_view room) const;

  size_t size() const { return rooms_.size(); }

 private:
  absl::flat_hash_map<std::string, std::unique_ptr<Room>> rooms_;
};

}  // namespace caucus::edge::socketio

#endif  // EDGE_SOCKETIO_ROOM_INDEX_H_
