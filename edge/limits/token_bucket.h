// A rate limit that allows bursts.

#ifndef EDGE_LIMITS_TOKEN_BUCKET_H_
#define EDGE_LIMITS_TOKEN_BUCKET_H_

#include <algorithm>
#include <chrono>

namespace caucus::edge {

// How much of something may happen. A rate of 0 allows everything.
struct RateLimit {
  double per_second = 0;
  double burst = 1;  // How much at once after a rest; at least 1.
};

// Starts full. Thread-compatible.
class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Whether one more may happen now. `now` never goes back.
  bool Take(const RateLimit& limit, Time now) {
    if (limit.per_second <= 0) return true;
    const std::chrono::duration<double> rest = now - last_;
    used_ = std::max(0.0, used_ - rest.count() * limit.per_second);
    last_ = now;
    if (used_ + 1 > limit.burst) return false;
    used_ += 1;
    return true;
  }

 private:
  double used_ = 0;
  Time last_;
};

}  // namespace caucus::edge

#endif  // EDGE_LIMITS_TOKEN_BUCKET_H_
