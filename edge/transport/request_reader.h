// Reads HTTP requests out of the bytes of a connection.

#ifndef EDGE_TRANSPORT_REQUEST_READER_H_
#define EDGE_TRANSPORT_REQUEST_READER_H_

#include <boost/beast/core/string_type.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "edge/event_loop/net.h"
#include "edge/http/http_message.h"
#include "edge/limits/limit.h"
#include "edge/transport/http_limits.h"

namespace caucus::edge::transport {

// Beast's parser behind the gate, and what Beast 1.81 does not bound or keep apart: the extensions
// of chunks, and trailers, which are dropped. Does no I/O. Confined to its shard; the limits must
// outlive it.
class RequestReader {
 public:
  enum class Progress : uint8_t { kNeedHead, kHead, kNeedBody, kRequest, kRefused };

  // How to refuse a request: nothing behind it can be read.
  struct Refusal {
    unsigned status;
    std::optional<Limit> limit;  // The one that it has run into.
  };

  explicit RequestReader(const HttpLimits& limits) : limits_(limits) {}

  // Reads the next request: first its head, kHead, which stays at the front of `input` until the
  // next call; then its body, with which all that belongs to the request is taken off. What is not
  // whole stays there, to be given again with more behind it.
  Progress Read(std::string& input);

  // REQUIRES: the progress was kRefused.
  const Refusal& refusal() const { return refusal_; }

  // Returns the request, without an address and a body. REQUIRES: the progress was kHead.
  http::Request TakeHead() { return std::exchange(head_, {}); }
  // Returns its body. REQUIRES: the progress was kRequest.
  std::string TakeBody();
  // Whether the connection may go on after the last request.
  bool keep_alive() const { return keep_alive_; }

  // Whether a head was read, and its body not to its end.
  bool in_body() const { return parser_ != nullptr; }
  // Whether the client waits for `100 Continue` before it sends the body.
  bool expects_continue() const { return expects_continue_; }

  // Forgets a request that was not read to its end.
  void Reset() {
    parser_.reset();
    head_bytes_ = 0;
  }

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  // Called by the parser for each chunk.
  struct ExtensionLimit {
    void operator()(uint64_t chunk_bytes, boost::beast::string_view extension, ErrorCode& error);

    size_t bytes_left = 0;
    bool exceeded = false;
  };

  Progress ReadHead(std::string& input);
  void KeepHead();
  Progress ReadBody(std::string& input);
  Progress Refuse(unsigned status, std::optional<Limit> limit = std::nullopt);

  const HttpLimits& limits_;
  ExtensionLimit extensions_;       // The parser refers to it.
  std::unique_ptr<Parser> parser_;  // From a head's end to its body's end.
  size_t head_bytes_ = 0;           // Of a head that is read and still in the input.
  http::Request head_;
  Refusal refusal_ = {};
  bool keep_alive_ = false;
  bool expects_continue_ = false;
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_REQUEST_READER_H_
