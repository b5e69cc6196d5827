// How a client comes in: its token, the CONNECT call, its rooms.

#include <boost/json/object.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"
#include "edge/gateway/error_mapping.h"
#include "edge/gateway/gateway.h"
#include "edge/gateway/query_parameters.h"
#include "edge/socketio/packet.h"
#include "edge/transcoding/raw_event.h"

namespace caucus::edge::gateway {
namespace {

using socketio::Socket;
using transcoding::AuthMode;
using transcoding::EmitAction;

// Rooms that no rule can name, because templates are UTF-8 and this byte is not, and that no feed
// matches, because its parts have no colon.
constexpr std::string_view kSubjectRoomPrefix = "\xff:";

// Where a client may show its token, in order (NamespaceRule.auth).
std::string TokenOf(const Socket& socket, const boost::json::object& auth) {
  const boost::json::value* const token = auth.if_contains("token");
  if (token != nullptr && token->is_string() && !token->get_string().empty()) {
    return std::string(token->get_string());
  }
  if (!socket.handshake().token.empty()) return socket.handshake().token;
  return std::string(BearerToken(socket.handshake().authorization));
}

std::string UnauthenticatedJson(const transcoding::NamespaceRules& rules) {
  return absl::StrCat(R"({"message":)", socketio::JsonQuote(rules.unauthenticated_message), "}");
}

// Whether a call that failed so may have taken effect all the same.
bool MayHaveHappened(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnavailable:
      return true;
    default:
      return false;
  }
}

// Whether what failed so may well work in a moment.
bool MayPass(const absl::Status& error) {
  return absl::IsUnavailable(error) || absl::IsDeadlineExceeded(error);
}

// Clients take any connect_error for a refusal and stay away, but come back by themselves to a
// connection that was lost.
void TurnAway(Socket& socket, const absl::Status& error) {
  if (StateOf(socket).rules->reconnect_when_unavailable && MayPass(error)) {
    return socket.Reconnect();
  }
  socket.Reject(ConnectErrorJson(error));
}

}  // namespace

void Gateway::OnConnect(const SocketPtr& socket, const Auth& auth) {
  auto state = std::make_unique<ConnectionState>();
  const transcoding::NamespaceRules& rules = *services_.table.FindNamespace(socket->nsp().path());
  state->rules = &rules;
  state->credentials.address = socket->handshake().address;
  if (rules.connect_reads_handshake || rules.events_read_handshake) {
    state->shown = std::make_unique<const ShownHandshake>(
        ShownHandshake{.auth = auth.payload,
                       .auth_json = rules.has_raw_methods ? std::string(auth.json) : std::string(),
                       .query = ParseQueryParameters(socket->handshake().query)});
  }
  const std::string token =
      rules.auth == AuthMode::kNone ? std::string() : TokenOf(*socket, auth.payload);
  state->credentials.token = token;
  socket->set_attachment(std::move(state));
  if (token.empty()) {
    if (rules.auth == AuthMode::kRequired) return socket->Reject(UnauthenticatedJson(rules));
    return CallConnect(socket);
  }
  services_.verifier.Verify(token, absl::Now() + services_.options.call_timeout,
                            [this, executor = &executor_,
                             socket](absl::StatusOr<std::shared_ptr<const Identity>> identity) {
                              executor->Post([this, socket, identity = std::move(identity)] {
                                OnVerified(socket, identity);
                              });
                            });
}

void Gateway::OnVerified(const SocketPtr& socket,
                         const absl::StatusOr<std::shared_ptr<const Identity>>& identity) {
  if (socket->state() != Socket::State::kPending) return;
  ConnectionState& state = StateOf(*socket);
  if (identity.ok()) {
    state.identity = *identity;
    return CallConnect(socket);
  }
  if (absl::IsUnauthenticated(identity.status())) {
    return socket->Reject(UnauthenticatedJson(*state.rules));
  }
  TurnAway(*socket, identity.status());
}

void Gateway::CallConnect(const SocketPtr& socket) {
  ConnectionState& state = StateOf(*socket);
  if (state.rules->has_raw_methods) {
    state.raw_connection =
        transcoding::EncodeRawConnection({.nsp = state.rules->path,
                                          .auth_json = state.shown->auth_json,
                                          .header_names = state.rules->handshake_headers,
                                          .context = ContextOf(*socket)});
  }
  const transcoding::UnaryRule* const rule = state.rules->connect.get();
  if (rule == nullptr) {
    // It will be followed by a DISCONNECT call, which cannot be refused.
    const absl::Status room =
        state.rules->disconnect == nullptr ? absl::OkStatus() : calls_.CheckRoom();
    if (!room.ok()) return socket->Reject(ConnectErrorJson(room));
    Broadcast broadcast(services_.mesh, shard_);
    return OnConnected(socket, {}, broadcast);
  }
  absl::StatusOr<std::string> request = EncodeLifecycle(socket, *rule, "connect");
  if (!request.ok()) return socket->Reject(ConnectErrorJson(request.status()));
  const absl::Status admitted = calls_.Add(request->size());
  if (!admitted.ok()) return socket->Reject(ConnectErrorJson(admitted));
  Call(socket, *rule, *request, services_.options.call_timeout,
       [this, socket, request = *request](const absl::StatusOr<std::string>& response,
                                          Broadcast& broadcast) {
         OnConnectAnswer(socket, request, response, broadcast);
       });
}

void Gateway::OnConnectAnswer(const SocketPtr& socket, const std::string& request,
                              const absl::StatusOr<std::string>& response, Broadcast& broadcast) {
  ConnectionState& state = StateOf(*socket);
  if (!response.ok()) {
    TurnAway(*socket, response.status());
    // The service may have done what it could not confirm: it is told that nobody is there.
    state.disconnect_due = MayHaveHappened(response.status().code());
    return;
  }
  const absl::StatusOr<transcoding::UnaryOutcome> outcome =
      state.rules->connect->DecodeResponse(request, *response, ContextOf(*socket));
  if (!outcome.ok()) {
    log_.Log(Severity::kError, "a CONNECT response could not be used",
             {{"method", state.rules->connect->method()}, {"error", outcome.status().message()}});
    socket->Reject(ConnectErrorJson(outcome.status()));
  }
  // The client may have gone while the service was asked: then it is told that.
  state.disconnect_due = socket->state() != Socket::State::kPending;
  if (!state.disconnect_due) OnConnected(socket, *outcome, broadcast);
}

void Gateway::OnConnected(const SocketPtr& socket, const transcoding::UnaryOutcome& outcome,
                          Broadcast& broadcast) {
  ConnectionState& state = StateOf(*socket);
  if (!state.rules->events_read_handshake) state.shown.reset();
  // Packets leave when this turn ends, so nothing can come between CONNECT and the rooms.
  socket->Accept();
  if (state.rules->sessions == transcoding::SessionMode::kOnePerSubject) {
    DisconnectOlder(*socket, broadcast);
  }
  for (const std::string& room : outcome.join) Join(*socket, room, &outcome);
  for (const EmitAction& emit : outcome.emits) Emit(socket, emit, broadcast);
  if (outcome.effects.effects().empty()) return;
  ApplyEffectsEverywhere(
      socket,
      MakeEffectBatch(
          {.nsp = socket->nsp().path(), .method = state.rules->connect->method(), .log = log_},
          outcome.effects),
      broadcast);
}

// Newest wins, whatever shards the connections of the subject are on: each has a number, and only
// lower ones are disconnected.
void Gateway::DisconnectOlder(Socket& socket, Broadcast& broadcast) {
  ConnectionState& state = StateOf(socket);
  if (state.identity == nullptr) return;
  state.connect_number = services_.mesh.NextConnectNumber();
  const std::string room = absl::StrCat(ToAbsl(kSubjectRoomPrefix), state.identity->subject);
  Join(socket, room, nullptr);
  const auto disconnect = [path = socket.nsp().path(), room,
                           newest = state.connect_number](Gateway& gateway) {
    for (Socket* other : gateway.FindNamespace(path)->Snapshot(room)) {
      if (StateOf(*other).connect_number < newest) {
        other->Disconnect(Socket::DisconnectScope::kNamespace);
      }
    }
  };
  services_.mesh.Post(shard_, disconnect);
  broadcast.PostToOthers(disconnect);
}

}  // namespace caucus::edge::gateway
