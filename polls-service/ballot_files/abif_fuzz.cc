// Any text is refused, or is an election that BLT can hold.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "polls-service/ballot_files/abif.h"
#include "polls-service/ballot_files/blt.h"

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caucus::tally;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<BallotFile> file = ParseAbif(text);
  if (!file.ok()) {
    Check(absl::IsInvalidArgument(file.status()));
    return 0;
  }
  if (file->election.candidates.empty()) return 0;
  const absl::StatusOr<std::string> blt = WriteBlt(file->election, 1);
  Check(blt.ok());
  const absl::StatusOr<BallotFile> again = ParseBlt(*blt);
  Check(again.ok() && again->election.title == file->election.title &&
        again->election.ballots == file->election.ballots);
  return 0;
}
