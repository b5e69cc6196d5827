// A poll in the making, for tests: carries commands out one after another, as a store would.
//
// Thread-compatible.

#ifndef POLLS_SERVICE_DOMAIN_POLL_SCENARIO_H_
#define POLLS_SERVICE_DOMAIN_POLL_SCENARIO_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "polls-service/domain/apply.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/decide.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

class PollScenario {
 public:
  static constexpr const char* kPollId = "ABC123";
  static constexpr const char* kAdmin = "admin";
  static constexpr const char* kSeed = "seed";

  // A poll that does not exist yet.
  explicit PollScenario(Limits limits = {}) : limits_(limits) {}

  // Decides `command` and, if it is accepted, applies its events as one commit.
  absl::StatusOr<std::vector<Event>> Do(const Command& command) {
    absl::StatusOr<std::vector<Event>> events = Decide(poll_, command, now_, limits_);
    if (!events.ok() || events->empty()) return events;
    const uint64_t revision = poll_.revision + 1;
    for (const Event& event : *events) {
      Apply(poll_, event, revision);
      log_.push_back({revision, event});
    }
    return events;
  }

  absl::Status Create(uint32_t votes_per_voter = 3) {
    return Do(CreatePoll{.poll_id = kPollId,
                         .topic = "Where to eat?",
                         .votes_per_voter = votes_per_voter,
                         .admin_id = kAdmin,
                         .expire_time = now_ + absl::Hours(2)})
        .status();
  }
  absl::Status Join(std::string user_id, std::string connection_id = "c") {
    return Do(AddParticipant{user_id, "name of " + user_id, std::move(connection_id), "edge"})
        .status();
  }
  absl::Status Leave(std::string user_id, std::string connection_id = "c") {
    return Do(LeavePoll{std::move(user_id), std::move(connection_id)}).status();
  }
  absl::Status Remove(std::string user_id, std::string caller = kAdmin) {
    return Do(RemoveParticipant{std::move(caller), std::move(user_id)}).status();
  }
  absl::Status Nominate(std::string user_id, std::string nomination_id, std::string text) {
    return Do(AddNomination{std::move(user_id), std::move(nomination_id), std::move(text)})
        .status();
  }
  absl::Status Start(std::string caller = kAdmin) {
    return Do(StartVote{std::move(caller), kSeed}).status();
  }
  absl::Status Vote(std::string user_id, Ballot ballot) {
    return Do(SubmitRankings{std::move(user_id), std::move(ballot)}).status();
  }
  absl::Status Close(std::string caller = kAdmin) {
    return Do(ClosePoll{std::move(caller)}).status();
  }
  absl::Status Cancel(std::string caller = kAdmin) {
    return Do(CancelPoll{std::move(caller)}).status();
  }

  void Advance(absl::Duration duration) { now_ += duration; }

  const Poll& poll() const { return poll_; }
  absl::Time now() const { return now_; }

  // Every event so far with its revision.
  const std::vector<std::pair<uint64_t, Event>>& log() const { return log_; }

 private:
  const Limits limits_;
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
  Poll poll_;
  std::vector<std::pair<uint64_t, Event>> log_;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_DOMAIN_POLL_SCENARIO_H_
