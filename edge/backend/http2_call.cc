#include "edge/backend/http2_call.h"

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/time/time.h"
#include "common/logging/logging.h"

namespace caucus::edge::backend {
namespace {

// A service may refuse a call while it stops. If it refuses whatever comes, it is to be told so.
constexpr int kTimesBegunMax = 3;

constexpr absl::Duration kTimeoutMax = absl::Hours(24);

}  // namespace

Http2Call::Http2Call(RpcCall call) : rpc_(std::move(call)), body_(PrefixMessage(rpc_.request)) {
  std::string().swap(rpc_.request);
}

std::shared_ptr<Http2Call> Http2Call::Unary(RpcCall call, RpcInvoker::UnaryCallback on_response) {
  std::shared_ptr<Http2Call> unary(new Http2Call(std::move(call)));
  unary->deadline_ =
      Clock::now() + absl::ToChronoNanoseconds(std::min(unary->rpc_.timeout, kTimeoutMax));
  unary->on_response_ = std::move(on_response);
  unary->self_ = unary;
  return unary;
}

std::shared_ptr<Http2Call> Http2Call::Stream(RpcCall call, RpcInvoker::MessageCallback on_message,
                                             RpcInvoker::EndCallback on_end) {
  std::shared_ptr<Http2Call> stream(new Http2Call(std::move(call)));
  stream->on_message_ = std::move(on_message);
  stream->on_end_ = std::move(on_end);
  stream->self_ = stream;
  return stream;
}

void Http2Call::OnBegun() {
  begun_ = true;
  ++times_begun_;
  if (is_stream()) decltype(rpc_.metadata)().swap(rpc_.metadata);  // It may stay for hours.
}

bool Http2Call::Rewind() {
  if (begun_ && (is_stream() || answered_ || times_begun_ >= kTimesBegunMax)) return false;
  begun_ = false;
  body_sent_ = 0;
  return true;
}

size_t Http2Call::OnData(std::string_view data) {
  if (status_.is_foreign()) return data.size();
  if (paused_) {
    held_.append(data);
    return 0;
  }
  const std::shared_ptr<Http2Call> self = self_;
  const size_t bytes = data.size();
  ReadMessages(data);
  held_.assign(data);
  return bytes - data.size();
}

void Http2Call::OnRemoteEnd() {
  remote_ended_ = true;
  FinishIfRead();
}

void Http2Call::ReadNext() {
  if (finished_) return;
  const std::shared_ptr<Http2Call> self = self_;
  paused_ = false;
  if (reading_) return;
  const std::string held = std::exchange(held_, {});
  std::string_view rest = held;
  ReadMessages(rest);
  if (finished_) return;
  held_.assign(rest);
  if (carrier != nullptr) carrier->OnConsumed(*this, held.size() - rest.size());
  if (remote_ended_) FinishIfRead();
}

void Http2Call::Cancel() {
  if (finished_) return;
  cancelled_ = true;
  Finish(absl::CancelledError());
}

void Http2Call::Finish(const absl::Status& status) {
  if (std::exchange(finished_, true)) return;
  const std::shared_ptr<Http2Call> self = std::move(self_);
  if (on_finished != nullptr) on_finished(*this);
  if (carrier != nullptr) carrier->OnFinished(*this);
  carrier = nullptr;
  if (is_linked()) unlink();
  if (is_stream()) {
    if (!cancelled_) on_end_(status);
  } else if (status.ok()) {
    on_response_(*std::move(response_));
  } else {
    on_response_(status);
  }
}

void Http2Call::ReadMessages(std::string_view& piece) {
  using Result = LengthPrefixedReader::Result;
  reading_ = true;
  const absl::Cleanup done = [this] { reading_ = false; };
  while (!piece.empty() && !paused_ && !finished_) {
    switch (reader_.Read(piece, kMessageBytesMax)) {
      case Result::kNeedMore:
        break;
      case Result::kMessage:
        OnMessage(reader_.TakeMessage());
        break;
      case Result::kTooLarge:
        Log(Severity::kError, "a service has sent too large a message", {{"method", rpc_.method}});
        return Finish(absl::InternalError("the message is too large"));
      case Result::kCompressed:
        return Finish(absl::InternalError("the message is compressed, which was not offered"));
    }
  }
}

void Http2Call::OnMessage(std::string message) {
  if (is_stream()) {
    paused_ = true;
    return on_message_(std::move(message));
  }
  if (response_) return Finish(absl::InternalError("the service has sent two responses"));
  response_ = std::move(message);
}

void Http2Call::FinishIfRead() {
  if (finished_ || paused_ || !held_.empty()) return;
  absl::Status status = status_.Get();
  if (status.ok() && reader_.in_message()) {
    status = absl::InternalError("the service has ended the call within a message");
  } else if (status.ok() && !is_stream() && !response_) {
    status = absl::InternalError("the service has ended the call without a response");
  }
  Finish(status);
}

}  // namespace caucus::edge::backend
