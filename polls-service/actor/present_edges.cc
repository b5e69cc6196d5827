#include "polls-service/actor/present_edges.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "polls-service/leases/edge_leases.h"

namespace caucus::polls {

std::vector<std::string> PresentEdges(const Poll& poll, size_t edges_max) {
  if (poll.phase != Phase::kNominating) return {};
  absl::flat_hash_map<std::string_view, size_t> connections;
  for (const auto& [user_id, participant] : poll.participants) {
    for (const Connection& connection : participant.connections) {
      const std::string& id = connection.edge_id;
      if (!id.empty() && id.size() <= kEdgeIdBytesMax) ++connections[id];
    }
  }
  std::vector<std::pair<size_t, std::string_view>> edges;
  for (const auto& [edge_id, count] : connections) edges.emplace_back(count, edge_id);
  std::sort(edges.rbegin(), edges.rend());
  std::vector<std::string> edge_ids;
  for (const auto& [count, edge_id] : edges) {
    if (edge_ids.size() == edges_max) break;
    edge_ids.emplace_back(edge_id);
  }
  return edge_ids;
}

}  // namespace caucus::polls
