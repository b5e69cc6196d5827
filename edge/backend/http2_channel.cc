#include "edge/backend/http2_channel.h"

#include <algorithm>
#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <utility>

namespace caucus::edge::backend {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr std::chrono::milliseconds kBackoffMin{100};
constexpr std::chrono::milliseconds kBackoffMax{3000};

// A name is asked for again when a connection is lost, but not more often.
constexpr std::chrono::milliseconds kResolvePause{3000};

}  // namespace

Http2Channel::Http2Channel(net::io_context& io, Target target)
    : io_(io),
      target_(std::move(target)),
      resolver_(io),
      resolve_timer_(io),
      random_(std::random_device{}()) {
  if (target_.unix_path.empty()) {
    Resolve();
  } else {
    OnResolved({Protocol::endpoint(net::local::stream_protocol::endpoint(target_.unix_path))});
  }
}

Http2Channel::~Http2Channel() { Close(absl::CancelledError()); }

void Http2Channel::Close(const absl::Status& status) {
  closed_ = true;
  resolver_.cancel();
  resolve_timer_.cancel();
  const std::vector<std::shared_ptr<Peer>> peers = std::move(peers_);
  peers_.clear();
  for (const std::shared_ptr<Peer>& peer : peers) {
    if (peer->connection != nullptr) peer->connection->Close(status);
  }
  for (const auto& retired : retired_) {
    if (const auto connection = retired.lock()) connection->Close(status);
  }
  while (!waiting_.empty()) waiting_.front().Finish(status);
}

void Http2Channel::Submit(Http2Call& call) {
  while (Http2Connection* const connection = NextReady()) {
    if (connection->Submit(call)) return;
  }
  waiting_.push_back(call);
}

Http2Connection* Http2Channel::NextReady() {
  for (size_t tried = 0; tried < peers_.size(); ++tried) {
    next_peer_ = (next_peer_ + 1) % peers_.size();
    Http2Connection* const connection = peers_[next_peer_]->connection.get();
    if (connection != nullptr && connection->ready()) return connection;
  }
  return nullptr;
}

void Http2Channel::Resolve() {
  if (resolving_ || closed_ || !target_.unix_path.empty()) return;
  resolving_ = true;
  resolver_.async_resolve(target_.host, target_.port,
                          [this](ErrorCode error, const tcp::resolver::results_type& results) {
                            if (error == net::error::operation_aborted)
                              return;  // This may be gone.
                            resolving_ = false;
                            resolved_at_ = std::chrono::steady_clock::now();
                            if (error || results.empty())
                              return ResolveAfter(WithJitter(kResolvePause));
                            std::vector<Protocol::endpoint> endpoints;
                            for (const auto& result : results)
                              endpoints.emplace_back(result.endpoint());
                            OnResolved(endpoints);
                          });
}

void Http2Channel::ResolveAfter(Duration delay) {
  resolve_timer_.expires_after(delay);
  resolve_timer_.async_wait([this](ErrorCode error) {
    if (!error) Resolve();
  });
}

void Http2Channel::OnResolved(const std::vector<Protocol::endpoint>& endpoints) {
  std::vector<std::shared_ptr<Peer>> old = std::exchange(peers_, {});
  for (const Protocol::endpoint& endpoint : endpoints) {
    const auto same = [&](const auto& peer) {
      return peer != nullptr && peer->endpoint == endpoint;
    };
    if (std::any_of(peers_.begin(), peers_.end(), same)) continue;
    const auto known = std::find_if(old.begin(), old.end(), same);
    if (known != old.end()) {
      peers_.push_back(std::move(*known));
    } else {
      peers_.push_back(std::make_shared<Peer>(io_, endpoint));
      Connect(*peers_.back());
    }
  }
  for (const std::shared_ptr<Peer>& gone : old) {
    if (gone == nullptr || gone->connection == nullptr) continue;
    const std::shared_ptr<Http2Connection> connection = std::move(gone->connection);
    if (connection->ready()) {
      connection->Retire();
    } else {
      connection->Close(absl::CancelledError());
    }
  }
}

void Http2Channel::Connect(Peer& peer) {
  peer.connection = std::make_shared<Http2Connection>(io_, target_.Authority(), *this);
  peer.connection->Start(peer.endpoint);
}

void Http2Channel::ConnectLater(const std::shared_ptr<Peer>& peer) {
  peer->connection = nullptr;
  peer->retry.expires_after(WithJitter(std::max<Duration>(peer->backoff, kBackoffMin)));
  peer->backoff = std::clamp<Duration>(peer->backoff * 8 / 5, kBackoffMin, kBackoffMax);
  peer->retry.async_wait([this, weak = std::weak_ptr(peer)](ErrorCode error) {
    const std::shared_ptr<Peer> waiting = weak.lock();
    if (!error && waiting != nullptr) Connect(*waiting);
  });
}

void Http2Channel::OnReady(Http2Connection& connection) {
  for (const std::shared_ptr<Peer>& peer : peers_) {
    if (peer->connection.get() == &connection) peer->backoff = {};
  }
  Http2Call::List waiting;
  waiting.swap(waiting_);
  while (!waiting.empty()) {
    Http2Call& call = waiting.front();
    waiting.pop_front();
    Submit(call);
  }
}

void Http2Channel::OnRetired(Http2Connection& connection) {
  if (closed_) return;
  std::erase_if(retired_, [](const auto& retired) { return retired.expired(); });
  retired_.push_back(connection.weak_from_this());
  for (const std::shared_ptr<Peer>& peer : peers_) {
    if (peer->connection.get() == &connection) ConnectLater(peer);
  }
  const auto next = resolved_at_ + kResolvePause - std::chrono::steady_clock::now();
  if (!resolving_) ResolveAfter(std::max<Duration>(next, Duration::zero()));
}

Http2Channel::Duration Http2Channel::WithJitter(Duration delay) {
  return delay * std::uniform_int_distribution(80, 120)(random_) / 100;
}

}  // namespace caucus::edge::backend
