// CreatePoll and JoinPoll: the calls that hand out tokens.

#include <google/protobuf/struct.pb.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/text/unicode.h"
#include "polls-service/actor/outcome.h"
#include "polls-service/api/api_error.h"
#include "polls-service/api/call_deadline.h"
#include "polls-service/api/polls_service.h"
#include "polls-service/api/proto_mapping.h"
#include "polls-service/api/request_check.h"
#include "polls-service/domain/apply.h"
#include "polls-service/domain/errors.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// A CreatePoll call.
struct PollsService::CreateCall {
  Reactor* reactor;
  const v1::CreatePollRequest& request;
  v1::CreatePollResponse& response;
  Caller admin;
  absl::Time expire_time;
  absl::Time deadline;
  int attempts = 0;
};

PollsService::Reactor* PollsService::CreatePoll(Context* context,
                                                const v1::CreatePollRequest* request,
                                                v1::CreatePollResponse* response) {
  Reactor* reactor = context->DefaultReactor();
  if (const absl::Status status = CheckRequest(*request); !status.ok()) {
    reactor->Finish(ToAnswer(status));
    return reactor;
  }
  // Whole seconds, as the expiry is told to clients and in tokens.
  const int64_t expire_seconds = absl::ToUnixSeconds(clock_.Now() + options_.poll_duration);
  Create(std::make_shared<CreateCall>(CreateCall{
      .reactor = reactor,
      .request = *request,
      .response = *response,
      .admin = {.user_id = ids_.DrawUserId(), .name = std::string(TrimWhitespace(request->name()))},
      .expire_time = absl::FromUnixSeconds(expire_seconds),
      .deadline = DeadlineOf(*context, clock_)}));
  return reactor;
}

void PollsService::Create(const std::shared_ptr<CreateCall>& call) {
  call->admin.poll_id = ids_.DrawPollId();
  const auto created = [this, call](const absl::StatusOr<Outcome>& outcome) {
    if (IsIdTaken(outcome.status()) && ++call->attempts < kIdAttemptsMax) return Create(call);
    if (outcome.ok()) {
      Poll poll;
      for (const Event& event : outcome->events) Apply(poll, event, outcome->revision);
      *call->response.mutable_poll() = ToProto(poll);
    }
    call->reactor->Finish(ToAnswer(outcome.status()));
  };
  // The token first: a poll whose creator got none would have no admin.
  IssueToken(call->admin, call->expire_time, call->deadline,
             [this, call, created](absl::StatusOr<IssuedToken> token) {
               if (!token.ok()) return call->reactor->Finish(ToAnswer(IssueError(token.status())));
               call->response.set_access_token(std::move(token->token));
               actors_.Create({.poll_id = call->admin.poll_id,
                               .topic = call->request.topic(),
                               .votes_per_voter = call->request.votes_per_voter(),
                               .admin_id = call->admin.user_id,
                               .expire_time = call->expire_time},
                              call->deadline, created);
             });
}

void PollsService::IssueToken(const Caller& caller, absl::Time expire_time, absl::Time deadline,
                              TokenIssuer::Callback done) {
  google::protobuf::Struct claims;
  (*claims.mutable_fields())["pollID"].set_string_value(caller.poll_id);
  (*claims.mutable_fields())["name"].set_string_value(caller.name);
  const absl::Duration lifetime = std::max(expire_time - clock_.Now(), absl::Seconds(1));
  issuer_.Issue(caller.user_id, claims, lifetime, deadline, std::move(done));
}

PollsService::Reactor* PollsService::JoinPoll(Context* context, const v1::JoinPollRequest* request,
                                              v1::JoinPollResponse* response) {
  Reactor* reactor = context->DefaultReactor();
  absl::Status status = CheckRequest(*request);
  const std::optional<std::string> poll_id = ParsePollId(request->poll_id());
  if (status.ok() && !poll_id.has_value()) status = PollNotFoundError();
  if (!status.ok()) {
    reactor->Finish(ToAnswer(status));
    return reactor;
  }
  const Caller person{.poll_id = *poll_id,
                      .user_id = ids_.DrawUserId(),
                      .name = std::string(TrimWhitespace(request->name()))};
  const absl::Time deadline = DeadlineOf(*context, clock_);
  const auto issued = [reactor, response](absl::StatusOr<IssuedToken> token) {
    if (!token.ok()) return reactor->Finish(ToAnswer(IssueError(token.status())));
    response->set_access_token(std::move(token->token));
    reactor->Finish(grpc::Status::OK);
  };
  actors_.Get(*poll_id, deadline,
              [this, reactor, response, person, deadline,
               issued](const absl::StatusOr<std::shared_ptr<const Poll>>& poll) {
                if (!poll.ok()) return reactor->Finish(ToAnswer(poll.status()));
                *response->mutable_poll() = ToProto(**poll);
                IssueToken(person, (*poll)->expire_time, deadline, issued);
              });
  return reactor;
}

}  // namespace caucus::polls
