// A count as the API shows it.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_API_TALLY_MAPPING_H_
#define POLLS_SERVICE_API_TALLY_MAPPING_H_

#include "caucus/polls/v1/tally.pb.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// Returns the poll's count with its rounds. REQUIRES: the poll is closed.
v1::Tally ToTallyProto(const Poll& poll);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_TALLY_MAPPING_H_
