// PollsService on a real gRPC server, over a log in memory and a stand-in for auth-service.

#ifndef POLLS_SERVICE_API_POLLS_SERVICE_FIXTURE_H_
#define POLLS_SERVICE_API_POLLS_SERVICE_FIXTURE_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "caucus/polls/v1/polls_service.grpc.pb.h"
#include "common/auth/grpc_token_verifier.h"
#include "common/auth/token_issuer.h"
#include "common/grpc/grpc_server.h"
#include "common/status/grpc_status.h"
#include "common/testing/fake_auth_service.h"
#include "common/time/clock.h"
#include "polls-service/actor/poll_actors.h"
#include "polls-service/api/gathering_turns.h"
#include "polls-service/api/id_generator.h"
#include "polls-service/api/polls_service.h"
#include "polls-service/leases/in_memory_edge_leases.h"
#include "polls-service/log/in_memory_poll_log.h"

namespace caucus::polls {

// The machine's clock, that can be set forward.
//
// Thread-safe.
class ForwardClock : public Clock {
 public:
  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return absl::Now() + offset_;
  }
  void Advance(absl::Duration duration) {
    absl::MutexLock lock(&mutex_);
    offset_ += duration;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Duration offset_ ABSL_GUARDED_BY(mutex_);
};

// Somebody with a token.
struct Person {
  std::string poll_id;
  std::string user_id;
  std::string token;
};

// A WatchPoll call. Every wait ends after some seconds, with an error.
class Watcher {
 public:
  using Mode = v1::WatchPollRequest::Mode;

  Watcher(v1::PollsService::Stub& stub, const Person& person, uint32_t revision = 0,
          Mode mode = v1::WatchPollRequest::MODE_SNAPSHOT);
  ~Watcher();

  // Returns the next message; nothing at the end.
  std::optional<v1::WatchPollResponse> Next();

  // Returns the first message from here on that is no older than `revision`.
  std::optional<v1::WatchPollResponse> NextFrom(uint32_t revision);

  // Returns how the call ended, after what is left of its messages.
  absl::Status End();

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchPollResponse>> reader_;
};

class PollsServiceFixture : public testing::Test {
 protected:
  using Stub = v1::PollsService::Stub;

  PollsServiceFixture();
  ~PollsServiceFixture() override;

  // Calls `method`, with the token unless it is empty.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const std::string& token, const Request& request) {
    grpc::ClientContext context;
    PrepareContext(context, token);
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    return response;
  }

  static void PrepareContext(grpc::ClientContext& context, const std::string& token);

  // Each REQUIRES success, where it returns no status.
  Person CreatePoll(uint32_t votes_per_voter);
  Person JoinPoll(const std::string& poll_id, const std::string& name);
  // Creates a poll of one vote with its admin, Ann and Bob in it.
  void SetUpPoll();
  std::string Nominate(const Person& person, const std::string& text);

  absl::StatusOr<uint32_t> Connect(const Person& person, const std::string& connection_id = "c");
  absl::StatusOr<uint32_t> Leave(const Person& person, const std::string& connection_id = "c");
  absl::StatusOr<uint32_t> Remove(const Person& admin, const Person& person);
  absl::StatusOr<uint32_t> Start(const Person& admin);
  absl::StatusOr<uint32_t> Vote(const Person& person, const std::vector<std::string>& rankings);
  absl::StatusOr<uint32_t> Close(const Person& admin);
  absl::StatusOr<uint32_t> Cancel(const Person& admin);
  absl::StatusOr<v1::Poll> Get(const Person& person);

  ForwardClock clock_;
  const std::unique_ptr<FakeAuthService> auth_ = FakeAuthService::Start();
  InMemoryPollLog log_{clock_};
  GrpcServer server_{{.listen_address = "127.0.0.1:0"}};
  PollActors actors_{log_, clock_, {.run_turn = GatheringTurns(server_.queue())}};
  GrpcTokenVerifier verifier_;
  TokenIssuer issuer_;
  IdGenerator ids_;
  InMemoryEdgeLeases leases_{clock_};
  PollsService service_;
  std::unique_ptr<Stub> stub_;

  Person admin_;
  Person ann_;
  Person bob_;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_POLLS_SERVICE_FIXTURE_H_
