// Whether it is worth to wait for more commands.

#ifndef POLLS_SERVICE_ACTOR_WAIT_WORTH_H_
#define POLLS_SERVICE_ACTOR_WAIT_WORTH_H_

#include <algorithm>
#include <cstddef>

namespace caucus::polls {

// Learns from the waits that were made. One that nobody came in was in vain, as it is for whoever
// asks one thing after another, each when the last is answered: then the next operation does not
// wait, and after each further wait in vain twice as many.
//
// Thread-compatible.
class WaitWorth {
 public:
  // A wait is over, and so many requests are there.
  void OnWaited(size_t requests) {
    waits_left_out_ = requests > 1 ? 0 : std::clamp(2 * waits_left_out_, size_t{1}, kMax);
    left_ = waits_left_out_;
  }

  // Returns whether the operation that could begin now should wait.
  bool ShouldWait() {
    if (left_ == 0) return true;
    --left_;
    return false;
  }

 private:
  static constexpr size_t kMax = 64;

  size_t waits_left_out_ = 0;  // After the last wait.
  size_t left_ = 0;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_WAIT_WORTH_H_
