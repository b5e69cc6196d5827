// The events of one socket that wait.

#ifndef EDGE_GATEWAY_EVENT_QUEUE_H_
#define EDGE_GATEWAY_EVENT_QUEUE_H_

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "edge/transcoding/unary_rule.h"

namespace caucus::edge::gateway {

// An event that waits for the RPC of the one before it.
struct PendingEvent {
  const transcoding::UnaryRule* rule;
  absl::StatusOr<std::string> request;  // Serialized, or why it could not be.
  std::string ack_id;                   // Empty: no ack is wanted.

  // What it takes of the memory, about.
  size_t bytes() const {
    return sizeof(PendingEvent) + ack_id.size() + (request.ok() ? request->size() : 0);
  }
};

// Confined to its shard.
class EventQueue {
 public:
  bool empty() const { return events_.empty(); }
  size_t size() const { return events_.size(); }
  size_t bytes() const { return bytes_; }

  void Push(PendingEvent event) {
    bytes_ += event.bytes();
    events_.push_back(std::move(event));
  }
  // REQUIRES: not empty.
  PendingEvent Pop() {
    PendingEvent event = std::move(events_.front());
    events_.pop_front();
    bytes_ -= event.bytes();
    return event;
  }
  void Clear() {
    events_.clear();
    bytes_ = 0;
  }

 private:
  std::deque<PendingEvent> events_;
  size_t bytes_ = 0;  // Of them all.
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_EVENT_QUEUE_H_
