// One poll of many people: they join, nominate, vote and see the results, all of them connected and
// listening all the time. Prints one JSON line.
//
// A person is one HTTP request (POST /polls/join, on a connection of its own) and then one
// WebSocket, as of a web client. Latencies run from the time that a request was due.
//
// Exit status: 0 measured; 1 bad flags; 3 Caucus has cut somebody off, somebody missed an update,
// or a vote was not counted; 4 the run did not finish, the line tells how far it came and why.

#include <sys/types.h>

#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/status/status_macros.h"
#include "tests/load/crowd.h"
#include "tests/load/latency.h"
#include "tests/load/phase_meter.h"

ABSL_FLAG(std::string, server, "127.0.0.1:8080", "The edge, or the peer.");
ABSL_FLAG(std::string, target, "caucus", "caucus, or nest: polls_nest in peers.");
ABSL_FLAG(std::string, mode, "deltas", "What Caucus' clients ask for: snapshot or deltas.");
ABSL_FLAG(int, people, 100, "How many people there are.");
ABSL_FLAG(int, nominations, 50, "How many options are nominated, each by another person.");
ABSL_FLAG(int, ranks, 3, "How many options a ballot ranks.");
ABSL_FLAG(absl::Duration, join_time, absl::Seconds(10), "How long people join, evenly spread.");
ABSL_FLAG(absl::Duration, nominate_time, absl::Seconds(2), "How long they nominate.");
ABSL_FLAG(absl::Duration, vote_time, absl::Seconds(10), "How long they vote.");
ABSL_FLAG(absl::Duration, max_time, absl::Seconds(120), "When to give up.");
ABSL_FLAG(std::string, pids, "", "Processes to report: name=pid,name=pid.");

namespace caucus::load {
namespace {

absl::StatusOr<Crowd::Options> ReadOptions() {
  Crowd::Options options{.server = absl::GetFlag(FLAGS_server),
                         .people = static_cast<size_t>(absl::GetFlag(FLAGS_people)),
                         .nominations = static_cast<size_t>(absl::GetFlag(FLAGS_nominations)),
                         .ranks = static_cast<size_t>(absl::GetFlag(FLAGS_ranks)),
                         .end = absl::Now() + absl::GetFlag(FLAGS_max_time)};
  const std::string target = absl::GetFlag(FLAGS_target);
  const std::string mode = absl::GetFlag(FLAGS_mode);
  if (absl::GetFlag(FLAGS_ranks) < 1 ||
      absl::GetFlag(FLAGS_ranks) > absl::GetFlag(FLAGS_nominations) ||
      absl::GetFlag(FLAGS_nominations) > absl::GetFlag(FLAGS_people) ||
      (target != "caucus" && target != "nest") || (mode != "snapshot" && mode != "deltas")) {
    return absl::InvalidArgumentError(
        "--ranks, --nominations, --people, --target or --mode is out of bounds");
  }
  options.target = target == "nest" ? Crowd::Target::kNest : Crowd::Target::kCaucus;
  options.mode = mode == "deltas" ? Crowd::Mode::kDeltas : Crowd::Mode::kSnapshot;
  return options;
}

std::string Milliseconds(absl::Duration duration) {
  const double milliseconds = absl::ToDoubleMilliseconds(duration);
  return std::isfinite(milliseconds) ? absl::StrFormat("%.2f", milliseconds) : "null";
}

std::string ToJson(absl::string_view name, Latencies latencies) {
  return absl::StrFormat(
      "\"%s_count\": %d, \"%s_p50_ms\": %s, \"%s_p99_ms\": %s, \"%s_max_ms\": %s", name,
      latencies.count(), name, Milliseconds(latencies.Quantile(0.5)), name,
      Milliseconds(latencies.Quantile(0.99)), name, Milliseconds(latencies.Quantile(1)));
}

absl::Status Play(Crowd& crowd, PhaseMeter& meter) {
  const auto begin = [&](std::string_view phase) {
    return meter.Begin(phase, {crowd.bytes_received(), crowd.updates()});
  };
  RETURN_IF_ERROR(begin("join"));
  RETURN_IF_ERROR(crowd.CreatePoll());
  RETURN_IF_ERROR(crowd.Join(absl::GetFlag(FLAGS_join_time)));
  RETURN_IF_ERROR(begin("nominate"));
  RETURN_IF_ERROR(crowd.Nominate(absl::GetFlag(FLAGS_nominate_time)));
  RETURN_IF_ERROR(begin("start"));
  RETURN_IF_ERROR(crowd.StartVote());
  RETURN_IF_ERROR(begin("vote"));
  RETURN_IF_ERROR(crowd.Vote(absl::GetFlag(FLAGS_vote_time)));
  RETURN_IF_ERROR(begin("close"));
  return crowd.Close();
}

void Print(Crowd& crowd, const PhaseMeter& meter, const std::string& phase,
           const absl::Status& outcome, absl::Duration close_known) {
  // The peer knows nothing else.
  const std::string mode =
      absl::GetFlag(FLAGS_target) == "nest" ? "snapshot" : absl::GetFlag(FLAGS_mode);
  std::string json = absl::StrFormat(
      "{\"scenario\": \"poll_crowd\", \"target\": \"%s\", \"mode\": \"%s\", \"people\": %d, "
      "\"nominations\": %d, "
      "\"finished\": %s, \"phase\": \"%s\", \"failure\": \"%s\", \"connected\": %d, ",
      absl::GetFlag(FLAGS_target), mode, absl::GetFlag(FLAGS_people),
      absl::GetFlag(FLAGS_nominations), outcome.ok() ? "true" : "false", phase,
      absl::CEscape(outcome.message()), crowd.connected());
  absl::StrAppend(&json, ToJson("join", crowd.joins()), ", ");
  absl::StrAppend(&json, ToJson("nomination_known", crowd.NominationsKnown()), ", ");
  absl::StrAppend(&json, ToJson("ack", crowd.acks()), ", ",
                  ToJson("vote_known", crowd.VotesKnown()), ", ");
  absl::StrAppend(&json, "\"final_state_ms\": ", Milliseconds(crowd.FinalStateAfterLastVote()),
                  ", \"close_known_ms\": ", Milliseconds(close_known));
  absl::StrAppendFormat(
      &json,
      ", \"bytes_received\": %d, \"updates\": %d, \"cut_off\": %d, \"last_cut_off\": "
      "\"%s\", \"gaps\": %d, \"older_states\": %d, "
      "\"own_late_max_ms\": %s, %s}",
      crowd.bytes_received(), crowd.updates(), crowd.cut_off(), absl::CEscape(crowd.last_cut_off()),
      crowd.gaps(), crowd.older_states(), Milliseconds(crowd.late_max()), meter.ToJson());
  std::printf("%s\n", json.c_str());
}

absl::StatusOr<int> Run() {
  ASSIGN_OR_RETURN(const Crowd::Options options, ReadOptions());
  ASSIGN_OR_RETURN(const std::vector<NamedProcess> processes,
                   ParseProcesses(absl::GetFlag(FLAGS_pids)));
  ASSIGN_OR_RETURN(const std::unique_ptr<Crowd> crowd, Crowd::Create(options));
  PhaseMeter meter(processes);
  absl::Status outcome = Play(*crowd, meter);
  const std::string phase(meter.phase());
  outcome.Update(meter.Begin("", {crowd->bytes_received(), crowd->updates()}));
  const absl::Duration close_known = crowd->CloseKnown();
  absl::Status counted;
  if (outcome.ok() && options.target == Crowd::Target::kCaucus) counted = crowd->CheckTally();
  Print(*crowd, meter, phase, outcome, close_known);
  if (!outcome.ok()) return 4;
  if (!counted.ok())
    std::fprintf(stderr, "poll_crowd: %s\n", std::string(counted.message()).c_str());
  const bool faulty = options.target == Crowd::Target::kCaucus &&
                      crowd->cut_off() + crowd->gaps() + crowd->older_states() > 0;
  return faulty || !counted.ok() ? 3 : 0;
}

}  // namespace
}  // namespace caucus::load

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("Measures one poll of many people.");
  absl::ParseCommandLine(argc, argv);
  const absl::StatusOr<int> status = caucus::load::Run();
  if (status.ok()) return *status;
  std::fprintf(stderr, "poll_crowd: %s\n", std::string(status.status().message()).c_str());
  return 1;
}
