// What a PollActor is asked.

#ifndef POLLS_SERVICE_ACTOR_REQUEST_H_
#define POLLS_SERVICE_ACTOR_REQUEST_H_

#include <cstdint>
#include <memory>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "polls-service/actor/outcome.h"
#include "polls-service/actor/poll_watch.h"
#include "polls-service/actor/watch_state.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/request_answers.h"

namespace caucus::polls {

struct CommandRequest {
  Command command;
  RequestKey key;
  absl::Time deadline;
  ExecuteCallback done;
};

struct GetRequest {
  enum class Freshness { kKnown, kNewest };  // As this process knows it; as the log has it.

  Freshness freshness = Freshness::kNewest;
  absl::Time deadline;
  std::variant<GetCallback, ReadCallback> done;

  void Fail(const absl::Status& status) const {
    std::visit([&](const auto& callback) { callback(status); }, done);
  }
};

struct ChangesRequest {
  uint64_t after = 0;
  StateWanted state = StateWanted::kIfNeeded;
  ChangesCallback done;
};

struct WatchRequest {
  std::shared_ptr<WatchState> watch;
};

using Request = std::variant<CommandRequest, GetRequest, ChangesRequest, WatchRequest>;

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_REQUEST_H_
