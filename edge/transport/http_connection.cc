#include "edge/transport/http_connection.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <utility>

#include "absl/strings/ascii.h"

namespace caucus::edge::transport {
namespace {

namespace beast_http = boost::beast::http;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// What a client may send ahead of its answers.
constexpr size_t kPipelinedBytesMax = 64 * 1024;

constexpr std::chrono::seconds kDrainTimeout{2};

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
  SetDeadline(limits_.request_timeout);
  WaitForInput();
}

void HttpConnection::Resume(HttpHandOver hand_over) {
  request_ = std::move(hand_over.request);
  input_ = std::move(hand_over.input);
  keep_alive_ = hand_over.keep_alive;
  busy_ = true;
  handler_.OnRequest(shared_from_this());
  WaitForInput();
}

void HttpConnection::Respond(const http::Response& response) {
  if (ended_ || !busy_ || !output_.empty()) return;
  aborted_ = nullptr;
  keep_alive_ = keep_alive_ && !response.close;
  output_ = http::Serialize(
      response, request_.method == "HEAD" ? http::BodyMode::kOmit : http::BodyMode::kSend,
      keep_alive_ ? http::KeepAlive::kYes : http::KeepAlive::kNo);
  Write();
}

tcp::socket HttpConnection::TakeSocket(std::string& input) {
  ended_ = true;
  aborted_ = nullptr;
  deadline_.cancel();
  input = std::move(input_);
  ErrorCode ignored;
  socket_.cancel(ignored);
  return std::move(socket_);
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
          .keep_alive = keep_alive_};
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
  if (error == net::error::would_block || error == net::error::try_again) return WaitForInput();
  if (error) return End();
  if (draining_) return WaitForInput();
  input_.append(buffer.data(), bytes);
  Process();
  WaitForInput();
}

void HttpConnection::Process() {
  const std::shared_ptr<HttpConnection> self = shared_from_this();
  while (!busy_ && !ended_ && !draining_ && !input_.empty()) {
    if (parser_ == nullptr && ReadHead() != Progress::kRequest) return;
    if (ReadBody() != Progress::kRequest) return;
    TakeRequest();
    handler_.OnRequest(self);
  }
}

// Beast sees a head only when it is whole and has passed the gate.
HttpConnection::Progress HttpConnection::ReadHead() {
  const size_t leading = input_.find_first_not_of("\r\n");
  input_.erase(0, std::min(leading, input_.size()));
  const size_t end = input_.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (input_.size() > limits_.head.bytes_max) {
      Refuse(431);
      return Progress::kRefused;
    }
    return Progress::kNeedMore;
  }
  const std::string_view head = std::string_view(input_).substr(0, end + 4);
  const std::optional<unsigned> refusal =
      head.size() > limits_.head.bytes_max ? 431 : http::CheckHead(head, limits_.head);
  if (refusal) {
    Refuse(*refusal);
    return Progress::kRefused;
  }
  SetDeadline(limits_.request_timeout);
  parser_ = std::make_unique<Parser>();
  parser_->header_limit(static_cast<uint32_t>(limits_.head.bytes_max));
  parser_->body_limit(limits_.body_bytes_max);
  parser_->eager(false);
  ErrorCode error;
  const size_t used = parser_->put(net::buffer(head), error);
  if (error == beast_http::error::body_limit) {
    Refuse(413);
    return Progress::kRefused;
  }
  if (error || !parser_->is_header_done()) {
    Refuse(400);
    return Progress::kRefused;
  }
  input_.erase(0, used);
  if (!parser_->is_done() &&
      beast_http::token_list(parser_->get()[beast_http::field::expect]).exists("100-continue")) {
    ErrorCode ignored;  // A client that does not get it sends its body all the same.
    socket_.write_some(net::buffer(kContinue), ignored);
  }
  parser_->eager(true);
  return Progress::kRequest;
}

HttpConnection::Progress HttpConnection::ReadBody() {
  while (!parser_->is_done()) {
    if (input_.empty()) return Progress::kNeedMore;
    ErrorCode error;
    const size_t used = parser_->put(net::buffer(input_), error);
    input_.erase(0, used);
    if (error == beast_http::error::need_more) {
      if (input_.size() > limits_.head.bytes_max) {  // A chunk header without end.
        Refuse(400);
        return Progress::kRefused;
      }
      return Progress::kNeedMore;
    }
    if (error) {
      Refuse(error == beast_http::error::body_limit ? 413 : 400);
      return Progress::kRefused;
    }
  }
  return Progress::kRequest;
}

void HttpConnection::TakeRequest() {
  beast_http::request<beast_http::string_body> message = parser_->release();
  parser_.reset();
  request_ = {};
  request_.method = std::string(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const size_t question = target.find('?');
  request_.path = target.substr(0, question);
  if (question != std::string_view::npos) request_.query = target.substr(question + 1);
  request_.address = address_;
  for (const auto& field : message) {
    request_.headers.emplace_back(absl::AsciiStrToLower(absl::string_view(
                                      field.name_string().data(), field.name_string().size())),
                                  std::string(field.value()));
  }
  request_.is_upgrade =
      beast_http::token_list(message[beast_http::field::connection]).exists("upgrade") &&
      beast_http::token_list(message[beast_http::field::upgrade]).exists("websocket");
  keep_alive_ = message.keep_alive();
  request_.body = std::move(message.body());
  busy_ = true;
  deadline_.expires_at(net::steady_timer::time_point::max());
}

void HttpConnection::Refuse(unsigned status) {
  parser_.reset();
  input_.clear();
  busy_ = true;
  keep_alive_ = false;
  Respond({.status = status, .content_type = "", .body = "", .headers = {}, .close = true});
}

void HttpConnection::Write() {
  while (!ended_ && output_written_ < output_.size()) {
    ErrorCode error;
    output_written_ +=
        socket_.write_some(net::buffer(std::string_view(output_).substr(output_written_)), error);
    if (error == net::error::would_block || error == net::error::try_again) {
      SetDeadline(limits_.request_timeout);
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
  output_written_ = 0;
  request_ = {};
  busy_ = false;
  if (!keep_alive_) {
    draining_ = true;
    ErrorCode ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    SetDeadline(kDrainTimeout);
    return WaitForInput();
  }
  SetDeadline(limits_.idle_timeout);
  if (input_.empty()) return WaitForInput();
  // Not from within the handler of the request that was just answered.
  net::post(shard_.io(), [self = shared_from_this()] {
    self->Process();
    self->WaitForInput();
  });
}

void HttpConnection::SetDeadline(std::chrono::milliseconds timeout) {
  deadline_.expires_after(timeout);
  deadline_.async_wait([weak = weak_from_this()](ErrorCode error) {
    const std::shared_ptr<HttpConnection> self = weak.lock();
    if (error || self == nullptr) return;
    // An expiry that was queued when the deadline was moved is none.
    if (self->deadline_.expiry() <= net::steady_timer::clock_type::now()) self->End();
  });
}

void HttpConnection::End() {
  if (ended_) return;
  ended_ = true;
  deadline_.cancel();
  ErrorCode ignored;
  socket_.close(ignored);
  if (const std::function<void()> aborted = std::exchange(aborted_, nullptr)) aborted();
}

}  // namespace caucus::edge::transport
