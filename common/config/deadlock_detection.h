// What Debian's abseil does at each lock, and production can do without.
//
// Thread-safe: free functions without state.

#ifndef COMMON_CONFIG_DEADLOCK_DETECTION_H_
#define COMMON_CONFIG_DEADLOCK_DETECTION_H_

#include "absl/synchronization/mutex.h"

namespace caucus {

// Turns off, for the whole process, abseil's graph of which mutex was locked while which was held:
// Debian builds abseil without NDEBUG, so every lock, gRPC's included, would look it up (4 % of the
// CPU of polls-service). Tests keep it.
inline void TurnOffDeadlockDetection() {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

}  // namespace caucus

#endif  // COMMON_CONFIG_DEADLOCK_DETECTION_H_
