// The gRPC face of polls. No rules here: they are in the domain.

#ifndef POLLS_SERVICE_API_POLLS_SERVICE_H_
#define POLLS_SERVICE_API_POLLS_SERVICE_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "caucus/polls/v1/polls_service.grpc.pb.h"
#include "common/auth/token_issuer.h"
#include "common/auth/token_verifier.h"
#include "common/grpc/server_queue.h"
#include "common/grpc/server_stream.h"
#include "common/grpc/unary_call.h"
#include "common/time/clock.h"
#include "polls-service/actor/poll_actors.h"
#include "polls-service/actor/task_pool.h"
#include "polls-service/api/caller.h"
#include "polls-service/api/entry_limits.h"
#include "polls-service/api/id_generator.h"
#include "polls-service/api/snapshot.h"
#include "polls-service/api/tally_cache.h"
#include "polls-service/api/watch_session.h"
#include "polls-service/domain/poll.h"
#include "polls-service/leases/edge_leases.h"

namespace caucus::polls {

// Serves caucus.polls.v1.PollsService, whose proto says what each method does and how it fails.
//
// Thread-safe. Everything it is given must outlive it, and it the server that runs it; the actors
// must outlive every watch, so drain them first.
class PollsService final : public QueuedService {
 public:
  struct Options {
    // How long a poll and its tokens live.
    absl::Duration poll_duration = absl::Hours(2);
    // A watcher gets at most one state in so long.
    absl::Duration snapshot_interval = absl::Milliseconds(20);
    EntryLimits::Options entry_limits;
  };

  struct Dependencies {
    PollActors& actors;
    TokenVerifier& verifier;
    TokenIssuer& issuer;
    const IdGenerator& ids;
    const Clock& clock;
    EdgeLeases& leases;
  };

  PollsService(const Dependencies& dependencies, const Options& options);

  grpc::Service& service() override { return methods_; }
  void TakeCalls(ServerQueue& queue) override;

 private:
  // WatchPoll and GetTally are raw: what they answer is encoded once for all who ask.
  using Methods = v1::PollsService::WithRawMethod_WatchPoll<
      v1::PollsService::WithRawMethod_GetTally<v1::PollsService::AsyncService>>;
  using Context = grpc::ServerContext;
  using Responder = UnaryResponder;
  using PollAnswer = std::function<absl::Status(const std::shared_ptr<const Poll>&)>;
  struct CreateCall;
  struct NominateCall;

  void CreatePoll(Context* context, const v1::CreatePollRequest* request,
                  v1::CreatePollResponse* response, Responder* responder);
  void JoinPoll(Context* context, const v1::JoinPollRequest* request,
                v1::JoinPollResponse* response, Responder* responder);
  void RejoinPoll(Context* context, const v1::RejoinPollRequest* request,
                  v1::RejoinPollResponse* response, Responder* responder);
  void GetPoll(Context* context, const v1::GetPollRequest* request, v1::GetPollResponse* response,
               Responder* responder);
  void AddParticipant(Context* context, const v1::AddParticipantRequest* request,
                      v1::AddParticipantResponse* response, Responder* responder);
  void LeavePoll(Context* context, const v1::LeavePollRequest* request,
                 v1::LeavePollResponse* response, Responder* responder);
  void RemoveParticipant(Context* context, const v1::RemoveParticipantRequest* request,
                         v1::RemoveParticipantResponse* response, Responder* responder);
  void AddNomination(Context* context, const v1::AddNominationRequest* request,
                     v1::AddNominationResponse* response, Responder* responder);
  void RemoveNomination(Context* context, const v1::RemoveNominationRequest* request,
                        v1::RemoveNominationResponse* response, Responder* responder);
  void StartVote(Context* context, const v1::StartVoteRequest* request,
                 v1::StartVoteResponse* response, Responder* responder);
  void SubmitRankings(Context* context, const v1::SubmitRankingsRequest* request,
                      v1::SubmitRankingsResponse* response, Responder* responder);
  void ClosePoll(Context* context, const v1::ClosePollRequest* request,
                 v1::ClosePollResponse* response, Responder* responder);
  void CancelPoll(Context* context, const v1::CancelPollRequest* request,
                  v1::CancelPollResponse* response, Responder* responder);
  void WatchPoll(ServerStream& stream);

  void LiftBan(Context* context, const v1::LiftBanRequest* request, v1::LiftBanResponse* response,
               Responder* responder);
  void GetTally(Context* context, const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                Responder* responder);
  void ExportPoll(Context* context, const v1::ExportPollRequest* request,
                  v1::ExportPollResponse* response, Responder* responder);
  void RenewEdgeLease(Context* context, const v1::RenewEdgeLeaseRequest* request,
                      v1::RenewEdgeLeaseResponse* response, Responder* responder);

  // Carries out the command that `make_command` makes for the caller, and answers its revision.
  template <typename Request, typename Response, typename MakeCommand>
  void Execute(Context* context, const Request* request, Response* response, Responder* responder,
               MakeCommand make_command);

  // Lets `answer` fill the response from the poll as it is now, and ends the call with its status.
  void ReadPoll(const Caller& caller, absl::Time deadline, Responder* responder, PollAnswer answer);

  template <typename Response>
  void AnswerPoll(const Caller& caller, v1::PollView view, absl::Time deadline,
                  Responder* responder, Response* response);

  // Both draw an id, and another one as long as it is taken.
  void Create(const std::shared_ptr<CreateCall>& call);
  // The poll's id is taken: by an earlier call with the same request id, or by another poll.
  void AnswerTaken(const std::shared_ptr<CreateCall>& call);
  void AnswerAgain(const std::shared_ptr<CreateCall>& call, const Poll& poll);
  void Nominate(const std::shared_ptr<NominateCall>& call);

  // Issues a token of the poll, good until it expires.
  void IssueToken(const Caller& caller, absl::Time expire_time, absl::Time deadline,
                  TokenIssuer::Callback done);

  Methods methods_;
  PollActors& actors_;
  TokenVerifier& verifier_;
  TokenIssuer& issuer_;
  const IdGenerator& ids_;
  const Clock& clock_;
  EdgeLeases& leases_;
  const Options options_;
  EntryLimits limits_;
  const CallerCheck caller_check_;
  PollEncoders encoders_;
  TallyCache tallies_;
  TaskPool exports_{1};  // Last: its task uses the above.
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_POLLS_SERVICE_H_
