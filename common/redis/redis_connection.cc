#include "common/redis/redis_connection.h"

#include <memory>

#include "absl/time/clock.h"
#include "common/redis/format_command.h"

namespace caucus {
namespace {

absl::StatusOr<Reply> Checked(Reply reply) {
  if (reply.is_error()) return StatusOfError(reply.text);
  return reply;
}

std::vector<std::string> EvalArguments(const char* command, const std::string& script,
                                       const std::vector<std::string>& keys,
                                       const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {command, script, std::to_string(keys.size())};
  all.insert(all.end(), keys.begin(), keys.end());
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

}  // namespace

RedisConnection::RedisConnection(const RedisOptions& options)
    : in_flight_max_(options.in_flight_max), link_(options, *this) {
  link_.Start();
}

RedisConnection::~RedisConnection() {
  link_.Stop();
  RefuseInbox(absl::UnavailableError("Redis: the client was stopped"));
}

void RedisConnection::Command(const std::vector<std::string>& arguments, absl::Time deadline,
                              Callback done) {
  Send(FormatCommand(arguments), deadline, [done = std::move(done)](absl::StatusOr<Reply> reply) {
    done(reply.ok() ? Checked(*std::move(reply)) : std::move(reply));
  });
}

void RedisConnection::Eval(const Script& script, const std::vector<std::string>& keys,
                           const std::vector<std::string>& arguments, absl::Time deadline,
                           Callback done) {
  if (IsFirstUse(script)) {
    Send(FormatCommand({"SCRIPT", "LOAD", script.source()}), absl::InfiniteFuture(),
         [](absl::StatusOr<Reply>) {});
  }
  // The server may still forget it. EVAL both loads and runs. It holds all bytes again, but is kept only until the first answer.
  auto load = std::make_shared<std::string>(
      FormatCommand(EvalArguments("EVAL", script.source(), keys, arguments)));
  Send(FormatCommand(EvalArguments("EVALSHA", script.sha1(), keys, arguments)), deadline,
       [this, load, deadline, done = std::move(done)](absl::StatusOr<Reply> reply) {
         if (!reply.ok()) return done(std::move(reply));
         if (!reply->is_error() || CodeOfError(reply->text) != "NOSCRIPT") {
           return done(Checked(*std::move(reply)));
         }
         Send(std::move(*load), deadline, [done](absl::StatusOr<Reply> second) {
           done(second.ok() ? Checked(*std::move(second)) : std::move(second));
         });
       });
}

absl::Status RedisConnection::AwaitConnected(absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  if (mutex_.AwaitWithDeadline(absl::Condition(&connected_), deadline)) return absl::OkStatus();
  return absl::UnavailableError("Redis: not connected");
}

bool RedisConnection::is_connected() const {
  absl::MutexLock lock(&mutex_);
  return connected_;
}

bool RedisConnection::IsFirstUse(const Script& script) {
  absl::MutexLock lock(&mutex_);
  return connected_ && loaded_scripts_.insert(script.sha1()).second;
}

void RedisConnection::Send(std::string bytes, absl::Time deadline, Callback done) {
  absl::Status refusal;
  Callback refused;
  bool wake = false;
  {
    absl::MutexLock lock(&mutex_);
    if (!connected_) {
      refusal = absl::UnavailableError("Redis: not connected");
      refused = std::move(done);
    } else if (in_flight_ >= in_flight_max_) {
      refusal = absl::ResourceExhaustedError("Redis: too many commands are in flight");
      refused = std::move(done);
    } else {
      ++in_flight_;
      wake = inbox_.empty();
      inbox_.push_back({.bytes = std::move(bytes), .deadline = deadline, .done = std::move(done)});
    }
  }
  if (refused) return refused(refusal);
  if (wake) link_.Wake();
}

void RedisConnection::OnUp() {
  absl::MutexLock lock(&mutex_);
  connected_ = true;
  loaded_scripts_.clear();
}

void RedisConnection::OnReply(Reply reply) {
  if (sent_.empty()) return;
  Callback done = std::move(sent_.front().done);
  sent_.pop_front();
  ++sent_first_;
  Release(1);
  if (done) done(std::move(reply));
}

void RedisConnection::OnDown(const absl::Status& status, uint64_t bytes_sent) {
  {
    absl::MutexLock lock(&mutex_);
    connected_ = false;
  }
  std::deque<Pending> lost;
  lost.swap(sent_);
  sent_first_ += lost.size();
  expiries_ = {};
  Release(lost.size());
  const std::string message(status.message());
  for (Pending& pending : lost) {
    if (!pending.done) continue;
    pending.done(pending.offset >= bytes_sent
                     ? absl::UnavailableError(message)
                     : absl::UnknownError(message + " before it answered"));
  }
  RefuseInbox(absl::UnavailableError(message));
}

absl::Time RedisConnection::OnTurn() {
  TakeInbox();
  return AnswerExpired();
}

void RedisConnection::Ping() {
  Send(FormatCommand({"PING"}), absl::InfiniteFuture(), [](absl::StatusOr<Reply>) {});
}

void RedisConnection::TakeInbox() {
  std::vector<Pending> taken;
  {
    absl::MutexLock lock(&mutex_);
    if (!connected_) return;
    taken.swap(inbox_);
  }
  const absl::Time now = absl::Now();
  for (Pending& pending : taken) {
    if (pending.deadline <= now) {
      Release(1);
      pending.done(absl::DeadlineExceededError("Redis: the deadline had passed before sending"));
      continue;
    }
    pending.offset = link_.Send(pending.bytes);
    pending.bytes = std::string();
    if (pending.deadline != absl::InfiniteFuture()) {
      expiries_.emplace(pending.deadline, sent_first_ + sent_.size());
    }
    sent_.push_back(std::move(pending));
  }
}

void RedisConnection::RefuseInbox(const absl::Status& status) {
  std::vector<Pending> refused;
  {
    absl::MutexLock lock(&mutex_);
    refused.swap(inbox_);
  }
  Release(refused.size());
  for (Pending& pending : refused) pending.done(status);
}

absl::Time RedisConnection::AnswerExpired() {
  const absl::Time now = absl::Now();
  while (!expiries_.empty()) {
    const auto [deadline, number] = expiries_.top();
    // Answers usually come first: their expiries are dropped when they reach the top.
    const bool is_answered = number < sent_first_ || !sent_[number - sent_first_].done;
    if (!is_answered && deadline > now) return deadline;
    expiries_.pop();
    if (is_answered) continue;
    const Callback done = std::exchange(sent_[number - sent_first_].done, nullptr);
    done(absl::UnknownError("Redis: no answer came before the deadline"));
  }
  return absl::InfiniteFuture();
}

void RedisConnection::Release(size_t count) {
  absl::MutexLock lock(&mutex_);
  in_flight_ -= count;
}

}  // namespace caucus
