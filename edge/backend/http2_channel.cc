#include "edge/backend/http2_channel.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace caucus::edge::backend {
namespace {

constexpr std::chrono::milliseconds kBackoffMin{100};
constexpr std::chrono::milliseconds kBackoffMax{3000};

// Above the least period that our servers allow (grpc_server.cc). Others may allow less.
constexpr std::chrono::seconds kKeepaliveTime{30};
constexpr std::chrono::seconds kKeepaliveTimeMax{600};

// A name is asked for again when a connection is lost, but not more often.
constexpr std::chrono::milliseconds kResolvePause{3000};

}  // namespace

Http2Channel::Http2Channel(EventLoop& loop, Target target)
    : loop_(loop),
      target_(std::move(target)),
      resolver_(loop),
      keepalive_time_(kKeepaliveTime),
      random_(std::random_device{}()) {
  Resolve();
}

Http2Channel::~Http2Channel() { Close(absl::CancelledError()); }

void Http2Channel::Close(const absl::Status& status) {
  closed_ = true;
  resolve_timer_.Cancel();
  const std::vector<std::unique_ptr<Peer>> peers = std::move(peers_);
  peers_.clear();
  for (const std::unique_ptr<Peer>& peer : peers) {
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
  if (std::exchange(resolving_, true)) return;
  resolver_.Resolve(target_, [this](const std::vector<Endpoint>& endpoints) {
    resolving_ = false;
    if (closed_) return;
    resolved_at_ = std::chrono::steady_clock::now();
    if (endpoints.empty()) return ResolveAfter(WithJitter(kResolvePause));
    OnResolved(endpoints);
  });
}

void Http2Channel::ResolveAfter(Duration delay) {
  resolve_timer_.Set(std::chrono::steady_clock::now() + delay);
}

void Http2Channel::OnResolved(const std::vector<Endpoint>& endpoints) {
  std::vector<std::unique_ptr<Peer>> old = std::exchange(peers_, {});
  for (const Endpoint& endpoint : endpoints) {
    const auto same = [&](const auto& peer) {
      return peer != nullptr && peer->endpoint == endpoint;
    };
    if (std::any_of(peers_.begin(), peers_.end(), same)) continue;
    const auto known = std::find_if(old.begin(), old.end(), same);
    if (known != old.end()) {
      peers_.push_back(std::move(*known));
    } else {
      peers_.push_back(std::make_unique<Peer>(*this, endpoint));
      Connect(*peers_.back());
    }
  }
  for (const std::unique_ptr<Peer>& gone : old) {
    if (gone == nullptr || gone->connection == nullptr) continue;
    const std::shared_ptr<Http2Connection> connection = std::move(gone->connection);
    connection->Retire();
  }
}

void Http2Channel::Connect(Peer& peer) {
  peer.connection =
      std::make_shared<Http2Connection>(loop_, target_.Authority(), keepalive_time_, *this);
  peer.connection->Start(peer.endpoint);
}

void Http2Channel::ConnectLater(Peer& peer) {
  peer.connection = nullptr;
  peer.Set(std::chrono::steady_clock::now() +
           WithJitter(std::max<Duration>(peer.backoff, kBackoffMin)));
  peer.backoff = std::clamp<Duration>(peer.backoff * 8 / 5, kBackoffMin, kBackoffMax);
}

void Http2Channel::OnReady(Http2Connection& connection) {
  for (const std::unique_ptr<Peer>& peer : peers_) {
    if (peer->connection.get() == &connection) peer->backoff = {};
  }
  while (!waiting_.empty() && connection.ready()) {
    Http2Call& call = waiting_.front();
    waiting_.pop_front();
    Submit(call);
  }
}

void Http2Channel::OnTooManyPings() {
  keepalive_time_ = std::min(2 * keepalive_time_, kKeepaliveTimeMax);
}

void Http2Channel::OnRetired(Http2Connection& connection) {
  if (closed_) return;
  std::erase_if(retired_, [](const auto& retired) { return retired.expired(); });
  retired_.push_back(connection.weak_from_this());
  for (const std::unique_ptr<Peer>& peer : peers_) {
    if (peer->connection.get() == &connection) ConnectLater(*peer);
  }
  const auto next = resolved_at_ + kResolvePause - std::chrono::steady_clock::now();
  ResolveAfter(std::max<Duration>(next, Duration::zero()));
}

Http2Channel::Duration Http2Channel::WithJitter(Duration delay) {
  return delay * std::uniform_int_distribution(80, 120)(random_) / 100;
}

}  // namespace caucus::edge::backend
