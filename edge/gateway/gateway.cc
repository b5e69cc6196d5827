#include "edge/gateway/gateway.h"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"
#include "edge/gateway/error_mapping.h"
#include "edge/socketio/event_arguments.h"
#include "edge/transcoding/raw_event.h"

namespace caucus::edge::gateway {

using socketio::Socket;
using transcoding::EmitAction;

namespace {

// What an ordinary event's parsed arguments fit in.
constexpr size_t kArgumentsStorageBytes = 4096;

}  // namespace

Gateway::Gateway(size_t shard, Executor& executor, SocketIdSource socket_ids,
                 const GatewayServices& services)
    : shard_(shard),
      executor_(executor),
      socket_ids_(std::move(socket_ids)),
      services_(services),
      calls_(services.options, services.limits),
      hub_(services.mesh, shard, executor, services.invoker, services.options.feed,
           services.limits) {
  for (const auto& rules : services.table.namespaces()) {
    namespaces_[rules->path] = std::make_unique<socketio::Namespace>(rules->path);
  }
}

socketio::Namespace* Gateway::FindNamespace(std::string_view path) {
  const auto found = namespaces_.find(ToAbsl(path));
  return found == namespaces_.end() ? nullptr : found->second.get();
}

absl::StatusOr<std::string> Gateway::EncodeEvent(const SocketPtr& socket,
                                                 const transcoding::UnaryRule* rule,
                                                 const socketio::IncomingEvent& event) const {
  if (rule == nullptr) return absl::NotFoundError("Unknown event");
  if (rule->is_raw()) {
    return transcoding::EncodeRawEvent(StateOf(*socket).raw_connection,
                                       {.name = event.name,
                                        .arguments_json = event.ArgumentsJson(),
                                        .attachments = event.attachments,
                                        .ack_wanted = !event.ack_id.empty()});
  }
  unsigned char buffer[kArgumentsStorageBytes];
  boost::json::monotonic_resource storage(buffer, sizeof(buffer));
  absl::StatusOr<boost::json::array> arguments = event.ParseArguments(&storage);
  if (!arguments.ok()) {
    services_.limits.OnLimitReached(Limit::kJsonMembers);
    return absl::InvalidArgumentError(arguments.status().message());
  }
  if (!event.attachments.empty()) {
    for (boost::json::value& argument : *arguments) {
      socketio::ReplacePlaceholders(argument, event.attachments);
    }
  }
  return rule->EncodeRequest({arguments->data(), arguments->size()}, ContextOf(*socket));
}

void Gateway::OnEvent(const SocketPtr& socket, const socketio::IncomingEvent& event) {
  ++events_;
  ConnectionState& state = StateOf(*socket);
  const transcoding::UnaryRule* const rule = state.rules->FindEvent(event.name);
  if (rule == nullptr && event.ack_id.empty()) return;
  state.events.Push({.rule = rule,
                     .request = EncodeEvent(socket, rule, event),
                     .ack_id = std::string(event.ack_id)});
  Throttle(*socket);
  RunNext(socket);
}

void Gateway::OnEventDropped(const SocketPtr& socket, std::string_view ack_id) {
  Fail(socket, ack_id, absl::ResourceExhaustedError("Too many events"));
}

void Gateway::Throttle(Socket& socket) {
  const ConnectionState& state = StateOf(socket);
  const GatewayOptions& options = services_.options;
  if (state.events.size() >= options.events_pending_max ||
      state.events.bytes() >= options.event_bytes_pending_max) {
    if (!socket.input_paused()) services_.limits.OnLimitReached(Limit::kPendingAcks);
    socket.PauseInput();
  } else if (state.events.size() <= options.events_pending_max / 2 &&
             state.events.bytes() <= options.event_bytes_pending_max / 2) {
    socket.ResumeInput();
  }
}

void Gateway::RunNext(const SocketPtr& socket) {
  ConnectionState& state = StateOf(*socket);
  while (!state.call_in_flight && !state.events.empty()) {
    PendingEvent event = state.events.Pop();
    if (state.disconnect_due) departed_event_bytes_ -= event.bytes();
    Throttle(*socket);
    const absl::Status admitted =
        event.request.ok() ? calls_.Add(event.request->size()) : event.request.status();
    if (!admitted.ok()) {
      Fail(socket, event.ack_id, admitted);
      continue;
    }
    const transcoding::UnaryRule& rule = *event.rule;
    std::string request = rule.reads_request() ? *event.request : *std::move(event.request);
    Call(socket, rule, std::move(request), services_.options.call_timeout,
         [this, socket, event = std::move(event)](const absl::StatusOr<std::string>& response,
                                                  Broadcast& broadcast) {
           OnEventAnswer(socket, event, response, broadcast);
         });
  }
  if (!state.call_in_flight && std::exchange(state.disconnect_due, false)) CallDisconnect(socket);
}

void Gateway::OnEventAnswer(const SocketPtr& socket, const PendingEvent& event,
                            const absl::StatusOr<std::string>& response, Broadcast& broadcast) {
  if (response.ok()) {
    absl::StatusOr<transcoding::UnaryOutcome> outcome =
        event.rule->DecodeResponse(*event.request, *response, ContextOf(*socket));
    if (!outcome.ok()) {
      log_.Log(Severity::kError, "a response could not be used",
               {{"method", event.rule->method()}, {"error", outcome.status().message()}});
    }
    Answer(socket, event, std::move(outcome), broadcast);
  } else {
    Answer(socket, event, response.status(), broadcast);
  }
}

void Gateway::Answer(const SocketPtr& socket, const PendingEvent& event,
                     absl::StatusOr<transcoding::UnaryOutcome> outcome, Broadcast& broadcast) {
  if (!outcome.ok()) return Fail(socket, event.ack_id, outcome.status());
  for (const std::string& room : outcome->join) Join(*socket, room, nullptr);
  for (const std::string& room : outcome->leave) Leave(*socket, room);
  for (const EmitAction& emit : outcome->emits) Emit(socket, emit, broadcast);
  if (!event.ack_id.empty()) {
    socket->SendAck(event.ack_id,
                    {.json = outcome->ack.json, .attachments = outcome->ack.attachments});
  }
  ApplyEffectsEverywhere(
      socket,
      MakeEffectBatch({.nsp = socket->nsp().path(), .method = event.rule->method(), .log = log_},
                      std::move(outcome->effects)),
      broadcast);
}

void Gateway::Fail(const SocketPtr& socket, std::string_view ack_id, const absl::Status& error) {
  if (ack_id.empty()) {
    const std::string arguments = absl::StrCat("[", ExceptionJson(error), "]");
    return socket->Emit(StateOf(*socket).rules->error_event, {.json = arguments});
  }
  socket->SendAck(ack_id, {.json = absl::StrCat("[", AckErrorJson(error), "]")});
}

void Gateway::OnDisconnect(const SocketPtr& socket, socketio::DisconnectReason) {
  while (!socket->memberships().empty()) {
    Leave(*socket, socket->memberships().back().room->name);
  }
  ConnectionState& state = StateOf(*socket);
  state.disconnect_due = true;
  // What the client asked for before it left is still done, and then this: unless too much waits so
  // already, because nothing holds back a client that comes and goes.
  if (!state.events.empty() &&
      departed_event_bytes_ + state.events.bytes() > services_.options.departed_event_bytes_max) {
    services_.limits.OnLimitReached(Limit::kPendingAcks);
    state.events.Clear();
  }
  departed_event_bytes_ += state.events.bytes();
  RunNext(socket);
}

absl::StatusOr<std::string> Gateway::EncodeLifecycle(const SocketPtr& socket,
                                                     const transcoding::UnaryRule& rule,
                                                     std::string_view raw_name) const {
  if (!rule.is_raw()) return rule.EncodeRequest({}, ContextOf(*socket));
  return transcoding::EncodeRawEvent(
      StateOf(*socket).raw_connection,
      {.name = raw_name, .arguments_json = "", .attachments = {}, .ack_wanted = false});
}

void Gateway::CallDisconnect(const SocketPtr& socket) {
  const transcoding::UnaryRule* const rule = StateOf(*socket).rules->disconnect.get();
  if (rule == nullptr) return;
  const absl::StatusOr<std::string> request = EncodeLifecycle(socket, *rule, "disconnect");
  if (!request.ok()) return;
  calls_.AddUnlimited(request->size());
  Call(socket, *rule, *request, services_.options.disconnect_call_timeout,
       [this, socket, request = *request](const absl::StatusOr<std::string>& response,
                                          Broadcast& broadcast) {
         OnDisconnectAnswer(socket, request, response, broadcast);
       });
}

void Gateway::OnDisconnectAnswer(const SocketPtr& socket, const std::string& request,
                                 const absl::StatusOr<std::string>& response,
                                 Broadcast& broadcast) {
  const transcoding::UnaryRule& rule = *StateOf(*socket).rules->disconnect;
  absl::StatusOr<transcoding::UnaryOutcome> outcome =
      response.ok() ? rule.DecodeResponse(request, *response, ContextOf(*socket))
                    : response.status();
  if (!outcome.ok()) {
    return log_.Log(
        Severity::kWarning, "a DISCONNECT call failed",
        {{"method", rule.method()}, {"code", absl::StatusCodeToString(outcome.status().code())}});
  }
  ApplyEffectsEverywhere(
      socket,
      MakeEffectBatch({.nsp = socket->nsp().path(), .method = rule.method(), .log = log_},
                      std::move(outcome->effects)),
      broadcast);
}

void Gateway::Call(const SocketPtr& socket, const transcoding::UnaryRule& rule, std::string request,
                   absl::Duration timeout, AnswerCallback done) {
  StateOf(*socket).call_in_flight = true;
  const size_t request_bytes = request.size();
  services_.invoker.Invoke(
      {.method = rule.method(),
       .request = std::move(request),
       .metadata = metadata_.For(StateOf(*socket).credentials),
       .timeout = timeout},
      [this, executor = &executor_, socket, request_bytes,
       done = std::make_shared<const AnswerCallback>(std::move(done))](
          absl::StatusOr<std::string> response) {
        executor->Post([this, socket, request_bytes, done, response = std::move(response)] {
          Broadcast broadcast(services_.mesh, shard_);
          (*done)(response, broadcast);
          const auto finish = [socket, request_bytes](Gateway& gateway) {
            gateway.FinishCall(socket, request_bytes);
          };
          // A call lasts until other shards have caught up: so the bound on calls is one on
          // broadcasts too.
          if (!broadcast.crowded() || !broadcast.Await(finish)) finish(*this);
        });
      });
}

void Gateway::FinishCall(const SocketPtr& socket, size_t request_bytes) {
  calls_.Remove(request_bytes);
  StateOf(*socket).call_in_flight = false;
  RunNext(socket);
}

GatewayStock Gateway::Stock() const {
  GatewayStock stock = {.feeds = hub_.size(), .events = events_};
  for (const auto& [path, nsp] : namespaces_) {
    stock.sockets += nsp->size();
    stock.rooms += nsp->rooms().size();
  }
  return stock;
}

transcoding::ConnectionContext Gateway::ContextOf(const Socket& socket) const {
  const ConnectionState& state = StateOf(socket);
  return {.claims = state.identity == nullptr ? nullptr : &state.identity->claims,
          .socket_id = socket.id(),
          .edge_id = services_.options.edge_id,
          .address = state.credentials.address,
          .auth = state.shown == nullptr ? nullptr : &state.shown->auth,
          .query = state.shown == nullptr ? nullptr : &state.shown->query,
          .headers = &socket.handshake().headers};
}

}  // namespace caucus::edge::gateway
