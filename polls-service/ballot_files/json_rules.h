// The member "rules" of a JSON file of ballots: see ballot_json.h.
//
// Thread-compatible.

#ifndef POLLS_SERVICE_BALLOT_FILES_JSON_RULES_H_
#define POLLS_SERVICE_BALLOT_FILES_JSON_RULES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "polls-service/ballot_files/ballot_file.h"
#include "polls-service/ballot_files/json_cursor.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

class JsonRulesReader {
 public:
  // REQUIRES: both outlive the reader.
  JsonRulesReader(std::string_view text, BallotFile& file)
      : text_(text), file_(file), rules_(file.rules) {}

  // Reads the object that is next into the file's rules.
  //   kInvalidArgument  with the position.
  absl::Status Read(JsonCursor& cursor);

  // Reads the value of one rule, as of the member `key`.
  absl::Status ReadRule(const JsonCursor::Key& key, JsonCursor& cursor);

 private:
  absl::Status ReadNumber(JsonCursor& cursor, uint32_t& value) const;
  absl::Status ReadFlag(JsonCursor& cursor, bool& value) const;
  absl::Status ReadText(JsonCursor& cursor, std::string& value) const;
  absl::Status ReadOptional(JsonCursor& cursor, std::optional<uint32_t>& value) const;
  absl::Status ReadWriteIns(JsonCursor& cursor) const;
  absl::Status CheckPlace(size_t offset, uint32_t place) const;
  absl::Status ReadOrder(JsonCursor& cursor) const;

  template <typename Value>
  absl::Status ReadName(JsonCursor& cursor, Value& value) const;

  const std::string_view text_;
  BallotFile& file_;
  Rules& rules_;
  absl::flat_hash_set<std::string> stated_;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_JSON_RULES_H_
