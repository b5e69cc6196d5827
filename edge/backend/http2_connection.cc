// How a connection lives: its socket, its timer, its end.

#include "edge/backend/http2_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <cerrno>
#include <chrono>
#include <span>
#include <utility>

namespace caucus::edge::backend {
namespace {

// From connect() to the service's settings.
constexpr std::chrono::seconds kConnectTimeout{3};

// For a ping's answer, and for the peer's kernel to acknowledge what was sent.
constexpr std::chrono::seconds kKeepaliveTimeout{10};

constexpr size_t kReadBytes = 64 * 1024;
constexpr size_t kWriteBytes = 64 * 1024;

// Each thread reads one connection at a time.
char* ReadBuffer() {
  thread_local const std::unique_ptr<char[]> buffer = std::make_unique<char[]>(kReadBytes);
  return buffer.get();
}

void SetTcpOptions(int descriptor) {
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  const auto timeout_ms =
      static_cast<unsigned>(std::chrono::milliseconds(kKeepaliveTimeout).count());
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof(timeout_ms));
}

bool IsBlocked(const ErrorCode& error) {
  return error == net::error::would_block || error == net::error::try_again;
}

}  // namespace

Http2Connection::Http2Connection(EventLoop& loop, std::string authority,
                                 std::chrono::seconds keepalive_time,
                                 Http2ConnectionObserver& observer)
    : Timer(loop.timers()),
      loop_(loop),
      authority_(std::move(authority)),
      keepalive_time_(keepalive_time),
      observer_(observer) {}

Http2Connection::~Http2Connection() = default;

void Http2Connection::Start(const Endpoint& endpoint) {
  const auto family = endpoint.address.ss_family;
  const int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  // Out of descriptors, for example: the observer is told later, as of any failure.
  if (descriptor < 0) return ArmTimer({});
  if (family != AF_UNIX) SetTcpOptions(descriptor);
  socket_.emplace(loop_, descriptor);
  const int connected =
      ::connect(descriptor, reinterpret_cast<const sockaddr*>(&endpoint.address), endpoint.bytes);
  if (connected != 0 && errno != EINPROGRESS) return ArmTimer({});
  ArmTimer(kConnectTimeout);
  socket_->Watch(shared_from_this(), {.read = true, .write = true});
}

void Http2Connection::OnReady(bool readable, bool writable) {
  const std::shared_ptr<Http2Connection> self = shared_from_this();
  if (session_ == nullptr) {
    int error = 0;
    socklen_t bytes = sizeof(error);
    ::getsockopt(socket_->descriptor(), SOL_SOCKET, SO_ERROR, &error, &bytes);
    if (error != 0) return Fail();
    BeginSession();
  }
  if (readable) Read();
  if (writable && state_ != State::kClosed) {
    write_blocked_ = false;
    socket_->SetInterest({.read = true});
    Flush();
  }
}

void Http2Connection::Retire() {
  if (state_ == State::kConnecting) return Close(absl::CancelledError());
  if (state_ != State::kReady) return;
  state_ = State::kRetired;
  FlushLater();
  observer_.OnRetired(*this);
  GiveBackUnsent();
}

void Http2Connection::Close(const absl::Status& status) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  const std::shared_ptr<Http2Connection> self = shared_from_this();
  if (socket_) socket_->Close();
  Cancel();
  Http2Call::List calls;
  calls.swap(calls_);
  while (!calls.empty()) {
    Http2Call& call = calls.front();
    call.carrier = nullptr;
    call.stream_id = 0;
    call.Finish(status);
  }
}

void Http2Connection::Fail() {
  if (state_ == State::kClosed) return;
  const std::shared_ptr<Http2Connection> self = shared_from_this();
  if (std::exchange(state_, State::kRetired) != State::kRetired) observer_.OnRetired(*this);
  GiveBackUnsent();
  Close(absl::UnavailableError("the connection to the service was lost"));
}

void Http2Connection::GiveBackUnsent() {
  for (auto next = calls_.begin(); next != calls_.end();) {
    Http2Call& call = *next++;
    if (call.begun()) continue;
    // It waits for its turn: nothing is sent.
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, Detach(call), NGHTTP2_CANCEL);
    observer_.OnRefused(call);
  }
}

bool Http2Connection::Read() {
  char* const buffer = ReadBuffer();
  ErrorCode error;
  const size_t bytes = socket_->Read(std::span(buffer, kReadBytes), error);
  if (error) {
    if (!IsBlocked(error)) Fail();
    return false;
  }
  heard_ = true;
  const ssize_t read =
      nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const uint8_t*>(buffer), bytes);
  if (read < 0) {
    Fail();
    return false;
  }
  FlushLater();
  return true;
}

// What came in, and what was submitted since, leaves together.
void Http2Connection::FlushLater() {
  if (flush_posted_ || state_ == State::kClosed) return;
  flush_posted_ = true;
  loop_.Post([self = shared_from_this()] {
    self->flush_posted_ = false;
    self->Flush();
  });
}

void Http2Connection::Flush() {
  if (state_ == State::kClosed || session_ == nullptr || write_blocked_) return;
  while (true) {
    while (output_.size() < kWriteBytes) {
      const uint8_t* frames = nullptr;
      const ssize_t bytes = nghttp2_session_mem_send(session_.get(), &frames);
      if (bytes < 0) return Fail();
      if (bytes == 0) break;
      output_.append(reinterpret_cast<const char*>(frames), static_cast<size_t>(bytes));
    }
    if (output_.empty()) break;
    if (!WriteOutput()) return;
  }
  if (state_ == State::kRetired && calls_.empty()) {
    return Close(absl::UnavailableError("the connection has ended"));
  }
  // The service has broken the protocol: what it sends is ignored from now on.
  if (!nghttp2_session_want_read(session_.get()) && !nghttp2_session_want_write(session_.get())) {
    Fail();
  }
}

bool Http2Connection::WriteOutput() {
  while (output_written_ < output_.size()) {
    ErrorCode error;
    output_written_ += socket_->Write(std::string_view(output_).substr(output_written_), error);
    if (IsBlocked(error)) {
      write_blocked_ = true;
      socket_->SetInterest({.read = true, .write = true});
      return false;
    }
    if (error) {
      while (Read()) continue;  // What the service has said before it left.
      Fail();
      return false;
    }
  }
  output_written_ = 0;
  output_.clear();
  return true;
}

void Http2Connection::ArmTimer(std::chrono::steady_clock::duration delay) {
  heard_ = false;
  Set(std::chrono::steady_clock::now() + delay);
}

void Http2Connection::OnTimer() {
  if (state_ == State::kConnecting) return Fail();
  if (heard_ || calls_.empty()) {
    ping_out_ = false;
    return ArmTimer(keepalive_time_);
  }
  if (ping_out_) return Fail();
  ping_out_ = true;
  nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
  FlushLater();
  ArmTimer(kKeepaliveTimeout);
}

}  // namespace caucus::edge::backend
