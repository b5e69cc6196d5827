#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "polls-service/tally/arbitrary_election.h"
#include "polls-service/tally/count_election.h"
#include "polls-service/tally/count_invariants.h"

using namespace caucus::tally;

// The bytes are choices, from which elections are made; every method counts one.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  size_t at = 0;
  const testing::Choose choose = [&](uint32_t bound) {
    return at < size ? data[at++] % bound : 0u;
  };
  const Election election = testing::ArbitraryElection(choose);
  const size_t rules_at = at;
  for (const Method method : testing::kMethods) {
    at = rules_at;
    const Rules rules = testing::ArbitraryRules(election, method, choose);
    const auto count = CountElection(election, rules);
    const std::string violated =
        count.ok() ? testing::ViolatedInvariant(election, rules, *count) : "it was not counted";
    if (violated.empty()) continue;
    std::fprintf(stderr, "method %d: %s\n", static_cast<int>(method), violated.c_str());
    std::abort();
  }
  return 0;
}
