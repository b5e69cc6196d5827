// What services ask of the edge beside their answers.

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "edge/gateway/gateway.h"

namespace caucus::edge::gateway {
namespace {

using ::caucus::socketio::v1::Effect;
using socketio::Socket;

// The sockets that are left out, as far as they are on this shard.
class Exceptions {
 public:
  Exceptions(const socketio::Namespace& nsp, const Effect::Target& target) {
    for (const std::string& id : target.except_socket_ids()) sockets_.insert(nsp.Find(id));
  }
  bool Has(const Socket& socket) const { return !sockets_.empty() && sockets_.contains(&socket); }

 private:
  absl::flat_hash_set<const Socket*> sockets_;
};

// Calls `visit` with each socket of a target on this shard. None may join or leave meanwhile.
template <typename Visit>
void VisitTarget(const socketio::Namespace& nsp, const Effect::Target& target, Visit&& visit) {
  const Exceptions except(nsp, target);
  const auto visit_others = [&](Socket& socket) {
    if (!except.Has(socket)) visit(socket);
  };
  switch (target.target_case()) {
    case Effect::Target::kRoom:
      return nsp.VisitRoom(target.room(), visit_others);
    case Effect::Target::kSocketId:
      if (Socket* const socket = nsp.Find(target.socket_id())) visit_others(*socket);
      return;
    case Effect::Target::kAll:
      return nsp.VisitAll(visit_others);
    case Effect::Target::TARGET_NOT_SET:
      return;
  }
}

std::vector<Socket*> SocketsOf(const socketio::Namespace& nsp, const Effect::Target& target) {
  std::vector<Socket*> sockets;
  VisitTarget(nsp, target, [&](Socket& socket) { sockets.push_back(&socket); });
  return sockets;
}

}  // namespace

void Gateway::ApplyEffectsEverywhere(const SocketPtr& socket, const EffectBatchPtr& effects,
                                     Broadcast& broadcast) {
  if (effects == nullptr) return;
  const transcoding::NamespaceRules* const rules = StateOf(*socket).rules;
  broadcast.PostToOthers(
      [rules, effects](Gateway& gateway) { gateway.ApplyEffects(*rules, *effects); });
  ApplyEffects(*rules, *effects);
}

void Gateway::ApplyEffects(const transcoding::NamespaceRules& rules, const EffectBatch& effects) {
  socketio::Namespace& nsp = *FindNamespace(rules.path);
  for (const CheckedEffect& effect : effects) ApplyEffect(nsp, effect);
}

void Gateway::ApplyEffect(socketio::Namespace& nsp, const CheckedEffect& checked) {
  const Effect& effect = checked.effect;
  switch (effect.action_case()) {
    case Effect::kEmit: {
      const engineio::SendOptions options = {.droppable = effect.emit().volatile_()};
      return VisitTarget(nsp, effect.emit().to(),
                         [&](Socket& socket) { socket.Send(checked.packet, options); });
    }
    case Effect::kJoin:
      for (Socket* const socket : SocketsOf(nsp, effect.join().target())) {
        Join(*socket, effect.join().room(), nullptr);
      }
      return;
    case Effect::kLeave:
      for (Socket* const socket : SocketsOf(nsp, effect.leave().target())) {
        Leave(*socket, effect.leave().room());
      }
      return;
    case Effect::kDisconnect: {
      const auto scope = effect.disconnect().close() ? Socket::DisconnectScope::kConnection
                                                     : Socket::DisconnectScope::kNamespace;
      for (Socket* const socket : SocketsOf(nsp, effect.disconnect().target())) {
        effect.disconnect().reconnect() ? socket->Reconnect() : socket->Disconnect(scope);
      }
      return;
    }
    case Effect::ACTION_NOT_SET:
      return;
  }
}

}  // namespace caucus::edge::gateway
