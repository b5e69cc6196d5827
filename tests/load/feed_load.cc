// Fan-out of feeds: messages that a gRPC stream brings to the edge, and the edge to the clients of
// a room.
//
// One process is both ends: the backend of bench.proto's /feed, and the clients. Each room has
// --inflight messages under way: the next is said when all members have the oldest. Prints one JSON
// line.
//
// Exit status: 0 measured; 1 bad flags; 2 the edge cannot be reached, or a client was cut off; 3
// messages were lost, repeated, misrouted or reordered.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/status/status_macros.h"
#include "tests/load/bench.pb.h"
#include "tests/load/bench_backend.h"
#include "tests/load/fanout.h"
#include "tests/load/process_usage.h"
#include "tests/load/socketio_clients.h"

ABSL_FLAG(std::string, edge, "127.0.0.1:8080", "The edge.");
ABSL_FLAG(std::string, backend_listen, "127.0.0.1:0", "Where the edge finds the backend.");
ABSL_FLAG(int, clients, 1000, "How many clients there are.");
ABSL_FLAG(int, rooms, 100, "How many rooms they are spread over.");
ABSL_FLAG(int, inflight, 4, "How many messages of a room are under way at a time: 1 to 8.");
ABSL_FLAG(int, server_pid, 0, "The edge's process.");
ABSL_FLAG(absl::Duration, start_timeout, absl::Seconds(30), "How long to wait for the edge.");
ABSL_FLAG(absl::Duration, warmup, absl::Seconds(2), "How long to publish before counting.");
ABSL_FLAG(absl::Duration, duration, absl::Seconds(5), "How long to count.");
ABSL_FLAG(absl::Duration, drain, absl::Seconds(5), "How long to wait for the last messages.");

namespace caucus::load {
namespace {

// Turns until `done` or the time is over. False: the time is over.
template <typename Done>
absl::StatusOr<bool> TurnUntil(SocketIoClients& clients, const Fanout& fanout, absl::Duration time,
                               Done done) {
  const absl::Time end = absl::Now() + time;
  while (!done()) {
    const absl::Duration left = end - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    clients.Turn(std::min(left, absl::Milliseconds(20)));
    if (!fanout.failure().ok()) return fanout.failure();
  }
  return true;
}

class Nobody final : public SocketIoClients::Handler {
 public:
  void OnPosted(size_t, int, std::string_view) override { answered_ = true; }
  void OnConnected(size_t) override {}
  void OnEvent(size_t, const Message&) override {}
  void OnEnded(size_t, std::string_view) override { refused_ = true; }
  bool answered() const { return answered_; }
  bool refused() const { return refused_; }

 private:
  bool answered_ = false;
  bool refused_ = false;
};

// Asks again and again until there is an answer by HTTP, whichever.
absl::Status AwaitEdge(const std::string& edge) {
  for (const absl::Time end = absl::Now() + absl::GetFlag(FLAGS_start_timeout);
       absl::Now() < end;) {
    Nobody nobody;
    ASSIGN_OR_RETURN(const auto client, SocketIoClients::Create({.server = edge}, nobody));
    client->Post(0, "/", "{}");
    while (!nobody.answered() && !nobody.refused() && absl::Now() < end)
      client->Turn(absl::Milliseconds(100));
    if (nobody.answered()) return absl::OkStatus();
    absl::SleepFor(absl::Milliseconds(50));
  }
  return absl::UnavailableError(absl::StrCat("the edge does not answer on ", edge));
}

struct Usages {
  ProcessUsage server;
  ProcessUsage own;
};

absl::StatusOr<Usages> ReadUsages() {
  Usages usages;
  ASSIGN_OR_RETURN(usages.server, ReadProcessUsage(absl::GetFlag(FLAGS_server_pid)));
  ASSIGN_OR_RETURN(usages.own, ReadProcessUsage(0));
  return usages;
}

void Print(Fanout& fanout, const Usages& before, const Usages& after, const Fanout::Faults& faults,
           absl::Duration time) {
  const auto deliveries = static_cast<double>(fanout.latencies().count());
  const double seconds = absl::ToDoubleSeconds(time);
  const auto per_delivery = [&](absl::Duration cpu) {
    return deliveries == 0 ? 0 : absl::ToDoubleMicroseconds(cpu) / deliveries;
  };
  const absl::Duration user = after.server.user - before.server.user;
  const absl::Duration system = after.server.system - before.server.system;
  std::printf(
      "{\"scenario\": \"feed_load\", \"clients\": %d, \"rooms\": %d, \"inflight\": %d, "
      "\"message_bytes\": %zu, "
      "\"deliveries_per_second\": %.0f, \"messages_per_second\": %.0f, \"p50_ms\": %.3f, "
      "\"p99_ms\": %.3f, "
      "\"server_cpu_us_per_delivery\": %.3f, \"server_user_us_per_delivery\": %.3f, "
      "\"server_system_us_per_delivery\": %.3f, \"server_cpu_percent\": %.1f, \"own_cpu_percent\": "
      "%.1f, "
      "\"server_resident_bytes\": %lld, \"lost\": %llu, \"duplicated\": %llu, \"misrouted\": %llu, "
      "\"reordered\": %llu}\n",
      absl::GetFlag(FLAGS_clients), absl::GetFlag(FLAGS_rooms), absl::GetFlag(FLAGS_inflight),
      fanout.message_bytes(), deliveries / seconds,
      static_cast<double>(fanout.messages()) / seconds,
      absl::ToDoubleMilliseconds(fanout.latencies().Quantile(0.5)),
      absl::ToDoubleMilliseconds(fanout.latencies().Quantile(0.99)),
      per_delivery(after.server.cpu - before.server.cpu), per_delivery(user), per_delivery(system),
      100 * absl::FDivDuration(after.server.cpu - before.server.cpu, time),
      100 * absl::FDivDuration(after.own.cpu - before.own.cpu, time),
      static_cast<long long>(after.server.resident_bytes),
      static_cast<unsigned long long>(faults.lost),
      static_cast<unsigned long long>(faults.duplicated),
      static_cast<unsigned long long>(faults.misrouted),
      static_cast<unsigned long long>(faults.reordered));
}

absl::StatusOr<Fanout::Faults> Measure(SocketIoClients& clients, Fanout& fanout) {
  const absl::Duration timeout = absl::GetFlag(FLAGS_start_timeout);
  for (size_t i = 0; i < clients.size(); ++i) {
    clients.Connect(i, absl::StrCat(R"({"room":"r)",
                                    i % static_cast<size_t>(absl::GetFlag(FLAGS_rooms)), R"("})"));
    // One by one would wait; all at once would overflow the queue of connections.
    if (i % 100 == 99) {
      RETURN_IF_ERROR(
          TurnUntil(clients, fanout, timeout, [&] { return fanout.connected() > i; }).status());
    }
  }
  ASSIGN_OR_RETURN(const bool connected, TurnUntil(clients, fanout, timeout, [&] {
                     return fanout.connected() == clients.size();
                   }));
  if (!connected) return absl::UnavailableError("not all clients were let in");
  ASSIGN_OR_RETURN(const bool open,
                   TurnUntil(clients, fanout, timeout, [&] { return fanout.PublishEverywhere(); }));
  if (!open) return absl::UnavailableError("the edge has not opened all feeds");

  const auto never = [] { return false; };
  RETURN_IF_ERROR(TurnUntil(clients, fanout, absl::GetFlag(FLAGS_warmup), never).status());
  ASSIGN_OR_RETURN(const Usages before, ReadUsages());
  const absl::Time begin = absl::Now();
  fanout.StartCounting();
  RETURN_IF_ERROR(TurnUntil(clients, fanout, absl::GetFlag(FLAGS_duration), never).status());
  fanout.StopCounting();
  const absl::Duration time = absl::Now() - begin;
  ASSIGN_OR_RETURN(const Usages after, ReadUsages());
  fanout.StopPublishing();
  RETURN_IF_ERROR(TurnUntil(clients, fanout, absl::GetFlag(FLAGS_drain), [&] {
                    return fanout.everything_arrived();
                  }).status());
  const Fanout::Faults faults = fanout.CountFaults();
  Print(fanout, before, after, faults, time);
  return faults;
}

absl::StatusOr<Fanout::Faults> Run() {
  if (absl::GetFlag(FLAGS_clients) < 1 || absl::GetFlag(FLAGS_rooms) < 1 ||
      absl::GetFlag(FLAGS_rooms) > absl::GetFlag(FLAGS_clients) ||
      absl::GetFlag(FLAGS_inflight) < 1 ||
      absl::GetFlag(FLAGS_inflight) > static_cast<int>(Fanout::kInflightMax)) {
    return absl::InvalidArgumentError("--clients, --rooms or --inflight is out of bounds");
  }
  ASSIGN_OR_RETURN(const auto backend, BenchBackend::Start(absl::GetFlag(FLAGS_backend_listen)));
  std::fprintf(stderr, "feed_load: the backend listens on %d\n", backend->port());
  const std::string edge = absl::GetFlag(FLAGS_edge);
  RETURN_IF_ERROR(AwaitEdge(edge));
  Fanout fanout({.clients = static_cast<size_t>(absl::GetFlag(FLAGS_clients)),
                 .rooms = static_cast<size_t>(absl::GetFlag(FLAGS_rooms)),
                 .inflight = static_cast<size_t>(absl::GetFlag(FLAGS_inflight))},
                [&](const bench::v1::BenchMessage& message) { return backend->Say(message); });
  absl::StatusOr<Fanout::Faults> faults;
  {
    ASSIGN_OR_RETURN(
        const auto clients,
        SocketIoClients::Create({.server = edge,
                                 .socketio_namespace = "/feed",
                                 .clients = static_cast<size_t>(absl::GetFlag(FLAGS_clients))},
                                fanout));
    faults = Measure(*clients, fanout);
  }
  return faults;
}

}  // namespace
}  // namespace caucus::load

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("Measures the fan-out of feeds.");
  absl::ParseCommandLine(argc, argv);
  const absl::StatusOr<caucus::load::Fanout::Faults> faults = caucus::load::Run();
  if (faults.ok()) return faults->any() ? 3 : 0;
  std::fprintf(stderr, "feed_load: %s\n", std::string(faults.status().message()).c_str());
  return faults.status().code() == absl::StatusCode::kInvalidArgument ? 1 : 2;
}
