// A poll as it is committed, and as it will be once what is being appended is committed.

#ifndef POLLS_SERVICE_ACTOR_POLL_STATE_H_
#define POLLS_SERVICE_ACTOR_POLL_STATE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "polls-service/actor/change_log.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"
#include "polls-service/domain/request_answers.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {

// The poll is held twice, so that applying an event costs O(log n) each and only going back (after
// a lost race) or a new view copies it.
//
// Thread-compatible.
class PollState {
 public:
  const Poll& committed() const { return committed_; }
  const Poll& pending() const { return pending_; }
  const std::vector<Event>& staged() const { return staged_; }
  const RequestAnswers& answers() const { return answers_; }  // Committed.
  ChangeLog& changes() { return changes_; }                   // Committed.

  // Applies `events` to the pending state, as part of its next revision.
  void Stage(const std::vector<Event>& events);

  // Returns the answer that the request has, committed or staged; null if it has none. Valid until
  // the state is changed.
  const RequestAnswer* AnswerTo(const RequestKey& key) const;

  // REQUIRES: they are stored, as the commit `commit_id`.
  void CommitStaged(std::string commit_id);
  void DropStaged();

  // The last commit applied.
  PollLog::Position position() const { return {committed_.revision, commit_id_}; }

  // Begins with what a snapshot holds, the fold of all commits of the poll `poll_id` up to
  // `position`. REQUIRES: nothing was applied.
  //   kDataLoss  it is not that: fold the log instead.
  absl::Status Restore(std::string_view poll_id, const PollLog::Snapshot& snapshot);

  // Applies commits read from the log. REQUIRES: nothing is staged.
  //   kDataLoss  a commit is missing or cannot be decoded; those before it are applied.
  absl::Status Apply(const std::vector<Commit>& commits);

  // Returns the committed state; the same object until it changes.
  std::shared_ptr<const Poll> View();

 private:
  Poll committed_;
  Poll pending_;
  std::string commit_id_;  // Of the committed revision.
  std::vector<Event> staged_;
  RequestAnswers answers_;  // Committed.
  RequestAnswers staged_answers_;
  ChangeLog changes_;
  std::shared_ptr<const Poll> view_;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_POLL_STATE_H_
