// The events of one socket that wait.

#ifndef EDGE_GATEWAY_EVENT_QUEUE_H_
#define EDGE_GATEWAY_EVENT_QUEUE_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

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

// Empty, it holds the memory of a few events at most, and of none before the first. Confined to its
// shard.
class EventQueue {
 public:
  bool empty() const { return front_ == events_.size(); }
  size_t size() const { return events_.size() - front_; }
  size_t bytes() const { return bytes_; }

  void Push(PendingEvent event) {
    bytes_ += event.bytes();
    events_.push_back(std::move(event));
  }
  // REQUIRES: not empty.
  PendingEvent Pop() {
    PendingEvent event = std::move(events_[front_++]);
    bytes_ -= event.bytes();
    if (empty()) {
      Clear();
    } else if (front_ > size()) {  // Fewer events move than were popped.
      events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(front_));
      front_ = 0;
    }
    return event;
  }
  void Clear() {
    events_.clear();
    if (events_.capacity() > kCapacityKept) events_.shrink_to_fit();
    front_ = 0;
    bytes_ = 0;
  }

 private:
  static constexpr size_t kCapacityKept = 4;

  std::vector<PendingEvent> events_;  // From front_ on.
  size_t front_ = 0;
  size_t bytes_ = 0;  // Of them all.
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_EVENT_QUEUE_H_
