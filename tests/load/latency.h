// Latencies of many calls.

#ifndef TESTS_LOAD_LATENCY_H_
#define TESTS_LOAD_LATENCY_H_

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/time/time.h"

namespace caucus::load {

// Thread-compatible.
class Latencies {
 public:
  void Add(absl::Duration latency) { samples_.push_back(latency); }
  void Add(const Latencies& others) {
    samples_.insert(samples_.end(), others.samples_.begin(), others.samples_.end());
  }

  size_t count() const { return samples_.size(); }

  // Returns the latency that `fraction` of the calls did not exceed; zero if there are none.
  absl::Duration Quantile(double fraction) {
    if (samples_.empty()) return absl::ZeroDuration();
    const auto rank = static_cast<size_t>(fraction * static_cast<double>(samples_.size() - 1));
    std::nth_element(samples_.begin(), samples_.begin() + static_cast<ptrdiff_t>(rank),
                     samples_.end());
    return samples_[rank];
  }

 private:
  std::vector<absl::Duration> samples_;
};

}  // namespace caucus::load

#endif  // TESTS_LOAD_LATENCY_H_
