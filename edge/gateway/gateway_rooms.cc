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
  const transcoding::NamespaceRules& rules = *StateOf(socket).rules;
  for (const auto& rule : rules.feeds) {
    if (!rule->MatchRoom(room)) continue;
    JoinFeed(socket, {.nsp = &rules, .rule = rule.get(), .room = room},
             outcome == nullptr ? 0 : outcome->Number(rule->resume_field()).value_or(0));
  }
}

void Gateway::JoinFeed(Socket& socket, const FeedKey& key, int64_t resume_min) {
  ConnectionState& state = StateOf(socket);
  const auto [found, first] = feeds_.try_emplace(key);
  LocalFeed& feed = found->second;
  const bool caught_up =
      feed.subscribed && SendToNewcomer(socket, key, feed.backlog, resume_min, nullptr);
  if (!caught_up && (resume_min > 0 || key.rule->has_changes())) {
    state.is_newcomer = true;
    feed.newcomers[&socket] = resume_min;
  }
  if (!first) return;
  feed.number = ++subscriptions_;
  services_.mesh.Post(services_.mesh.HomeOf(key),
                      [key, subscriber = FeedHub::Subscriber{.shard = shard_,
                                                             .number = feed.number,
                                                             .credentials = state.credentials}](
                          Gateway& gateway) { gateway.hub().Subscribe(key, subscriber); });
}

bool Gateway::SendToNewcomer(Socket& socket, const FeedKey& key, const FeedBacklog& backlog,
                             int64_t resume_min, const FeedDelivery* delivery) {
  // A message as new as the newcomer's own CONNECT is on its way: an older one would only confuse.
  if (!backlog.HasReached(resume_min)) return false;
  if (!backlog.packets().empty()) {
    socket.SendReplay(backlog.packets(), SupersedeKeyOf(key));
    return true;
  }
  if (delivery != nullptr && delivery->packet != nullptr) {
    socket.Send(delivery->packet, {.supersede_key = SupersedeKeyOf(key), .is_change = true});
  }
  return !key.rule->has_changes();
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

void Gateway::OnSubscribed(const FeedKey& key, uint64_t number, const FeedBacklog& backlog) {
  const auto found = feeds_.find(key);
  if (found == feeds_.end() || found->second.number != number) return;
  LocalFeed& feed = found->second;
  feed.subscribed = true;
  feed.backlog = backlog;
  for (Socket* const socket : FindNamespace(key.nsp->path)->rooms().MembersOf(key.room)) {
    const auto newcomer = feed.newcomers.find(socket);
    const int64_t resume_min = newcomer == feed.newcomers.end() ? 0 : newcomer->second;
    const bool caught_up = SendToNewcomer(*socket, key, feed.backlog, resume_min, nullptr);
    if (caught_up && newcomer != feed.newcomers.end()) feed.newcomers.erase(newcomer);
  }
}

void Gateway::Deliver(const FeedKey& key, const FeedDeliveryPtr& delivery) {
  const auto found = feeds_.find(key);
  if (found == feeds_.end() || !found->second.subscribed) return;
  LocalFeed& feed = found->second;
  feed.backlog.Add(*delivery, services_.options.feed.change_bytes_max);
  socketio::Namespace& nsp = *FindNamespace(key.nsp->path);
  const engineio::SendOptions options = {
      .supersede_key = SupersedeKeyOf(key),
      .is_change = delivery->kind == FeedDelivery::Kind::kChange};
  const bool for_all = delivery->packet != nullptr && delivery->kind != FeedDelivery::Kind::kRepeat;
  if (feed.newcomers.empty()) {
    if (for_all) nsp.BroadcastToMembers(key.room, delivery->packet, options);
    return;
  }
  for (Socket* const socket : nsp.rooms().MembersOf(key.room)) {
    const auto newcomer = feed.newcomers.find(socket);
    if (newcomer == feed.newcomers.end()) {
      if (for_all) socket->Send(delivery->packet, options);
    } else if (SendToNewcomer(*socket, key, feed.backlog, newcomer->second, delivery.get())) {
      feed.newcomers.erase(newcomer);
    }
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
