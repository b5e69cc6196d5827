// A rate limit that allows bursts.

#ifndef COMMON_LIMITS_TOKEN_BUCKET_H_
#define COMMON_LIMITS_TOKEN_BUCKET_H_

#include <algorithm>
#include <chrono>

namespace caucus {

// How much of something may happen. A rate of 0 allows everything.
struct RateLimit {
  double per_second = 0;
  double burst = 1;  // How much at once after a rest; at least 1.
};

// Starts full. A clock that goes back stands still. Thread-compatible.
class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Whether one more may happen now, which then has happened.
  bool Take(const RateLimit& limit, Time now) {
    if (!HasRoom(limit, now)) return false;
    Charge(limit, now);
    return true;
  }

  // One has happened, whether it may or not: nothing more may until this is made up for.
  void Charge(const RateLimit& limit, Time now) {
    used_ = UsedAt(limit, now) + 1;
    last_ = now;
  }

  // Whether one more may happen now.
  bool HasRoom(const RateLimit& limit, Time now) const {
    return limit.per_second <= 0 || UsedAt(limit, now) + 1 <= limit.burst;
  }

 private:
  double UsedAt(const RateLimit& limit, Time now) const {
    const std::chrono::duration<double> rest = std::max(now - last_, Time::duration::zero());
    return std::max(0.0, used_ - rest.count() * limit.per_second);
  }

  double used_ = 0;
  Time last_;
};

}  // namespace caucus

#endif  // COMMON_LIMITS_TOKEN_BUCKET_H_
