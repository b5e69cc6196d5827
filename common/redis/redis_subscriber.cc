#include "common/redis/redis_subscriber.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "common/redis/format_command.h"

namespace caucus {

struct RedisSubscriber::Subscription::Listener {
  absl::Mutex mutex;  // Held while the callback runs.
  Callback callback ABSL_GUARDED_BY(mutex);

  void Call(const std::optional<std::string>& message) {
    absl::MutexLock lock(&mutex);
    if (callback) callback(message);
  }
};

RedisSubscriber::Subscription::Subscription(RedisSubscriber& subscriber, std::string_view channel,
                                            Callback callback)
    : subscriber_(subscriber), channel_(channel), listener_(std::make_shared<Listener>()) {
  {
    absl::MutexLock lock(&listener_->mutex);
    listener_->callback = std::move(callback);
  }
  subscriber_.Add(channel_, listener_);
}

RedisSubscriber::Subscription::~Subscription() {
  {
    absl::MutexLock lock(&listener_->mutex);
    listener_->callback = nullptr;
  }
  subscriber_.Remove(channel_, listener_.get());
}

RedisSubscriber::RedisSubscriber(const RedisOptions& options) : link_(options, *this) {
  link_.Start();
}

RedisSubscriber::~RedisSubscriber() { link_.Stop(); }

std::unique_ptr<RedisSubscriber::Subscription> RedisSubscriber::Subscribe(std::string_view channel,
                                                                          Callback callback) {
  return std::make_unique<Subscription>(*this, channel, std::move(callback));
}

void RedisSubscriber::Follow(size_t address_index, absl::Time lost) {
  {
    absl::MutexLock lock(&mutex_);
    move_ = {.address_index = address_index, .lost = lost};
  }
  link_.Wake();
}

void RedisSubscriber::Add(const std::string& channel,
                          std::shared_ptr<Subscription::Listener> listener) {
  {
    absl::MutexLock lock(&mutex_);
    Listeners& listeners = channels_[channel];
    listeners.push_back(std::move(listener));
    if (listeners.size() > 1) return;
    touched_.insert(channel);
  }
  link_.Wake();
}

void RedisSubscriber::Remove(const std::string& channel, const Subscription::Listener* listener) {
  {
    absl::MutexLock lock(&mutex_);
    const auto found = channels_.find(channel);
    std::erase_if(found->second, [&](const auto& each) { return each.get() == listener; });
    if (!found->second.empty()) return;
    channels_.erase(found);
    touched_.insert(channel);
  }
  link_.Wake();
}

RedisSubscriber::Listeners RedisSubscriber::ListenersOf(const std::string& channel) const {
  absl::MutexLock lock(&mutex_);
  const auto found = channels_.find(channel);
  return found == channels_.end() ? Listeners() : found->second;
}

void RedisSubscriber::OnUp() {
  up_ = true;
  up_since_ = absl::Now();
  absl::MutexLock lock(&mutex_);
  for (const auto& [channel, listeners] : channels_) touched_.insert(channel);
}

void RedisSubscriber::OnDown(const absl::Status&, uint64_t) {
  up_ = false;
  subscribed_.clear();
}

bool RedisSubscriber::MakeMove(const Move& move) {
  const bool is_new = !up_ || up_since_ > move.lost;
  if (is_new && link_.address_index() == move.address_index) return false;
  link_.Reconnect(absl::UnavailableError("Redis: moved to the master"), move.address_index);
  return true;
}

absl::Time RedisSubscriber::OnTurn() {
  absl::MutexLock lock(&mutex_);
  if (const auto move = std::exchange(move_, std::nullopt); move && MakeMove(*move)) {
    return absl::InfiniteFuture();
  }
  if (!up_) return absl::InfiniteFuture();
  for (const std::string& channel : touched_) {
    const bool is_wanted = channels_.contains(channel);
    if (is_wanted && subscribed_.insert(channel).second) {
      link_.Send(FormatCommand({"SUBSCRIBE", channel}));
    } else if (!is_wanted && subscribed_.erase(channel) > 0) {
      link_.Send(FormatCommand({"UNSUBSCRIBE", channel}));
    }
  }
  touched_.clear();
  return absl::InfiniteFuture();
}

void RedisSubscriber::OnReply(Reply reply) {
  if (!reply.is_array() || reply.elements.size() != 3) return;
  const std::string& kind = reply.elements[0].text;
  const std::string& channel = reply.elements[1].text;
  std::optional<std::string> message;
  if (kind == "message") {
    message = std::move(reply.elements[2].text);
  } else if (kind != "subscribe") {
    return;
  }
  for (const auto& listener : ListenersOf(channel)) listener->Call(message);
}

void RedisSubscriber::Ping() { link_.Send(FormatCommand({"PING"})); }

}  // namespace caucus
