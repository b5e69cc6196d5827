// Serves bench.proto by gRPC until it is told to stop; prints the port.

#include <cstdio>
#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/grpc/grpc_server.h"
#include "common/grpc/termination.h"
#include "tests/load/bench_backend.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:0", "address, host:port");

int main(int argc, char** argv) {
  caucus::BlockTerminationSignals();
  absl::SetProgramUsageMessage("The backend of the benchmarks.");
  absl::ParseCommandLine(argc, argv);
  caucus::load::PlainBenchService plain;
  caucus::load::RpcBenchService rpc;
  caucus::load::FeedBenchService feed;
  caucus::load::TokenBenchService token;
  const absl::StatusOr<std::unique_ptr<caucus::GrpcServer>> server = caucus::GrpcServer::Start(
      {.listen_address = absl::GetFlag(FLAGS_listen), .stop_grace = absl::Seconds(1)},
      {&plain, &rpc, &feed, &token});
  if (!server.ok()) {
    std::fprintf(stderr, "cannot serve: %s\n", std::string(server.status().message()).c_str());
    return 1;
  }
  std::printf("listening on %d\n", (*server)->port());
  std::fflush(stdout);
  caucus::WaitForTerminationSignal();
  feed.Stop();
  (*server)->Stop();
  return 0;
}
