// What a feed keeps for those who join later.

#ifndef EDGE_GATEWAY_FEED_BACKLOG_H_
#define EDGE_GATEWAY_FEED_BACKLOG_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "edge/engineio/encoded_packet.h"
#include "edge/gateway/feed_key.h"

namespace caucus::edge::gateway {

// The last state and every change since; nothing before the first state, or when the changes have
// become too many. The feed's hub and each shard with members keep the same packets, each in a
// backlog of its own. Thread-compatible.
class FeedBacklog {
 public:
  enum class Added { kFits, kTooMuch };

  // Adds the feed's next message. `change_bytes_max` bounds the changes after a state, counted as
  // in a client's queue: at the one that is too much, which is told, all is dropped.
  Added Add(const FeedDelivery& delivery, size_t change_bytes_max);

  // Whether the feed has told as much as a client knows whom a CONNECT told `resume_min`; true of
  // 0.
  bool HasReached(int64_t resume_min) const { return resume_min <= 0 || reached_ >= resume_min; }

  // In order.
  std::span<const engineio::EncodedPacketPtr> packets() const { return packets_; }

 private:
  std::vector<engineio::EncodedPacketPtr> packets_;
  size_t change_bytes_ = 0;
  int64_t reached_ = 0;  // The last state's resume value, or a later one that is greater.
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_FEED_BACKLOG_H_
