#include "edge/transport/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"
#include "edge/event_loop/net.h"

namespace caucus::edge::transport {
namespace {

constexpr int kBacklog = 4096;

// Others have their turn before more are accepted.
constexpr int kAcceptedPerTurn = 64;

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

// As Asio does, which takes long for the usual kind.
std::string AddressText(const tcp::endpoint& peer) {
  const net::ip::address address = peer.address();
  if (!address.is_v4()) return address.to_string();
  const net::ip::address_v4::bytes_type bytes = address.to_v4().to_bytes();
  return absl::StrCat(bytes[0], ".", bytes[1], ".", bytes[2], ".", bytes[3]);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Create(const std::string& address,
                                                           std::vector<Shard*> shards,
                                                           OnAccept on_accept) {
  absl::StatusOr<tcp::endpoint> endpoint = ParseAddress(address);
  if (!endpoint.ok()) return endpoint.status();
  const int descriptor =
      ::socket(endpoint->protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  TcpSocket acceptor(shards.front()->loop(), descriptor);
  const int on = 1;
  socklen_t size = static_cast<socklen_t>(endpoint->size());
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  // What is accepted inherits it: no system call for each connection.
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (::bind(descriptor, endpoint->data(), size) != 0 || ::listen(descriptor, kBacklog) != 0 ||
      ::getsockname(descriptor, endpoint->data(), &size) != 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", address, ": ", std::strerror(errno)));
  }
  return std::unique_ptr<Listener>(
      new Listener(std::move(acceptor), endpoint->port(), std::move(shards), std::move(on_accept)));
}

Listener::Listener(TcpSocket acceptor, uint16_t port, std::vector<Shard*> shards,
                   OnAccept on_accept)
    : Timer(shards.front()->loop().timers()),
      acceptor_(std::move(acceptor)),
      shards_(std::move(shards)),
      on_accept_(std::move(on_accept)),
      port_(port) {}

void Listener::Start() {
  // Its owner, not the loop, keeps it alive.
  const std::shared_ptr<Watcher> self(std::shared_ptr<void>(), this);
  acceptor_.Watch(self, {.read = true});
}

void Listener::Stop() {
  Cancel();
  acceptor_.Close();
}

void Listener::OnReady(bool readable, bool) {
  for (int i = 0; readable && i < kAcceptedPerTurn && acceptor_.is_open(); ++i) {
    tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int descriptor =
        ::accept4(acceptor_.descriptor(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      peer.resize(size);
      Deliver(descriptor, AddressText(peer));
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      acceptor_.SetInterest({});
      return Set(std::chrono::steady_clock::now() + kPause);
    }
  }
}

void Listener::OnTimer() { acceptor_.SetInterest({.read = true}); }

void Listener::Deliver(int descriptor, std::string address) {
  Shard& shard = *shards_[next_shard_++ % shards_.size()];
  AcceptedSocket accepted = {.socket = TcpSocket(shard.loop(), descriptor),
                             .address = std::move(address)};
  if (&shard == shards_.front()) return on_accept_(shard, std::move(accepted));
  // A function object must be copyable, which a socket is not.
  auto shared = std::make_shared<AcceptedSocket>(std::move(accepted));
  shard.Post([this, &shard, shared] { on_accept_(shard, std::move(*shared)); });
}

}  // namespace caucus::edge::transport
