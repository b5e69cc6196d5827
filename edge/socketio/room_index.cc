#include "edge/socketio/room_index.h"

#include <algorithm>

#include "common/text/absl_view.h"
#include "edge/socketio/socket.h"

namespace caucus::edge::socketio {
namespace {

std::vector<RoomMembership>::iterator Find(std::vector<RoomMembership>& memberships,
                                           const Room& room) {
  return std::find_if(memberships.begin(), memberships.end(),
                      [&](const RoomMembership& membership) { return membership.room == &room; });
}

}  // namespace

RoomIndex::JoinResult RoomIndex::Join(Socket& socket, std::string_view room) {
  std::unique_ptr<Room>& entry = rooms_[ToAbsl(room)];
  const bool first = entry == nullptr;
  if (first) entry = std::make_unique<Room>(Room{.name = std::string(room), .members = {}});
  std::vector<RoomMembership>& memberships = socket.memberships();
  if (!first && Find(memberships, *entry) != memberships.end()) return JoinResult::kAlreadyIn;
  memberships.push_back(
      {.room = entry.get(), .position = static_cast<uint32_t>(entry->members.size())});
  entry->members.push_back(&socket);
  return first ? JoinResult::kFirst : JoinResult::kJoined;
}

RoomIndex::LeaveResult RoomIndex::Leave(Socket& socket, std::string_view room) {
  const auto entry = rooms_.find(ToAbsl(room));
  if (entry == rooms_.end()) return LeaveResult::kNotIn;
  std::vector<RoomMembership>& memberships = socket.memberships();
  const auto membership = Find(memberships, *entry->second);
  if (membership == memberships.end()) return LeaveResult::kNotIn;
  std::vector<Socket*>& members = entry->second->members;
  Socket* const moved = members.back();
  members[membership->position] = moved;
  Find(moved->memberships(), *entry->second)->position = membership->position;
  members.pop_back();
  memberships.erase(membership);
  if (!members.empty()) return LeaveResult::kLeft;
  rooms_.erase(entry);
  return LeaveResult::kLast;
}

std::span<Socket* const> RoomIndex::MembersOf(std::string_view room) const {
  const auto entry = rooms_.find(ToAbsl(room));
  if (entry == rooms_.end()) return {};
  return entry->second->members;
}

}  // namespace caucus::edge::socketio
