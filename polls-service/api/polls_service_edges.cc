// RenewEdgeLease: edges say that they live.

#include "absl/status/statusor.h"
#include "polls-service/api/api_error.h"
#include "polls-service/api/call_deadline.h"
#include "polls-service/api/polls_service.h"
#include "polls-service/api/request_check.h"
#include "polls-service/leases/edge_leases.h"

namespace caucus::polls {
namespace {

// Its people were removed while it was cut off: connecting again, they take part again.
void AskToReconnect(v1::RenewEdgeLeaseResponse& response) {
  auto& disconnect = *response.mutable_effects()->add_effects()->mutable_disconnect();
  disconnect.mutable_target()->set_all(true);
  disconnect.set_reconnect(true);
}

}  // namespace

void PollsService::RenewEdgeLease(Context* context, const v1::RenewEdgeLeaseRequest* request,
                                  v1::RenewEdgeLeaseResponse* response, Responder* responder) {
  absl::Status status = CheckRequest(*request);
  if (status.ok()) status = limits_.AdmitHeartbeat(*context);
  if (!status.ok()) {
    return responder->Finish(ToAnswer(status));
  }
  leases_.Renew(request->edge_id(), DeadlineOf(*context, clock_),
                [responder, response](const absl::StatusOr<EdgeLeases::RenewResult>& renewed) {
                  if (renewed.ok() && renewed->was_declared_dead) AskToReconnect(*response);
                  absl::Status status = renewed.status();
                  if (absl::IsUnknown(status)) status = absl::UnavailableError("not answered");
                  responder->Finish(ToAnswer(status));
                });
}

}  // namespace caucus::polls
