// Rooms: who joins and leaves, what is sent to them, and the feeds that go with them.

#include <utility>

#include "edge/gateway/gateway.h"
#include "edge/socketio/outgoing_packet.h"

namespace caucus::edge::gateway {
namespace {

using socketio::Socket;
using transcoding::EmitAction;

constexpr size_t kRoomBytesMax = 1024;  // Of a name.

}  // namespace

void Gateway::Emit(const SocketPtr& socket, const EmitAction& emit, Broadcast& broadcast) {
  const socketio::OutgoingArguments arguments = {.json = emit.arguments.json,
                                                 .attachments = emit.arguments.attachments};
  if (emit.target == EmitAction::Target::kSender) {
    return socket->Emit(emit.event, arguments);
  }
  socketio::Namespace& nsp = socket->nsp();
  const auto packet = socketio::EventPacket(nsp.path(), emit.event, arguments);
  const bool to_all = emit.target == EmitAction::Target::kNamespace;
  const Socket* const except = emit.except_sender ? socket.get() : nullptr;
  const auto send = [to_all, room = emit.room, packet](socketio::Namespace& target,
                                                       const Socket* left_out) {
    if (to_all) {
      target.BroadcastToAll(packet, left_out);
    } else {
      target.BroadcastToRoom(room, packet, left_out);
    }
  };
  send(nsp, except);
  broadcast.PostToOthers(
      [path = nsp.path(), send](Gateway& gateway) { send(*gateway.FindNamespace(path), nullptr); });
}

void Gateway::Join(Socket& socket, const std::string& room,
                   const transcoding::UnaryOutcome* outcome) {
  if (socket.state() != Socket::State::kConnected) return;
  const bool is_full = socket.memberships().size() >= services_.options.rooms_per_socket_max;
  if (is_full || room.size() > kRoomBytesMax) {
    services_.limits.OnLimitReached(Limit::kRoomsPerSocket);
    return log_.Log(Severity::kWarning,
                    is_full ? "a socket may join no more rooms" : "a room's name is too long",
                    {{"namespace", socket.nsp().path()}});
  }
  const socketio::RoomIndex::JoinResult joined = socket.nsp().rooms().Join(socket, room);
  if (joined == socketio::RoomIndex::JoinResult::kAlreadyIn) return;
  ConnectionState& state = StateOf(socket);
  for (const auto& rule : state.rules->feeds) {
    if (!rule->MatchRoom(room)) continue;
    const FeedKey key = {.nsp = state.rules, .rule = rule.get(), .room = room};
    const int64_t resume_min =
        outcome == nullptr ? 0 : outcome->Number(rule->resume_field()).value_or(0);
    const auto [feed, first] = feeds_.try_emplace(key);
    const FeedDeliveryPtr& retained = feed->second.retained;
    const bool fresh =
        retained != nullptr && retained->resume_value.value_or(resume_min) >= resume_min;
    // A message as new as the newcomer's own CONNECT is on its way: an older one would only
    // confuse.
    if (!fresh && resume_min > 0) {
      state.is_newcomer = true;
      feed->second.newcomers[&socket] = resume_min;
    }
    if (first) {
      services_.mesh.Post(
          services_.mesh.HomeOf(key),
          [key, shard = shard_, credentials = state.credentials, resume_min](Gateway& gateway) {
            gateway.hub().Subscribe(key, shard, credentials, resume_min);
          });
      continue;
    }
    if (fresh) socket.Send(retained->packet, {.supersede_key = SupersedeKeyOf(key)});
  }
}

void Gateway::Leave(Socket& socket, std::string room) {
  using LeaveResult = socketio::RoomIndex::LeaveResult;
  const LeaveResult left = socket.nsp().rooms().Leave(socket, room);
  const ConnectionState& state = StateOf(socket);
  if (left == LeaveResult::kNotIn || (left == LeaveResult::kLeft && !state.is_newcomer)) return;
  for (const auto& rule : state.rules->feeds) {
    const FeedKey key = {.nsp = state.rules, .rule = rule.get(), .room = room};
    const auto feed = feeds_.find(key);
    if (feed == feeds_.end()) continue;
    feed->second.newcomers.erase(&socket);
    if (left != LeaveResult::kLast) continue;
    feeds_.erase(feed);
    services_.mesh.Post(services_.mesh.HomeOf(key), [key, shard = shard_](Gateway& gateway) {
      gateway.hub().Unsubscribe(key, shard);
    });
  }
}

void Gateway::Deliver(const FeedKey& key, const FeedDeliveryPtr& delivery) {
  const auto feed = feeds_.find(key);
  if (feed == feeds_.end()) return;
  if (key.rule->retain()) feed->second.retained = delivery;
  socketio::Namespace& nsp = *FindNamespace(key.nsp->path);
  const engineio::SendOptions options = {.supersede_key = SupersedeKeyOf(key)};
  auto& newcomers = feed->second.newcomers;
  if (newcomers.empty()) return nsp.BroadcastToMembers(key.room, delivery->packet, options);
  for (Socket* const socket : nsp.rooms().MembersOf(key.room)) {
    const auto newcomer = newcomers.find(socket);
    if (newcomer != newcomers.end()) {
      if (delivery->resume_value.value_or(newcomer->second) < newcomer->second) continue;
      newcomers.erase(newcomer);
    }
    socket->Send(delivery->packet, options);
  }
}

void Gateway::ProvideCredentials(const FeedKey& key, size_t attempt) {
  const auto members = FindNamespace(key.nsp->path)->rooms().MembersOf(key.room);
  if (members.empty()) {
    // They left while the hub was asking, which it has been told by now.
    return services_.mesh.Post(services_.mesh.HomeOf(key),
                               [key](Gateway& gateway) { gateway.hub().AskForCredentials(key); });
  }
  services_.mesh.Post(services_.mesh.HomeOf(key),
                      [key, credentials = StateOf(*members[attempt % members.size()]).credentials](
                          Gateway& gateway) { gateway.hub().Reopen(key, credentials); });
}

}  // namespace caucus::edge::gateway
