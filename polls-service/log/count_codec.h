// A count as a caucus.polls.log.v1.Count.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_LOG_COUNT_CODEC_H_
#define POLLS_SERVICE_LOG_COUNT_CODEC_H_

#include "absl/status/statusor.h"
#include "caucus/polls/log/v1/commit.pb.h"
#include "polls-service/tally/count.h"

namespace caucus::polls {

void EncodeCount(const tally::Count& count, log::v1::Count& proto);

//   kDataLoss  the pairwise matrix is no square.
absl::StatusOr<tally::Count> DecodeCount(const log::v1::Count& proto);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LOG_COUNT_CODEC_H_
