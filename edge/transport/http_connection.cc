#include "edge/transport/http_connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <iterator>
#include <span>
#include <utility>

#include "edge/http/http_date.h"

namespace caucus::edge::transport {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// What a client may send ahead of its answers.
constexpr size_t kPipelinedBytesMax = 64 * 1024;

constexpr std::chrono::seconds kDrainTimeout{2};

constexpr unsigned kTooLong = 413;

// The value of `Date` now, made once a second for all connections of a thread.
const std::string& DateNow() {
  struct Made {
    std::chrono::sys_seconds time;
    std::string text;
  };
  thread_local Made made;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (made.text.empty() || made.time != now) {
    made = {.time = now, .text = http::FormatHttpDate(now)};
  }
  return made.text;
}

bool IsRetry(ErrorCode error) { return error == net::error::would_block; }

}  // namespace

HttpConnection::HttpConnection(Shard& shard, AcceptedSocket accepted, HttpHandler& handler,
                               const HttpLimits& limits)
    : Timer(shard.loop().timers()),
      shard_(shard),
      socket_(std::move(accepted.socket)),
      handler_(handler),
      limits_(limits),
      address_(std::move(accepted.address)),
      reader_(limits) {}

void HttpConnection::Start() {
  slot_ = limits_.addresses->Acquire(address_);
  if (!slot_) {
    limits_.observer->OnLimitReached(Limit::kConnectionsPerAddress);
    return End();
  }
  Await(Awaited::kHead, limits_.header_timeout);
  Watch();
}

void HttpConnection::Resume(HttpHandOver hand_over) {
  slot_ = std::move(hand_over.slot);
  input_ = std::move(hand_over.input);
  Await(Awaited::kHead, limits_.header_timeout);
  Process();
  Watch();
}

void HttpConnection::AddAnswerHeaders(http::Headers headers) {
  std::move(headers.begin(), headers.end(), std::back_inserter(answer_headers_));
}

void HttpConnection::Respond(http::Response response) {
  if (reader_.in_body()) DropInput();
  if (ended_ || !busy_ || !output_.empty()) return;
  aborted_ = nullptr;
  keep_alive_ = keep_alive_ && !response.close;
  if (compression_ != nullptr) {
    http::CompressResponse(*compression_, request_.Header("accept-encoding"), response);
  }
  std::move(answer_headers_.begin(), answer_headers_.end(), std::back_inserter(response.headers));
  response.headers.emplace_back("Date", DateNow());
  const bool has_body = request_.method != "HEAD" && http::HasBody(response.status);
  output_ = http::Serialize(response, has_body ? http::BodyMode::kSend : http::BodyMode::kOmit,
                            keep_alive_ ? http::KeepAlive::kYes : http::KeepAlive::kNo);
  if (has_body) shared_output_ = std::move(response.shared_body);
  Write();
}

void HttpConnection::Detach() {
  ended_ = true;
  aborted_ = nullptr;
  Cancel();
}

HttpConnection::Socket HttpConnection::TakeSocket() {
  Detach();
  return {.socket = std::move(socket_), .input = std::move(input_), .slot = std::move(slot_)};
}

HttpHandOver HttpConnection::HandOver() {
  Detach();
  return {.native_socket = socket_.Release(),
          .address = std::move(address_),
          .input = std::move(input_),
          .slot = std::move(slot_)};
}

void HttpConnection::Watch() {
  if (ended_) return;
  // A client that sends far ahead of its answers is not read from until it has them.
  const bool read = !busy_ || input_.size() < kPipelinedBytesMax;
  socket_.Watch(shared_from_this(), {.read = read, .write = write_blocked_});
}

void HttpConnection::OnReady(bool readable, bool writable) {
  if (writable && std::exchange(write_blocked_, false)) Write();
  if (readable && !ended_) Read();
  Watch();
}

void HttpConnection::Read() {
  const std::span<char> buffer = shard_.read_buffer();
  ErrorCode error;
  const size_t bytes = socket_.Read(buffer, error);
  if (IsRetry(error)) return;
  if (error) return End();
  if (draining_) return;
  input_.append(buffer.data(), bytes);
  if (reader_.in_body()) body_bytes_received_ += bytes;
  if (awaited_ == Awaited::kNextRequest) Await(Awaited::kHead, limits_.header_timeout);
  Process();
}

void HttpConnection::Process() {
  const std::shared_ptr<HttpConnection> self = shared_from_this();
  bool begins = false;
  while (!busy_ && !ended_ && !draining_ && !input_.empty()) {
    switch (reader_.Read(input_)) {
      case RequestReader::Progress::kNeedHead:
        return;
      case RequestReader::Progress::kHead:
        begins = true;
        OnHead();
        break;
      case RequestReader::Progress::kNeedBody:
        return AwaitBody(begins);
      case RequestReader::Progress::kRefused:
        return Refuse(reader_.refusal());
      case RequestReader::Progress::kRequest:
        Dispatch();
    }
  }
}

void HttpConnection::OnHead() {
  request_ = reader_.TakeHead();
  request_.address = address_;
  handler_.OnHead(shared_from_this());
}

void HttpConnection::AwaitBody(bool begins) {
  if (begins) {
    body_begin_ = Clock::now();
    body_bytes_received_ = 0;
    if (reader_.expects_continue() && input_.empty()) {
      ErrorCode ignored;  // A client that does not get it sends its body all the same.
      socket_.Write(kContinue, ignored);
    }
  }
  Clock::duration timeout = limits_.body_timeout;
  if (limits_.body_bytes_per_second_min > 0) {
    timeout +=
        std::chrono::milliseconds(body_bytes_received_ * 1000 / limits_.body_bytes_per_second_min);
  }
  Await(Awaited::kBody, body_begin_ + timeout - Clock::now());
}

void HttpConnection::Dispatch() {
  request_.body = reader_.TakeBody();
  keep_alive_ = reader_.keep_alive();
  busy_ = true;
  Await(Awaited::kNothing, {});
  handler_.OnRequest(shared_from_this());
}

void HttpConnection::Refuse(const RequestReader::Refusal& refusal) {
  if (refusal.limit) limits_.observer->OnLimitReached(*refusal.limit);
  DropInput();
  const std::function<void()> aborted = std::exchange(aborted_, nullptr);
  Respond({.status = refusal.status, .content_type = "", .body = "", .headers = {}, .close = true});
  if (aborted && refusal.status != kTooLong) aborted();
}

void HttpConnection::DropInput() {
  reader_.Reset();
  input_.clear();
  busy_ = true;
  keep_alive_ = false;
}

std::string_view HttpConnection::Unwritten() const {
  if (output_written_ < output_.size()) return std::string_view(output_).substr(output_written_);
  if (shared_output_ == nullptr) return {};
  return std::string_view(*shared_output_).substr(output_written_ - output_.size());
}

void HttpConnection::Write() {
  for (std::string_view rest = Unwritten(); !ended_ && !rest.empty(); rest = Unwritten()) {
    ErrorCode error;
    output_written_ += socket_.Write(rest, error);
    if (IsRetry(error)) {
      Await(Awaited::kWrite, limits_.write_timeout);
      write_blocked_ = true;
      return Watch();
    }
    if (error) return End();
  }
  if (!ended_) OnWritten();
}

void HttpConnection::OnWritten() {
  std::string().swap(output_);
  shared_output_.reset();
  output_written_ = 0;
  request_ = {};
  answer_headers_.clear();
  compression_ = nullptr;
  busy_ = false;
  if (!keep_alive_) {
    draining_ = true;
    socket_.ShutdownSend();
    Await(Awaited::kPeersClose, kDrainTimeout);
    return Watch();
  }
  if (input_.empty()) {
    Await(Awaited::kNextRequest, limits_.idle_timeout);
    return Watch();
  }
  Await(Awaited::kHead, limits_.header_timeout);
  // Not from within the handler of the request that was just answered.
  shard_.Post([self = shared_from_this()] {
    self->Process();
    self->Watch();
  });
}

void HttpConnection::Await(Awaited awaited, Clock::duration timeout) {
  awaited_ = awaited;
  Set(awaited == Awaited::kNothing ? kNever : Clock::now() + timeout);
}

void HttpConnection::OnTimer() {
  const std::shared_ptr<HttpConnection> self = shared_from_this();
  if (awaited_ == Awaited::kBody) {
    Refuse({.status = 408, .limit = Limit::kBodyTime});
  } else if (awaited_ == Awaited::kHead && !input_.empty()) {
    Refuse({.status = 408, .limit = Limit::kHeaderTime});
  } else {
    if (awaited_ == Awaited::kHead) limits_.observer->OnLimitReached(Limit::kHeaderTime);
    End();
  }
}

void HttpConnection::End() {
  if (ended_) return;
  ended_ = true;
  const std::shared_ptr<HttpConnection> self = shared_from_this();
  Cancel();
  socket_.Close();
  slot_.reset();
  if (const std::function<void()> aborted = std::exchange(aborted_, nullptr)) aborted();
}

}  // namespace caucus::edge::transport
