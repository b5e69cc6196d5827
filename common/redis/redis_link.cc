#include "common/redis/redis_link.h"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/redis/format_command.h"

namespace caucus {
namespace {

constexpr size_t kReadBytes = 64 * 1024;

int PollTimeout(absl::Time until) {
  const absl::Duration left = until - absl::Now();
  if (left <= absl::ZeroDuration()) return 0;
  return static_cast<int>(absl::ToInt64Milliseconds(std::min(left, absl::Hours(1)))) + 1;
}

}  // namespace

RedisLink::RedisLink(const RedisOptions& options, Delegate& delegate)
    : options_(options),
      addresses_(absl::StrSplit(options.address, ',')),
      delegate_(delegate),
      wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      reader_(nullptr, redisReaderFree) {}

RedisLink::~RedisLink() {
  Stop();
  close(wake_fd_);
}

void RedisLink::Start() {
  thread_ = std::thread([this] { Run(); });
}

void RedisLink::Stop() {
  stopping_ = true;
  Wake();
  if (thread_.joinable()) thread_.join();
}

void RedisLink::Wake() { eventfd_write(wake_fd_, 1); }

void RedisLink::Reconnect(const absl::Status& why, size_t address_index) {
  give_up_ = why;
  next_address_index_ = address_index % addresses_.size();
}

uint64_t RedisLink::Send(std::string_view bytes) {
  const uint64_t offset = out_offset_ + out_.size();
  out_.append(bytes);
  return offset;
}

void RedisLink::Run() {
  state_until_ = absl::InfinitePast();
  while (!stopping_) {
    if (state_ == State::kBackoff && absl::Now() >= state_until_) Connect();
    turn_time_ = delegate_.OnTurn();
    if (!give_up_.ok()) Fail(give_up_);
    WriteAll();
    Wait(std::min(turn_time_, state_until_));
    if (writable_ && state_ == State::kConnecting) OnConnected();
    if (readable_) ReadAll();
    if (!give_up_.ok()) Fail(give_up_);
    CheckTimes();
  }
  Fail(absl::UnavailableError("Redis: the client was stopped"));
}

void RedisLink::Wait(absl::Time until) {
  const bool wants_write = state_ == State::kConnecting || out_sent_ < out_.size();
  std::array<pollfd, 2> fds = {
      pollfd{.fd = wake_fd_, .events = POLLIN},
      pollfd{.fd = socket_.fd(),
             .events = static_cast<short>(POLLIN | (wants_write ? POLLOUT : 0))},
  };
  poll(fds.data(), fds.size(), PollTimeout(until));
  eventfd_t ignored;
  if (fds[0].revents != 0) eventfd_read(wake_fd_, &ignored);
  readable_ = (fds[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0;
  writable_ = (fds[1].revents & (POLLOUT | POLLHUP | POLLERR)) != 0;
}

void RedisLink::Connect() {
  state_ = State::kConnecting;
  state_until_ = absl::Now() + options_.connect_timeout;
  address_index_ = next_address_index_;
  next_address_index_ = (address_index_ + 1) % addresses_.size();
  absl::StatusOr<RedisSocket> socket = RedisSocket::Connect(addresses_[address_index_]);
  if (!socket.ok()) return Fail(socket.status());
  socket_ = *std::move(socket);
}

void RedisLink::OnConnected() {
  if (absl::Status status = socket_.FinishConnect(); !status.ok()) return Fail(status);
  state_ = State::kSigningIn;
  reader_.reset(redisReaderCreate());
  sign_in_replies_ = 2;
  if (!options_.password.empty()) {
    std::vector<std::string> auth = {"AUTH"};
    if (!options_.username.empty()) auth.push_back(options_.username);
    auth.push_back(options_.password);
    out_ += FormatCommand(auth);
    ++sign_in_replies_;
  }
  out_ += FormatCommand({"PING"});
  out_ += FormatCommand({"ROLE"});
}

void RedisLink::ReadAll() {
  std::array<char, kReadBytes> buffer;
  while (state_ == State::kSigningIn || state_ == State::kUp) {
    const absl::StatusOr<size_t> count = socket_.Read(buffer);
    if (!count.ok()) return Fail(count.status());
    if (*count == 0) return;
    heard_ = absl::Now();
    ping_is_out_ = false;
    redisReaderFeed(reader_.get(), buffer.data(), *count);
    Parse();
    if (*count < buffer.size()) return;
  }
}

void RedisLink::Parse() {
  while (state_ == State::kSigningIn || state_ == State::kUp) {
    void* parsed = nullptr;
    if (redisReaderGetReply(reader_.get(), &parsed) != REDIS_OK) {
      return Fail(absl::UnavailableError("Redis: what the server sent is not RESP2"));
    }
    if (parsed == nullptr) return;
    Reply reply = Reply::Copy(*static_cast<redisReply*>(parsed));
    freeReplyObject(parsed);
    if (state_ == State::kSigningIn) {
      OnSignInReply(reply);
    } else {
      if (TellsOfNoMaster(reply)) Reconnect(StatusOfError(reply.text), next_address_index_);
      delegate_.OnReply(std::move(reply));
    }
  }
}

void RedisLink::OnSignInReply(const Reply& reply) {
  if (reply.is_error()) return Fail(StatusOfError(reply.text));
  if (--sign_in_replies_ > 0) return;
  if (!TellsOfMaster(reply)) return Fail(absl::UnavailableError("Redis: the server is no master"));
  state_ = State::kUp;
  state_until_ = absl::InfiniteFuture();
  failures_ = 0;
  out_.clear();
  out_sent_ = 0;
  out_offset_ = 0;
  delegate_.OnUp();
}

void RedisLink::WriteAll() {
  if (state_ != State::kSigningIn && state_ != State::kUp) return;
  while (out_sent_ < out_.size()) {
    const absl::StatusOr<size_t> count = socket_.Write(std::string_view(out_).substr(out_sent_));
    if (!count.ok()) return Fail(count.status());
    if (*count == 0) break;
    out_sent_ += *count;
  }
  if (out_sent_ == out_.size() || out_sent_ > (size_t{1} << 20)) {
    out_offset_ += out_sent_;
    out_.erase(0, out_sent_);
    out_sent_ = 0;
  }
}

void RedisLink::CheckTimes() {
  const absl::Time now = absl::Now();
  if (state_ == State::kConnecting || state_ == State::kSigningIn) {
    if (now >= state_until_) Fail(absl::UnavailableError("Redis: connecting took too long"));
  } else if (state_ == State::kUp && now >= heard_ + options_.ping_interval) {
    if (!ping_is_out_) {
      ping_is_out_ = true;
      delegate_.Ping();
    } else if (now >= heard_ + 2 * options_.ping_interval) {
      return Fail(absl::UnavailableError("Redis: the server has fallen silent"));
    }
  }
  if (state_ == State::kUp) {
    state_until_ = heard_ + (ping_is_out_ ? 2 : 1) * options_.ping_interval;
  }
}

void RedisLink::Fail(const absl::Status& status) {
  const bool was_up = state_ == State::kUp;
  const uint64_t bytes_sent = out_offset_ + out_sent_;
  socket_.Close();
  out_.clear();
  out_sent_ = 0;
  out_offset_ = 0;
  ping_is_out_ = false;
  give_up_ = absl::OkStatus();
  state_ = State::kBackoff;
  state_until_ = absl::Now();
  if (++failures_ % addresses_.size() == 0) {
    const size_t rounds = failures_ / addresses_.size();
    absl::Duration ceiling = options_.backoff_min;
    for (size_t i = 1; i < rounds && ceiling < options_.backoff_max; ++i) ceiling *= 2;
    ceiling = std::min(ceiling, options_.backoff_max);
    state_until_ += absl::Uniform(random_, 0.0, 1.0) * ceiling;
  }
  if (was_up) delegate_.OnDown(status, bytes_sent);
}

}  // namespace caucus
