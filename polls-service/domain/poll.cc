#include "polls-service/domain/poll.h"

namespace caucus::polls {

bool IsLive(const Poll& poll, absl::Time now) {
  return !poll.id.empty() && poll.phase != Phase::kCancelled && now < poll.expire_time;
}

}  // namespace caucus::polls
