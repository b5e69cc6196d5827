#include "edge/transport/shard.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "common/text/absl_view.h"
#include "edge/transport/engine_connection.h"

namespace caucus::edge::transport {

Shard::Shard(uint8_t index)
    : index_(index), io_(/*concurrency_hint=*/1), work_(io_.get_executor()), ids_(index) {}

void Shard::Run() { io_.run(); }

void Shard::Stop() { io_.stop(); }

void Shard::Post(std::function<void()> task) { net::post(io_, std::move(task)); }

void Shard::PostAfter(std::chrono::milliseconds delay, std::function<void()> task) {
  auto timer = std::make_unique<net::steady_timer>(io_, delay);
  net::steady_timer& waiting = *timer;
  waiting.async_wait([timer = std::move(timer), task = std::move(task)](ErrorCode error) {
    if (!error) task();
  });
}

EngineConnection* Shard::Find(std::string_view sid) const {
  const auto found = connections_.find(ToAbsl(sid));
  return found == connections_.end() ? nullptr : found->second.get();
}

void Shard::Add(const std::string& sid, std::shared_ptr<EngineConnection> connection) {
  connections_.emplace(sid, std::move(connection));
}

void Shard::Remove(std::string_view sid) { connections_.erase(ToAbsl(sid)); }

void Shard::DropConnections() {
  to_flush_.clear();
  connections_.clear();
}

std::vector<std::shared_ptr<EngineConnection>> Shard::Connections() const {
  std::vector<std::shared_ptr<EngineConnection>> result;
  result.reserve(connections_.size());
  for (const auto& [sid, connection] : connections_) result.push_back(connection);
  return result;
}

void Shard::FlushLater(std::shared_ptr<EngineConnection> connection) {
  if (to_flush_.empty()) net::post(io_, [this] { FlushAll(); });
  to_flush_.push_back(std::move(connection));
}

void Shard::FlushAll() {
  std::swap(to_flush_, flushing_);
  for (const std::shared_ptr<EngineConnection>& connection : flushing_) connection->Flush();
  flushing_.clear();
}

}  // namespace caucus::edge::transport
