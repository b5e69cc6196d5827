#include "edge/transport/shard.h"

#include <utility>

#include "common/text/absl_view.h"
#include "edge/transport/engine_connection.h"

namespace caucus::edge::transport {
namespace {

// Half a millisecond's work. Whoever waits for more than that is served in between; and the members
// of a large room who have not been flushed yet may be sent several messages at once.
constexpr int kFlushesPerTurn = 128;

}  // namespace

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

void Shard::FlushLater(EngineConnection& connection) {
  FlushHook& hook = connection;
  if (hook.is_linked()) return;
  to_flush_.push_back(hook);
  FlushSomeLater();
}

void Shard::FlushSomeLater() {
  if (!std::exchange(flush_posted_, true)) loop_.PostLast([this] { FlushSome(); });
}

void Shard::FlushSome() {
  flush_posted_ = false;
  for (int flushed = 0; flushed < kFlushesPerTurn && !to_flush_.empty(); ++flushed) {
    auto& connection = static_cast<EngineConnection&>(to_flush_.front());
    to_flush_.pop_front();
    connection.Flush();
  }
  if (!to_flush_.empty()) FlushSomeLater();
}

}  // namespace caucus::edge::transport
