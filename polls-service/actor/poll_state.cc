#include "polls-service/actor/poll_state.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "polls-service/domain/apply.h"
#include "polls-service/log/event_codec.h"
#include "polls-service/log/snapshot_codec.h"

namespace caucus::polls {

namespace {

// `poll` has folded in `event`.
void Remember(const Event& event, const Poll& poll, RequestAnswers& answers) {
  const auto* request = std::get_if<RequestAnswered>(&event);
  if (request == nullptr) return;
  answers.Remember(
      {.request = *request, .revision = poll.revision, .visible_revision = poll.visible_revision});
}

}  // namespace

void PollState::Stage(const std::vector<Event>& events) {
  const uint64_t revision = committed_.revision + 1;
  for (const Event& event : events) {
    caucus::polls::Apply(pending_, event, revision);
    Remember(event, pending_, staged_answers_);
  }
  staged_.insert(staged_.end(), events.begin(), events.end());
}

const RequestAnswer* PollState::AnswerTo(const RequestKey& key) const {
  if (key.request_id.empty()) return nullptr;
  const RequestAnswer* committed = answers_.Find(key);
  return committed != nullptr ? committed : staged_answers_.Find(key);
}

void PollState::CommitStaged(std::string commit_id) {
  const uint64_t revision = committed_.revision + 1;
  for (const Event& event : staged_) {
    caucus::polls::Apply(committed_, event, revision);
    Remember(event, committed_, answers_);
  }
  changes_.Append(staged_, committed_);
  commit_id_ = std::move(commit_id);
  staged_.clear();
  staged_answers_ = {};
  view_.reset();
}

void PollState::DropStaged() {
  if (staged_.empty()) return;
  staged_.clear();
  staged_answers_ = {};
  pending_ = committed_;
}

absl::Status PollState::Restore(std::string_view poll_id, const PollLog::Snapshot& snapshot) {
  ASSIGN_OR_RETURN(Folded folded, DecodeSnapshot(snapshot.payload));
  if (folded.poll.id != poll_id) {
    return absl::DataLossError("a snapshot is of another poll than it lies beside");
  }
  if (folded.poll.revision != snapshot.position.revision) {
    return absl::DataLossError("a snapshot is of another revision than it says");
  }
  committed_ = std::move(folded.poll);
  pending_ = committed_;
  answers_ = std::move(folded.answers);
  commit_id_ = snapshot.position.commit_id;
  changes_.Reset(committed_.revision);
  view_.reset();
  return absl::OkStatus();
}

absl::Status PollState::Apply(const std::vector<Commit>& commits) {
  for (const Commit& commit : commits) {
    if (commit.revision != committed_.revision + 1) {
      return absl::DataLossError(absl::StrCat("commit ", committed_.revision + 1, " is missing"));
    }
    ASSIGN_OR_RETURN(const std::vector<Event> events, DecodeEvents(commit.payload));
    for (const Event& event : events) {
      caucus::polls::Apply(committed_, event, commit.revision);
      caucus::polls::Apply(pending_, event, commit.revision);
      Remember(event, committed_, answers_);
    }
    changes_.Append(events, committed_);
    committed_.revision = commit.revision;
    pending_.revision = commit.revision;
    commit_id_ = commit.commit_id;
    view_.reset();
  }
  return absl::OkStatus();
}

std::shared_ptr<const Poll> PollState::View() {
  if (view_ == nullptr) view_ = std::make_shared<const Poll>(committed_);
  return view_;
}

}  // namespace caucus::polls
