#include "edge/backend/http2_rpc_invoker.h"

#include <utility>

#include "absl/status/status.h"

namespace caucus::edge::backend {
namespace {

class Http2RpcStream final : public RpcStream {
 public:
  explicit Http2RpcStream(std::shared_ptr<Http2Call> call) : call_(std::move(call)) {}
  ~Http2RpcStream() override { call_->Cancel(); }

  void ReadNext() override { call_->ReadNext(); }

 private:
  const std::shared_ptr<Http2Call> call_;
};

}  // namespace

Http2RpcInvoker::Http2RpcInvoker(EventLoop& loop, Target target)
    : Timer(loop.timers()), channel_(loop, std::move(target)) {}

Http2RpcInvoker::~Http2RpcInvoker() { channel_.Close(absl::CancelledError("the edge stops")); }

std::unique_ptr<RpcStream> Http2RpcInvoker::OpenStream(RpcCall call, MessageCallback on_message,
                                                       EndCallback on_end) {
  const std::shared_ptr<Http2Call> stream =
      Http2Call::Stream(std::move(call), std::move(on_message), std::move(on_end));
  channel_.Submit(*stream);
  return std::make_unique<Http2RpcStream>(stream);
}

void Http2RpcInvoker::Invoke(RpcCall call, UnaryCallback done) {
  ++unary_calls_;
  const std::shared_ptr<Http2Call> unary = Http2Call::Unary(std::move(call), std::move(done));
  deadlines_.emplace(unary->deadline(), unary.get());
  unary->on_finished = [this](Http2Call& finished) {
    deadlines_.erase({finished.deadline(), &finished});
    --unary_calls_;
  };
  if (unary->deadline() < armed_for_) ArmTimer();
  channel_.Submit(*unary);
}

// Nearly all calls end long before their deadline, and have the same timeout: the timer is not
// armed for each.
void Http2RpcInvoker::ArmTimer() {
  armed_for_ = deadlines_.empty() ? Clock::time_point::max() : deadlines_.begin()->first;
  Set(armed_for_);
}

void Http2RpcInvoker::OnTimer() {
  const Clock::time_point now = Clock::now();
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    deadlines_.begin()->second->Finish(
        absl::DeadlineExceededError("the service did not answer in time"));
  }
  ArmTimer();
}

}  // namespace caucus::edge::backend
