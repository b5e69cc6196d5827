#include "edge/gateway/feed_backlog.h"

#include <algorithm>

#include "edge/engineio/session.h"

namespace caucus::edge::gateway {

FeedBacklog::Added FeedBacklog::Add(const FeedDelivery& delivery, size_t change_bytes_max) {
  const int64_t value = delivery.resume_value.value_or(0);
  if (delivery.kind != FeedDelivery::Kind::kChange) {
    reached_ = value;
    change_bytes_ = 0;
    packets_.assign(1, delivery.packet);
    return Added::kFits;
  }
  reached_ = std::max(reached_, value);
  if (packets_.empty() || delivery.packet == nullptr) return Added::kFits;
  change_bytes_ += delivery.packet->websocket_frame().size() + engineio::kQueuedPacketOverheadBytes;
  if (change_bytes_ > change_bytes_max) {
    packets_ = {};
    return Added::kTooMuch;
  }
  packets_.push_back(delivery.packet);
  return Added::kFits;
}

}  // namespace caucus::edge::gateway
