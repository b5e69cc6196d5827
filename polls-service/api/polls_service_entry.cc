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
#include "polls-service/api/request_key.h"
#include "polls-service/domain/apply.h"
#include "polls-service/domain/errors.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// A CreatePoll call.
struct PollsService::CreateCall {
  Responder* responder;
  const v1::CreatePollRequest& request;
  v1::CreatePollResponse& response;
  CountingRules rules;
  CreationKey key;
  Caller admin;
  absl::Time expire_time;
  absl::Time deadline;
  int attempts = 0;
};

void PollsService::CreatePoll(Context* context, const v1::CreatePollRequest* request,
                              v1::CreatePollResponse* response, Responder* responder) {
  absl::Status status = CheckRequest(*request);
  const absl::StatusOr<CountingRules> rules = FromProto(request->rules());
  if (status.ok()) status = rules.status();
  if (status.ok()) status = limits_.AdmitCreation(*context);
  if (!status.ok()) {
    return responder->Finish(ToAnswer(status));
  }
  v1::CreatePollRequest fields = *request;
  fields.clear_request_id();
  // Whole seconds, as the expiry is told to clients and in tokens.
  const int64_t expire_seconds = absl::ToUnixSeconds(clock_.Now() + options_.poll_duration);
  Create(std::make_shared<CreateCall>(
      CreateCall{.responder = responder,
                 .request = *request,
                 .response = *response,
                 .rules = *rules,
                 .key = CreationKeyOf(request->request_id(), FingerprintOf(fields)),
                 .admin = {.name = std::string(TrimWhitespace(request->name()))},
                 .expire_time = absl::FromUnixSeconds(expire_seconds),
                 .deadline = DeadlineOf(*context, clock_)}));
}

void PollsService::Create(const std::shared_ptr<CreateCall>& call) {
  const bool is_remembered = !call->key.request_digest.empty();
  const IdGenerator ids = is_remembered ? call->key.Ids(call->attempts) : ids_;
  call->admin.poll_id = ids.DrawPollId();
  call->admin.user_id = ids.DrawUserId();
  const auto created = [this, call](const absl::StatusOr<Outcome>& outcome) {
    if (IsIdTaken(outcome.status())) return AnswerTaken(call);
    if (outcome.ok()) {
      Poll poll;
      for (const Event& event : outcome->events) Apply(poll, event, outcome->revision);
      *call->response.mutable_poll() = ToProto(poll);
    }
    call->responder->Finish(ToAnswer(outcome.status()));
  };
  // The token first: a poll whose creator got none would have no admin.
  IssueToken(call->admin, call->expire_time, call->deadline,
             [this, call, created](absl::StatusOr<IssuedToken> token) {
               if (!token.ok())
                 return call->responder->Finish(ToAnswer(IssueError(token.status())));
               call->response.set_access_token(std::move(token->token));
               actors_.Create({.poll_id = call->admin.poll_id,
                               .topic = call->request.topic(),
                               .votes_per_voter = call->request.votes_per_voter(),
                               .admin_id = call->admin.user_id,
                               .expire_time = call->expire_time,
                               .rules = call->rules,
                               .ballot_changes_allowed = call->request.ballot_changes_allowed(),
                               .request_digest = call->key.request_digest},
                              call->deadline, created);
             });
}

void PollsService::AnswerTaken(const std::shared_ptr<CreateCall>& call) {
  const auto next = [this, call] {
    if (++call->attempts < kIdAttemptsMax) return Create(call);
    call->responder->Finish(ToAnswer(
        PollError(absl::StatusCode::kUnavailable, "No code is free; try again", "TRY_AGAIN")));
  };
  if (call->key.request_digest.empty()) return next();
  actors_.Get(call->admin.poll_id, call->deadline,
              [this, call, next](const absl::StatusOr<std::shared_ptr<const Poll>>& poll) {
                if (!poll.ok()) return call->responder->Finish(ToAnswer(poll.status()));
                if (!call->key.IsSameRequest((*poll)->request_digest)) return next();
                AnswerAgain(call, **poll);
              });
}

void PollsService::AnswerAgain(const std::shared_ptr<CreateCall>& call, const Poll& poll) {
  if (poll.request_digest != call->key.request_digest) {
    return call->responder->Finish(
        ToAnswer(PollError(absl::StatusCode::kInvalidArgument,
                           "The requestID was used for another request", "REQUEST_ID_REUSED")));
  }
  Poll first;
  Apply(first,
        PollCreated{.poll_id = poll.id,
                    .topic = poll.topic,
                    .votes_per_voter = poll.votes_per_voter,
                    .admin_id = poll.admin_id,
                    .create_time = poll.create_time,
                    .expire_time = poll.expire_time,
                    .rules = poll.rules,
                    .ballot_changes_allowed = poll.ballot_changes_allowed},
        1);
  *call->response.mutable_poll() = ToProto(first);
  IssueToken(call->admin, poll.expire_time, call->deadline,
             [call](absl::StatusOr<IssuedToken> token) {
               if (!token.ok())
                 return call->responder->Finish(ToAnswer(IssueError(token.status())));
               call->response.set_access_token(std::move(token->token));
               call->responder->Finish(grpc::Status::OK);
             });
}

void PollsService::IssueToken(const Caller& caller, absl::Time expire_time, absl::Time deadline,
                              TokenIssuer::Callback done) {
  google::protobuf::Struct claims;
  (*claims.mutable_fields())["pollID"].set_string_value(caller.poll_id);
  (*claims.mutable_fields())["name"].set_string_value(caller.name);
  const absl::Duration lifetime = std::max(expire_time - clock_.Now(), absl::Seconds(1));
  issuer_.Issue(caller.user_id, claims, lifetime, deadline,
                [this, user_id = caller.user_id, claims,
                 done = std::move(done)](absl::StatusOr<IssuedToken> token) {
                  if (token.ok()) {
                    verifier_.Remember(
                        token->token,
                        {.subject = user_id, .claims = claims, .expire_time = token->expire_time});
                  }
                  done(std::move(token));
                });
}

void PollsService::JoinPoll(Context* context, const v1::JoinPollRequest* request,
                            v1::JoinPollResponse* response, Responder* responder) {
  absl::Status status = CheckRequest(*request);
  if (status.ok()) status = limits_.AdmitJoin(*context);
  const std::optional<std::string> poll_id = ParsePollId(request->poll_id());
  if (status.ok() && !poll_id.has_value()) status = PollNotFoundError();
  if (!status.ok()) {
    return responder->Finish(ToAnswer(status));
  }
  const Caller person{.poll_id = *poll_id,
                      .user_id = ids_.DrawUserId(),
                      .name = std::string(TrimWhitespace(request->name()))};
  const absl::Time deadline = DeadlineOf(*context, clock_);
  const auto issued = [responder, response](absl::StatusOr<IssuedToken> token) {
    if (!token.ok()) return responder->Finish(ToAnswer(IssueError(token.status())));
    response->set_access_token(std::move(token->token));
    responder->Finish(grpc::Status::OK);
  };
  // A basic view needs no copy of the poll; a full one is made outside its turn.
  const auto answer = [this, context, responder, request, response, person, deadline,
                       issued](absl::StatusOr<const Poll*> poll) {
    if (absl::IsNotFound(poll.status())) limits_.OnUnknownCode(*context);
    if (!poll.ok()) return responder->Finish(ToAnswer(poll.status()));
    *response->mutable_poll() = ToProto(**poll, request->view());
    IssueToken(person, (*poll)->expire_time, deadline, issued);
  };
  if (request->view() == v1::POLL_VIEW_BASIC) {
    actors_.Read(*poll_id, deadline, answer);
    return;
  }
  actors_.Get(*poll_id, deadline,
              [answer](const absl::StatusOr<std::shared_ptr<const Poll>>& poll) {
                answer(poll.ok() ? absl::StatusOr<const Poll*>(poll->get()) : poll.status());
              });
}

}  // namespace caucus::polls
