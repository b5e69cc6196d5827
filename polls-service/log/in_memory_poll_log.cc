#include "polls-service/log/in_memory_poll_log.h"

#include <utility>

#include "common/text/absl_view.h"

namespace caucus::polls {

struct InMemoryPollLog::Listener {
  absl::Mutex mutex;  // Held while the callback runs.
  ChangeCallback changed ABSL_GUARDED_BY(mutex);
};

class InMemoryPollLog::MemorySubscription : public PollLog::Subscription {
 public:
  MemorySubscription(InMemoryPollLog& log, std::string_view poll_id,
                     std::shared_ptr<Listener> listener)
      : log_(log), poll_id_(poll_id), listener_(std::move(listener)) {}

  ~MemorySubscription() override {
    {
      absl::MutexLock lock(&listener_->mutex);
      listener_->changed = nullptr;
    }
    log_.Remove(poll_id_, listener_.get());
  }

 private:
  InMemoryPollLog& log_;
  const std::string poll_id_;
  const std::shared_ptr<Listener> listener_;
};

void InMemoryPollLog::Append(std::string_view poll_id, NewCommit commit, absl::Time deadline,
                             AppendCallback done) {
  const uint64_t revision = commit.expected.revision + 1;
  const absl::Status status = Store(poll_id, std::move(commit), deadline);
  if (status.ok()) {
    for (const auto& listener : ListenersOf(poll_id)) {
      absl::MutexLock lock(&listener->mutex);
      if (listener->changed) listener->changed(revision);
    }
  }
  done(status);
}

void InMemoryPollLog::Read(std::string_view poll_id, Position after, absl::Time deadline,
                           ReadCallback done) {
  done(Find(poll_id, after, deadline));
}

void InMemoryPollLog::Load(std::string_view poll_id, absl::Time deadline, LoadCallback done) {
  done(FindAll(poll_id, deadline));
}

void InMemoryPollLog::StoreSnapshot(std::string_view poll_id, Snapshot snapshot,
                                    absl::Time deadline, StoreSnapshotCallback done) {
  done(Keep(poll_id, std::move(snapshot), deadline));
}

std::unique_ptr<PollLog::Subscription> InMemoryPollLog::Subscribe(std::string_view poll_id,
                                                                  ChangeCallback changed) {
  auto listener = std::make_shared<Listener>();
  {
    absl::MutexLock lock(&listener->mutex);
    listener->changed = std::move(changed);
  }
  {
    absl::MutexLock lock(&mutex_);
    listeners_[ToAbsl(poll_id)].push_back(listener);
  }
  return std::make_unique<MemorySubscription>(*this, poll_id, std::move(listener));
}

void InMemoryPollLog::Truncate(std::string_view poll_id, uint64_t revision) {
  absl::MutexLock lock(&mutex_);
  Log* log = LiveLog(poll_id);
  if (log == nullptr || log->commits.size() <= revision) return;
  log->commits.resize(revision);
  if (revision == 0) logs_.erase(ToAbsl(poll_id));
}

absl::Status InMemoryPollLog::Store(std::string_view poll_id, NewCommit commit,
                                    absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  if (deadline <= clock_.Now()) return absl::UnavailableError("the deadline has passed");
  Log* log = LiveLog(poll_id);
  if (log == nullptr) {
    if (commit.expected.revision > 0) return absl::NotFoundError("there is no log");
    log = &logs_[ToAbsl(poll_id)];
  } else if (commit.expected.revision == 0) {
    return absl::AlreadyExistsError("the log exists");
  } else if (log->commits.back().revision != commit.expected.revision ||
             log->commits.back().commit_id != commit.expected.commit_id) {
    return absl::AbortedError("the log has moved on");
  }
  log->commits.push_back({.revision = commit.expected.revision + 1,
                          .commit_id = std::move(commit.commit_id),
                          .payload = std::move(commit.payload)});
  log->expire_time = commit.expire_time;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Commit>> InMemoryPollLog::Find(std::string_view poll_id,
                                                          const Position& after,
                                                          absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  if (deadline <= clock_.Now()) return absl::UnavailableError("the deadline has passed");
  const Log* log = LiveLog(poll_id);
  const bool is_known = log != nullptr && after.revision <= log->commits.size() &&
                        (after.commit_id.empty() || after.revision == 0 || log->Has(after));
  if (!is_known) {
    return absl::NotFoundError("there is no log that has this commit");
  }
  return std::vector<Commit>(log->commits.begin() + static_cast<ptrdiff_t>(after.revision),
                             log->commits.end());
}

absl::StatusOr<PollLog::Loaded> InMemoryPollLog::FindAll(std::string_view poll_id,
                                                         absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  if (deadline <= clock_.Now()) return absl::UnavailableError("the deadline has passed");
  const Log* log = LiveLog(poll_id);
  if (log == nullptr) return absl::NotFoundError("there is no log");
  Loaded loaded;
  if (log->snapshot && log->Has(log->snapshot->position)) loaded.snapshot = log->snapshot;
  const uint64_t after = loaded.snapshot ? loaded.snapshot->position.revision : 0;
  loaded.commits.assign(log->commits.begin() + static_cast<ptrdiff_t>(after), log->commits.end());
  return loaded;
}

absl::Status InMemoryPollLog::Keep(std::string_view poll_id, Snapshot snapshot,
                                   absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  if (deadline <= clock_.Now()) return absl::UnavailableError("the deadline has passed");
  Log* log = LiveLog(poll_id);
  if (log == nullptr || !log->Has(snapshot.position)) {
    return absl::NotFoundError("there is no log that has this commit");
  }
  const bool is_newer = !log->snapshot || !log->Has(log->snapshot->position) ||
                        log->snapshot->position.revision <= snapshot.position.revision;
  if (is_newer) log->snapshot = std::move(snapshot);
  return absl::OkStatus();
}

bool InMemoryPollLog::Log::Has(const Position& position) const {
  return position.revision > 0 && position.revision <= commits.size() &&
         commits[position.revision - 1].commit_id == position.commit_id;
}

InMemoryPollLog::Log* InMemoryPollLog::LiveLog(std::string_view poll_id) {
  const auto found = logs_.find(ToAbsl(poll_id));
  if (found == logs_.end()) return nullptr;
  if (clock_.Now() < found->second.expire_time) return &found->second;
  logs_.erase(found);
  return nullptr;
}

InMemoryPollLog::Listeners InMemoryPollLog::ListenersOf(std::string_view poll_id) {
  absl::MutexLock lock(&mutex_);
  const auto found = listeners_.find(ToAbsl(poll_id));
  return found == listeners_.end() ? Listeners() : found->second;
}

void InMemoryPollLog::Remove(const std::string& poll_id, const Listener* listener) {
  absl::MutexLock lock(&mutex_);
  const auto found = listeners_.find(poll_id);
  std::erase_if(found->second, [&](const auto& each) { return each.get() == listener; });
  if (found->second.empty()) listeners_.erase(found);
}

}  // namespace caucus::polls
