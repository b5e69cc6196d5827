#include "polls-service/log/redis_poll_log.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/redis/reply.h"
#include "common/text/absl_view.h"
#include "polls-service/log/append_script.h"

namespace caucus::polls {
namespace {

std::string LogKey(std::string_view poll_id) {
  return absl::StrCat("poll:{", ToAbsl(poll_id), "}:log");
}

std::string Channel(std::string_view poll_id) {
  return absl::StrCat("poll:{", ToAbsl(poll_id), "}:changes");
}

absl::Status AppendResult(const absl::StatusOr<Reply>& reply) {
  if (!reply.ok()) {
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
  std::vector<Commit> commits;
  ReadCallback done;

  // The log has another commit where `last` was.
  absl::Status Replaced() const {
    if (commits.empty()) return absl::NotFoundError("there is no log that has this commit");
    return absl::UnavailableError("Redis: the log changed while it was read");
  }
};

RedisPollLog::RedisPollLog(const Options& options)
    : read_page_commits_(options.read_page_commits),
      append_(kAppendScript),
      subscriber_(options.redis),
      redis_(options.redis) {}

void RedisPollLog::Append(std::string_view poll_id, NewCommit commit, absl::Time deadline,
                          AppendCallback done) {
  redis_.Eval(append_, {LogKey(poll_id)},
              {absl::StrCat(commit.expected.revision), absl::StrCat(commit.expected.revision + 1),
               std::move(commit.commit_id), std::move(commit.payload),
               absl::StrCat(absl::ToUnixMillis(commit.expire_time)), Channel(poll_id),
               std::move(commit.expected.commit_id)},
              deadline,
              [done = std::move(done)](absl::StatusOr<Reply> reply) { done(AppendResult(reply)); });
}

void RedisPollLog::Read(std::string_view poll_id, Position after, absl::Time deadline,
                        ReadCallback done) {
  ReadPage(std::make_shared<Reading>(Reading{.key = LogKey(poll_id),
                                             .last = std::move(after),
                                             .deadline = deadline,
                                             .done = std::move(done)}));
}

void RedisPollLog::ReadPage(std::shared_ptr<Reading> reading) {
  const std::string from = absl::StrCat(reading->last.revision, "-0");
  redis_.Command(
      {"XRANGE", reading->key, from, "+", "COUNT", absl::StrCat(read_page_commits_ + 1)},
      reading->deadline, [this, reading](absl::StatusOr<Reply> reply) {
        if (!reply.ok()) {
          return reading->done(absl::UnavailableError(reply.status().message()));
        }
        if (reply->elements.empty()) {
          return reading->done(absl::NotFoundError("there is no log that reaches this revision"));
        }
        const bool skips_first = reading->last.revision > 0;
        uint64_t expected = skips_first ? reading->last.revision : 1;
        for (size_t i = 0; i < reply->elements.size(); ++i, ++expected) {
          std::optional<Commit> commit = ParseEntry(reply->elements[i]);
          if (!commit || commit->revision != expected) {
            return reading->done(absl::DataLossError("Redis: the log has a gap or a bad entry"));
          }
          if (i == 0 && skips_first) {
            if (commit->commit_id != reading->last.commit_id)
              return reading->done(reading->Replaced());
            continue;
          }
          reading->last = {.revision = commit->revision, .commit_id = commit->commit_id};
          reading->commits.push_back(*std::move(commit));
        }
        if (reply->elements.size() <= read_page_commits_) {
          return reading->done(std::move(reading->commits));
        }
        ReadPage(reading);
      });
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
