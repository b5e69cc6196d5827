#include "polls-service/api/watch_session.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "caucus/polls/v1/polls_service.pb.h"
#include "common/status/status_macros.h"
#include "polls-service/api/api_error.h"
#include "polls-service/api/call_deadline.h"
#include "polls-service/api/request_check.h"
#include "polls-service/domain/errors.h"

namespace caucus::polls {
namespace {

// Less than so many bytes of changes are not worth a state.
constexpr size_t kChangesBytesMin = size_t{16} << 10;

absl::StatusOr<v1::WatchPollRequest> Parse(grpc::ByteBuffer bytes) {
  v1::WatchPollRequest request;
  if (!grpc::SerializationTraits<v1::WatchPollRequest>::Deserialize(&bytes, &request).ok()) {
    return absl::InvalidArgumentError("the request is not a WatchPollRequest");
  }
  RETURN_IF_ERROR(CheckRequest(request));
  return request;
}

}  // namespace

void WatchSession::Start(const Services& services, ServerStream& stream) {
  const std::shared_ptr<WatchSession> session(new WatchSession(services, stream));
  session->self_ = session;
  stream.Handle(*session);
  const absl::StatusOr<v1::WatchPollRequest> parsed = Parse(stream.request());
  if (!parsed.ok()) return session->EndWith(parsed.status());
  {
    absl::MutexLock lock(&session->mutex_);
    session->sent_revision_ = parsed->revision();
  }
  if (parsed->mode() == v1::WatchPollRequest::MODE_DELTA) session->mode_ = WatchMode::kDelta;
  services.caller_check.CheckBearer(
      stream.context().client_metadata(), parsed->poll_id(),
      DeadlineOf(stream.context(), services.clock),
      [session](const absl::StatusOr<Caller>& caller) { session->Admit(caller); });
}

void WatchSession::Admit(const absl::StatusOr<Caller>& caller) {
  if (!caller.ok()) return EndWith(caller.status());
  user_id_ = caller->user_id;
  encoder_ = services_.encoders.Of(caller->poll_id);
  std::unique_ptr<PollWatch> watch =
      services_.actors.Watch(caller->poll_id, [weak = weak_from_this()](const PollNotice& notice) {
        if (const std::shared_ptr<WatchSession> self = weak.lock()) self->OnNotice(notice);
      });
  watch_ = std::move(watch);
  {
    absl::MutexLock lock(&mutex_);
    step_ = Step::kChange;
  }
  Continue();
}

void WatchSession::OnNotice(const PollNotice& notice) {
  {
    absl::MutexLock lock(&mutex_);
    newest_ = notice;
    // Whoever has seen a revision that the poll has not reached saw what the store has lost.
    const bool is_behind = notice.revision < sent_revision_;
    if (notice.kind == PollNotice::Kind::kChanged && (notice.starts_over || is_behind)) {
      starts_over_ = true;
      sent_revision_ = std::min<uint64_t>(sent_revision_, 1);  // Only the creation is certain.
    }
    if (notice.kind != PollNotice::Kind::kChanged) EndInterval();
  }
  Continue();
}

void WatchSession::OnCancel() {
  {
    absl::MutexLock lock(&mutex_);
    call_cancelled_ = true;
    EndInterval();
  }
  Continue();
}

void WatchSession::OnWriteDone(bool ok) {
  {
    absl::MutexLock lock(&mutex_);
    step_ = Step::kChange;
    interval_ = WatchInterval(mode_, newest_.people, services_.interval);
    next_write_time_ = absl::Now() + interval_;
    if (!ok) call_cancelled_ = true;
  }
  Continue();
}

void WatchSession::OnDone() { const std::shared_ptr<WatchSession> self = std::move(self_); }

void WatchSession::Continue() {
  std::function<void()> action;
  {
    absl::MutexLock lock(&mutex_);
    action = NextAction();
  }
  // Outside the lock: gRPC and the actors may call back before they return.
  if (action) action();
}

std::function<void()> WatchSession::NextAction() {
  if (step_ != Step::kChange) return nullptr;
  if (call_cancelled_) {
    step_ = Step::kFinish;
    return [this] { stream_.Finish(grpc::Status::CANCELLED); };
  }
  if (newest_.kind == PollNotice::Kind::kEnded) {
    step_ = Step::kFinish;
    return [this, status = newest_.status] { EndWith(status); };
  }
  if (newest_.kind == PollNotice::Kind::kCancelled) {
    // Who has seen nothing of the poll meets one that does not exist.
    step_ = Step::kFinish;
    if (sent_revision_ == 0) return [this] { EndWith(PollNotFoundError()); };
    message_ = EncodeCancelled(newest_.revision);
    return [this] { stream_.WriteAndFinish(message_, grpc::Status::OK); };
  }
  if (repeat_ != nullptr) {
    step_ = Step::kWrite;
    return [this] { SendRepeat(); };
  }
  if (newest_.expires_soon && !expiry_told_ && !state_wanted_) {
    expiry_told_ = true;
    step_ = Step::kWrite;
    message_ = EncodeExpiring(newest_.expire_time, sent_revision_);
    return [this] { stream_.Write(message_); };
  }
  return NextNews();
}

std::function<void()> WatchSession::NextNews() {
  const bool has_state = newest_.revision > 0;
  if (!has_state || !IsNewsDue()) return nullptr;
  // It is longer if the machine's clock has been set back.
  const absl::Duration left = next_write_time_ - absl::Now();
  if (left > absl::ZeroDuration() && left <= interval_) {
    WaitForInterval();
    return nullptr;
  }
  step_ = Step::kState;
  if (mode_ == WatchMode::kSnapshot) return [this] { FetchState(); };
  const bool is_state_wanted = state_wanted_ || IsRepeatDue();
  return [this, after = starts_over_ ? 0 : sent_revision_,
          state = is_state_wanted ? StateWanted::kAlways : StateWanted::kIfNeeded] {
    FetchChanges(after, state);
  };
}

bool WatchSession::IsNewsDue() const {
  return state_wanted_ || starts_over_ || newest_.visible_revision > sent_revision_;
}

// The step keeps the session alive until the interval has ended.
void WatchSession::WaitForInterval() {
  step_ = Step::kInterval;
  CallQueue::Operation* const tag = &interval_end_;
  alarm_.Set(stream_.queue().get(), absl::ToChronoTime(next_write_time_), tag);
}

void WatchSession::OnIntervalEnd() {
  {
    absl::MutexLock lock(&mutex_);
    step_ = Step::kChange;
  }
  Continue();
}

void WatchSession::EndInterval() {
  if (step_ == Step::kInterval) alarm_.Cancel();
}

void WatchSession::FetchState() {
  watch_->Get([self = shared_from_this()](const absl::StatusOr<std::shared_ptr<const Poll>>& poll) {
    if (!poll.ok()) return self->TakeNothing(poll.status());
    self->Take(ChangesAnswer{.state = *poll});
  });
}

void WatchSession::FetchChanges(uint64_t after, StateWanted state) {
  watch_->GetChanges(after, state,
                     [self = shared_from_this()](const absl::StatusOr<ChangesAnswer>& answer) {
                       if (!answer.ok()) return self->TakeNothing(answer.status());
                       self->Take(*answer);
                     });
}

void WatchSession::TakeNothing(const absl::Status& status) {
  if (!absl::IsNotFound(status)) return EndWith(status);
  {
    // The notice that is on its way says whether the poll was cancelled or is over.
    absl::MutexLock lock(&mutex_);
    state_wanted_ = false;
    if (newest_.kind == PollNotice::Kind::kChanged) newest_.revision = 0;
    step_ = Step::kChange;
  }
  Continue();
}

void WatchSession::Take(const ChangesAnswer& answer) {
  std::function<void()> send;
  bool is_removed = false;
  {
    absl::MutexLock lock(&mutex_);
    is_removed =
        std::exchange(state_wanted_, false) && answer.state->removed_users.contains(user_id_);
    send = is_removed ? nullptr : NewsIn(answer);
    step_ = is_removed ? Step::kFinish : send ? Step::kWrite : Step::kChange;
  }
  if (is_removed) return EndWith(RemovedFromPollError());
  if (!send) return Continue();
  send();
}

// Changes that were asked for before the poll started over are of another history.
std::function<void()> WatchSession::NewsIn(const ChangesAnswer& answer) {
  if (answer.changes != nullptr) {
    if (starts_over_ || answer.changes->changes.empty()) return nullptr;
    sent_revision_ = answer.changes->revision;
    return [this, answer] { SendChanges(answer); };
  }
  if (!starts_over_ && answer.state->visible_revision <= sent_revision_) return nullptr;
  const SnapshotEncoder::Seen seen = {sent_revision_};
  starts_over_ = false;
  sent_revision_ = answer.state->revision;
  return [this, poll = answer.state, seen] { SendState(poll, seen); };
}

void WatchSession::SendState(const std::shared_ptr<const Poll>& poll, SnapshotEncoder::Seen seen) {
  message_ = encoder_->states.Encode(poll, seen);
  state_bytes_ = message_.Length();
  changes_bytes_ = 0;
  stream_.Write(message_);
}

void WatchSession::SendChanges(const ChangesAnswer& answer) {
  message_ = encoder_->changes.Encode(answer.changes);
  if (IsRepeatDue()) repeat_ = answer.state;
  changes_bytes_ += message_.Length();
  stream_.Write(message_);
}

// Whoever comes to a feed of changes gets the last state and all that came after it: with this no
// more than about twice a state.
bool WatchSession::IsRepeatDue() const {
  return changes_bytes_ > std::max(kChangesBytesMin, state_bytes_);
}

void WatchSession::SendRepeat() {
  message_ = encoder_->states.EncodeRepeat(std::exchange(repeat_, nullptr));
  state_bytes_ = message_.Length();
  changes_bytes_ = 0;
  stream_.Write(message_);
}

void WatchSession::EndWith(const absl::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    step_ = Step::kFinish;
  }
  stream_.Finish(ToAnswer(status));
}

}  // namespace caucus::polls
