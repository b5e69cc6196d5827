// What the processes of a system use in each phase of a run.

#ifndef TESTS_LOAD_PHASE_METER_H_
#define TESTS_LOAD_PHASE_METER_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/load/process_usage.h"

namespace caucus::load {

struct NamedProcess {
  std::string name;
  pid_t pid = 0;
};

// Reads "name=pid,name=pid".
absl::StatusOr<std::vector<NamedProcess>> ParseProcesses(std::string_view text);

// Cuts a run into phases, one after the other.
//
// Thread-compatible.
class PhaseMeter {
 public:
  // What the clients have received so far.
  struct Traffic {
    uint64_t bytes = 0;
    uint64_t updates = 0;
  };

  explicit PhaseMeter(std::vector<NamedProcess> processes);

  // Ends the phase before. An empty name ends the last one.
  //   kNotFound  a process is gone.
  absl::Status Begin(std::string_view name, const Traffic& traffic);

  std::string_view phase() const { return phase_; }

  // Returns `"phases": {…}, "processes": {…}`.
  std::string ToJson() const;

 private:
  struct Phase {
    std::string name;
    absl::Duration time;
    Traffic traffic;
    absl::Duration own_cpu;
    std::vector<absl::Duration> cpu;  // By process.
  };
  struct Sample {
    absl::Time time;
    Traffic traffic;
    ProcessUsage own;
    std::vector<ProcessUsage> processes;
  };

  const std::vector<NamedProcess> processes_;
  std::string phase_;
  Sample first_;
  Sample last_;  // Of the beginning of `phase_`, in the end that of the end.
  std::vector<Phase> phases_;
};

}  // namespace caucus::load

#endif  // TESTS_LOAD_PHASE_METER_H_
