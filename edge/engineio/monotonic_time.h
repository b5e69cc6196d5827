// The clock of the pure layers: time comes in as a value, and only the shell reads a clock.

#ifndef EDGE_ENGINEIO_MONOTONIC_TIME_H_
#define EDGE_ENGINEIO_MONOTONIC_TIME_H_

#include <chrono>

namespace caucus::edge::engineio {

using MonotonicTime = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

// A deadline that never comes.
inline constexpr MonotonicTime kNever = MonotonicTime::max();

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_MONOTONIC_TIME_H_
