// The process auth-service: flags and wiring.

#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "auth-service/api/auth_api.h"
#include "auth-service/keys/jwks_document.h"
#include "auth-service/keys/key_ring.h"
#include "auth-service/keys/service_key.h"
#include "auth-service/keys/signing_key.h"
#include "auth-service/keys/verification_key.h"
#include "auth-service/tokens/genuine_tokens.h"
#include "auth-service/tokens/jwt_signer.h"
#include "auth-service/tokens/jwt_verifier.h"
#include "auth-service/tokens/token_policy.h"
#include "common/config/deadlock_detection.h"
#include "common/config/flags.h"
#include "common/grpc/grpc_log.h"
#include "common/grpc/grpc_server.h"
#include "common/grpc/health_check.h"
#include "common/grpc/termination.h"
#include "common/logging/logging.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:50051",
          "Addresses of the gRPC server, separated by commas: host:port, where port 0 is any, or "
          "unix:/path.");
ABSL_FLAG(std::string, data_dir, "data/auth",
          "Directory of the signing keys (<data_dir>/keys); created if it is absent.");
ABSL_FLAG(std::string, service_key_file, "",
          "File of the key that services show to have tokens issued; default "
          "<data_dir>/service.key. Created if it is absent.");
ABSL_FLAG(std::string, issuer, "caucus", "The claim iss of every token.");
ABSL_FLAG(std::string, audience, "caucus", "The claim aud of every token.");
ABSL_FLAG(absl::Duration, token_lifetime_max, absl::Hours(24), "The longest life of a token.");
ABSL_FLAG(bool, reflection, false, "Whether to serve gRPC reflection; not in production.");
ABSL_FLAG(caucus::Severity, log_level, caucus::Severity::kInfo,
          "The least severity that is logged: debug, info, warning or error.");
ABSL_FLAG(bool, healthcheck, false,
          "Ask the server at --listen for its health and exit: 0 if it serves, else 1.");

namespace caucus::auth {
namespace {

absl::Status Run() {
  const std::string data_dir = absl::GetFlag(FLAGS_data_dir);
  const std::string service_key_file = absl::GetFlag(FLAGS_service_key_file);
  const TokenPolicy policy = {.issuer = absl::GetFlag(FLAGS_issuer),
                              .audience = absl::GetFlag(FLAGS_audience),
                              .lifetime_max = absl::GetFlag(FLAGS_token_lifetime_max)};

  ASSIGN_OR_RETURN(const KeyRing ring, KeyRing::Open(data_dir + "/keys"));
  ASSIGN_OR_RETURN(const ServiceKey service_key,
                   ServiceKey::LoadOrCreate(service_key_file.empty() ? data_dir + "/service.key"
                                                                     : service_key_file));
  const SystemClock clock;
  GenuineTokens genuine;
  const JwtSigner signer(ring, policy, clock, genuine);
  const JwtVerifier verifier(ring, policy, clock, genuine);
  AuthApi api(service_key, signer, verifier, JwksDocument(ring));

  const auto reflection =
      absl::GetFlag(FLAGS_reflection) ? GrpcServer::Reflection::kOn : GrpcServer::Reflection::kOff;
  ASSIGN_OR_RETURN(
      const std::unique_ptr<GrpcServer> server,
      GrpcServer::Start({.listen_address = absl::GetFlag(FLAGS_listen), .reflection = reflection},
                        {.queued = {&api}}));
  Log(Severity::kInfo, "listening",
      {{"address", absl::GetFlag(FLAGS_listen)},
       {"port", server->port()},
       {"keys", ring.keys().size()},
       {"signing_key_id", ring.signing_key().verification_key().id()}});

  const int signal = WaitForTerminationSignal();
  Log(Severity::kInfo, "stopping", {{"signal", signal}});
  server->Stop();
  return absl::OkStatus();
}

}  // namespace
}  // namespace caucus::auth

int main(int argc, char** argv) {
  caucus::BlockTerminationSignals();
  caucus::TurnOffDeadlockDetection();
  caucus::ParseFlags(argc, argv, "Issues and verifies the tokens of Caucus.");
  if (absl::GetFlag(FLAGS_healthcheck)) return caucus::RunHealthCheck(absl::GetFlag(FLAGS_listen));
  caucus::InitLogging("auth-service", absl::GetFlag(FLAGS_log_level));
  caucus::RouteGrpcLog();
  const absl::Status status = caucus::auth::Run();
  if (status.ok()) return 0;
  caucus::Log(caucus::Severity::kError, "cannot run", {{"error", status.message()}});
  return 1;
}
