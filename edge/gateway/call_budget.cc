#include "edge/gateway/call_budget.h"

namespace caucus::edge::gateway {

absl::Status CallBudget::Add(size_t request_bytes) {
  const absl::Status checked = Check(request_bytes);
  if (checked.ok()) AddUnlimited(request_bytes);
  return checked;
}

void CallBudget::AddUnlimited(size_t request_bytes) {
  ++calls_;
  request_bytes_ += request_bytes;
}

void CallBudget::Remove(size_t request_bytes) {
  --calls_;
  request_bytes_ -= request_bytes;
}

absl::Status CallBudget::CheckRoom() const { return Check(0); }

absl::Status CallBudget::Check(size_t request_bytes) const {
  if (calls_ < options_.calls_in_flight_max &&
      request_bytes_ + request_bytes <= options_.call_bytes_in_flight_max) {
    return absl::OkStatus();
  }
  observer_.OnLimitReached(Limit::kCallsInFlight);
  return absl::ResourceExhaustedError("Too many calls are under way");
}

}  // namespace caucus::edge::gateway
