// Any text is refused, or is an election whose ballots name candidates.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "absl/status/statusor.h"
#include "polls-service/ballot_files/ballot_json.h"

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caucus::tally;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<BallotFile> file = ParseBallotJson(text);
  if (!file.ok()) {
    Check(absl::IsInvalidArgument(file.status()));
    return 0;
  }
  const size_t candidates = file->election.candidates.size();
  for (const Ballots& ballots : file->election.ballots) {
    Check(ballots.count > 0);
    for (const Rank& rank : ballots.ranks) {
      Check(std::all_of(rank.candidates.begin(), rank.candidates.end(),
                        [candidates](CandidateIndex i) { return i < candidates; }));
    }
  }
  return 0;
}
