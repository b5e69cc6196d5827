#include "edge/transport/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "edge/http/http_gate.h"

namespace caucus::edge::transport {
namespace {

namespace beast_http = boost::beast::http;

// What browsers send, about.
constexpr size_t kHeadersExpected = 16;

// What Beast sees of a body at once, and so the most that a chunk's header or the trailers may
// have.
constexpr size_t kBodyPieceBytes = 8 * 1024;

// What the end of a chunked body has at least. Beast 1.81 asserts as much when it looks at the last
// chunk a second time.
constexpr size_t kLastChunkBytes = std::string_view("0\r\n\r\n").size();

}  // namespace

void RequestReader::ExtensionLimit::operator()(uint64_t /*chunk_bytes*/,
                                               boost::beast::string_view extension,
                                               ErrorCode& error) {
  if (extension.size() <= bytes_left) {
    bytes_left -= extension.size();
  } else {
    exceeded = true;
    error = beast_http::error::bad_chunk_extension;
  }
}

RequestReader::Progress RequestReader::Read(std::string& input) {
  if (parser_ == nullptr) return ReadHead(input);
  input.erase(0, std::exchange(head_bytes_, 0));
  return ReadBody(input);
}

std::string RequestReader::TakeBody() {
  std::string body = std::move(parser_->get().body());
  parser_.reset();
  return body;
}

// Beast sees a head only when it is whole and has passed the gate.
RequestReader::Progress RequestReader::ReadHead(std::string& input) {
  input.erase(0, std::min(input.find_first_not_of("\r\n"), input.size()));
  const size_t end = input.find("\r\n\r\n");
  const size_t size = end == std::string::npos ? input.size() : end + 4;
  if (size > limits_.head.bytes_max) return Refuse(431, Limit::kHeaderBytes);
  if (end == std::string::npos) {
    return http::HasBareLineEnd(input) ? Refuse(400) : Progress::kNeedHead;
  }
  const std::string_view head = std::string_view(input).substr(0, size);
  if (const std::optional<unsigned> refusal = http::CheckHead(head, limits_.head)) {
    return Refuse(*refusal, *refusal == 431 ? std::optional(Limit::kHeaderCount) : std::nullopt);
  }
  parser_ = std::make_unique<Parser>();
  parser_->header_limit(static_cast<uint32_t>(limits_.head.bytes_max));
  parser_->body_limit(limits_.body.bytes_max);
  extensions_ = {.bytes_left = limits_.body.chunk_extension_bytes_max};
  parser_->on_chunk_header(extensions_);
  ErrorCode error;
  parser_->put(net::buffer(head), error);
  if (error == beast_http::error::body_limit) return Refuse(413, Limit::kBodyBytes);
  if (error || !parser_->is_header_done()) return Refuse(400);
  head_bytes_ = size;
  KeepHead();
  // RFC 9110 §10.1.1.
  const bool is_old = parser_->get().version() < 11;
  const bool expects = !is_old && !head_.Header("expect").empty();
  if (expects && !expects_continue_) return Refuse(417);
  return Progress::kHead;
}

// Before the body, since Beast adds trailers to the headers.
void RequestReader::KeepHead() {
  const Parser::value_type& message = parser_->get();
  head_.method = std::string(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const size_t question = target.find('?');
  head_.path = target.substr(0, question);
  if (question != std::string_view::npos) head_.query = target.substr(question + 1);
  head_.headers.clear();
  head_.headers.reserve(kHeadersExpected);
  for (const auto& field : message) {
    head_.headers.emplace_back(absl::AsciiStrToLower(absl::string_view(field.name_string().data(),
                                                                       field.name_string().size())),
                               std::string(field.value()));
  }
  const bool is_old = message.version() < 11;
  head_.is_upgrade = !is_old && parser_->upgrade() && !head_.Header("upgrade").empty();
  // Whatever follows a request for another protocol may be of that protocol.
  keep_alive_ = parser_->keep_alive() && !head_.is_upgrade;
  expects_continue_ =
      !is_old && beast_http::token_list(message[beast_http::field::expect]).exists("100-continue");
  parser_->eager(true);
}

RequestReader::Progress RequestReader::ReadBody(std::string& input) {
  const size_t piece_bytes_min = parser_->chunked() ? kLastChunkBytes : 1;
  size_t used = 0;
  bool needs_more = false;
  while (!parser_->is_done() && !needs_more) {
    const std::string_view piece = std::string_view(input).substr(used, kBodyPieceBytes);
    ErrorCode error = beast_http::error::need_more;
    const size_t taken =
        piece.size() < piece_bytes_min ? 0 : parser_->put(net::buffer(piece), error);
    used += taken;
    needs_more = taken == 0;
    if (error == beast_http::error::body_limit) return Refuse(413, Limit::kBodyBytes);
    if (error && error != beast_http::error::need_more) {
      return Refuse(400, extensions_.exceeded ? std::optional(Limit::kBodyBytes) : std::nullopt);
    }
    if (needs_more && piece.size() == kBodyPieceBytes) return Refuse(400, Limit::kBodyBytes);
  }
  input.erase(0, used);
  return needs_more ? Progress::kNeedBody : Progress::kRequest;
}

RequestReader::Progress RequestReader::Refuse(unsigned status, std::optional<Limit> limit) {
  Reset();
  refusal_ = {.status = status, .limit = limit};
  return Progress::kRefused;
}

}  // namespace caucus::edge::transport
