#include "edge/transport/engine_connection.h"

#include <utility>

#include "edge/engineio/close_status.h"
#include "edge/engineio/handshake.h"
#include "edge/limits/limit.h"

namespace caucus::edge::transport {
namespace {

using engineio::CloseReason;
using engineio::MonotonicTime;
using engineio::Session;

MonotonicTime Now() { return std::chrono::steady_clock::now(); }

http::Response PollResponse(std::string body) {
  return {.status = 200,
          .content_type = "text/plain; charset=UTF-8",
          .body = std::move(body),
          .headers = {{"cache-control", "no-store"}}};
}

http::Response PostResponse() {
  return {.status = 200,
          .content_type = "text/html",
          .body = "ok",
          .headers = {{"cache-control", "no-store"}}};
}

// A slow consumer may be one whose network is away: it has longer to come back and be told.
WebSocketEnding EndingFor(CloseReason reason, const engineio::SessionConfig& config) {
  const engineio::CloseStatus status = engineio::CloseStatusOf(reason);
  WebSocketEnding ending = {.code = status.code, .words = status.text};
  if (reason == CloseReason::kSlowConsumer) ending.timeout = config.close_linger;
  return ending;
}

http::Response BadRequest() {
  return {.status = 400, .content_type = "", .body = "", .headers = {}};
}

}  // namespace

EngineConnection::EngineConnection(Shard& shard, const EngineOptions& options,
                                   engineio::Transport transport)
    : Timer(shard.loop().timers()),
      shard_(shard),
      options_(options),
      session_(options.session, shard.ids().Next(), transport, Now(), *this) {}

EngineConnection::~EngineConnection() = default;

void EngineConnection::Start(const SessionHandlerFactory& factory,
                             std::shared_ptr<const engineio::HandshakeInfo> handshake) {
  shard_.Add(shared_from_this());
  pending_.emplace(shard_.pending_handshakes());
  session_.set_base64(!engineio::ParseRequestQuery(handshake->query).base64.empty());
  handler_ = factory(session_, std::move(handshake));
  session_.set_handler(*handler_);
  options_.observer->OnSessionOpened(session_.transport());
  // The open packet was queued before there was anyone to tell.
  session_.OutputTaken();
  SettleHandshake();
  ArmTimer();
}

void EngineConnection::OnPoll(const std::shared_ptr<HttpConnection>& poll) {
  const Session::PollVerdict verdict = session_.OnPoll(Now());
  if (verdict == Session::PollVerdict::kDuplicate) {
    poll->Respond(BadRequest());
    return FlushAll();
  }
  held_poll_ = poll;
  if (verdict == Session::PollVerdict::kRespond) {
    AnswerPoll();
    return FlushAll();
  }
  poll->OnAbort([weak = weak_from_this()] {
    const std::shared_ptr<EngineConnection> self = weak.lock();
    if (self == nullptr) return;
    self->held_poll_.reset();
    self->session_.OnPollAborted(Now());
    self->FlushAll();
  });
  ArmTimer();
}

bool EngineConnection::BeginPayload(const std::shared_ptr<HttpConnection>& post) {
  const bool is_binary = post->request().Header("content-type") == "application/octet-stream";
  if (IsPostUnderWay() || is_binary) {
    Close(CloseReason::kTransportError);
    return false;
  }
  arriving_post_ = post;
  post->OnAbort([weak = weak_from_this()] {
    if (const std::shared_ptr<EngineConnection> self = weak.lock()) self->OnPostAborted();
  });
  return true;
}

void EngineConnection::OnPayload(const std::shared_ptr<HttpConnection>& post) {
  arriving_post_.reset();
  held_post_ = post;
  post_rest_ = session_.OnPayload(post->request().body, Now());
  FlushAll();
}

bool EngineConnection::IsPostUnderWay() const {
  if (held_post_ != nullptr) return true;
  // One that was too long is none any more, and does not end the session.
  const std::shared_ptr<HttpConnection> arriving = arriving_post_.lock();
  return arriving != nullptr && arriving->in_body();
}

void EngineConnection::OnPostAborted() {
  if (held_post_ == nullptr && arriving_post_.expired()) return;
  arriving_post_.reset();
  held_post_.reset();
  post_rest_.reset();
  Close(CloseReason::kTransportError);
}

void EngineConnection::Attach(std::shared_ptr<WebSocketStream> stream) {
  websocket_ = std::move(stream);
  websocket_->SetSession(session_);
  websocket_->Start(*this);
}

bool EngineConnection::BeginUpgrade(std::shared_ptr<WebSocketStream> stream) {
  if (!session_.BeginUpgrade(Now())) return false;
  probe_ = std::move(stream);
  ArmTimer();
  probe_->Start(*this);
  return true;
}

void EngineConnection::Close(CloseReason reason) {
  session_.Close(reason, Now());
  FlushAll();
}

void EngineConnection::Flush() {
  const bool is_plain = websocket_ != nullptr && session_.only_packets() && !pending_ &&
                        probe_ == nullptr && held_poll_ == nullptr && held_post_ == nullptr &&
                        !websocket_->input_paused();
  if (!is_plain) return FlushAll();
  // What a member of a room most often has to do. Packets change no deadline.
  session_.OutputTaken();
  websocket_->Flush();
}

void EngineConnection::FlushAll() {
  const std::shared_ptr<EngineConnection> self = shared_from_this();
  session_.OutputTaken();
  if (session_.overflowed()) session_.Close(CloseReason::kSlowConsumer, Now());
  if (session_.close_requested()) session_.Close(*session_.requested_close(), Now());
  SettleHandshake();
  if (session_.close_reason()) Report();
  if (probe_ != nullptr && !session_.upgrading()) AbortProbe();
  if (held_poll_ != nullptr && session_.HasPollOutput()) AnswerPoll();
  if (post_rest_ && !session_.input_paused()) post_rest_ = session_.OnPayload(*post_rest_, Now());
  if (held_post_ != nullptr && !post_rest_ && !session_.input_paused()) {
    std::exchange(held_post_, nullptr)->Respond(PostResponse());
  }
  if (websocket_ != nullptr) FlushWebSocket();
  session_.OutputTaken();
  if (session_.state() == Session::State::kClosed) Forget();
  ArmTimer();
}

void EngineConnection::OnOutput() { shard_.flush_queue().Add(*this); }

void EngineConnection::OnQueueFull() {
  if (websocket_ != nullptr) websocket_->WriteNow();
}

void EngineConnection::OnWebSocketMessage(WebSocketStream& stream, engineio::MessageKind kind,
                                          std::string_view data) {
  if (&stream == probe_.get()) return OnProbe(kind, data);
  session_.OnWebSocketMessage(kind, data, Now());
  stream.SetInputPaused(session_.input_paused());
  ArmTimer();
}

void EngineConnection::OnWebSocketEnd(WebSocketStream& stream, CloseReason reason) {
  const std::shared_ptr<EngineConnection> self = shared_from_this();
  if (&stream == probe_.get()) {
    probe_.reset();
    session_.EndUpgrade();
    return ArmTimer();
  }
  session_.OnWebSocketClosed(reason, Now());
  FlushAll();
}

void EngineConnection::OnProbe(engineio::MessageKind kind, std::string_view data) {
  switch (session_.OnProbe(kind, data, Now())) {
    case Session::ProbeVerdict::kReplyPong:
      probe_->SendNow("3probe");
      break;
    case Session::ProbeVerdict::kUpgraded:
      // Half a POST has no part in the session any more: it will be refused when it is whole.
      arriving_post_.reset();
      websocket_ = std::move(probe_);
      websocket_->SetSession(session_);
      // What a POST has brought comes before what the WebSocket brings.
      websocket_->SetInputPaused(session_.input_paused());
      options_.observer->OnUpgraded();
      break;
    case Session::ProbeVerdict::kAbort:
      AbortProbe();
      break;
  }
  ArmTimer();
}

void EngineConnection::AnswerPoll() {
  std::exchange(held_poll_, nullptr)->Respond(PollResponse(session_.TakePollPayload(Now())));
}

void EngineConnection::FlushWebSocket() {
  // Input that was held may hold the end of the session: then there is nothing left to write.
  const std::shared_ptr<WebSocketStream> stream = websocket_;
  stream->SetInputPaused(session_.input_paused());
  if (websocket_ != stream) return;
  if (session_.state() == Session::State::kClosing) {
    stream->Close(EndingFor(*session_.close_reason(), options_.session));
  }
  stream->Flush();
}

void EngineConnection::AbortProbe() { std::exchange(probe_, nullptr)->Leave({}); }

void EngineConnection::SettleHandshake() {
  if (session_.activated() || session_.close_reason()) pending_.reset();
}

void EngineConnection::Report() {
  if (std::exchange(reported_, true)) return;
  const CloseReason reason = *session_.close_reason();
  options_.observer->OnSessionClosed(reason);
  LimitObserver& limits = *options_.limit_observer;
  if (reason == CloseReason::kConnectTimeout) limits.OnLimitReached(Limit::kConnectTime);
  if (reason == CloseReason::kSlowConsumer) limits.OnLimitReached(Limit::kSendQueueBytes);
}

void EngineConnection::Forget() {
  if (held_poll_ != nullptr) std::exchange(held_poll_, nullptr)->Respond(BadRequest());
  post_rest_.reset();
  if (const auto post = std::exchange(arriving_post_, {}).lock()) post->Respond(BadRequest());
  if (held_post_ != nullptr) std::exchange(held_post_, nullptr)->Respond(BadRequest());
  if (probe_ != nullptr) AbortProbe();
  if (websocket_ != nullptr) {
    std::exchange(websocket_, nullptr)
        ->Leave(EndingFor(*session_.close_reason(), options_.session));
  }
  Cancel();
  shard_.Remove(session_.id());
}

void EngineConnection::OnTimer() {
  session_.OnDeadline(Now());
  FlushAll();
}

}  // namespace caucus::edge::transport
