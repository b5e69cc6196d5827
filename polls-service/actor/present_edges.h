// Through which edges people are present in a poll.

#ifndef POLLS_SERVICE_ACTOR_PRESENT_EDGES_H_
#define POLLS_SERVICE_ACTOR_PRESENT_EDGES_H_

#include <string>
#include <vector>

#include "polls-service/domain/poll.h"

namespace caucus::polls {

// Returns the ids of the edges that hold connections of `poll`, those with most connections first,
// at most `edges_max`; none unless it is nominating, for later nobody leaves. Whoever calls by gRPC
// has no edge. Costs O(connections).
//
// Thread-safe: a free function.
std::vector<std::string> PresentEdges(const Poll& poll, size_t edges_max);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_PRESENT_EDGES_H_
