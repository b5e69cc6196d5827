#include "edge/metrics/edge_metrics.h"

#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace caucus::edge {
namespace {

prometheus::Counter& AddCounter(prometheus::Registry& registry, const char* name,
                                const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Gauge& AddGauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t total = 0;
  uint64_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

size_t OpenDescriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  return error ? 0 : static_cast<size_t>(std::distance(begin(files), end(files)));
}

}  // namespace

EdgeStock& EdgeStock::operator+=(const EdgeStock& other) {
  polling_sessions += other.polling_sessions;
  websocket_sessions += other.websocket_sessions;
  sockets += other.sockets;
  rooms += other.rooms;
  feeds += other.feeds;
  send_queue_bytes += other.send_queue_bytes;
  events += other.events;
  return *this;
}

EdgeMetrics::EdgeMetrics(const std::vector<std::string>& methods)
    : calls_(methods),
      sessions_(prometheus::BuildGauge()
                    .Name("edge_connections")
                    .Help("Engine.IO sessions now, by transport")
                    .Register(registry_)),
      upgrades_(AddCounter(registry_, "edge_upgrades_total", "Sessions upgraded to WebSocket")),
      events_(AddCounter(registry_, "edge_events_total", "Events received from clients")),
      sockets_(AddGauge(registry_, "edge_sockets", "Clients connected to a namespace")),
      rooms_(AddGauge(registry_, "edge_rooms", "Rooms with members, counted once for each shard")),
      feeds_(AddGauge(registry_, "edge_feeds", "Rooms that follow a stream")),
      queue_bytes_(AddGauge(registry_, "edge_send_queue_bytes", "What waits for slow clients")),
      resident_bytes_(AddGauge(registry_, "process_resident_memory_bytes", "Memory in use")),
      descriptors_(AddGauge(registry_, "process_open_fds", "Open file descriptors")) {
  const auto counters = [this](const char* name, const char* help) -> auto& {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
  };
  auto& opened =
      counters("edge_connects_total", "Engine.IO sessions opened, by their first transport");
  opened_ = {&opened.Add({{"transport", "polling"}}), &opened.Add({{"transport", "websocket"}})};
  auto& closed = counters("edge_disconnects_total", "Engine.IO sessions ended, by reason");
  for (size_t i = 0; i < closed_.size(); ++i) {
    const std::string reason(engineio::NameOf(static_cast<engineio::CloseReason>(i)));
    closed_[i] = &closed.Add({{"reason", reason}});
  }
  auto& limits =
      counters("edge_limit_reached_total", "How often clients ran into a limit, by limit");
  for (size_t i = 0; i < limits_.size(); ++i) {
    limits_[i] = &limits.Add({{"limit", std::string(NameOf(static_cast<Limit>(i)))}});
  }
}

void EdgeMetrics::OnLimitReached(Limit limit) { limits_[static_cast<size_t>(limit)]->Increment(); }

void EdgeMetrics::OnSessionOpened(engineio::Transport transport) {
  opened_[transport == engineio::Transport::kPolling ? 0 : 1]->Increment();
}

void EdgeMetrics::OnUpgraded() { upgrades_.Increment(); }

void EdgeMetrics::OnSessionClosed(engineio::CloseReason reason) {
  closed_[static_cast<size_t>(reason)]->Increment();
}

std::string EdgeMetrics::Text(const EdgeStock& stock) {
  absl::MutexLock lock(&text_mutex_);
  sessions_.Add({{"transport", "polling"}}).Set(static_cast<double>(stock.polling_sessions));
  sessions_.Add({{"transport", "websocket"}}).Set(static_cast<double>(stock.websocket_sessions));
  sockets_.Set(static_cast<double>(stock.sockets));
  rooms_.Set(static_cast<double>(stock.rooms));
  feeds_.Set(static_cast<double>(stock.feeds));
  queue_bytes_.Set(static_cast<double>(stock.send_queue_bytes));
  events_.Increment(std::max(0.0, static_cast<double>(stock.events) - events_.Value()));
  resident_bytes_.Set(static_cast<double>(ResidentBytes()));
  descriptors_.Set(static_cast<double>(OpenDescriptors()));
  std::vector<prometheus::MetricFamily> families = registry_.Collect();
  std::vector<prometheus::MetricFamily> calls = calls_.Collect();
  std::move(calls.begin(), calls.end(), std::back_inserter(families));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace caucus::edge
