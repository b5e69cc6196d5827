// The process polls-service: flags and wiring.

#include <signal.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/auth/grpc_token_verifier.h"
#include "common/auth/token_issuer.h"
#include "common/config/deadlock_detection.h"
#include "common/config/flags.h"
#include "common/config/secret_file.h"
#include "common/grpc/call_queue.h"
#include "common/grpc/channel.h"
#include "common/grpc/grpc_log.h"
#include "common/grpc/grpc_server.h"
#include "common/grpc/health_check.h"
#include "common/grpc/termination.h"
#include "common/logging/logging.h"
#include "common/redis/redis_options.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "polls-service/actor/poll_actors.h"
#include "polls-service/api/gathering_turns.h"
#include "polls-service/api/id_generator.h"
#include "polls-service/api/polls_service.h"
#include "polls-service/leases/edge_leases.h"
#include "polls-service/leases/in_memory_edge_leases.h"
#include "polls-service/leases/redis_edge_leases.h"
#include "polls-service/log/in_memory_poll_log.h"
#include "polls-service/log/poll_log.h"
#include "polls-service/log/redis_poll_log.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:50052",
          "Addresses of the gRPC server, separated by commas: host:port, where port 0 is any, or "
          "unix:/path.");
ABSL_FLAG(std::string, store, "redis",
          "Where polls are kept: redis; or memory, which forgets them when the process ends.");
ABSL_FLAG(
    std::string, redis, "127.0.0.1:6379",
    "Address of Redis: host:port, or the absolute path of its Unix socket. Of several, separated "
    "by commas, the one that is the master is used.");
ABSL_FLAG(std::string, redis_password_file, "", "File of Redis' password; empty: none is asked.");
ABSL_FLAG(std::string, auth, "127.0.0.1:50051", "Address of auth-service: a gRPC target.");
ABSL_FLAG(std::string, auth_service_key_file, "data/auth/service.key",
          "File of the key that lets this service have tokens issued.");
ABSL_FLAG(absl::Duration, poll_duration, absl::Hours(2),
          "How long a poll lives, at least 1s. Tokens live as long: see --token_lifetime_max of "
          "auth-service.");
ABSL_FLAG(absl::Duration, snapshot_interval, absl::Milliseconds(20),
          "A watcher of a poll gets at most one state in so long.");
ABSL_FLAG(absl::Duration, expiry_warning, absl::Minutes(5),
          "How long before a poll expires its watchers are warned; at most a tenth of its life.");
ABSL_FLAG(uint32_t, ack_replicas, 0,
          "How many of Redis' replicas must have a change before it is acknowledged (WAIT).");
ABSL_FLAG(uint32_t, participants_max, 20'000, "How many people may take part in a poll.");
ABSL_FLAG(uint32_t, nominations_max, 200, "How many nominations a poll may have, at most 300.");
ABSL_FLAG(uint32_t, nominations_per_participant_max, 20,
          "How many nominations of one person a poll may have.");
ABSL_FLAG(double, polls_per_minute, 60,
          "How many polls one address may create in a minute, in each replica; 0: any number.");
ABSL_FLAG(double, joins_per_minute, 60'000,
          "How often one address may join a poll in a minute, in each replica; 0: any number.");
ABSL_FLAG(
    double, unknown_codes_per_minute, 300,
    "How many codes that no poll has one address may try in a minute, in each replica, before "
    "it is refused to join any; 0: any number.");
ABSL_FLAG(double, changes_per_minute, 600,
          "How many changes to polls one person may ask for in a minute, in each replica; 0: any "
          "number.");
ABSL_FLAG(bool, trust_forwarded_for, true,
          "Whether the metadata x-forwarded-for names the caller's address: true if nothing but "
          "edges can reach --listen.");
ABSL_FLAG(bool, reflection, false, "Whether to serve gRPC reflection; not in production.");
ABSL_FLAG(caucus::Severity, log_level, caucus::Severity::kInfo,
          "The least severity that is logged: debug, info, warning or error.");
ABSL_FLAG(bool, healthcheck, false,
          "Ask the server at --listen for its health and exit: 0 if it serves, else 1.");

namespace caucus::polls {
namespace {

// A count is made in its poll's turn, and takes time that grows with the cube: Schulze's 24 s of
// 1,000 nominations, less than one of 300.
constexpr uint32_t kNominationsMax = 300;

// How long commits in flight may take after SIGTERM.
constexpr absl::Duration kDrainTimeout = absl::Seconds(15);

// The termination signals are blocked, so one that has come is pending.
bool IsTerminationPending() {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

absl::StatusOr<RedisOptions> RedisOptionsFromFlags() {
  RedisOptions options;
  options.address = absl::GetFlag(FLAGS_redis);
  std::vector<std::string> addresses = absl::StrSplit(options.address, ',');
  for (std::string& address : addresses) {
    if (address.starts_with('/')) address.insert(0, "unix:");
  }
  options.address = absl::StrJoin(addresses, ",");
  const std::string password_file = absl::GetFlag(FLAGS_redis_password_file);
  if (!password_file.empty()) {
    ASSIGN_OR_RETURN(options.password, ReadSecretFile(password_file));
  }
  return options;
}

// What outlives this process.
struct Store {
  std::unique_ptr<PollLog> log;
  std::unique_ptr<EdgeLeases> leases;
};

// Returns the store once it can be used; nothing if the process is asked to end before.
absl::StatusOr<std::optional<Store>> OpenStore(const Clock& clock) {
  const std::string store = absl::GetFlag(FLAGS_store);
  if (store == "memory") {
    return Store{std::make_unique<InMemoryPollLog>(clock),
                 std::make_unique<InMemoryEdgeLeases>(clock)};
  }
  if (store != "redis") return absl::InvalidArgumentError("--store is neither redis nor memory");
  ASSIGN_OR_RETURN(const RedisOptions redis, RedisOptionsFromFlags());
  auto log = std::make_unique<RedisPollLog>(
      RedisPollLog::Options{.redis = redis, .ack_replicas = absl::GetFlag(FLAGS_ack_replicas)});
  auto leases = std::make_unique<RedisEdgeLeases>(RedisEdgeLeases::Options{.redis = redis});
  Log(Severity::kInfo, "waiting for Redis", {{"address", redis.address}});
  while (!log->AwaitConnected(absl::Now() + absl::Milliseconds(200)).ok()) {
    if (IsTerminationPending()) return std::nullopt;
  }
  return Store{std::move(log), std::move(leases)};
}

PollActors::Options ActorOptionsFromFlags(EdgeLeases& leases, CallQueue& queue) {
  PollActors::Options options;
  options.leases = &leases;
  options.run_turn = GatheringTurns(queue);
  options.limits.expiry_warning = absl::GetFlag(FLAGS_expiry_warning);
  options.limits.poll.participants_max = absl::GetFlag(FLAGS_participants_max);
  options.limits.poll.removed_users_max = absl::GetFlag(FLAGS_participants_max);
  options.limits.poll.nominations_max = absl::GetFlag(FLAGS_nominations_max);
  options.limits.poll.nominations_per_participant_max =
      absl::GetFlag(FLAGS_nominations_per_participant_max);
  return options;
}

absl::Status Run() {
  if (absl::GetFlag(FLAGS_poll_duration) < absl::Seconds(1)) {
    return absl::InvalidArgumentError("--poll_duration is less than 1s");
  }
  if (absl::GetFlag(FLAGS_nominations_max) > kNominationsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("--nominations_max is greater than ", kNominationsMax));
  }
  ASSIGN_OR_RETURN(const std::string service_key,
                   ReadSecretFile(absl::GetFlag(FLAGS_auth_service_key_file)));
  const SystemClock clock;
  ASSIGN_OR_RETURN(const std::optional<Store> store, OpenStore(clock));
  if (!store.has_value()) return absl::OkStatus();

  const auto reflection =
      absl::GetFlag(FLAGS_reflection) ? GrpcServer::Reflection::kOn : GrpcServer::Reflection::kOff;
  GrpcServer server({.listen_address = absl::GetFlag(FLAGS_listen), .reflection = reflection});
  const auto auth_channel = CreateChannel(absl::GetFlag(FLAGS_auth));
  GrpcTokenVerifier verifier(auth_channel, server.queue(), clock);
  TokenIssuer issuer(auth_channel, service_key, server.queue());
  const IdGenerator ids;
  PollActors actors(*store->log, clock, ActorOptionsFromFlags(*store->leases, server.queue()));
  PollsService service(
      {.actors = actors,
       .verifier = verifier,
       .issuer = issuer,
       .ids = ids,
       .clock = clock,
       .leases = *store->leases},
      {.poll_duration = absl::GetFlag(FLAGS_poll_duration),
       .snapshot_interval = absl::GetFlag(FLAGS_snapshot_interval),
       .entry_limits = {.polls_created = absl::GetFlag(FLAGS_polls_per_minute),
                        .joins = absl::GetFlag(FLAGS_joins_per_minute),
                        .unknown_codes = absl::GetFlag(FLAGS_unknown_codes_per_minute),
                        .commands = absl::GetFlag(FLAGS_changes_per_minute),
                        .forwarded_for_trusted = absl::GetFlag(FLAGS_trust_forwarded_for)}});

  RETURN_IF_ERROR(server.Listen({.queued = {&service}}));
  Log(Severity::kInfo, "listening",
      {{"address", absl::GetFlag(FLAGS_listen)},
       {"port", server.port()},
       {"store", absl::GetFlag(FLAGS_store)}});

  const int signal = WaitForTerminationSignal();
  Log(Severity::kInfo, "stopping", {{"signal", signal}});
  // Callers go elsewhere. Who comes all the same is told UNAVAILABLE by the actors, which stop
  // first and end the streams: the server would wait for those.
  server.SayNotServing();
  actors.Drain(absl::Now() + kDrainTimeout);
  server.Stop();
  return absl::OkStatus();
}

}  // namespace
}  // namespace caucus::polls

int main(int argc, char** argv) {
  caucus::BlockTerminationSignals();
  caucus::TurnOffDeadlockDetection();
  caucus::ParseFlags(argc, argv, "Keeps the polls of Caucus.");
  if (absl::GetFlag(FLAGS_healthcheck)) return caucus::RunHealthCheck(absl::GetFlag(FLAGS_listen));
  caucus::InitLogging("polls-service", absl::GetFlag(FLAGS_log_level));
  caucus::RouteGrpcLog();
  const absl::Status status = caucus::polls::Run();
  if (status.ok()) return 0;
  caucus::Log(caucus::Severity::kError, "cannot run", {{"error", status.message()}});
  return 1;
}
