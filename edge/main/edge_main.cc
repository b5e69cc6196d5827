// The edge: Socket.IO and HTTP in front, gRPC behind. EdgeServer shows how its parts are joined.

#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/config/deadlock_detection.h"
#include "common/config/flags.h"
#include "common/grpc/termination.h"
#include "common/logging/log_record.h"
#include "common/logging/logging.h"
#include "common/status/status_macros.h"
#include "edge/main/edge_flags.h"
#include "edge/main/edge_options.h"
#include "edge/main/edge_server.h"
#include "edge/main/http_health_check.h"
#include "edge/transcoding/event_table.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/stubs/logging.h"

ABSL_FLAG(std::string, descriptor_set, "",
          "file with the FileDescriptorSet of the annotated services, with their imports "
          "(protoc --include_imports --descriptor_set_out)");
ABSL_FLAG(caucus::Severity, log_level, caucus::Severity::kInfo, "debug, info, warning or error");
ABSL_FLAG(bool, healthcheck, false, "ask the edge at --listen whether it is ready, and exit");

namespace caucus::edge {
namespace {

absl::StatusOr<std::unique_ptr<const transcoding::EventTable>> ReadEventTable() {
  const std::string path = absl::GetFlag(FLAGS_descriptor_set);
  if (path.empty()) return absl::InvalidArgumentError("--descriptor_set is required");
  std::ifstream file(path, std::ios::binary);
  google::protobuf::FileDescriptorSet files;
  if (!file || !files.ParseFromIstream(&file)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--descriptor_set: ", path, " is no readable FileDescriptorSet"));
  }
  return transcoding::EventTable::Create(files);
}

// What protobuf has to say, e.g. of a service's text that is no UTF-8, is a line of JSON as well.
void LogProtobuf(google::protobuf::LogLevel level, const char*, int, const std::string& message) {
  Log(level >= google::protobuf::LOGLEVEL_ERROR ? Severity::kError : Severity::kWarning, "protobuf",
      {{"message", message}});
}

absl::Status Run(EdgeOptions options) {
  ASSIGN_OR_RETURN(std::unique_ptr<const transcoding::EventTable> table, ReadEventTable());
  const std::string address = options.listen;
  const size_t shards = options.shards;
  const std::string edge_id = options.gateway.edge_id;
  const bool serves_client = options.server.engine.client_bundles != nullptr;
  ASSIGN_OR_RETURN(const std::unique_ptr<EdgeServer> server,
                   EdgeServer::Start(std::move(options), std::move(table)));
  Log(Severity::kInfo, "serving",
      {{"address", address},
       {"port", server->port()},
       {"admin_port", server->admin_port()},
       {"shards", shards},
       {"serves_client", serves_client},
       {"edge_id", edge_id}});
  const int signal = WaitForTerminationSignal();
  Log(Severity::kInfo, "stopping", {{"signal", signal}});
  return absl::OkStatus();
}

int Main() {
  const absl::StatusOr<EdgeOptions> options = ReadEdgeFlags();
  if (options.ok() && absl::GetFlag(FLAGS_healthcheck)) return RunHttpHealthCheck(options->listen);
  InitLogging("edge", absl::GetFlag(FLAGS_log_level));
  google::protobuf::SetLogHandler(&LogProtobuf);
  const absl::Status status = options.ok() ? Run(*options) : options.status();
  if (status.ok()) return 0;
  Log(Severity::kError, "cannot run", {{"error", status.message()}});
  return 1;
}

}  // namespace
}  // namespace caucus::edge

int main(int argc, char** argv) {
  caucus::BlockTerminationSignals();
  caucus::TurnOffDeadlockDetection();
  caucus::ParseFlags(argc, argv, "Serves annotated gRPC services to Socket.IO clients.");
  return caucus::edge::Main();
}
