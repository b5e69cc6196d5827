// Rooms: who joins and leaves, what is sent to them, and the feeds that go with them.

#include <utility>

#include "common/logging/logging.h"
#include "edge/gateway/gateway.h"
#include "edge/socketio/packet.h"

namespace caucus::edge::gateway {
namespace {

using socketio::Socket;
using transcoding::EmitAction;

engineio::EncodedPacketPtr EncodeMessage(std::string_view text) {
  return engineio::EncodedPacket::Text(engineio::PacketType::kMessage, text);
}

}  // namespace

void Gateway::Emit(const SocketPtr& socket, const EmitAction& emit) {
  if (emit.target == EmitAction::Target::kSender) {
    return socket->Emit(emit.event, emit.payload_json);
  }
  socketio::Namespace& nsp = socket->nsp();
  const auto packet =
      EncodeMessage(socketio::EncodeEvent(nsp.path(), emit.event, emit.payload_json));
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
  for (size_t shard = 0; shard < services_.mesh.size(); ++shard) {
    if (shard == shard_) continue;
    services_.mesh.Post(shard, [path = nsp.path(), send](Gateway& gateway) {
      send(*gateway.FindNamespace(path), nullptr);
    });
  }
}

void Gateway::ApplyEffectsEverywhere(const SocketPtr& socket,
                                     const ::caucus::socketio::v1::Effects& effects) {
  services_.mesh.PostToAll([rules = StateOf(*socket).rules, effects](Gateway& gateway) {
    gateway.ApplyEffects(*rules, effects);
  });
}

void Gateway::ApplyEffects(const transcoding::NamespaceRules& rules,
                           const ::caucus::socketio::v1::Effects& effects) {
  for (const ::caucus::socketio::v1::Effect& effect : effects.effects()) ApplyEffect(rules, effect);
}

void Gateway::ApplyEffect(const transcoding::NamespaceRules& rules,
                          const ::caucus::socketio::v1::Effect& effect) {
  using ::caucus::socketio::v1::Effect;
  socketio::Namespace& nsp = *FindNamespace(rules.path);
  const auto for_each = [&nsp](const Effect::Target& target, const auto& action) {
    if (target.target_case() == Effect::Target::kSocketId) {
      if (Socket* socket = nsp.Find(target.socket_id())) action(*socket);
      return;
    }
    for (Socket* socket : nsp.Snapshot(target.room())) action(*socket);
  };
  switch (effect.action_case()) {
    case Effect::kEmit: {
      const std::string& arguments = effect.emit().arguments_json();
      const auto packet = EncodeMessage(socketio::EncodeEventWithArguments(
          rules.path, effect.emit().event(), arguments.empty() ? "[]" : arguments));
      return for_each(effect.emit().to(), [&](Socket& socket) { socket.Send(packet, 0); });
    }
    case Effect::kJoin:
      return for_each(effect.join().target(),
                      [&](Socket& socket) { Join(socket, effect.join().room(), nullptr); });
    case Effect::kLeave:
      return for_each(effect.leave().target(),
                      [&](Socket& socket) { Leave(socket, effect.leave().room()); });
    case Effect::kDisconnect: {
      const auto scope = effect.disconnect().close() ? Socket::DisconnectScope::kConnection
                                                     : Socket::DisconnectScope::kNamespace;
      return for_each(effect.disconnect().target(),
                      [&](Socket& socket) { socket.Disconnect(scope); });
    }
    case Effect::ACTION_NOT_SET:
      return;
  }
}

void Gateway::Join(Socket& socket, const std::string& room,
                   const transcoding::UnaryOutcome* outcome) {
  if (socket.state() != Socket::State::kConnected) return;
  if (socket.memberships().size() >= services_.options.rooms_per_socket_max) {
    Log(Severity::kWarning, "a socket may join no more rooms",
        {{"namespace", socket.nsp().path()}});
    return;
  }
  const socketio::RoomIndex::JoinResult joined = socket.nsp().rooms().Join(socket, room);
  if (joined == socketio::RoomIndex::JoinResult::kAlreadyIn) return;
  const ConnectionState& state = StateOf(socket);
  for (const auto& rule : state.rules->feeds) {
    if (!rule->MatchRoom(room)) continue;
    const FeedKey key = {.nsp = state.rules, .rule = rule.get(), .room = room};
    const int64_t resume_min =
        outcome == nullptr ? 0 : outcome->Number(rule->resume_field()).value_or(0);
    const auto [feed, first] = feeds_.try_emplace(key);
    if (first) {
      services_.mesh.Post(
          services_.mesh.HomeOf(key),
          [key, shard = shard_, credentials = state.credentials, resume_min](Gateway& gateway) {
            gateway.hub().Subscribe(key, shard, credentials, resume_min);
          });
      continue;
    }
    const FeedDeliveryPtr& retained = feed->second.retained;
    // A message as new as the newcomer's own CONNECT is on its way: an older one would only
    // confuse.
    const bool fresh =
        retained != nullptr && retained->resume_value.value_or(resume_min) >= resume_min;
    if (fresh) socket.Send(retained->packet, SupersedeKeyOf(key));
  }
}

void Gateway::Leave(Socket& socket, std::string room) {
  if (socket.nsp().rooms().Leave(socket, room) != socketio::RoomIndex::LeaveResult::kLast) return;
  const transcoding::NamespaceRules* const rules = StateOf(socket).rules;
  for (const auto& rule : rules->feeds) {
    const FeedKey key = {.nsp = rules, .rule = rule.get(), .room = room};
    if (feeds_.erase(key) == 0) continue;
    services_.mesh.Post(services_.mesh.HomeOf(key), [key, shard = shard_](Gateway& gateway) {
      gateway.hub().Unsubscribe(key, shard);
    });
  }
}

void Gateway::Deliver(const FeedKey& key, const FeedDeliveryPtr& delivery) {
  const auto feed = feeds_.find(key);
  if (feed == feeds_.end()) return;
  if (key.rule->retain()) feed->second.retained = delivery;
  FindNamespace(key.nsp->path)
      ->BroadcastToRoom(key.room, delivery->packet, nullptr, SupersedeKeyOf(key));
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
