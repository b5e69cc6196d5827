// GetTally and ExportPoll: what a closed poll's ballots have come to.

#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "polls-service/api/api_error.h"
#include "polls-service/api/call_deadline.h"
#include "polls-service/api/polls_service.h"
#include "polls-service/api/request_check.h"
#include "polls-service/api/tally_cache.h"
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

constexpr size_t kPartBytesMax = 256 * 1024;

absl::StatusOr<std::string> ExportFile(const Poll& poll, v1::ExportPollRequest::Format format) {
  const tally::Election election = ElectionOf(poll);
  switch (format) {
    case v1::ExportPollRequest::FORMAT_BLT:
      return tally::WriteBlt(election, poll.rules.seats);
    case v1::ExportPollRequest::FORMAT_RCTAB_JSON:
      return tally::WriteRctabReport(election, RulesOf(poll), poll.count);
    case v1::ExportPollRequest::FORMAT_CSV:
      return tally::WriteBallotsCsv(election);
    default:
      return BadRequestError({{"format", "format must be a valid enum value"}});
  }
}

bool IsInsideCodePoint(const std::string& text, size_t place) {
  return place < text.size() && (static_cast<uint8_t>(text[place]) & 0xc0) == 0x80;
}

// Answers the part that begins at `offset`, which ends where a code point does.
absl::Status FillPart(const std::string& file, size_t offset, v1::ExportPollResponse& response) {
  if (offset > file.size() || IsInsideCodePoint(file, offset)) {
    return BadRequestError({{"offset", "offset must be 0 or a nextOffset"}});
  }
  size_t end = std::min(offset + kPartBytesMax, file.size());
  while (IsInsideCodePoint(file, end)) --end;
  response.set_content(file.substr(offset, end - offset));
  if (end < file.size()) response.set_next_offset(static_cast<uint32_t>(end));
  return absl::OkStatus();
}

absl::Status Export(const Poll& poll, const v1::ExportPollRequest& request,
                    v1::ExportPollResponse& response) {
  ASSIGN_OR_RETURN(const std::string file, ExportFile(poll, request.format()));
  RETURN_IF_ERROR(FillPart(file, request.offset(), response));
  switch (request.format()) {
    case v1::ExportPollRequest::FORMAT_RCTAB_JSON:
      response.set_file_name(poll.id + ".json");
      response.set_content_type("application/json");
      break;
    case v1::ExportPollRequest::FORMAT_CSV:
      response.set_file_name(poll.id + ".csv");
      response.set_content_type("text/csv; charset=utf-8");
      break;
    default:
      response.set_file_name(poll.id + ".blt");
      response.set_content_type("text/plain; charset=utf-8");
  }
  return absl::OkStatus();
}

}  // namespace

void PollsService::GetTally(Context* context, const grpc::ByteBuffer* request,
                            grpc::ByteBuffer* response, Responder* responder) {
  const absl::Time deadline = DeadlineOf(*context, clock_);
  v1::GetTallyRequest parsed;
  grpc::ByteBuffer bytes = *request;
  if (!grpc::SerializationTraits<v1::GetTallyRequest>::Deserialize(&bytes, &parsed).ok()) {
    return responder->Finish(
        ToAnswer(absl::InvalidArgumentError("the request is not a GetTallyRequest")));
  }
  const auto get = [this, responder, response, deadline](const absl::StatusOr<Caller>& caller) {
    if (!caller.ok()) return responder->Finish(ToAnswer(caller.status()));
    ReadPoll(*caller, deadline, responder,
             [this, response](const std::shared_ptr<const Poll>& poll) {
               const absl::Status status = CheckClosed(*poll);
               if (status.ok()) *response = tallies_.Encode(poll);
               return status;
             });
  };
  caller_check_.CheckBearer(context->client_metadata(), parsed.poll_id(), deadline, get);
}

void PollsService::ExportPoll(Context* context, const v1::ExportPollRequest* request,
                              v1::ExportPollResponse* response, Responder* responder) {
  const absl::Time deadline = DeadlineOf(*context, clock_);
  const auto get = [this, responder, request, response,
                    deadline](const absl::StatusOr<Caller>& caller) {
    const absl::Status status = caller.ok() ? CheckRequest(*request) : caller.status();
    if (!status.ok()) return responder->Finish(ToAnswer(status));
    const auto answer = [this, responder, request, response, user_id = caller->user_id](
                            const absl::StatusOr<std::shared_ptr<const Poll>>& poll) {
      absl::Status refusal = poll.status();
      if (refusal.ok() && user_id != (*poll)->admin_id) refusal = AdminRequiredError();
      if (refusal.ok()) refusal = CheckClosed(**poll);
      if (!refusal.ok()) return responder->Finish(ToAnswer(refusal));
      // It takes long, and the polls' threads have other work.
      exports_.Post([responder, request, response, poll = *poll] {
        responder->Finish(ToAnswer(Export(*poll, *request, *response)));
      });
    };
    actors_.Get(caller->poll_id, deadline, answer);
  };
  caller_check_.CheckBearer(context->client_metadata(), request->poll_id(), deadline, get);
}

}  // namespace caucus::polls
