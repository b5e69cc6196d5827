// The fold: how an event changes a poll.
//
// Thread-compatible: free functions on values.

#ifndef POLLS_SERVICE_DOMAIN_APPLY_H_
#define POLLS_SERVICE_DOMAIN_APPLY_H_

#include <cstdint>

#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// Applies one committed event. All events of a commit share its revision. Costs O(log n), except
// for cancelling, which drops the poll's content. Never fails: an event that does not fit (only a
// damaged log has any) changes nothing but the revision.
//
// REQUIRES: `revision >= poll.revision`.
void Apply(Poll& poll, const Event& event, uint64_t revision);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_DOMAIN_APPLY_H_
