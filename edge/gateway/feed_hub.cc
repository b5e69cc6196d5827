#include "edge/gateway/feed_hub.h"

#include <algorithm>
#include <utility>

#include "edge/gateway/effect_batch.h"
#include "edge/gateway/gateway.h"
#include "edge/socketio/outgoing_packet.h"

namespace caucus::edge::gateway {
namespace {

// Opening the stream again would end the same way.
bool IsFinal(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

// Null: there is nothing to tell.
FeedDeliveryPtr MakeDelivery(const FeedKey& key, const transcoding::FeedMessage& message) {
  using Kind = FeedDelivery::Kind;
  if (message.event.empty()) {
    if (!key.rule->has_changes()) return nullptr;
    return std::make_shared<const FeedDelivery>(
        FeedDelivery{.packet = nullptr, .resume_value = message.resume_value});
  }
  const Kind state = message.is_repeat ? Kind::kRepeat : Kind::kState;
  return std::make_shared<const FeedDelivery>(FeedDelivery{
      .packet = socketio::EventPacket(
          key.nsp->path, message.event,
          {.json = message.arguments.json, .attachments = message.arguments.attachments}),
      .resume_value = message.resume_value,
      .kind = message.is_state ? state : Kind::kChange});
}

}  // namespace

FeedHub::FeedHub(const ShardMesh& mesh, size_t shard, Executor& executor,
                 backend::RpcInvoker& invoker, const FeedOptions& options, LimitObserver& limits)
    : mesh_(mesh),
      shard_(shard),
      executor_(executor),
      invoker_(invoker),
      options_(options),
      limits_(limits) {}

void FeedHub::Subscribe(const FeedKey& key, const Subscriber& subscriber) {
  if (!feeds_.contains(key) && !MakeRoom()) {
    limits_.OnLimitReached(Limit::kFeeds);
    return refused_log_.Log(Severity::kWarning, "no feed is opened: there are too many",
                            {{"method", key.rule->method()}});
  }
  Feed& feed = feeds_[key];
  if (feed.lingering) lingering_.erase(*std::exchange(feed.lingering, std::nullopt));
  if (std::find(feed.shards.begin(), feed.shards.end(), subscriber.shard) == feed.shards.end()) {
    feed.shards.push_back(subscriber.shard);
  }
  mesh_.Post(subscriber.shard,
             [key, number = subscriber.number, backlog = feed.backlog](Gateway& gateway) {
               gateway.OnSubscribed(key, number, backlog);
             });
  if (feed.stream == nullptr) Open(key, feed, subscriber.credentials);
}

void FeedHub::Unsubscribe(const FeedKey& key, size_t shard) {
  const auto found = feeds_.find(key);
  if (found == feeds_.end()) return;
  Feed& feed = found->second;
  if (std::erase(feed.shards, shard) == 0 || !feed.shards.empty()) return;
  feed.lingering = lingering_.insert(lingering_.end(), key);
  executor_.PostAfter(options_.linger, [this, key, number = ++feed.empty_number] {
    const auto lingering = feeds_.find(key);
    if (lingering != feeds_.end() && lingering->second.shards.empty() &&
        lingering->second.empty_number == number) {
      Forget(lingering);
    }
  });
}

bool FeedHub::MakeRoom() {
  if (feeds_.size() < options_.feeds_max) return true;
  if (lingering_.empty()) return false;
  Forget(feeds_.find(lingering_.front()));
  return true;
}

void FeedHub::Forget(FeedMap::iterator feed) {
  lingering_.erase(*feed->second.lingering);
  feeds_.erase(feed);
}

void FeedHub::Reopen(const FeedKey& key, const Credentials& credentials) {
  const auto found = feeds_.find(key);
  if (found != feeds_.end() && found->second.stream == nullptr)
    Open(key, found->second, credentials);
}

void FeedHub::Open(const FeedKey& key, Feed& feed, const Credentials& credentials) {
  if (feed.captures.empty()) {
    feed.captures = key.rule->MatchRoom(key.room).value_or(std::vector<std::string>());
  }
  feed.stream_number = next_stream_number_++;
  feed.messages = 0;
  // The callbacks may run when this hub is gone: they only carry what came to the shard.
  feed.stream = invoker_.OpenStream(
      {.method = key.rule->method(),
       .request = key.rule->EncodeRequest(feed.captures, feed.resume_value),
       .metadata = metadata_.For(credentials)},
      [this, executor = &executor_, key, number = feed.stream_number](std::string message) {
        executor->Post(
            [this, key, number, message = std::move(message)] { OnMessage(key, number, message); });
      },
      [this, executor = &executor_, key, number = feed.stream_number](absl::Status status) {
        executor->Post(
            [this, key, number, status = std::move(status)] { OnEnd(key, number, status); });
      });
}

void FeedHub::OnMessage(const FeedKey& key, uint64_t stream_number, const std::string& message) {
  Feed* const feed = FindCurrent(key, stream_number);
  if (feed == nullptr) return;
  // Not at the first: a stream that breaks after each state it sends must not be opened ever
  // faster.
  if (++feed->messages > 1) feed->failures = 0;
  absl::StatusOr<transcoding::FeedMessage> decoded = key.rule->DecodeMessage(message);
  if (!decoded.ok()) {
    log_.Log(Severity::kError, "a streamed message could not be decoded",
             {{"method", key.rule->method()}, {"error", decoded.status().message()}});
    return feed->stream->ReadNext();
  }
  feed->resume_value = decoded->resume_value.value_or(feed->resume_value);
  Broadcast broadcast(mesh_, shard_);
  if (const FeedDeliveryPtr delivery = MakeDelivery(key, *decoded)) {
    Deliver(key, *feed, delivery, broadcast);
  }
  // They may be for sockets on any shard, whether or not it has a member of this room.
  const EffectBatchPtr effects =
      MakeEffectBatch({.nsp = key.nsp->path, .method = key.rule->method(), .log = log_},
                      std::move(decoded->effects));
  if (effects != nullptr) {
    const auto apply = [rules = key.nsp, effects](Gateway& gateway) {
      gateway.ApplyEffects(*rules, *effects);
    };
    mesh_.Post(shard_, apply);
    broadcast.PostToOthers(apply);
  }
  const bool awaited = broadcast.Await(
      [key, stream_number](Gateway& gateway) { gateway.hub().ReadNext(key, stream_number); });
  if (!awaited) feed->stream->ReadNext();
}

void FeedHub::Deliver(const FeedKey& key, Feed& feed, const FeedDeliveryPtr& delivery,
                      Broadcast& broadcast) {
  if (feed.backlog.Add(*delivery, options_.change_bytes_max) == FeedBacklog::Added::kTooMuch) {
    log_.Log(Severity::kWarning, "a feed has sent too many changes after a state to keep them",
             {{"method", key.rule->method()}});
  }
  for (const size_t shard : feed.shards) {
    const auto deliver = [key, delivery](Gateway& gateway) { gateway.Deliver(key, delivery); };
    shard == shard_ ? mesh_.Post(shard, deliver) : broadcast.Post(shard, deliver);
  }
}

void FeedHub::ReadNext(const FeedKey& key, uint64_t stream_number) {
  if (Feed* const feed = FindCurrent(key, stream_number)) feed->stream->ReadNext();
}

void FeedHub::OnEnd(const FeedKey& key, uint64_t stream_number, const absl::Status& status) {
  Feed* const feed = FindCurrent(key, stream_number);
  if (feed == nullptr) return;
  feed->stream.reset();
  if (IsFinal(status.code()) || feed->shards.empty()) return;
  log_.Log(Severity::kWarning, "a stream broke and is opened again",
           {{"method", key.rule->method()}, {"code", absl::StatusCodeToString(status.code())}});
  const size_t doublings = std::min<size_t>(feed->failures++, 10);
  const auto delay =
      std::min(options_.reopen_delay_max, options_.reopen_delay_min * (1 << doublings));
  executor_.PostAfter(delay, [this, key] { AskForCredentials(key); });
}

// The stream is opened on behalf of a member who is there now: the one who opened it first may have
// left, or have been removed since.
void FeedHub::AskForCredentials(const FeedKey& key) {
  const auto found = feeds_.find(key);
  if (found == feeds_.end() || found->second.shards.empty()) return;
  const Feed& feed = found->second;
  mesh_.Post(feed.shards[feed.failures % feed.shards.size()],
             [key, attempt = feed.failures](Gateway& gateway) {
               gateway.ProvideCredentials(key, attempt);
             });
}

FeedHub::Feed* FeedHub::FindCurrent(const FeedKey& key, uint64_t stream_number) {
  const auto found = feeds_.find(key);
  if (found == feeds_.end() || found->second.stream_number != stream_number ||
      found->second.stream == nullptr) {
    return nullptr;
  }
  return &found->second;
}

}  // namespace caucus::edge::gateway
