// Makes elections and rules out of choices: random ones in property tests, bytes in fuzz targets.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_ARBITRARY_ELECTION_H_
#define POLLS_SERVICE_TALLY_ARBITRARY_ELECTION_H_

#include <array>
#include <cstdint>
#include <functional>

#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally::testing {

inline constexpr std::array<Method, 10> kMethods = {
    Method::kWeighted, Method::kInstantRunoff, Method::kStvScottish, Method::kStvWigm,
    Method::kBorda,    Method::kSchulze,       Method::kRankedPairs, Method::kMinimax,
    Method::kCopeland, Method::kPlurality,
};

// Returns a number from 0 to its argument less one.
using Choose = std::function<uint32_t(uint32_t)>;

// Returns an election of one to eight candidates, at least one of them not withdrawn. Its ballots
// have skipped ranks, overvotes, equals and duplicates.
Election ArbitraryElection(const Choose& choose);

// Returns one to eight candidates, none withdrawn, and ballots that rank some of them strictly.
Election StrictElection(const Choose& choose);

// Returns rules for `method` that Check accepts for `election`.
Rules ArbitraryRules(const Election& election, Method method, const Choose& choose);

}  // namespace caucus::tally::testing

#endif  // POLLS_SERVICE_TALLY_ARBITRARY_ELECTION_H_
