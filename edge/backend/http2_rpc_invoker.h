// Calls services by gRPC from the thread of a shard.

#ifndef EDGE_BACKEND_HTTP2_RPC_INVOKER_H_
#define EDGE_BACKEND_HTTP2_RPC_INVOKER_H_

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/container/btree_set.h"
#include "edge/backend/http2_call.h"
#include "edge/backend/http2_channel.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/backend/target.h"

namespace caucus::edge::backend {

// Its callbacks run on the thread of `io`. Invoke and Idle are thread-safe; all else is confined to
// that thread, or takes place when it has ended. Its destructor ends the calls under way with
// kCancelled. Streams must be destroyed before it, unless they have ended; `io` must outlive it,
// and run nothing any more when it is destroyed.
class Http2RpcInvoker final : public RpcInvoker {
 public:
  Http2RpcInvoker(boost::asio::io_context& io, Target target);
  ~Http2RpcInvoker() override;

  // Whether no unary call is under way.
  bool Idle() const { return unary_calls_ == 0; }

  void Invoke(RpcCall call, UnaryCallback done) override;
  std::unique_ptr<RpcStream> OpenStream(RpcCall call, MessageCallback on_message,
                                        EndCallback on_end) override;

 private:
  using Clock = Http2Call::Clock;

  void Start(RpcCall call, UnaryCallback done);
  void ArmTimer();
  void OnTimer();

  boost::asio::io_context& io_;
  std::atomic<size_t> unary_calls_ = 0;
  absl::btree_set<std::pair<Clock::time_point, Http2Call*>> deadlines_;
  boost::asio::steady_timer timer_;
  Clock::time_point armed_for_ = Clock::time_point::max();
  Http2Channel channel_;
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_HTTP2_RPC_INVOKER_H_
