// Asks auth-service about tokens as the edge makes all its calls.

#ifndef EDGE_MAIN_RPC_VERIFY_TOKEN_CALLER_H_
#define EDGE_MAIN_RPC_VERIFY_TOKEN_CALLER_H_

#include <string_view>

#include "absl/time/time.h"
#include "common/auth/grpc_token_verifier.h"
#include "common/time/clock.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/executor/executor.h"

namespace caucus::edge {

// Thread-safe. Its callbacks run on the shard of `executor`, to which `invoker` belongs; both, and
// the clock, must outlive it. It ends no call itself: the invoker does, before what the callbacks
// use is gone.
class RpcVerifyTokenCaller final : public VerifyTokenCaller {
 public:
  RpcVerifyTokenCaller(Executor& executor, backend::RpcInvoker& invoker, const Clock& clock)
      : executor_(executor), invoker_(invoker), clock_(clock) {}

  void Call(std::string_view token, absl::Time deadline, Callback done) override;

 private:
  Executor& executor_;
  backend::RpcInvoker& invoker_;
  const Clock& clock_;
};

}  // namespace caucus::edge

#endif  // EDGE_MAIN_RPC_VERIFY_TOKEN_CALLER_H_
