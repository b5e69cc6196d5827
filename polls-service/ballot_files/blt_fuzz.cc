// Any text is refused, or is an election that is read the same after it was written.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "polls-service/ballot_files/blt.h"

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caucus::tally;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<BallotFile> file = ParseBlt(text);
  if (!file.ok()) {
    Check(absl::IsInvalidArgument(file.status()));
    return 0;
  }
  const absl::StatusOr<std::string> blt = WriteBlt(file->election, file->rules.seats);
  Check(blt.ok());
  const absl::StatusOr<BallotFile> again = ParseBlt(*blt);
  Check(again.ok() && *again == *file);
  return 0;
}
