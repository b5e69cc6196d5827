#include "polls-service/actor/settled_append.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace caucus::polls {
namespace {

// Goes back and forth between Attempt and Settle. Only one step is under way at any time, so the
// members need no lock: each step happens before the next.
class SettledAppend : public std::enable_shared_from_this<SettledAppend> {
 public:
  SettledAppend(PollLog& log, const Clock& clock, std::shared_ptr<TaskPool> pool,
                std::string poll_id, PollLog::NewCommit commit, absl::Time deadline,
                const AppendPatience& patience, PollLog::AppendCallback done)
      : log_(log),
        clock_(clock),
        pool_(std::move(pool)),
        poll_id_(std::move(poll_id)),
        commit_(std::move(commit)),
        deadline_(deadline),
        patience_(patience),
        backoff_(patience.backoff_min),
        done_(std::move(done)) {}

  void Attempt() {
    if (may_be_stored_ && IsOver()) return done_(OutcomeUnknown());
    log_.Append(
        poll_id_, commit_, AttemptDeadline(),
        [self = shared_from_this()](absl::Status status) { self->OnAttempted(std::move(status)); });
  }

 private:
  using Step = void (SettledAppend::*)();

  void OnAttempted(absl::Status status) {
    switch (status.code()) {
      case absl::StatusCode::kOk:
      case absl::StatusCode::kNotFound:
        return done_(std::move(status));
      case absl::StatusCode::kAborted:
      case absl::StatusCode::kAlreadyExists:
        // An earlier attempt may be what the log has moved on by.
        return may_be_stored_ ? Settle() : done_(std::move(status));
      case absl::StatusCode::kUnavailable:
        return may_be_stored_ ? Later(&SettledAppend::Settle) : done_(std::move(status));
      case absl::StatusCode::kDataLoss:
        return done_(may_be_stored_ ? OutcomeUnknown() : std::move(status));
      default:
        may_be_stored_ = true;
        return Settle();
    }
  }

  void Settle() {
    if (IsOver()) return done_(OutcomeUnknown());
    log_.Read(poll_id_, commit_.expected, AttemptDeadline(),
              [self = shared_from_this()](absl::StatusOr<std::vector<Commit>> commits) {
                self->OnRead(commits);
              });
  }

  void OnRead(const absl::StatusOr<std::vector<Commit>>& commits) {
    if (commits.ok() && !commits->empty()) {
      if (commits->front().commit_id == commit_.commit_id) return done_(absl::OkStatus());
      return done_(commit_.expected.revision == 0 ? absl::AlreadyExistsError("the log exists")
                                                  : absl::AbortedError("the log has moved on"));
    }
    if (commits.ok()) return Later(&SettledAppend::Attempt);
    if (absl::IsDataLoss(commits.status())) return done_(OutcomeUnknown());
    if (!absl::IsNotFound(commits.status())) return Later(&SettledAppend::Settle);
    if (commit_.expected.revision > 0) return done_(commits.status());
    Later(&SettledAppend::Attempt);
  }

  // Full jitter: writers that fail together do not come back together.
  void Later(Step step) {
    const absl::Duration delay = absl::Uniform(random_, 0.0, 1.0) * backoff_;
    backoff_ = std::min(2 * backoff_, patience_.backoff_max);
    pool_->PostAfter(delay, [self = shared_from_this(), step] { (self.get()->*step)(); });
  }

  bool IsOver() const { return clock_.Now() >= deadline_; }
  absl::Time AttemptDeadline() const {
    return std::min(deadline_, clock_.Now() + patience_.attempt_timeout);
  }
  static absl::Status OutcomeUnknown() {
    return absl::UnknownError("whether the commit is stored could not be found out");
  }

  PollLog& log_;
  const Clock& clock_;
  const std::shared_ptr<TaskPool> pool_;
  const std::string poll_id_;
  const PollLog::NewCommit commit_;
  const absl::Time deadline_;
  const AppendPatience patience_;
  absl::Duration backoff_;
  const PollLog::AppendCallback done_;
  bool may_be_stored_ = false;
  absl::BitGen random_;
};

}  // namespace

void AppendSettled(PollLog& log, const Clock& clock, std::shared_ptr<TaskPool> pool,
                   std::string poll_id, PollLog::NewCommit commit, absl::Time deadline,
                   const AppendPatience& patience, PollLog::AppendCallback done) {
  std::make_shared<SettledAppend>(log, clock, std::move(pool), std::move(poll_id),
                                  std::move(commit), deadline, patience, std::move(done))
      ->Attempt();
}

}  // namespace caucus::polls
