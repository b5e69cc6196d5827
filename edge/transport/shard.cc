#include "edge/transport/shard.h"

#include <utility>

#include "common/text/absl_view.h"
#include "edge/transport/engine_connection.h"

namespace caucus::edge::transport {

Shard::Shard(uint8_t index) : index_(index), ids_(index) {}

void Shard::Run() { loop_.Run(); }

void Shard::Stop() { loop_.Stop(); }

void Shard::Post(std::function<void()> task) { loop_.Post(std::move(task)); }

void Shard::PostAfter(std::chrono::milliseconds delay, std::function<void()> task) {
  loop_.PostAfter(delay, std::move(task));
}

EngineConnection* Shard::Find(std::string_view sid) const {
  const auto found = connections_.find(ToAbsl(sid));
  return found == connections_.end() ? nullptr : found->second.get();
}

void Shard::Add(std::shared_ptr<EngineConnection> connection) {
  const std::string& sid = connection->session().id();
  connections_.emplace(sid, std::move(connection));
}

void Shard::Remove(std::string_view sid) { connections_.erase(ToAbsl(sid)); }

void Shard::DropConnections() { connections_.clear(); }

std::vector<std::shared_ptr<EngineConnection>> Shard::Connections() const {
  std::vector<std::shared_ptr<EngineConnection>> result;
  result.reserve(connections_.size());
  for (const auto& [sid, connection] : connections_) result.push_back(connection);
  return result;
}

}  // namespace caucus::edge::transport
