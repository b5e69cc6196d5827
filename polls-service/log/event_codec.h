// Events as bytes: a serialized caucus.polls.log.v1.Commit.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_LOG_EVENT_CODEC_H_
#define POLLS_SERVICE_LOG_EVENT_CODEC_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "caucus/polls/log/v1/commit.pb.h"
#include "polls-service/domain/event.h"

namespace caucus::polls {

void EncodeEvent(const Event& event, log::v1::Event& proto);

//   kDataLoss  as DecodeEvents.
absl::StatusOr<Event> DecodeEvent(const log::v1::Event& proto);

// Returns the payload of a commit. Times keep nanoseconds.
std::string EncodeEvents(absl::Span<const Event> events);

// Returns the events of a commit's payload, in order.
//   kDataLoss  the bytes are no commit, or one with an event that this release does not know.
absl::StatusOr<std::vector<Event>> DecodeEvents(std::string_view payload);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LOG_EVENT_CODEC_H_
