// How many calls to the services one shard may have under way, whoever they are for.

#ifndef EDGE_GATEWAY_CALL_BUDGET_H_
#define EDGE_GATEWAY_CALL_BUDGET_H_

#include <cstddef>

#include "absl/status/status.h"
#include "edge/gateway/gateway_services.h"
#include "edge/limits/limit.h"

namespace caucus::edge::gateway {

// Bounded by calls_in_flight_max and call_bytes_in_flight_max. Confined to its shard. The options
// and the observer must outlive it.
class CallBudget {
 public:
  CallBudget(const GatewayOptions& options, LimitObserver& observer)
      : options_(options), observer_(observer) {}

  // Counts a call that is to be made now.
  //   kResourceExhausted  there is no room for it: it must not be made, and is not counted
  absl::Status Add(size_t request_bytes);
  // Likewise, for a call that must be made in any case.
  void AddUnlimited(size_t request_bytes);
  // A call that was counted is over.
  void Remove(size_t request_bytes);

  // Whether a call without a request could be added.
  absl::Status CheckRoom() const;

 private:
  absl::Status Check(size_t request_bytes) const;

  const GatewayOptions& options_;
  LimitObserver& observer_;
  size_t calls_ = 0;
  size_t request_bytes_ = 0;
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_CALL_BUDGET_H_
