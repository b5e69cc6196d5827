#include "edge/transport/websocket_stream.h"

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <utility>

#include "edge/limits/limit.h"
#include "edge/websocket/deflate_negotiation.h"
#include "edge/websocket/frame.h"
#include "edge/websocket/subprotocol.h"

namespace caucus::edge::transport {
namespace {

// Behind a packet that stands alone: long enough for its reader to be woken and to read it.
constexpr std::chrono::milliseconds kGap{20};

constexpr size_t kPiecesPerWrite = 64;

// Control frames that wait for a peer that does not read.
constexpr size_t kUrgentBytesMax = 4096;

// Returns the client's offers of extensions, which may be spread over several header lines.
std::string OffersOf(const http::Request& request) {
  std::string offers;
  for (const auto& [name, value] : request.headers) {
    if (name != "sec-websocket-extensions") continue;
    if (!offers.empty()) offers += ", ";
    offers += value;
    if (offers.size() > websocket::kExtensionsBytesMax) break;
  }
  return offers;
}

// Likewise of subprotocols; returns the one that is answered, or nothing.
std::string_view SubprotocolFor(const http::Request& request) {
  for (const auto& [name, value] : request.headers) {
    if (name != "sec-websocket-protocol") continue;
    const std::string_view selected = websocket::SelectSubprotocol(value);
    if (!selected.empty()) return selected;
  }
  return {};
}

}  // namespace

WebSocketStream::WebSocketStream(Shard& shard, TcpSocket socket, const EngineOptions& options,
                                 const http::Request& request, std::string input)
    : Timer(shard.loop().timers()),
      shard_(shard),
      socket_(std::move(socket)),
      options_(options),
      held_input_(std::move(input)),
      urgent_(
          "HTTP/1.1 101 Switching Protocols\r\n"
          "Upgrade: websocket\r\n"
          "Connection: Upgrade\r\n"
          "Sec-WebSocket-Accept: " +
          websocket::AcceptKey(request.Header("sec-websocket-key")) + "\r\n") {
  if (const std::string_view subprotocol = SubprotocolFor(request); !subprotocol.empty()) {
    urgent_.append("Sec-WebSocket-Protocol: ").append(subprotocol).append("\r\n");
  }
  if (options.deflate.enabled) {
    if (const auto answer = websocket::AcceptDeflateOffer(OffersOf(request))) {
      urgent_ += "Sec-WebSocket-Extensions: " + *answer + "\r\n";
      deflate_ = true;
    }
  }
  urgent_ += "\r\n";
  decoder_.emplace(websocket::DecoderLimits{.message_bytes_max = options.session.payload_bytes_max,
                                            .fragments_max = options.fragments_max},
                   deflate_ ? websocket::Compression::kDeflate : websocket::Compression::kNone);
}

void WebSocketStream::Start(WebSocketOwner& owner) {
  owner_ = &owner;
  Flush();
  std::string input = std::exchange(held_input_, {});
  if (!input.empty()) Consume(input);
  Watch();
}

void WebSocketStream::SetSession(engineio::Session& session) {
  session_ = &session;
  session.set_deflate(deflate_ ? &options_.deflate : nullptr);
}

void WebSocketStream::SetInputPaused(bool paused) {
  if (input_paused_ == paused || ending_ != nullptr) return;
  input_paused_ = paused;
  if (paused || ended_) return;
  // Its input may end it.
  const std::shared_ptr<WebSocketStream> self = shared_from_this();
  std::string input = std::exchange(held_input_, {});
  if (!input.empty()) Consume(input);
  Watch();
}

void WebSocketStream::SendNow(std::string_view text) {
  if (ended_ || ending_ != nullptr || urgent_.size() > kUrgentBytesMax) return;
  websocket::AppendFrameHeader(websocket::Opcode::kText, text.size(), urgent_);
  urgent_.append(text);
  Flush();
}

void WebSocketStream::Flush() {
  if (ended_ || write_blocked_) return;
  const ErrorCode error = Write();
  if (error == net::error::would_block || error == net::error::try_again) {
    write_blocked_ = true;
    return Watch();
  }
  if (error) return End(engineio::CloseReason::kTransportError);
  OnAllWritten();
}

void WebSocketStream::WriteNow() {
  if (ended_ || write_blocked_ || ending_ != nullptr) return;
  in_gap_ = false;
  static_cast<void>(Write());
}

// The order on the wire: the rest of a packet that was begun, urgent frames, the other packets.
// Urgent frames that were begun come first; then no packet is half written.
ErrorCode WebSocketStream::Write() {
  while (true) {
    std::array<iovec, kPiecesPerWrite>
        pieces;  // Not initialized: it is large, and mostly not used.
    size_t count = 0;
    size_t bytes = 0;
    const auto add = [&](std::string_view piece) {
      pieces[count++] = {.iov_base = const_cast<char*>(piece.data()), .iov_len = piece.size()};
      bytes += piece.size();
    };
    size_t next = 0;  // In the queue.
    if (const std::string_view rest = RestOfBegunPacket(); !rest.empty()) {
      add(rest);
      ++next;
    }
    if (!urgent_.empty()) add(std::string_view(urgent_).substr(urgent_written_));
    bool alone =
        next > 0 && session_ != nullptr && session_->queue().front().packet->stands_alone();
    bool is_all = false;
    if (session_ != nullptr && (!in_gap_ || ending_ != nullptr)) {
      const std::span<const engineio::Session::Queued> queue = session_->queue();
      for (; next < queue.size() && count < pieces.size() && !alone; ++next) {
        add(session_->FrameOf(*queue[next].packet));
        alone = queue[next].packet->stands_alone();
      }
      is_all = next == queue.size();
    }
    if (count == 0) return {};
    ErrorCode error;
    const size_t written =
        count == 1 ? socket_.Write(std::string_view(static_cast<const char*>(pieces[0].iov_base),
                                                    pieces[0].iov_len),
                                   error)
                   : socket_.Write(std::span(pieces.data(), count), error);
    if (error) return error;
    Account(written);
    if (written < bytes) continue;
    if (alone) BeginGap();
    if (is_all) return {};
  }
}

void WebSocketStream::BeginGap() {
  in_gap_ = true;
  if (ending_ == nullptr) Set(std::chrono::steady_clock::now() + kGap);
}

// The socket is shut for sending and then drained, not closed: a close with unread input resets the
// connection, and the peer might never see the close frame.
void WebSocketStream::OnAllWritten() {
  if (ending_ == nullptr) return;
  if (!ending_->close_frame.empty()) {
    urgent_ = std::exchange(ending_->close_frame, {});
    return Flush();
  }
  socket_.ShutdownSend();
}

void WebSocketStream::Close(const WebSocketEnding& ending) {
  if (ended_ || ending_ != nullptr) return;
  BeginEnding(ending);
  Flush();
}

void WebSocketStream::Leave(const WebSocketEnding& ending) {
  owner_ = nullptr;
  if (!ended_ && ending_ == nullptr) BeginEnding(ending);
  if (!ended_) {
    const std::string_view rest = RestOfBegunPacket();
    if (session_ != nullptr && !rest.empty()) {
      ending_->packet = session_->queue().front().packet;
      ending_->rest = rest;
    }
  }
  session_ = nullptr;
  Flush();
}

void WebSocketStream::BeginEnding(const WebSocketEnding& ending) {
  ending_ = std::make_unique<Ending>(
      Ending{.close_frame = websocket::CloseFrame(ending.code, ending.words),
             .packet = nullptr,
             .rest = {}});
  Set(std::chrono::steady_clock::now() + ending.timeout);
  if (!consuming_) decoder_.reset();
  std::string().swap(held_input_);
  input_paused_ = false;
  Watch();
}

void WebSocketStream::CloseBy(const WebSocketEnding& ending, engineio::CloseReason reason) {
  Flush();  // Answers to what came before it in the same read.
  WebSocketOwner* const owner = owner_;
  Leave(ending);
  if (owner != nullptr) owner->OnWebSocketEnd(*this, reason);
}

void WebSocketStream::Abort() { End(engineio::CloseReason::kTransportClose); }

void WebSocketStream::Watch() {
  if (!ended_) {
    socket_.Watch(shared_from_this(), {.read = !input_paused_, .write = write_blocked_});
  }
}

void WebSocketStream::OnReady(bool readable, bool writable) {
  if (writable && std::exchange(write_blocked_, false)) {
    Flush();
    Watch();
  }
  if (!readable || ended_) return;
  // Only now: a client may well be read from again before it has sent something.
  if (input_paused_) return Watch();
  Read();
}

void WebSocketStream::OnTimer() {
  if (ending_ != nullptr) return Abort();
  if (std::exchange(in_gap_, false)) Flush();
}

void WebSocketStream::Read() {
  const std::span<char> buffer = shard_.read_buffer();
  ErrorCode error;
  const size_t bytes = socket_.Read(buffer, error);
  if (error && error != net::error::would_block && error != net::error::try_again) {
    return End(error == net::error::eof ? engineio::CloseReason::kTransportClose
                                        : engineio::CloseReason::kTransportError);
  }
  if (!error && ending_ == nullptr) Consume(buffer.first(bytes));
}

void WebSocketStream::Consume(std::span<char> input) {
  const std::shared_ptr<WebSocketStream> self = shared_from_this();
  consuming_ = true;
  while (!input.empty() && !ended_ && ending_ == nullptr) {
    if (input_paused_) {
      held_input_.assign(input.data(), input.size());
      break;
    }
    if (!OnEvent(decoder_->Next(input))) break;
  }
  consuming_ = false;
  if (ending_ != nullptr) decoder_.reset();  // It may hold a large message.
}

bool WebSocketStream::OnEvent(const websocket::DecoderEvent& event) {
  using Type = websocket::DecoderEvent::Type;
  switch (event.type) {
    case Type::kText:
    case Type::kBinary:
      if (owner_ != nullptr) {
        owner_->OnWebSocketMessage(*this,
                                   event.type == Type::kText ? engineio::MessageKind::kText
                                                             : engineio::MessageKind::kBinary,
                                   event.data);
      }
      return true;
    case Type::kPing:
      // A peer that pings and does not read gets no pong: RFC 6455 §5.5.3 lets us answer later
      // pings only.
      if (urgent_.size() > kUrgentBytesMax) return true;
      urgent_.append(websocket::ControlFrame(websocket::Opcode::kPong, event.data));
      Flush();
      return true;
    case Type::kClose:
      CloseBy({.code = event.code, .words = ""}, engineio::CloseReason::kTransportClose);
      return false;
    case Type::kError:
      ReportLimit(event.code);
      CloseBy({.code = event.code, .words = event.data}, engineio::CloseReason::kTransportError);
      return false;
    case Type::kNeedMore:
    case Type::kPong:
      return true;
  }
  return true;
}

std::string_view WebSocketStream::RestOfBegunPacket() const {
  if (session_ == nullptr) return ending_ == nullptr ? std::string_view() : ending_->rest;
  const size_t written = session_->front_bytes_written();
  if (written == 0) return {};
  return session_->FrameOf(*session_->queue().front().packet).substr(written);
}

void WebSocketStream::Account(size_t written) {
  const size_t rest = std::min(written, RestOfBegunPacket().size());
  written -= rest;
  if (session_ != nullptr) {
    session_->OnWritten(rest);
  } else if (ending_ != nullptr) {
    ending_->rest.remove_prefix(rest);
    if (ending_->rest.empty()) ending_->packet.reset();
  }
  const size_t urgent = std::min(written, urgent_.size() - urgent_written_);
  urgent_written_ += urgent;
  written -= urgent;
  if (urgent_written_ == urgent_.size()) {
    std::string().swap(urgent_);
    urgent_written_ = 0;
  }
  if (written > 0) session_->OnWritten(written);
}

void WebSocketStream::ReportLimit(websocket::CloseCode code) const {
  LimitObserver& observer = *options_.limit_observer;
  if (code == websocket::CloseCode::kMessageTooBig) observer.OnLimitReached(Limit::kMessageBytes);
  if (code == websocket::CloseCode::kPolicyViolation) observer.OnLimitReached(Limit::kFragments);
}

void WebSocketStream::End(engineio::CloseReason reason) {
  if (ended_) return;
  ended_ = true;
  const std::shared_ptr<WebSocketStream> self = shared_from_this();
  Cancel();
  socket_.Shutdown();
  socket_.Close();
  if (WebSocketOwner* const owner = std::exchange(owner_, nullptr)) {
    owner->OnWebSocketEnd(*this, reason);
  }
}

}  // namespace caucus::edge::transport
