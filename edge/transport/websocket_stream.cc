#include "edge/transport/websocket_stream.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <chrono>
#include <utility>

namespace caucus::edge::transport {
namespace {

constexpr size_t kBuffersPerWrite = 64;
constexpr std::chrono::seconds kCloseTimeout{5};

// Control frames that wait for a peer that does not read.
constexpr size_t kUrgentBytesMax = 4096;

}  // namespace

WebSocketStream::WebSocketStream(Shard& shard, tcp::socket socket, std::string_view client_key,
                                 std::string input, websocket::DecoderLimits limits)
    : shard_(shard),
      socket_(std::move(socket)),
      decoder_(limits),
      held_input_(std::move(input)),
      urgent_(
          "HTTP/1.1 101 Switching Protocols\r\n"
          "Upgrade: websocket\r\n"
          "Connection: Upgrade\r\n"
          "Sec-WebSocket-Accept: " +
          websocket::AcceptKey(client_key) + "\r\n\r\n") {}

void WebSocketStream::Start(WebSocketOwner& owner) {
  owner_ = &owner;
  Flush();
  std::string input = std::exchange(held_input_, {});
  if (!input.empty()) Consume(input);
  WaitForInput();
}

void WebSocketStream::SetInputPaused(bool paused) {
  if (input_paused_ == paused) return;
  input_paused_ = paused;
  if (paused || ended_) return;
  // While input was paused no read was pending: nobody else may hold this.
  const std::shared_ptr<WebSocketStream> self = shared_from_this();
  std::string input = std::exchange(held_input_, {});
  if (!input.empty()) Consume(input);
  WaitForInput();
}

void WebSocketStream::SendNow(std::string_view text) {
  if (ended_ || closing_ || urgent_.size() > kUrgentBytesMax) return;
  websocket::AppendFrameHeader(websocket::Opcode::kText, text.size(), urgent_);
  urgent_.append(text);
  Flush();
}

// The order on the wire: the rest of a packet that was begun, urgent frames, the other packets.
// Urgent frames that were begun come first; then no packet is half written.
void WebSocketStream::Flush() {
  while (!ended_ && !write_blocked_) {
    std::array<net::const_buffer, kBuffersPerWrite> buffers;
    size_t count = 0;
    const auto queue =
        session_ == nullptr ? std::span<const engineio::Session::Queued>() : session_->queue();
    const size_t front_written = session_ == nullptr ? 0 : session_->front_bytes_written();
    size_t next = 0;
    if (front_written > 0) {
      const std::string_view frame = queue[next++].packet->websocket_frame();
      buffers[count++] = net::buffer(frame.substr(front_written));
    }
    if (!urgent_.empty()) {
      buffers[count++] = net::buffer(std::string_view(urgent_).substr(urgent_written_));
    }
    for (; next < queue.size() && count < buffers.size(); ++next) {
      buffers[count++] = net::buffer(queue[next].packet->websocket_frame());
    }
    if (count == 0) return OnAllWritten();
    ErrorCode error;
    const size_t written = socket_.write_some(std::span(buffers.data(), count), error);
    if (error == net::error::would_block || error == net::error::try_again) {
      return WaitForOutput();
    }
    if (error) return End(engineio::CloseReason::kTransportError);
    Account(written);
  }
}

// The socket is shut for sending and then drained, not closed: a close with unread input resets the
// connection, and the peer might never see the close frame.
void WebSocketStream::OnAllWritten() {
  if (!closing_) return;
  if (!close_frame_.empty()) {
    urgent_ = std::exchange(close_frame_, {});
    return Flush();
  }
  ErrorCode ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void WebSocketStream::Close(websocket::CloseCode code, std::string_view reason) {
  if (ended_ || closing_) return;
  closing_ = true;
  close_frame_ = websocket::CloseFrame(code, reason);
  close_timer_ = std::make_unique<net::steady_timer>(shard_.io(), kCloseTimeout);
  close_timer_->async_wait([self = shared_from_this()](ErrorCode error) {
    if (!error) self->Abort();
  });
  Flush();
  SetInputPaused(false);
}

void WebSocketStream::CloseBy(websocket::CloseCode code, engineio::CloseReason reason) {
  const bool packet_begun = session_ != nullptr && session_->front_bytes_written() > 0;
  session_ = nullptr;
  if (packet_begun) return End(reason);
  Close(code, "");
  if (WebSocketOwner* const owner = std::exchange(owner_, nullptr)) {
    owner->OnWebSocketEnd(*this, reason);
  }
}

void WebSocketStream::Abort() { End(engineio::CloseReason::kTransportClose); }

void WebSocketStream::WaitForInput() {
  if (reading_ || input_paused_ || ended_) return;
  reading_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](ErrorCode error) {
    self->reading_ = false;
    self->OnReadable(error);
  });
}

void WebSocketStream::OnReadable(ErrorCode error) {
  if (ended_ || error) return;
  if (input_paused_) return;
  const std::span<char> buffer = shard_.read_buffer();
  const size_t bytes = socket_.read_some(net::buffer(buffer.data(), buffer.size()), error);
  if (error && error != net::error::would_block && error != net::error::try_again) {
    return End(error == net::error::eof ? engineio::CloseReason::kTransportClose
                                        : engineio::CloseReason::kTransportError);
  }
  if (!error && !closing_) Consume(buffer.first(bytes));
  WaitForInput();
}

void WebSocketStream::Consume(std::span<char> input) {
  const std::shared_ptr<WebSocketStream> self = shared_from_this();
  while (!input.empty() && !ended_ && !closing_) {
    if (input_paused_) {
      held_input_.assign(input.data(), input.size());
      return;
    }
    if (!OnEvent(decoder_.Next(input))) return;
  }
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
      CloseBy(event.code, engineio::CloseReason::kTransportClose);
      return false;
    case Type::kError:
      CloseBy(event.code, engineio::CloseReason::kTransportError);
      return false;
    case Type::kNeedMore:
    case Type::kPong:
      return true;
  }
  return true;
}

void WebSocketStream::WaitForOutput() {
  write_blocked_ = true;
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](ErrorCode error) {
    self->write_blocked_ = false;
    if (!error) self->Flush();
  });
}

void WebSocketStream::Account(size_t written) {
  if (session_ != nullptr && session_->front_bytes_written() > 0) {
    const size_t left = session_->queue().front().packet->websocket_frame().size() -
                        session_->front_bytes_written();
    const size_t taken = std::min(written, left);
    session_->OnWritten(taken);
    written -= taken;
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

void WebSocketStream::End(engineio::CloseReason reason) {
  if (ended_) return;
  ended_ = true;
  ErrorCode ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  if (close_timer_ != nullptr) close_timer_->cancel();
  if (WebSocketOwner* const owner = std::exchange(owner_, nullptr)) {
    owner->OnWebSocketEnd(*this, reason);
  }
}

}  // namespace caucus::edge::transport
