// The edge, in a process of its own, in front of the echo backend, which runs here. What stands
// behind `--` on the command line are further flags for the edge.

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/grpc/grpc_server.h"
#include "common/grpc/termination.h"
#include "common/status/status_macros.h"
#include "tests/conformance/board_backend.h"
#include "tests/conformance/door_backend.h"
#include "tests/conformance/echo_backend.h"
#include "tests/conformance/edge_process.h"

ABSL_FLAG(uint16_t, port, 3000, "port on 127.0.0.1; 0 is any free one");
ABSL_FLAG(absl::Duration, ping_interval, absl::Milliseconds(300), "Engine.IO pingInterval");
ABSL_FLAG(absl::Duration, ping_timeout, absl::Milliseconds(200), "Engine.IO pingTimeout");
ABSL_FLAG(absl::Duration, connect_timeout, absl::Seconds(1),
          "for a client to join its first namespace");

namespace caucus::conformance {
namespace {

// Bazel lays the edge and our descriptors out beside us.
std::string BazelBin() {
  std::array<char, 4096> path{};
  const ssize_t size = readlink("/proc/self/exe", path.data(), path.size());
  const std::string self(path.data(), size > 0 ? static_cast<size_t>(size) : 0);
  const size_t package = self.rfind("tests/conformance/");
  return self.substr(0, package == std::string::npos ? 0 : package);
}

absl::StatusOr<int> Run(const std::vector<char*>& further_flags) {
  RootEchoService root;
  CustomEchoService custom;
  BoardBackend board;
  SwingDoorService swing_door;
  PlainDoorService plain_door;
  ASSIGN_OR_RETURN(
      const std::unique_ptr<GrpcServer> backend,
      GrpcServer::Start({.listen_address = "127.0.0.1:0",
                         .receive_message_bytes_max = 8 * 1024 * 1024,
                         .stop_grace = absl::Seconds(1)},
                        {.callback = {&root, &custom, &board, &swing_door, &plain_door}}));
  const std::string bin = BazelBin();
  const std::string backend_address = absl::StrCat("127.0.0.1:", backend->port());
  std::vector<std::string> flags = {
      absl::StrCat("--listen=127.0.0.1:", absl::GetFlag(FLAGS_port)),
      absl::StrCat("--descriptor_set=", bin, "tests/conformance/echo.descriptor"),
      absl::StrCat("--backend=", backend_address),
      absl::StrCat("--auth=", backend_address),  // No namespace wants a token.
      absl::StrCat("--ping_interval=", absl::FormatDuration(absl::GetFlag(FLAGS_ping_interval))),
      absl::StrCat("--ping_timeout=", absl::FormatDuration(absl::GetFlag(FLAGS_ping_timeout))),
      absl::StrCat("--connect_timeout=",
                   absl::FormatDuration(absl::GetFlag(FLAGS_connect_timeout)))};
  flags.insert(flags.end(), further_flags.begin(), further_flags.end());
  ASSIGN_OR_RETURN(const std::unique_ptr<EdgeProcess> edge,
                   EdgeProcess::Start(absl::StrCat(bin, "edge/main/edge_main"), flags,
                                      [] { kill(getpid(), SIGTERM); }));
  std::printf("listening on 127.0.0.1:%d\n", edge->port());
  std::fflush(stdout);
  WaitForTerminationSignal();
  const int status = edge->Stop();
  root.HurryUp();
  custom.HurryUp();
  backend->Stop();
  return status;
}

}  // namespace
}  // namespace caucus::conformance

int main(int argc, char** argv) {
  caucus::BlockTerminationSignals();
  absl::SetProgramUsageMessage("Serves the echo application. Flags of the edge may follow `--`.");
  std::vector<char*> further_flags = absl::ParseCommandLine(argc, argv);
  further_flags.erase(further_flags.begin());  // The program's name.
  const absl::StatusOr<int> status = caucus::conformance::Run(further_flags);
  if (status.ok()) return *status;
  std::fprintf(stderr, "cannot run: %s\n", std::string(status.status().message()).c_str());
  return 1;
}
