#include "polls-service/log/redis_poll_log.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/redis/reply.h"
#include "common/text/absl_view.h"
#include "polls-service/log/log_scripts.h"

namespace caucus::polls {
namespace {

std::string LogKey(std::string_view poll_id) {
  return absl::StrCat("poll:{", ToAbsl(poll_id), "}:log");
}

std::string SnapshotKey(std::string_view poll_id) {
  return absl::StrCat("poll:{", ToAbsl(poll_id), "}:snapshot");
}

std::string Channel(std::string_view poll_id) {
  return absl::StrCat("poll:{", ToAbsl(poll_id), "}:changes");
}

absl::Status NoLog() { return absl::DataLossError("Redis: the log has a gap or a bad entry"); }

bool TellsOfNoLog(const absl::Status& status) {
  return absl::StartsWith(status.message(), "Redis: WRONGTYPE");
}

// XADD's, of an id that is none after the stream's last: entries were deleted, say.
bool TellsOfRefusedId(const absl::Status& status) {
  return absl::StartsWith(status.message(), "Redis: ERR The ID specified in XADD");
}

absl::Status ReadError(const absl::Status& status) {
  return TellsOfNoLog(status) ? NoLog() : absl::UnavailableError(status.message());
}

absl::Status AppendResult(const absl::StatusOr<Reply>& reply) {
  if (!reply.ok()) {
    // The script meets both before it writes anything.
    if (TellsOfNoLog(reply.status()) || TellsOfRefusedId(reply.status())) {
      return absl::DataLossError(reply.status().message());
    }
    switch (reply.status().code()) {
      case absl::StatusCode::kUnavailable:
      case absl::StatusCode::kResourceExhausted:
      case absl::StatusCode::kDeadlineExceeded:
        return absl::UnavailableError(reply.status().message());
      default:
        // Also an error reply that we do not know: a script may fail after it has written.
        return absl::UnknownError(reply.status().message());
    }
  }
  if (reply->text == "OK") return absl::OkStatus();
  if (reply->text == "EXISTS") return absl::AlreadyExistsError("the log exists");
  if (reply->text == "GONE") return absl::NotFoundError("there is no log");
  if (reply->text == "MOVED") return absl::AbortedError("the log has moved on");
  return absl::UnknownError("Redis: the append script's answer is not understood");
}

// entry := [id, [field, value, field, value]], as append.lua writes them.
std::optional<Commit> ParseEntry(const Reply& entry) {
  if (entry.elements.size() != 2 || entry.elements[1].elements.size() != 4) return std::nullopt;
  const auto& fields = entry.elements[1].elements;
  if (fields[0].text != "commit_id" || fields[2].text != "payload") return std::nullopt;
  absl::string_view id = entry.elements[0].text;
  Commit commit = {.commit_id = fields[1].text, .payload = fields[3].text};
  if (!absl::ConsumeSuffix(&id, "-0") || !absl::SimpleAtoi(id, &commit.revision)) {
    return std::nullopt;
  }
  return commit;
}

// snapshot := [revision, commit id, payload], as load.lua returns it.
std::optional<PollLog::Snapshot> ParseSnapshot(const Reply& reply) {
  if (reply.elements.size() != 3) return std::nullopt;
  PollLog::Snapshot snapshot = {
      .position = {.commit_id = reply.elements[1].text},
      .payload = reply.elements[2].text,
  };
  if (!absl::SimpleAtoi(reply.elements[0].text, &snapshot.position.revision)) return std::nullopt;
  return snapshot;
}

class RedisSubscription : public PollLog::Subscription {
 public:
  explicit RedisSubscription(std::unique_ptr<RedisSubscriber::Subscription> subscription)
      : subscription_(std::move(subscription)) {}

 private:
  const std::unique_ptr<RedisSubscriber::Subscription> subscription_;
};

}  // namespace

struct RedisPollLog::Reading {
  std::string key;
  // Read again, although known: that it is there proves that this is still the same log, and costs
  // no round trip of its own. Revision 0: the log is read from its beginning.
  Position last;
  absl::Time deadline;
  Loaded loaded;
  LoadCallback done;

  // The log has another commit where `last` was.
  absl::Status Replaced() const {
    if (loaded.commits.empty()) return absl::NotFoundError("there is no log that has this commit");
    return absl::UnavailableError("Redis: the log changed while it was read");
  }
};

RedisPollLog::RedisPollLog(const Options& options)
    : read_page_commits_(options.read_page_commits),
      append_(kAppendScript),
      load_(kLoadScript),
      read_(kReadScript),
      store_snapshot_(kStoreSnapshotScript),
      subscriber_(options.redis),
      redis_(options.redis, {.count = options.ack_replicas, .timeout = options.ack_timeout},
             [this](size_t address_index, absl::Time lost) {
               subscriber_.Follow(address_index, lost);
             }) {}

void RedisPollLog::Append(std::string_view poll_id, NewCommit commit, absl::Time deadline,
                          AppendCallback done) {
  redis_.Eval(append_, {LogKey(poll_id), SnapshotKey(poll_id)},
              {absl::StrCat(commit.expected.revision), absl::StrCat(commit.expected.revision + 1),
               std::move(commit.commit_id), std::move(commit.payload),
               absl::StrCat(absl::ToUnixMillis(commit.expire_time)), Channel(poll_id),
               std::move(commit.expected.commit_id)},
              deadline,
              [done = std::move(done)](absl::StatusOr<Reply> reply) { done(AppendResult(reply)); });
}

void RedisPollLog::Read(std::string_view poll_id, Position after, absl::Time deadline,
                        ReadCallback done) {
  auto done_with_commits = [done = std::move(done)](absl::StatusOr<Loaded> loaded) {
    if (!loaded.ok()) return done(loaded.status());
    done(std::move(loaded->commits));
  };
  ReadPage(std::make_shared<Reading>(Reading{.key = LogKey(poll_id),
                                             .last = std::move(after),
                                             .deadline = deadline,
                                             .done = std::move(done_with_commits)}));
}

void RedisPollLog::Load(std::string_view poll_id, absl::Time deadline, LoadCallback done) {
  auto reading = std::make_shared<Reading>(
      Reading{.key = LogKey(poll_id), .deadline = deadline, .done = std::move(done)});
  redis_.Eval(load_, {reading->key, SnapshotKey(poll_id)}, {absl::StrCat(read_page_commits_ + 1)},
              deadline, [this, reading](absl::StatusOr<Reply> reply) {
                if (!reply.ok()) return reading->done(ReadError(reply.status()));
                if (reply->elements.size() != 2) return reading->done(NoLog());
                const std::vector<Reply>& entries = reply->elements[1].elements;
                const Reply& snapshot = reply->elements[0];
                if (snapshot.is_array()) {
                  reading->loaded.snapshot = ParseSnapshot(snapshot);
                  if (!reading->loaded.snapshot) return reading->done(NoLog());
                  reading->last = reading->loaded.snapshot->position;
                } else if (entries.empty()) {
                  return reading->done(absl::NotFoundError("there is no log"));
                }
                TakeEntries(reading, entries);
              });
}

void RedisPollLog::StoreSnapshot(std::string_view poll_id, Snapshot snapshot, absl::Time deadline,
                                 StoreSnapshotCallback done) {
  redis_.Eval(store_snapshot_, {LogKey(poll_id), SnapshotKey(poll_id)},
              {absl::StrCat(snapshot.position.revision), std::move(snapshot.position.commit_id),
               std::move(snapshot.payload)},
              deadline, [done = std::move(done)](absl::StatusOr<Reply> reply) {
                if (!reply.ok()) return done(absl::UnavailableError(reply.status().message()));
                if (reply->text == "GONE") {
                  return done(absl::NotFoundError("there is no log that has this commit"));
                }
                done(absl::OkStatus());
              });
}

void RedisPollLog::ReadPage(std::shared_ptr<Reading> reading) {
  redis_.Eval(read_, {reading->key},
              {absl::StrCat(reading->last.revision, "-0"), absl::StrCat(read_page_commits_ + 1)},
              reading->deadline, [this, reading](absl::StatusOr<Reply> reply) {
                if (!reply.ok()) return reading->done(ReadError(reply.status()));
                std::vector<Reply>& entries = reply->elements;
                if (entries.empty()) return reading->done(reading->Replaced());
                if (reading->last.revision > 0) {
                  const std::optional<Commit> first = ParseEntry(entries.front());
                  if (!first || first->revision != reading->last.revision) {
                    return reading->done(NoLog());
                  }
                  const std::string& known = reading->last.commit_id;
                  if (!known.empty() && first->commit_id != known) {
                    return reading->done(reading->Replaced());
                  }
                  entries.erase(entries.begin());
                }
                TakeEntries(reading, entries);
              });
}

void RedisPollLog::TakeEntries(std::shared_ptr<Reading> reading,
                               const std::vector<Reply>& entries) {
  for (const Reply& entry : entries) {
    std::optional<Commit> commit = ParseEntry(entry);
    if (!commit || commit->revision != reading->last.revision + 1) return reading->done(NoLog());
    reading->last = {.revision = commit->revision, .commit_id = commit->commit_id};
    reading->loaded.commits.push_back(*std::move(commit));
  }
  if (entries.size() < read_page_commits_) return reading->done(std::move(reading->loaded));
  ReadPage(std::move(reading));
}

std::unique_ptr<PollLog::Subscription> RedisPollLog::Subscribe(std::string_view poll_id,
                                                               ChangeCallback changed) {
  return std::make_unique<RedisSubscription>(subscriber_.Subscribe(
      Channel(poll_id), [changed = std::move(changed)](const std::optional<std::string>& message) {
        uint64_t revision = kUnknownRevision;
        if (message && !absl::SimpleAtoi(*message, &revision)) revision = kUnknownRevision;
        changed(revision);
      }));
}

}  // namespace caucus::polls
