// Serves bench.proto by gRPC until it is told to stop; prints the port.

#include <cstdio>
#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/grpc/termination.h"
#include "tests/load/bench_backend.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:0", "address, host:port");

int main(int argc, char** argv) {
  caucus::BlockTerminationSignals();
  absl::SetProgramUsageMessage("The backend of the benchmarks.");
  absl::ParseCommandLine(argc, argv);
  // Debian builds abseil so that gRPC's mutexes look for cycles.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const absl::StatusOr<std::unique_ptr<caucus::load::BenchBackend>> backend =
      caucus::load::BenchBackend::Start(absl::GetFlag(FLAGS_listen));
  if (!backend.ok()) {
    std::fprintf(stderr, "cannot serve: %s\n", std::string(backend.status().message()).c_str());
    return 1;
  }
  std::printf("listening on %d\n", (*backend)->port());
  std::fflush(stdout);
  caucus::WaitForTerminationSignal();
  return 0;
}
