// A unary call to another service that ends on a CallQueue.

#ifndef COMMON_GRPC_CLIENT_CALL_H_
#define COMMON_GRPC_CLIENT_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <utility>

#include "common/grpc/call_queue.h"
#include "common/grpc/pending_calls.h"

namespace caucus {

// Destroys itself when the call has ended.
template <typename Response>
class ClientCall final : private CallQueue::Operation {
 public:
  // Called on the queue's thread, which it must not block.
  using Done = std::function<void(const grpc::Status& status, Response& response)>;

  // `prepare` sets the context and starts the call with it, by the stub's Async function; `pending`
  // cancels it.
  template <typename Prepare>
  static void Start(PendingCalls& pending, const Prepare& prepare, Done done) {
    auto* const call = new ClientCall(pending, std::move(done));
    call->reader_ = prepare(call->context_);
    CallQueue::Operation* const tag = call;
    call->reader_->Finish(&call->response_, &call->status_, tag);
  }

 private:
  ClientCall(PendingCalls& pending, Done done) : pending_(pending), done_(std::move(done)) {
    pending_.Add(context_);
  }

  void OnDone(bool) override {
    done_(status_, response_);
    done_ = nullptr;  // What it owns goes before the owner of `pending_` may.
    pending_.Remove(context_);
    delete this;
  }

  PendingCalls& pending_;
  Done done_;
  grpc::ClientContext context_;
  grpc::Status status_;
  Response response_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> reader_;
};

}  // namespace caucus

#endif  // COMMON_GRPC_CLIENT_CALL_H_
