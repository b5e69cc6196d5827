// A poll's state: what folding its events gives.
//
// Thread-compatible: plain values; a `const Poll` may be read from any thread.

#ifndef POLLS_SERVICE_DOMAIN_POLL_H_
#define POLLS_SERVICE_DOMAIN_POLL_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "polls-service/tally/count.h"
#include "polls-service/tally/rules.h"

namespace caucus::polls {

// Where a poll stands. Moves forwards only: nominating, voting, closed; or cancelled from any.
enum class Phase { kNominating, kVoting, kClosed, kCancelled };

// One open connection of a participant. The empty id stands for taking part without a connection:
// then it is the only one, and ends with an explicit leave or when a connection opens.
struct Connection {
  std::string connection_id;
  std::string edge_id;

  friend bool operator==(const Connection&, const Connection&) = default;
};

// A person who takes part. While nominating at least one connection is open, but for the admin, who
// never leaves.
struct Participant {
  std::string name;
  std::vector<Connection> connections;

  friend bool operator==(const Participant&, const Participant&) = default;
};

// One option. `place` orders nominations by when they were made and is never used twice.
struct Nomination {
  std::string user_id;
  std::string text;
  std::string folded_text;
  uint64_t place = 0;

  friend bool operator==(const Nomination&, const Nomination&) = default;
};

// Nomination ids, best first: 1 to votes_per_voter distinct ones.
using Ballot = std::vector<std::string>;

// How the ballots are counted; what tally::Rules has beside it is the same for all polls.
struct CountingRules {
  tally::Method method = tally::Method::kWeighted;
  uint32_t seats = 1;
  tally::Quota quota = tally::Quota::kDroop;

  friend bool operator==(const CountingRules&, const CountingRules&) = default;
};

// How a nomination fared.
struct Result {
  std::string nomination_id;
  std::string nomination_text;
  double score = 0;  // For people to read: the exact fraction is in Poll::count.
  uint32_t rank = 0;
  bool elected = false;

  friend bool operator==(const Result&, const Result&) = default;
};

// A user whom the admin removed, and the revision since when.
struct Removal {
  uint64_t revision = 0;
  std::string user_id;

  friend bool operator==(const Removal&, const Removal&) = default;
};

// A poll of which nothing has happened yet has an empty `id` and revision 0: it does not exist.
struct Poll {
  std::string id;
  std::string topic;
  uint32_t votes_per_voter = 0;
  CountingRules rules;
  bool ballot_changes_allowed = false;
  std::string admin_id;
  absl::Time create_time;
  absl::Time expire_time;
  // Tells the request that created the poll; empty if it had no request id.
  std::string request_digest;
  Phase phase = Phase::kNominating;

  // By user id.
  absl::flat_hash_map<std::string, Participant> participants;

  // By nomination id, with two indexes: ids by place, and ids by folded text.
  absl::flat_hash_map<std::string, Nomination> nominations;
  std::map<uint64_t, std::string> nomination_order;
  absl::flat_hash_map<std::string, std::string> nomination_by_folded_text;
  uint64_t next_place = 0;

  // By user id. Secret: never leaves the domain other than as results.
  absl::flat_hash_map<std::string, Ballot> ballots;

  // Who is removed, in order of revision and as a set of user ids.
  std::vector<Removal> removals;
  absl::flat_hash_set<std::string> removed_users;

  // What ties are drawn from. Empty until voting starts; secret until the poll is closed.
  std::string tie_break_seed;

  // Best first; empty until the poll is closed.
  std::vector<Result> results;
  // The count behind them. Its candidates are the nominations by place.
  tally::Count count;

  // The last commit folded in.
  uint64_t revision = 0;
  // The last commit that changed what people may see: more than connections coming and going.
  uint64_t visible_revision = 0;

  friend bool operator==(const Poll&, const Poll&) = default;
};

// Returns whether `poll` exists at `now`: it was created, not cancelled, and `now < expire_time`.
bool IsLive(const Poll& poll, absl::Time now);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_DOMAIN_POLL_H_
