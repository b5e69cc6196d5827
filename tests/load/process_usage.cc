#include "tests/load/process_usage.h"

#include <time.h>
#include <unistd.h>

#include <fstream>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"

namespace caucus::load {
namespace {

absl::Duration Ticks(int64_t ticks) { return absl::Seconds(ticks) / sysconf(_SC_CLK_TCK); }

// proc(5): `pid (comm) state ppid …`; utime and stime are fields 14 and 15, and comm may hold
// spaces.
void ReadStat(const std::string& folder, ProcessUsage& usage) {
  std::ifstream stat(folder + "/stat");
  stat.ignore(std::numeric_limits<std::streamsize>::max(), ')');
  std::string skipped;
  for (int field = 3; field < 14; ++field) stat >> skipped;
  int64_t user = 0;
  int64_t system = 0;
  stat >> user >> system;
  usage.user = Ticks(user);
  usage.system = Ticks(system);
}

void ReadStatus(const std::string& folder, ProcessUsage& usage) {
  std::ifstream status(folder + "/status");
  for (std::string name; status >> name;) {
    int64_t* const bytes = name == "VmRSS:"   ? &usage.resident_bytes
                           : name == "VmHWM:" ? &usage.resident_bytes_peak
                                              : nullptr;
    if (bytes != nullptr && status >> *bytes) *bytes *= 1024;
    status.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
}

}  // namespace

absl::StatusOr<ProcessUsage> ReadProcessUsage(pid_t pid) {
  clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
  timespec cpu{};
  if ((pid != 0 && clock_getcpuclockid(pid, &clock) != 0) || clock_gettime(clock, &cpu) != 0) {
    return absl::NotFoundError(absl::StrCat("there is no process ", pid));
  }
  ProcessUsage usage{.cpu = absl::DurationFromTimespec(cpu)};
  const std::string folder = absl::StrCat("/proc/", pid == 0 ? getpid() : pid);
  ReadStat(folder, usage);
  ReadStatus(folder, usage);
  return usage;
}

}  // namespace caucus::load
