#include "edge/transport/http_connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <iterator>
#include <span>
#include <utility>

#include "edge/http/request_head.h"

namespace caucus::edge::transport {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// What a client may send ahead of its answers.
constexpr size_t kPipelinedBytesMax = 64 * 1024;

constexpr std::chrono::seconds kDrainTimeout{2};

bool IsRetry(ErrorCode error) {
  return error == net::error::would_block || error == net::error::try_again;
}

}  // namespace

HttpConnection::HttpConnection(Shard& shard, tcp::socket socket, HttpHandler& handler,
                               const HttpLimits& limits)
    : shard_(shard),
      socket_(std::move(socket)),
      handler_(handler),
      limits_(limits),
      deadline_(shard.io()) {
  ErrorCode error;
  const tcp::endpoint peer = socket_.remote_endpoint(error);
  if (!error) address_ = peer.address().to_string();
  socket_.non_blocking(true, error);
  socket_.set_option(tcp::no_delay(true), error);
}

void HttpConnection::Start() {
  slot_ = limits_.addresses->Acquire(address_);
  if (!slot_) {
    limits_.observer->OnLimitReached(Limit::kConnectionsPerAddress);
    return End();
  }
  Await(Awaited::kHead, limits_.header_timeout);
  WaitForInput();
}

void HttpConnection::Resume(HttpHandOver hand_over) {
  slot_ = std::move(hand_over.slot);
  request_ = std::move(hand_over.request);
  input_ = std::move(hand_over.input);
  keep_alive_ = hand_over.keep_alive;
  busy_ = true;
  handler_.OnRequest(shared_from_this());
  WaitForInput();
}

void HttpConnection::AddAnswerHeaders(http::Headers headers) {
  std::move(headers.begin(), headers.end(), std::back_inserter(answer_headers_));
}

void HttpConnection::Respond(http::Response response) {
  if (ended_ || !busy_ || !output_.empty()) return;
  aborted_ = nullptr;
  keep_alive_ = keep_alive_ && !response.close;
  if (compression_ != nullptr) {
    http::CompressResponse(*compression_, request_.Header("accept-encoding"), response);
  }
  std::move(answer_headers_.begin(), answer_headers_.end(), std::back_inserter(response.headers));
  const bool has_body = request_.method != "HEAD" && http::HasBody(response.status);
  output_ = http::Serialize(response, has_body ? http::BodyMode::kSend : http::BodyMode::kOmit,
                            keep_alive_ ? http::KeepAlive::kYes : http::KeepAlive::kNo);
  if (has_body) shared_output_ = std::move(response.shared_body);
  Write();
}

HttpConnection::Socket HttpConnection::TakeSocket() {
  ended_ = true;
  aborted_ = nullptr;
  deadline_.cancel();
  ErrorCode ignored;
  socket_.cancel(ignored);
  return {.socket = std::move(socket_), .input = std::move(input_), .slot = std::move(slot_)};
}

HttpHandOver HttpConnection::HandOver() {
  ended_ = true;
  aborted_ = nullptr;
  deadline_.cancel();
  ErrorCode ignored;
  const tcp protocol = socket_.local_endpoint(ignored).protocol();
  return {.native_socket = socket_.release(ignored),
          .protocol = protocol,
          .request = std::move(request_),
          .input = std::move(input_),
          .keep_alive = keep_alive_,
          .slot = std::move(slot_)};
}

void HttpConnection::WaitForInput() {
  // A client that sends far ahead of its answers is not read from until it has them.
  if (reading_ || ended_ || (busy_ && input_.size() >= kPipelinedBytesMax)) return;
  reading_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](ErrorCode error) {
    self->reading_ = false;
    self->OnReadable(error);
  });
}

void HttpConnection::OnReadable(ErrorCode error) {
  if (ended_ || error) return;
  const std::span<char> buffer = shard_.read_buffer();
  const size_t bytes = socket_.read_some(net::buffer(buffer.data(), buffer.size()), error);
  if (IsRetry(error)) return WaitForInput();
  if (error) return End();
  if (draining_) return WaitForInput();
  input_.append(buffer.data(), bytes);
  if (body_) body_bytes_received_ += bytes;
  if (awaited_ == Awaited::kNextRequest) Await(Awaited::kHead, limits_.header_timeout);
  Process();
  WaitForInput();
}

void HttpConnection::Process() {
  const std::shared_ptr<HttpConnection> self = shared_from_this();
  while (!busy_ && !ended_ && !draining_ && !input_.empty()) {
    if (!body_ && ReadHead() != Progress::kRequest) return;
    if (ReadBody() != Progress::kRequest) return;
    Dispatch();
  }
}

HttpConnection::Progress HttpConnection::ReadHead() {
  const size_t leading = input_.find_first_not_of("\r\n");
  input_.erase(0, std::min(leading, input_.size()));
  const size_t end = input_.find("\r\n\r\n");
  const size_t size = end == std::string::npos ? input_.size() : end + 4;
  if (size > limits_.head.bytes_max) {
    Refuse(431, Limit::kHeaderBytes);
    return Progress::kRefused;
  }
  if (end == std::string::npos) return Progress::kNeedMore;
  const std::string_view head = std::string_view(input_).substr(0, size);
  if (const std::optional<unsigned> refusal = http::CheckHead(head, limits_.head)) {
    Refuse(*refusal, *refusal == 431 ? std::optional(Limit::kHeaderCount) : std::nullopt);
    return Progress::kRefused;
  }
  StartBody(head);
  input_.erase(0, size);
  return Progress::kRequest;
}

void HttpConnection::StartBody(std::string_view head) {
  http::RequestHead parsed = http::ParseHead(head);
  request_ = std::move(parsed.request);
  request_.address = address_;
  // Whatever follows a request for another protocol may be of that protocol.
  keep_alive_ = parsed.keep_alive && !request_.is_upgrade;
  if (parsed.is_chunked) {
    body_.emplace(limits_.body);
  } else {
    body_.emplace(limits_.body, parsed.content_length);
  }
  body_begin_ = Clock::now();
  body_bytes_received_ = 0;
  const bool has_room = parsed.is_chunked || parsed.content_length <= limits_.body.bytes_max;
  if (parsed.expects_continue && has_room && input_.size() == head.size()) {
    ErrorCode ignored;  // A client that does not get it sends its body all the same.
    socket_.write_some(net::buffer(kContinue), ignored);
  }
}

HttpConnection::Progress HttpConnection::ReadBody() {
  std::string_view rest = input_;
  const http::BodyReader::Progress progress = body_->Read(rest);
  input_.erase(0, input_.size() - rest.size());
  switch (progress) {
    case http::BodyReader::Progress::kNeedMore:
      break;
    case http::BodyReader::Progress::kDone:
      return Progress::kRequest;
    case http::BodyReader::Progress::kMalformed:
      Refuse(400);
      return Progress::kRefused;
    case http::BodyReader::Progress::kTooLarge:
      Refuse(413, Limit::kBodyBytes);
      return Progress::kRefused;
  }
  Clock::duration timeout = limits_.body_timeout;
  if (limits_.body_bytes_per_second_min > 0) {
    timeout +=
        std::chrono::milliseconds(body_bytes_received_ * 1000 / limits_.body_bytes_per_second_min);
  }
  Await(Awaited::kBody, body_begin_ + timeout - Clock::now());
  return Progress::kNeedMore;
}

void HttpConnection::Dispatch() {
  request_.body = body_->TakeBody();
  body_.reset();
  busy_ = true;
  Await(Awaited::kNothing, {});
  handler_.OnRequest(shared_from_this());
}

void HttpConnection::Refuse(unsigned status, std::optional<Limit> limit) {
  if (limit) limits_.observer->OnLimitReached(*limit);
  body_.reset();
  input_.clear();
  answer_headers_.clear();
  busy_ = true;
  keep_alive_ = false;
  Respond({.status = status, .content_type = "", .body = "", .headers = {}, .close = true});
}

std::string_view HttpConnection::Unwritten() const {
  if (output_written_ < output_.size()) return std::string_view(output_).substr(output_written_);
  if (shared_output_ == nullptr) return {};
  return std::string_view(*shared_output_).substr(output_written_ - output_.size());
}

void HttpConnection::Write() {
  for (std::string_view rest = Unwritten(); !ended_ && !rest.empty(); rest = Unwritten()) {
    ErrorCode error;
    output_written_ += socket_.write_some(net::buffer(rest), error);
    if (IsRetry(error)) {
      Await(Awaited::kWrite, limits_.write_timeout);
      socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](ErrorCode failed) {
        if (!failed) self->Write();
      });
      return;
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
    ErrorCode ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    Await(Awaited::kPeersClose, kDrainTimeout);
    return WaitForInput();
  }
  if (input_.empty()) {
    Await(Awaited::kNextRequest, limits_.idle_timeout);
    return WaitForInput();
  }
  Await(Awaited::kHead, limits_.header_timeout);
  // Not from within the handler of the request that was just answered.
  net::post(shard_.io(), [self = shared_from_this()] {
    self->Process();
    self->WaitForInput();
  });
}

void HttpConnection::Await(Awaited awaited, Clock::duration timeout) {
  awaited_ = awaited;
  if (awaited == Awaited::kNothing) {
    deadline_.expires_at(Clock::time_point::max());
    return;
  }
  deadline_.expires_after(timeout);
  deadline_.async_wait([weak = weak_from_this()](ErrorCode error) {
    const std::shared_ptr<HttpConnection> self = weak.lock();
    if (error || self == nullptr) return;
    // An expiry that was queued when the deadline was moved is none.
    if (self->deadline_.expiry() <= Clock::now()) self->OnDeadline();
  });
}

void HttpConnection::OnDeadline() {
  if (ended_) return;
  if (awaited_ == Awaited::kBody) return Refuse(408, Limit::kBodyTime);
  if (awaited_ != Awaited::kHead) return End();
  if (!input_.empty()) return Refuse(408, Limit::kHeaderTime);
  limits_.observer->OnLimitReached(Limit::kHeaderTime);
  End();
}

void HttpConnection::End() {
  if (ended_) return;
  ended_ = true;
  deadline_.cancel();
  ErrorCode ignored;
  socket_.close(ignored);
  slot_.reset();
  if (const std::function<void()> aborted = std::exchange(aborted_, nullptr)) aborted();
}

}  // namespace caucus::edge::transport
