// The bounds that a client can run into. Each time one does, it is counted.

#ifndef EDGE_LIMITS_LIMIT_H_
#define EDGE_LIMITS_LIMIT_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace caucus::edge {

// What happens at a limit is said where it is configured.
enum class Limit : uint8_t {
  kAttachments,
  kBodyBytes,
  kBodyTime,
  kCallsInFlight,
  kConnectTime,
  kConnectionsPerAddress,
  kEventRate,
  kFeeds,
  kFragments,
  kHeaderBytes,
  kHeaderCount,
  kHeaderTime,
  kJsonDepth,
  kJsonMembers,
  kMessageBytes,
  kNamespacesPerConnection,
  kPendingAcks,
  kPendingHandshakes,
  kRoomsPerSocket,
  kSendQueueBytes,
};

inline constexpr size_t kLimitCount = static_cast<size_t>(Limit::kSendQueueBytes) + 1;

// Returns the limit's name in metrics, e.g. `event_rate`.
std::string_view NameOf(Limit limit);

// Told whenever a client has run into a limit. Thread-safe; must not block.
class LimitObserver {
 public:
  virtual ~LimitObserver() = default;
  virtual void OnLimitReached(Limit limit) = 0;
};

// Counts nothing.
class NullLimitObserver final : public LimitObserver {
 public:
  void OnLimitReached(Limit) override {}
};

}  // namespace caucus::edge

#endif  // EDGE_LIMITS_LIMIT_H_
