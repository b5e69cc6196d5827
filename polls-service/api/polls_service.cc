#include "polls-service/api/polls_service.h"

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "polls-service/actor/outcome.h"
#include "polls-service/api/api_error.h"
#include "polls-service/api/call_deadline.h"
#include "polls-service/api/proto_mapping.h"
#include "polls-service/api/request_check.h"
#include "polls-service/api/request_key.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/errors.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {
namespace {

uint32_t RevisionOf(const Outcome& outcome) {
  return static_cast<uint32_t>(outcome.visible_revision);
}

// The room that WatchPoll's feed rule maps to the mode.
std::string RoomOf(const std::string& poll_id, std::string_view updates) {
  const auto mode =
      updates.empty() ? v1::WatchPollRequest::MODE_SNAPSHOT : v1::WatchPollRequest::MODE_DELTA;
  return absl::StrCat(poll_id, ":", v1::WatchPollRequest::Mode_Name(mode));
}

}  // namespace

// An AddNomination call.
struct PollsService::NominateCall {
  Responder* responder;
  const v1::AddNominationRequest& request;
  v1::AddNominationResponse& response;
  Caller caller;
  absl::Time deadline;
  int attempts = 0;
};

PollsService::PollsService(const Dependencies& dependencies, const Options& options)
    : actors_(dependencies.actors),
      verifier_(dependencies.verifier),
      issuer_(dependencies.issuer),
      ids_(dependencies.ids),
      clock_(dependencies.clock),
      leases_(dependencies.leases),
      options_(options),
      limits_(options.entry_limits, dependencies.clock),
      caller_check_(dependencies.verifier) {}

void PollsService::RejoinPoll(Context* context, const v1::RejoinPollRequest* request,
                              v1::RejoinPollResponse* response, Responder* responder) {
  const absl::Time deadline = DeadlineOf(*context, clock_);
  const auto rejoin = [this, responder, request, response,
                       deadline](const absl::StatusOr<Caller>& caller) {
    if (!caller.ok()) return responder->Finish(ToAnswer(caller.status()));
    const auto added = [this, responder, response, deadline,
                        caller = *caller](const absl::StatusOr<Outcome>& outcome) {
      if (!outcome.ok()) return responder->Finish(ToAnswer(outcome.status()));
      AnswerPoll(caller, v1::POLL_VIEW_FULL, deadline, responder, response);
    };
    actors_.Execute(caller->poll_id,
                    polls::AddParticipant{.user_id = caller->user_id, .name = caller->name},
                    KeyOf(caller->user_id, *request), deadline, added);
  };
  absl::Status status = CheckRequest(*request);
  if (status.ok()) status = limits_.AdmitJoin(*context);
  if (status.ok()) {
    caller_check_.CheckToken(request->access_token(), deadline, rejoin);
  } else {
    responder->Finish(ToAnswer(status));
  }
}

void PollsService::GetPoll(Context* context, const v1::GetPollRequest* request,
                           v1::GetPollResponse* response, Responder* responder) {
  const absl::Time deadline = DeadlineOf(*context, clock_);
  const auto get = [this, responder, request, response,
                    deadline](const absl::StatusOr<Caller>& caller) {
    const absl::Status status = caller.ok() ? CheckRequest(*request) : caller.status();
    if (!status.ok()) return responder->Finish(ToAnswer(status));
    AnswerPoll(*caller, request->view(), deadline, responder, response);
  };
  caller_check_.CheckBearer(context->client_metadata(), request->poll_id(), deadline, get);
}

void PollsService::ReadPoll(const Caller& caller, absl::Time deadline, Responder* responder,
                            PollAnswer answer) {
  actors_.Get(caller.poll_id, deadline,
              [responder, answer = std::move(answer),
               user_id = caller.user_id](const absl::StatusOr<std::shared_ptr<const Poll>>& poll) {
                if (!poll.ok()) return responder->Finish(ToAnswer(poll.status()));
                if ((*poll)->removed_users.contains(user_id)) {
                  return responder->Finish(ToAnswer(RemovedFromPollError()));
                }
                responder->Finish(ToAnswer(answer(*poll)));
              });
}

template <typename Response>
void PollsService::AnswerPoll(const Caller& caller, v1::PollView view, absl::Time deadline,
                              Responder* responder, Response* response) {
  ReadPoll(caller, deadline, responder, [response, view](const std::shared_ptr<const Poll>& poll) {
    *response->mutable_poll() = ToProto(*poll, view);
    return absl::OkStatus();
  });
}

template <typename Request, typename Response, typename MakeCommand>
void PollsService::Execute(Context* context, const Request* request, Response* response,
                           Responder* responder, MakeCommand make_command) {
  const absl::Time deadline = DeadlineOf(*context, clock_);
  const auto answer = [responder, response](const absl::StatusOr<Outcome>& outcome) {
    if (outcome.ok()) response->set_revision(RevisionOf(*outcome));
    responder->Finish(ToAnswer(outcome.status()));
  };
  const auto execute = [this, responder, request, deadline, make_command,
                        answer](const absl::StatusOr<Caller>& caller) {
    absl::Status status = caller.ok() ? CheckRequest(*request) : caller.status();
    // To leave costs nothing that was not counted when the connection was opened.
    if (status.ok() && !std::is_same_v<Request, v1::LeavePollRequest>) {
      status = limits_.AdmitCommand(caller->user_id);
    }
    if (!status.ok()) return responder->Finish(ToAnswer(status));
    actors_.Execute(caller->poll_id, make_command(*caller), KeyOf(caller->user_id, *request),
                    deadline, answer);
  };
  caller_check_.CheckBearer(context->client_metadata(), request->poll_id(), deadline, execute);
}

void PollsService::AddParticipant(Context* context, const v1::AddParticipantRequest* request,
                                  v1::AddParticipantResponse* response, Responder* responder) {
  Execute(context, request, response, responder, [request, response](const Caller& caller) {
    response->set_room(RoomOf(caller.poll_id, request->updates()));
    return polls::AddParticipant{caller.user_id, caller.name, request->connection_id(),
                                 request->edge_id()};
  });
}

void PollsService::LeavePoll(Context* context, const v1::LeavePollRequest* request,
                             v1::LeavePollResponse* response, Responder* responder) {
  Execute(context, request, response, responder, [request](const Caller& caller) {
    return polls::LeavePoll{caller.user_id, request->connection_id()};
  });
}

void PollsService::RemoveParticipant(Context* context, const v1::RemoveParticipantRequest* request,
                                     v1::RemoveParticipantResponse* response,
                                     Responder* responder) {
  Execute(context, request, response, responder, [request](const Caller& caller) {
    return polls::RemoveParticipant{caller.user_id, request->id()};
  });
}

void PollsService::LiftBan(Context* context, const v1::LiftBanRequest* request,
                           v1::LiftBanResponse* response, Responder* responder) {
  Execute(context, request, response, responder, [request](const Caller& caller) {
    return polls::LiftBan{caller.user_id, request->id()};
  });
}

void PollsService::AddNomination(Context* context, const v1::AddNominationRequest* request,
                                 v1::AddNominationResponse* response, Responder* responder) {
  const absl::Time deadline = DeadlineOf(*context, clock_);
  const auto nominate = [this, responder, request, response,
                         deadline](const absl::StatusOr<Caller>& caller) {
    absl::Status status = caller.ok() ? CheckRequest(*request) : caller.status();
    if (status.ok()) status = limits_.AdmitCommand(caller->user_id);
    if (!status.ok()) return responder->Finish(ToAnswer(status));
    Nominate(std::make_shared<NominateCall>(NominateCall{.responder = responder,
                                                         .request = *request,
                                                         .response = *response,
                                                         .caller = *caller,
                                                         .deadline = deadline}));
  };
  caller_check_.CheckBearer(context->client_metadata(), request->poll_id(), deadline, nominate);
}

void PollsService::Nominate(const std::shared_ptr<NominateCall>& call) {
  const std::string nomination_id = ids_.DrawNominationId();
  actors_.Execute(call->caller.poll_id,
                  polls::AddNomination{call->caller.user_id, nomination_id, call->request.text()},
                  KeyOf(call->caller.user_id, call->request), call->deadline,
                  [this, call](const absl::StatusOr<Outcome>& outcome) {
                    if (IsIdTaken(outcome.status()) && ++call->attempts < kIdAttemptsMax)
                      return Nominate(call);
                    if (outcome.ok()) {
                      call->response.set_nomination_id(outcome->nomination_id);
                      call->response.set_revision(RevisionOf(*outcome));
                    }
                    call->responder->Finish(ToAnswer(outcome.status()));
                  });
}

void PollsService::RemoveNomination(Context* context, const v1::RemoveNominationRequest* request,
                                    v1::RemoveNominationResponse* response, Responder* responder) {
  Execute(context, request, response, responder, [request](const Caller& caller) {
    return polls::RemoveNomination{caller.user_id, request->id()};
  });
}

void PollsService::StartVote(Context* context, const v1::StartVoteRequest* request,
                             v1::StartVoteResponse* response, Responder* responder) {
  Execute(context, request, response, responder, [this](const Caller& caller) {
    return polls::StartVote{caller.user_id, ids_.DrawTieBreakSeed()};
  });
}

void PollsService::SubmitRankings(Context* context, const v1::SubmitRankingsRequest* request,
                                  v1::SubmitRankingsResponse* response, Responder* responder) {
  Execute(context, request, response, responder, [request](const Caller& caller) {
    return polls::SubmitRankings{caller.user_id,
                                 {request->rankings().begin(), request->rankings().end()}};
  });
}

void PollsService::ClosePoll(Context* context, const v1::ClosePollRequest* request,
                             v1::ClosePollResponse* response, Responder* responder) {
  Execute(context, request, response, responder,
          [](const Caller& caller) { return polls::ClosePoll{caller.user_id}; });
}

void PollsService::CancelPoll(Context* context, const v1::CancelPollRequest* request,
                              v1::CancelPollResponse* response, Responder* responder) {
  Execute(context, request, response, responder,
          [](const Caller& caller) { return polls::CancelPoll{caller.user_id}; });
}

void PollsService::WatchPoll(ServerStream& stream) {
  WatchSession::Start({.actors = actors_,
                       .caller_check = caller_check_,
                       .encoders = encoders_,
                       .clock = clock_,
                       .interval = options_.snapshot_interval},
                      stream);
}

void PollsService::TakeCalls(ServerQueue& queue) {
  const auto take = [&](auto await, auto handle) {
    TakeUnaryCalls(queue, *this, methods_, await, handle);
  };
  take(&Methods::RequestCreatePoll, &PollsService::CreatePoll);
  take(&Methods::RequestJoinPoll, &PollsService::JoinPoll);
  take(&Methods::RequestRejoinPoll, &PollsService::RejoinPoll);
  take(&Methods::RequestGetPoll, &PollsService::GetPoll);
  take(&Methods::RequestAddParticipant, &PollsService::AddParticipant);
  take(&Methods::RequestLeavePoll, &PollsService::LeavePoll);
  take(&Methods::RequestRemoveParticipant, &PollsService::RemoveParticipant);
  take(&Methods::RequestAddNomination, &PollsService::AddNomination);
  take(&Methods::RequestRemoveNomination, &PollsService::RemoveNomination);
  take(&Methods::RequestStartVote, &PollsService::StartVote);
  take(&Methods::RequestSubmitRankings, &PollsService::SubmitRankings);
  take(&Methods::RequestClosePoll, &PollsService::ClosePoll);
  take(&Methods::RequestCancelPoll, &PollsService::CancelPoll);
  take(&Methods::RequestLiftBan, &PollsService::LiftBan);
  take(&Methods::RequestGetTally, &PollsService::GetTally);
  take(&Methods::RequestExportPoll, &PollsService::ExportPoll);
  take(&Methods::RequestRenewEdgeLease, &PollsService::RenewEdgeLease);
  TakeStreams(queue, *this, methods_, &Methods::RequestWatchPoll, &PollsService::WatchPoll);
}

}  // namespace caucus::polls
