// Calls services by gRPC from the thread of a shard.

#ifndef EDGE_BACKEND_HTTP2_RPC_INVOKER_H_
#define EDGE_BACKEND_HTTP2_RPC_INVOKER_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/container/btree_set.h"
#include "edge/backend/http2_call.h"
#include "edge/backend/http2_channel.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/backend/target.h"
#include "edge/event_loop/event_loop.h"
#include "edge/event_loop/timer_queue.h"

namespace caucus::edge::backend {

// Confined to the thread of its loop, but Idle, which is thread-safe. Its destructor ends the calls
// under way with kCancelled. Streams must be destroyed before it, unless they have ended; the loop
// must outlive it.
class Http2RpcInvoker final : public RpcInvoker, private Timer {
 public:
  Http2RpcInvoker(EventLoop& loop, Target target);
  ~Http2RpcInvoker() override;

  // Whether no unary call is under way.
  bool Idle() const { return unary_calls_ == 0; }

  void Invoke(RpcCall call, UnaryCallback done) override;
  std::unique_ptr<RpcStream> OpenStream(RpcCall call, MessageCallback on_message,
                                        EndCallback on_end) override;

 private:
  using Clock = Http2Call::Clock;

  void ArmTimer();
  void OnTimer() override;

  std::atomic<size_t> unary_calls_ = 0;
  absl::btree_set<std::pair<Clock::time_point, Http2Call*>> deadlines_;
  Clock::time_point armed_for_ = Clock::time_point::max();
  Http2Channel channel_;
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_HTTP2_RPC_INVOKER_H_
