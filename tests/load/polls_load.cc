// Votes on polls, by gRPC, as fast as polls-service answers; prints one JSON line.
//
// Each of --callers callers has one vote under way at a time. Polls allow ballots to be changed, so
// every vote is a change to the poll, durable before it is answered.

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "caucus/polls/v1/polls_service.grpc.pb.h"
#include "common/grpc/channel.h"
#include "common/status/grpc_status.h"
#include "common/status/status_macros.h"
#include "tests/load/latency.h"

ABSL_FLAG(std::string, target, "127.0.0.1:50052", "polls-service.");
ABSL_FLAG(int, polls, 1, "How many polls are voted on.");
ABSL_FLAG(int, callers, 64, "How many votes are under way at a time.");
ABSL_FLAG(absl::Duration, warm_up, absl::Seconds(1), "How long to vote before counting.");
ABSL_FLAG(absl::Duration, duration, absl::Seconds(5), "How long to count.");

namespace caucus::load {
namespace {

using Stub = polls::v1::PollsService::Stub;

constexpr int kVotersMax = 100;  // Of one poll.
constexpr int kOptions = 3;

struct Voter {
  std::string poll_id;
  std::string token;
  std::vector<std::string> options;
};

void Prepare(grpc::ClientContext& context, const std::string& token) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
  if (!token.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
}

template <typename Request, typename Response>
absl::StatusOr<Response> Call(Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const std::string& token, const Request& request) {
  grpc::ClientContext context;
  Prepare(context, token);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

absl::Status Enter(Stub& stub, const Voter& voter) {
  polls::v1::AddParticipantRequest enter;
  enter.set_poll_id(voter.poll_id);
  return Call(stub, &Stub::AddParticipant, voter.token, enter).status();
}

// Creates a poll, lets `count` people in, and starts the vote.
absl::Status AddVoters(Stub& stub, int count, std::vector<Voter>& voters) {
  polls::v1::CreatePollRequest create;
  create.set_topic("Load");
  create.set_votes_per_voter(kOptions);
  create.set_name("Admin");
  create.set_ballot_changes_allowed(true);
  ASSIGN_OR_RETURN(const auto created, Call(stub, &Stub::CreatePoll, "", create));
  Voter admin{created.poll().id(), created.access_token(), {}};
  RETURN_IF_ERROR(Enter(stub, admin));
  for (int i = 0; i < kOptions; ++i) {
    polls::v1::AddNominationRequest nominate;
    nominate.set_poll_id(admin.poll_id);
    nominate.set_text(absl::StrCat("Option ", i));
    ASSIGN_OR_RETURN(const auto added, Call(stub, &Stub::AddNomination, admin.token, nominate));
    admin.options.push_back(added.nomination_id());
  }
  voters.push_back(admin);
  for (int i = 1; i < count; ++i) {
    polls::v1::JoinPollRequest join;
    join.set_poll_id(admin.poll_id);
    join.set_name("Voter");
    join.set_view(polls::v1::POLL_VIEW_BASIC);
    ASSIGN_OR_RETURN(const auto joined, Call(stub, &Stub::JoinPoll, "", join));
    voters.push_back({admin.poll_id, joined.access_token(), admin.options});
    RETURN_IF_ERROR(Enter(stub, voters.back()));
  }
  polls::v1::StartVoteRequest start;
  start.set_poll_id(admin.poll_id);
  return Call(stub, &Stub::StartVote, admin.token, start).status();
}

struct Interval {
  absl::Time begin;
  absl::Time end;
};

// One caller: a vote, its answer, the next vote. Owned by its callbacks until `interval` is over.
class Caller {
 public:
  Caller(Stub& stub, const std::vector<Voter>& voters, size_t first, size_t step,
         const Interval& interval, absl::BlockingCounter& finished)
      : stub_(stub),
        voters_(voters),
        next_(first),
        step_(step),
        interval_(interval),
        finished_(finished) {}

  void Vote() {
    const Voter& voter = voters_[next_];
    next_ = (next_ + step_) % voters_.size();
    context_ = std::make_unique<grpc::ClientContext>();
    Prepare(*context_, voter.token);
    request_.set_poll_id(voter.poll_id);
    request_.clear_rankings();
    for (size_t i = 0; i < voter.options.size(); ++i) {
      request_.add_rankings(voter.options[(i + votes_) % voter.options.size()]);
    }
    ++votes_;
    began_ = absl::Now();
    stub_.async()->SubmitRankings(context_.get(), &request_, &response_,
                                  [this](const grpc::Status& status) { OnAnswer(status); });
  }

  Latencies& latencies() { return latencies_; }
  size_t failures() const { return failures_; }
  const grpc::Status& failure() const { return failure_; }

 private:
  void OnAnswer(const grpc::Status& status) {
    const absl::Time now = absl::Now();
    if (!status.ok()) {
      ++failures_;
      failure_ = status;
    } else if (began_ >= interval_.begin && now <= interval_.end) {
      latencies_.Add(now - began_);
    }
    if (now < interval_.end) return Vote();
    finished_.DecrementCount();
  }

  Stub& stub_;
  const std::vector<Voter>& voters_;
  size_t next_;
  const size_t step_;
  const Interval interval_;
  absl::BlockingCounter& finished_;
  std::unique_ptr<grpc::ClientContext> context_;
  polls::v1::SubmitRankingsRequest request_;
  polls::v1::SubmitRankingsResponse response_;
  absl::Time began_;
  size_t votes_ = 0;
  Latencies latencies_;
  size_t failures_ = 0;
  grpc::Status failure_;
};

// Returns the sum of the polls' revisions: how many commits there have been.
absl::StatusOr<uint64_t> Revisions(Stub& stub, const std::vector<Voter>& voters) {
  uint64_t sum = 0;
  std::string last;
  for (const Voter& voter : voters) {
    if (voter.poll_id == last) continue;
    last = voter.poll_id;
    polls::v1::GetPollRequest get;
    get.set_poll_id(voter.poll_id);
    get.set_view(polls::v1::POLL_VIEW_BASIC);
    ASSIGN_OR_RETURN(const auto response, Call(stub, &Stub::GetPoll, voter.token, get));
    sum += response.poll().revision();
  }
  return sum;
}

absl::Status Run() {
  const auto stub = polls::v1::PollsService::NewStub(CreateChannel(absl::GetFlag(FLAGS_target)));
  const int polls = absl::GetFlag(FLAGS_polls);
  std::vector<Voter> voters;
  for (int i = 0; i < polls; ++i) {
    RETURN_IF_ERROR(AddVoters(*stub, polls == 1 ? kVotersMax : 1, voters));
  }

  ASSIGN_OR_RETURN(const uint64_t revisions_before, Revisions(*stub, voters));
  const auto count = static_cast<size_t>(absl::GetFlag(FLAGS_callers));
  const absl::Time began = absl::Now();
  const absl::Time begin = began + absl::GetFlag(FLAGS_warm_up);
  const Interval interval = {begin, begin + absl::GetFlag(FLAGS_duration)};
  absl::BlockingCounter finished(static_cast<int>(count));
  std::vector<std::unique_ptr<Caller>> callers;
  for (size_t i = 0; i < count; ++i) {
    callers.push_back(
        std::make_unique<Caller>(*stub, voters, i % voters.size(), count, interval, finished));
  }
  for (const auto& caller : callers) caller->Vote();
  finished.Wait();
  const double all_seconds = absl::ToDoubleSeconds(absl::Now() - began);
  ASSIGN_OR_RETURN(const uint64_t revisions, Revisions(*stub, voters));

  Latencies latencies;
  for (const auto& caller : callers) {
    latencies.Add(caller->latencies());
    if (caller->failures() > 0) return FromGrpcStatus(caller->failure());
  }
  const double seconds = absl::ToDoubleSeconds(absl::GetFlag(FLAGS_duration));
  std::printf(
      "{\"polls\": %d, \"callers\": %zu, \"votes_per_second\": %.0f, \"commits_per_second\": %.0f, "
      "\"p50_ms\": %.2f, \"p99_ms\": %.2f}\n",
      polls, count, static_cast<double>(latencies.count()) / seconds,
      static_cast<double>(revisions - revisions_before) / all_seconds,
      absl::ToDoubleMilliseconds(latencies.Quantile(0.5)),
      absl::ToDoubleMilliseconds(latencies.Quantile(0.99)));
  return absl::OkStatus();
}

}  // namespace
}  // namespace caucus::load

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const absl::Status status = caucus::load::Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "polls_load: %s\n", std::string(status.ToString()).c_str());
  return 1;
}
