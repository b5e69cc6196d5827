// java.util.Random as its documentation specifies it, which RCTab draws lots with: a linear
// congruential generator of 48 bits.
//
// Thread-compatible.

#ifndef POLLS_SERVICE_TALLY_JAVA_RANDOM_H_
#define POLLS_SERVICE_TALLY_JAVA_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace caucus::tally::testing {

class JavaRandom {
 public:
  explicit JavaRandom(uint64_t seed) : state_((seed ^ kMultiplier) & kMask) {}

  // Returns a number from 0 to `bound` - 1.
  int32_t NextInt(int32_t bound) {
    if ((bound & -bound) == bound) {
      return static_cast<int32_t>((static_cast<int64_t>(bound) * Next(31)) >> 31);
    }
    while (true) {
      const int32_t bits = Next(31);
      const int32_t value = bits % bound;
      if (static_cast<int64_t>(bits) - value + (bound - 1) <= INT32_MAX) return value;
    }
  }

  // Returns a number from 0 to 1, without 1.
  double NextDouble() {
    const int64_t high = static_cast<int64_t>(Next(26)) << 27;
    return static_cast<double>(high + Next(27)) * 0x1.0p-53;
  }

  // Collections.shuffle.
  template <typename T>
  void Shuffle(std::vector<T>& values) {
    for (size_t i = values.size(); i > 1; --i) {
      std::swap(values[i - 1], values[static_cast<size_t>(NextInt(static_cast<int32_t>(i)))]);
    }
  }

 private:
  static constexpr uint64_t kMultiplier = 0x5DEECE66D;
  static constexpr uint64_t kMask = (uint64_t{1} << 48) - 1;

  int32_t Next(int bits) {
    state_ = (state_ * kMultiplier + 0xB) & kMask;
    return static_cast<int32_t>(static_cast<int64_t>(state_) >> (48 - bits));
  }

  uint64_t state_;
};

}  // namespace caucus::tally::testing

#endif  // POLLS_SERVICE_TALLY_JAVA_RANDOM_H_
