// GetTally and ExportPoll: what a closed poll's ballots have come to.

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/status/error_details.h"
#include "polls-service/api/api_error.h"
#include "polls-service/api/call_deadline.h"
#include "polls-service/api/polls_service.h"
#include "polls-service/api/request_check.h"
#include "polls-service/api/tally_mapping.h"
#include "polls-service/ballot_files/ballots_csv.h"
#include "polls-service/ballot_files/blt.h"
#include "polls-service/ballot_files/count_json.h"
#include "polls-service/domain/count_poll.h"
#include "polls-service/domain/errors.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {
namespace {

absl::Status CheckClosed(const Poll& poll) {
  if (poll.phase == Phase::kClosed) return absl::OkStatus();
  return PollError(absl::StatusCode::kFailedPrecondition, "The poll is not closed", "WRONG_STATE");
}

absl::Status Fill(absl::StatusOr<std::string> content, v1::ExportPollResponse& response) {
  if (content.ok()) response.set_content(*std::move(content));
  return content.status();
}

absl::Status Export(const Poll& poll, v1::ExportPollRequest::Format format,
                    v1::ExportPollResponse& response) {
  const tally::Election election = ElectionOf(poll);
  switch (format) {
    case v1::ExportPollRequest::FORMAT_BLT:
      response.set_file_name(poll.id + ".blt");
      response.set_content_type("text/plain; charset=utf-8");
      return Fill(tally::WriteBlt(election, poll.rules.seats), response);
    case v1::ExportPollRequest::FORMAT_RCTAB_JSON:
      response.set_file_name(poll.id + ".json");
      response.set_content_type("application/json");
      response.set_content(tally::WriteRctabReport(election, RulesOf(poll), poll.count));
      return absl::OkStatus();
    case v1::ExportPollRequest::FORMAT_CSV:
      response.set_file_name(poll.id + ".csv");
      response.set_content_type("text/csv; charset=utf-8");
      return Fill(tally::WriteBallotsCsv(election), response);
    default:
      return BadRequestError({{"format", "format must be a valid enum value"}});
  }
}

}  // namespace

PollsService::Reactor* PollsService::GetTally(Context* context, const v1::GetTallyRequest* request,
                                              v1::GetTallyResponse* response) {
  Reactor* reactor = context->DefaultReactor();
  const absl::Time deadline = DeadlineOf(*context, clock_);
  const auto get = [this, reactor, response, deadline](const absl::StatusOr<Caller>& caller) {
    if (!caller.ok()) return reactor->Finish(ToAnswer(caller.status()));
    ReadPoll(*caller, deadline, reactor, [response](const Poll& poll) {
      const absl::Status status = CheckClosed(poll);
      if (status.ok()) *response->mutable_tally() = ToTallyProto(poll);
      return status;
    });
  };
  caller_check_.CheckBearer(context->client_metadata(), request->poll_id(), deadline, get);
  return reactor;
}

PollsService::Reactor* PollsService::ExportPoll(Context* context,
                                                const v1::ExportPollRequest* request,
                                                v1::ExportPollResponse* response) {
  Reactor* reactor = context->DefaultReactor();
  const absl::Time deadline = DeadlineOf(*context, clock_);
  const auto get = [this, reactor, request, response,
                    deadline](const absl::StatusOr<Caller>& caller) {
    if (!caller.ok()) return reactor->Finish(ToAnswer(caller.status()));
    ReadPoll(*caller, deadline, reactor,
             [request, response, user_id = caller->user_id](const Poll& poll) {
               if (user_id != poll.admin_id) return AdminRequiredError();
               const absl::Status status = CheckClosed(poll);
               return status.ok() ? Export(poll, request->format(), *response) : status;
             });
  };
  caller_check_.CheckBearer(context->client_metadata(), request->poll_id(), deadline, get);
  return reactor;
}

}  // namespace caucus::polls
