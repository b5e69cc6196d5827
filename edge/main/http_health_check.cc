#include "edge/main/http_health_check.h"

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <cstdio>

namespace caucus::edge {
namespace {

namespace beast = boost::beast;
namespace net = boost::asio;

constexpr std::chrono::seconds kTimeout{2};

// Beast's timeouts work on asynchronous calls only.
class ReadinessQuery {
 public:
  explicit ReadinessQuery(net::io_context& io) : stream_(io) {}

  void Start(const net::ip::tcp::endpoint& endpoint) {
    request_.method(beast::http::verb::get);
    request_.target("/readyz");
    request_.version(11);
    request_.set(beast::http::field::host, "localhost");
    request_.set(beast::http::field::connection, "close");
    stream_.expires_after(kTimeout);
    stream_.async_connect(endpoint, [this](beast::error_code connect_error) {
      if (connect_error) return;
      beast::http::async_write(stream_, request_, [this](beast::error_code write_error, size_t) {
        if (write_error) return;
        beast::http::async_read(stream_, buffer_, response_,
                                [this](beast::error_code read_error, size_t) {
                                  ready_ = !read_error && response_.result_int() == 200;
                                });
      });
    });
  }

  bool ready() const { return ready_; }

 private:
  beast::tcp_stream stream_;
  beast::http::request<beast::http::empty_body> request_;
  beast::http::response<beast::http::string_body> response_;
  beast::flat_buffer buffer_;
  bool ready_ = false;
};

}  // namespace

int RunHttpHealthCheck(const std::string& address) {
  const size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host == "0.0.0.0" || host == "localhost") host = "127.0.0.1";
  beast::error_code error;
  const auto ip = net::ip::make_address(host, error);
  const int port = colon == std::string::npos ? 0 : std::atoi(address.c_str() + colon + 1);
  if (error || port <= 0 || port > 0xFFFF) {
    std::fprintf(stderr, "not an address: %s\n", address.c_str());
    return 1;
  }
  net::io_context io;
  ReadinessQuery query(io);
  query.Start({ip, static_cast<uint16_t>(port)});
  io.run();
  if (!query.ready()) std::fprintf(stderr, "the edge at %s is not ready\n", address.c_str());
  return query.ready() ? 0 : 1;
}

}  // namespace caucus::edge
