// The seam to the store: which edges are alive.

#ifndef POLLS_SERVICE_LEASES_EDGE_LEASES_H_
#define POLLS_SERVICE_LEASES_EDGE_LEASES_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace caucus::polls {

// How long a lease lasts unless it is renewed. Edges renew theirs every 5 s.
inline constexpr absl::Duration kEdgeLeaseDuration = absl::Seconds(12);
// How long a declared death waits for the edge to come back and learn of it.
inline constexpr absl::Duration kEdgeTombstoneDuration = absl::Hours(1);

// How long it is known that an edge has had a lease.
inline constexpr absl::Duration kEdgeKnownDuration = absl::Hours(1);

// Edge ids are 1 to this many bytes, any bytes: 64 characters in UTF-8.
inline constexpr size_t kEdgeIdBytesMax = 256;

// One lease for each edge, which vanishes unless the edge renews it. EdgeLeaseWatch judges from
// missing leases who is dead.
//
// Every operation is asynchronous and calls its callback exactly once, on a thread of the store's
// or before the operation returns; the callback must not block. All fail with
//   kInvalidArgument  an edge id is empty or longer than kEdgeIdBytesMax.
//   kUnavailable      not done: no connection, or the deadline passed before it was sent.
//   kUnknown          the answer was lost or is late: it may be done, or still become so.
//
// Thread-safe.
class EdgeLeases {
 public:
  struct RenewResult {
    // The edge was declared dead since it renewed last: its people were removed, though it lives.
    bool was_declared_dead = false;
  };

  using RenewCallback = std::function<void(absl::StatusOr<RenewResult>)>;
  using FindMissingCallback = std::function<void(absl::StatusOr<std::vector<std::string>>)>;
  using DeclareDeadCallback = std::function<void(absl::Status)>;

  virtual ~EdgeLeases() = default;

  // Begins the lease of `edge_id` anew. A death is told once: after kUnknown, whoever renews must
  // take the next OK for `was_declared_dead`, for the answer that said so may be what was lost.
  virtual void Renew(std::string_view edge_id, absl::Time deadline, RenewCallback done) = 0;

  // Returns those of `edge_ids` that had a lease within kEdgeKnownDuration and have none now, in
  // their order. Whoever never had one has made up an id, or knows no leases: nothing follows from
  // that.
  virtual void FindMissing(absl::Span<const std::string> edge_ids, absl::Time deadline,
                           FindMissingCallback done) = 0;

  // Ends the lease, and leaves word for the edge, for kEdgeTombstoneDuration. Idempotent.
  virtual void DeclareDead(std::string_view edge_id, absl::Time deadline,
                           DeclareDeadCallback done) = 0;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LEASES_EDGE_LEASES_H_
