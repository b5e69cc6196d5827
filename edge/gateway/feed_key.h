// Which feed a room belongs to.

#ifndef EDGE_GATEWAY_FEED_KEY_H_
#define EDGE_GATEWAY_FEED_KEY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/hash/hash.h"
#include "edge/engineio/encoded_packet.h"
#include "edge/transcoding/feed_rule.h"
#include "edge/transcoding/namespace_rules.h"

namespace caucus::edge::gateway {

// Two rules may serve one room: each is a feed of its own.
struct FeedKey {
  const transcoding::NamespaceRules* nsp = nullptr;
  const transcoding::FeedRule* rule = nullptr;
  std::string room;

  friend bool operator==(const FeedKey&, const FeedKey&) = default;

  template <typename H>
  friend H AbslHashValue(H hash, const FeedKey& key) {
    return H::combine(std::move(hash), key.rule, key.room);
  }
};

// One message of a feed, ready to be sent; shared by all shards. Immutable.
struct FeedDelivery {
  enum class Kind : uint8_t {
    kChange,  // Or an event of a feed that retains nothing.
    kState,
    kRepeat,  // A state for those alone who have had none.
  };

  engineio::EncodedPacketPtr packet;  // Null, of a change: it only tells how far the feed is.
  std::optional<int64_t> resume_value;
  Kind kind = Kind::kChange;
};

using FeedDeliveryPtr = std::shared_ptr<const FeedDelivery>;

// Under which a newer state of the feed replaces what is older in a slow client's queue: only where
// there are states, which `retain` says. 0: never.
inline uint64_t SupersedeKeyOf(const FeedKey& key) {
  return key.rule->retain() ? absl::Hash<FeedKey>()(key) | 1 : 0;
}

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_FEED_KEY_H_
