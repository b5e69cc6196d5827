// The leases of edges in Redis.
//
// A lease is the key `edge:{<edge id>}:lease`, which Redis lets expire, as it does with the key
// `edge:{<edge id>}:known`, which stays longer. A declared death is the key `edge:{<edge
// id>}:dead`. In all the id is escaped (edge_id.h). The braces are Redis Cluster's hash tag.

#ifndef POLLS_SERVICE_LEASES_REDIS_EDGE_LEASES_H_
#define POLLS_SERVICE_LEASES_REDIS_EDGE_LEASES_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/redis/redis_connection.h"
#include "common/redis/redis_options.h"
#include "common/redis/script.h"
#include "polls-service/leases/edge_leases.h"

namespace caucus::polls {

// One connection of its own. All goes on when Redis' memory is full, and leases can be looked up
// only while they could be renewed: else a trouble of Redis would look like the death of all edges.
//
// Thread-safe.
class RedisEdgeLeases : public EdgeLeases {
 public:
  struct Options {
    RedisOptions redis;
    absl::Duration lease_duration = kEdgeLeaseDuration;
  };

  explicit RedisEdgeLeases(const Options& options);

  void Renew(std::string_view edge_id, absl::Time deadline, RenewCallback done) override;
  void FindMissing(absl::Span<const std::string> edge_ids, absl::Time deadline,
                   FindMissingCallback done) override;
  void DeclareDead(std::string_view edge_id, absl::Time deadline,
                   DeclareDeadCallback done) override;

  // Waits until Redis can be reached. Blocks. kUnavailable at `deadline`.
  absl::Status AwaitConnected(absl::Time deadline) { return redis_.AwaitConnected(deadline); }

 private:
  const std::string lease_milliseconds_;
  const Script renew_;
  const Script find_;
  const Script declare_dead_;
  RedisConnection redis_;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LEASES_REDIS_EDGE_LEASES_H_
