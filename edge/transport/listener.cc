#include "edge/transport/listener.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"

namespace caucus::edge::transport {
namespace {

constexpr int kBacklog = 4096;

// After a failed accept, e.g. for want of descriptors.
constexpr std::chrono::milliseconds kPause{100};

absl::StatusOr<tcp::endpoint> ParseAddress(std::string_view address) {
  const size_t colon = address.rfind(':');
  uint32_t port = 0;
  if (colon == std::string_view::npos ||
      !absl::SimpleAtoi(ToAbsl(address.substr(colon + 1)), &port) || port > 0xFFFF) {
    return absl::InvalidArgumentError("an address has the form host:port");
  }
  std::string_view host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  ErrorCode error;
  const net::ip::address ip =
      net::ip::make_address(host == "localhost" ? "127.0.0.1" : std::string(host), error);
  if (error) return absl::InvalidArgumentError("the host must be an IP address");
  return tcp::endpoint(ip, static_cast<uint16_t>(port));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Create(const std::string& address,
                                                           std::vector<Shard*> shards,
                                                           OnAccept on_accept) {
  absl::StatusOr<tcp::endpoint> endpoint = ParseAddress(address);
  if (!endpoint.ok()) return endpoint.status();
  tcp::acceptor acceptor(shards.front()->io());
  ErrorCode error;
  acceptor.open(endpoint->protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(*endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", address, ": ", error.message()));
  }
  return std::unique_ptr<Listener>(
      new Listener(std::move(acceptor), std::move(shards), std::move(on_accept)));
}

Listener::Listener(tcp::acceptor acceptor, std::vector<Shard*> shards, OnAccept on_accept)
    : acceptor_(std::move(acceptor)),
      pause_(shards.front()->io()),
      shards_(std::move(shards)),
      on_accept_(std::move(on_accept)),
      port_(acceptor_.local_endpoint().port()) {}

void Listener::Start() { AcceptNext(); }

void Listener::Stop() {
  ErrorCode ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void Listener::AcceptNext() {
  Shard& shard = *shards_[next_shard_++ % shards_.size()];
  acceptor_.async_accept(shard.io(), [this, &shard](ErrorCode error, tcp::socket socket) {
    if (error == net::error::operation_aborted) return;
    if (error) {
      pause_.expires_after(kPause);
      pause_.async_wait([this](ErrorCode stopped) {
        if (!stopped) AcceptNext();
      });
      return;
    }
    // The handler runs on the first shard: only the socket goes over.
    net::post(shard.io(), [this, &shard, socket = std::move(socket)]() mutable {
      on_accept_(shard, std::move(socket));
    });
    AcceptNext();
  });
}

}  // namespace caucus::edge::transport
