#include "common/redis/redis_connection.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "absl/time/clock.h"
#include "common/redis/format_command.h"

namespace caucus {
namespace {

absl::StatusOr<Reply> Checked(Reply reply) {
  if (reply.is_error()) return StatusOfError(reply.text);
  return reply;
}

absl::Status TooLate() {
  return absl::DeadlineExceededError("Redis: the deadline passed before sending");
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

RedisConnection::RedisConnection(const RedisOptions& options, const ReplicaAcks& acks,
                                 MovedCallback moved)
    : in_flight_max_(options.in_flight_max),
      acks_(acks),
      moved_(std::move(moved)),
      link_(options, *this) {
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
  // The server may still forget it. EVAL both loads and runs. It holds all bytes again, but is kept
  // only until the first answer.
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
  {
    absl::MutexLock lock(&mutex_);
    connected_ = true;
    loaded_scripts_.clear();
  }
  if (moved_) moved_(link_.address_index(), lost_);
}

void RedisConnection::OnReply(Reply reply) {
  if (replied_ == sent_.size()) return;
  Pending& pending = sent_[replied_];
  if (pending.is_wait) return OnWaitReply(reply);
  // An error tells nothing of what the server has.
  if (acks_.count > 0 && !reply.is_error()) {
    pending.reply = std::move(reply);
    ++replied_;
    return;
  }
  const Callback done = std::exchange(pending.done, nullptr);
  if (acks_.count > 0) {
    ++replied_;
  } else {
    sent_.pop_front();
    Release(1);
  }
  if (done) done(std::move(reply));
}

void RedisConnection::OnWaitReply(const Reply& reply) {
  wait_is_out_ = false;
  const bool enough = reply.kind == Reply::Kind::kInteger && reply.integer >= 0 &&
                      static_cast<uint64_t>(reply.integer) >= acks_.count;
  const auto end = sent_.begin() + static_cast<ptrdiff_t>(replied_);
  std::vector<Pending> answered(std::make_move_iterator(sent_.begin()),
                                std::make_move_iterator(end));
  sent_.erase(sent_.begin(), end + 1);
  replied_ = 0;
  Release(answered.size());
  if (!enough && (link_.has_alternatives() || reply.is_error())) {
    // Perhaps a master that nobody follows any more, or none any more.
    link_.Reconnect(absl::UnavailableError("Redis: too few replicas"), link_.address_index() + 1);
  }
  for (Pending& pending : answered) {
    if (!pending.done) continue;
    if (enough) {
      pending.done(*std::move(pending.reply));
    } else {
      pending.done(absl::UnknownError("Redis: too few replicas have it"));
    }
  }
}

void RedisConnection::OnDown(const absl::Status& status, uint64_t bytes_sent) {
  {
    absl::MutexLock lock(&mutex_);
    connected_ = false;
  }
  lost_ = absl::Now();
  std::deque<Pending> sent, taken;
  sent.swap(sent_);
  taken.swap(taken_);
  expiries_ = {};
  replied_ = 0;
  if (std::exchange(wait_is_out_, false)) {
    sent.pop_back();
  }
  Release(sent.size() + taken.size());
  const std::string message(status.message());
  for (Pending& pending : sent) {
    if (!pending.done) continue;
    pending.done(pending.offset >= bytes_sent
                     ? absl::UnavailableError(message)
                     : absl::UnknownError(message + " before it answered"));
  }
  for (Pending& pending : taken) {
    if (pending.done) pending.done(absl::UnavailableError(message));
  }
  RefuseInbox(absl::UnavailableError(message));
}

absl::Time RedisConnection::OnTurn() {
  TakeInbox();
  if (!wait_is_out_) SendTaken();
  return AnswerExpired();
}

void RedisConnection::Ping() {
  Command({"ROLE"}, absl::InfiniteFuture(), [this](absl::StatusOr<Reply> reply) {
    if (!reply.ok() || TellsOfMaster(*reply)) return;
    link_.Reconnect(absl::UnavailableError("Redis: the server is no master any more"),
                    link_.address_index() + 1);
  });
}

void RedisConnection::TakeInbox() {
  std::vector<Pending> inbox;
  {
    absl::MutexLock lock(&mutex_);
    if (!connected_) return;
    inbox.swap(inbox_);
  }
  for (Pending& pending : inbox) {
    pending.number = next_number_++;
    if (pending.deadline != absl::InfiniteFuture()) {
      expiries_.emplace(pending.deadline, pending.number);
    }
    taken_.push_back(std::move(pending));
  }
}

void RedisConnection::SendTaken() {
  std::deque<Pending> taken;
  taken.swap(taken_);
  const absl::Time now = absl::Now();
  for (Pending& pending : taken) {
    if (!pending.done) {
      Release(1);
      continue;
    }
    if (pending.deadline <= now) {
      Release(1);
      pending.done(TooLate());
      continue;
    }
    pending.offset = link_.Send(pending.bytes);
    pending.bytes = std::string();
    sent_.push_back(std::move(pending));
  }
  if (acks_.count > 0 && !sent_.empty()) SendWait();
}

void RedisConnection::SendWait() {
  wait_is_out_ = true;
  const uint64_t offset =
      link_.Send(FormatCommand({"WAIT", std::to_string(acks_.count),
                                std::to_string(absl::ToInt64Milliseconds(acks_.timeout))}));
  sent_.push_back({.offset = offset, .number = next_number_++, .is_wait = true});
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
    Pending* pending = Find(number);
    const bool is_answered = pending == nullptr || !pending->done;
    if (!is_answered && deadline > now) return deadline;
    expiries_.pop();
    if (is_answered) continue;
    const Callback done = std::exchange(pending->done, nullptr);
    done(pending->bytes.empty() ? absl::UnknownError("Redis: no answer came before the deadline")
                                : TooLate());
  }
  return absl::InfiniteFuture();
}

RedisConnection::Pending* RedisConnection::Find(uint64_t number) {
  for (std::deque<Pending>* queue : {&sent_, &taken_}) {
    const auto found = std::lower_bound(
        queue->begin(), queue->end(), number,
        [](const Pending& pending, uint64_t number) { return pending.number < number; });
    if (found != queue->end() && found->number == number) return &*found;
  }
  return nullptr;
}

void RedisConnection::Release(size_t count) {
  absl::MutexLock lock(&mutex_);
  in_flight_ -= count;
}

}  // namespace caucus
