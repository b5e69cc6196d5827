// A folded poll as bytes: a serialized caucus.polls.log.v1.Snapshot.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_LOG_SNAPSHOT_CODEC_H_
#define POLLS_SERVICE_LOG_SNAPSHOT_CODEC_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "polls-service/domain/poll.h"
#include "polls-service/domain/request_answers.h"

namespace caucus::polls {

// What folding a log gives.
struct Folded {
  Poll poll;
  RequestAnswers answers;
};

// REQUIRES: `poll` exists and is not cancelled.
std::string EncodeSnapshot(const Poll& poll, const RequestAnswers& answers);

// Returns what EncodeSnapshot was given.
//   kDataLoss  the bytes are no snapshot, or one of a form that this release does not know: fold
//   the
//              log instead.
absl::StatusOr<Folded> DecodeSnapshot(std::string_view payload);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LOG_SNAPSHOT_CODEC_H_
