#include "polls-service/leases/redis_edge_leases.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/redis/reply.h"
#include "polls-service/leases/edge_id.h"

namespace caucus::polls {
namespace {

// KEYS: the lease, the tombstone, that it is known. ARGV: milliseconds of the lease, and of what is
// known. `allow-oom`: a lease that a full memory kept from being renewed would be taken for a
// death.
constexpr std::string_view kRenew = R"LUA(#!lua flags=allow-oom
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
redis.call('SET', KEYS[3], '1', 'PX', ARGV[2])
return redis.call('DEL', KEYS[2])
)LUA";

// KEYS: the lease, that it is known. Returns 1 for a missing lease. Not `no-writes`, so that it is
// refused whenever a renewal is: by a read-only replica, without enough replicas, or when the disk
// fails.
constexpr std::string_view kFind = R"LUA(#!lua flags=allow-oom
return redis.call('EXISTS', KEYS[2]) * (1 - redis.call('EXISTS', KEYS[1]))
)LUA";

// KEYS: the lease, the tombstone. ARGV[1]: milliseconds.
constexpr std::string_view kDeclareDead = R"LUA(#!lua flags=allow-oom
redis.call('SET', KEYS[2], '1', 'PX', ARGV[1])
return redis.call('DEL', KEYS[1])
)LUA";

std::string LeaseKey(std::string_view edge_id) {
  return absl::StrCat("edge:{", EscapeEdgeId(edge_id), "}:lease");
}

std::string TombstoneKey(std::string_view edge_id) {
  return absl::StrCat("edge:{", EscapeEdgeId(edge_id), "}:dead");
}

std::string KnownKey(std::string_view edge_id) {
  return absl::StrCat("edge:{", EscapeEdgeId(edge_id), "}:known");
}

absl::Status EdgeLeasesStatus(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kUnavailable:
      return status;
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
      return absl::UnavailableError(status.message());
    default:
      return absl::UnknownError(status.message());
  }
}

// Gathers the answers for the edges of one FindMissing, which may come on several threads.
class Search {
 public:
  Search(absl::Span<const std::string> edge_ids, EdgeLeases::FindMissingCallback done)
      : edge_ids_(edge_ids.begin(), edge_ids.end()),
        left_(edge_ids.size()),
        is_missing_(edge_ids.size()),
        done_(std::move(done)) {}

  const std::vector<std::string>& edge_ids() const { return edge_ids_; }

  void Take(size_t index, const absl::StatusOr<Reply>& reply) {
    {
      absl::MutexLock lock(&mutex_);
      status_.Update(EdgeLeasesStatus(reply.status()));
      if (reply.ok()) is_missing_[index] = reply->integer > 0;
      if (--left_ > 0) return;
    }
    Finish();
  }

  // REQUIRES: all answers are in.
  void Finish() {
    absl::StatusOr<std::vector<std::string>> result = std::vector<std::string>();
    {
      absl::MutexLock lock(&mutex_);
      if (!status_.ok()) result = status_;
      for (size_t i = 0; i < edge_ids_.size() && result.ok(); ++i) {
        if (is_missing_[i]) result->push_back(edge_ids_[i]);
      }
    }
    done_(std::move(result));
  }

 private:
  const std::vector<std::string> edge_ids_;
  absl::Mutex mutex_;
  size_t left_ ABSL_GUARDED_BY(mutex_);
  std::vector<bool> is_missing_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);  // The first failure's.
  const EdgeLeases::FindMissingCallback done_;
};

}  // namespace

RedisEdgeLeases::RedisEdgeLeases(const Options& options)
    : lease_milliseconds_(absl::StrCat(absl::ToInt64Milliseconds(options.lease_duration))),
      renew_(kRenew),
      find_(kFind),
      declare_dead_(kDeclareDead),
      redis_(options.redis) {}

void RedisEdgeLeases::Renew(std::string_view edge_id, absl::Time deadline, RenewCallback done) {
  if (absl::Status status = CheckEdgeId(edge_id); !status.ok()) return done(std::move(status));
  redis_.Eval(renew_, {LeaseKey(edge_id), TombstoneKey(edge_id), KnownKey(edge_id)},
              {lease_milliseconds_, absl::StrCat(absl::ToInt64Milliseconds(kEdgeKnownDuration))},
              deadline, [done = std::move(done)](absl::StatusOr<Reply> reply) {
                if (!reply.ok()) return done(EdgeLeasesStatus(reply.status()));
                done(RenewResult{.was_declared_dead = reply->integer > 0});
              });
}

void RedisEdgeLeases::FindMissing(absl::Span<const std::string> edge_ids, absl::Time deadline,
                                  FindMissingCallback done) {
  for (const std::string& edge_id : edge_ids) {
    if (absl::Status status = CheckEdgeId(edge_id); !status.ok()) return done(std::move(status));
  }
  const auto search = std::make_shared<Search>(edge_ids, std::move(done));
  if (edge_ids.empty()) return search->Finish();
  for (size_t i = 0; i < search->edge_ids().size(); ++i) {
    const std::string& edge_id = search->edge_ids()[i];
    redis_.Eval(find_, {LeaseKey(edge_id), KnownKey(edge_id)}, {}, deadline,
                [search, i](absl::StatusOr<Reply> reply) { search->Take(i, reply); });
  }
}

void RedisEdgeLeases::DeclareDead(std::string_view edge_id, absl::Time deadline,
                                  DeclareDeadCallback done) {
  if (absl::Status status = CheckEdgeId(edge_id); !status.ok()) return done(std::move(status));
  redis_.Eval(declare_dead_, {LeaseKey(edge_id), TombstoneKey(edge_id)},
              {absl::StrCat(absl::ToInt64Milliseconds(kEdgeTombstoneDuration))}, deadline,
              [done = std::move(done)](absl::StatusOr<Reply> reply) {
                done(EdgeLeasesStatus(reply.status()));
              });
}

}  // namespace caucus::polls
