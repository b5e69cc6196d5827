// What a process has used so far: CPU and memory.

#ifndef TESTS_LOAD_PROCESS_USAGE_H_
#define TESTS_LOAD_PROCESS_USAGE_H_

#include <sys/types.h>

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace caucus::load {

struct ProcessUsage {
  absl::Duration cpu;  // Of all threads, to the nanosecond; user and system together.
  // In ticks of 10 ms.
  absl::Duration user;
  absl::Duration system;
  int64_t resident_bytes = 0;
  int64_t resident_bytes_peak = 0;  // Since the process began.
};

// Returns what the process has used. 0 is the caller's own.
//   kNotFound  there is no such process.
absl::StatusOr<ProcessUsage> ReadProcessUsage(pid_t pid);

}  // namespace caucus::load

#endif  // TESTS_LOAD_PROCESS_USAGE_H_
