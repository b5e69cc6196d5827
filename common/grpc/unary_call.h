// The calls of a unary method, taken from a ServerQueue.

#ifndef COMMON_GRPC_UNARY_CALL_H_
#define COMMON_GRPC_UNARY_CALL_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/status.h>

#include <type_traits>

#include "common/grpc/server_queue.h"

namespace caucus {

// Ends a unary call.
class UnaryResponder {
 public:
  // Answers with the response if `status` is OK, else with the status. Exactly once, on any thread;
  // afterwards neither the call's context, request and response nor this may be used.
  virtual void Finish(const grpc::Status& status) = 0;

 protected:
  ~UnaryResponder() = default;
};

// A method that a `Service` handles. `Base` is the generated class that has its Request function.
template <typename Service, typename Base, typename Request, typename Response>
struct UnaryMethod {
  Service& service;
  Base& base;
  void (Base::*await)(grpc::ServerContext*, Request*, grpc::ServerAsyncResponseWriter<Response>*,
                      grpc::CompletionQueue*, grpc::ServerCompletionQueue*, void*);
  // Called on the queue's thread, which it must not block.
  void (Service::*handle)(grpc::ServerContext* context, const Request* request, Response* response,
                          UnaryResponder* responder);
};

// One call, from its being awaited to its end. Destroys itself.
template <typename Service, typename Base, typename Request, typename Response>
class UnaryCall final : public UnaryResponder, private CallQueue::Operation {
 public:
  using Method = UnaryMethod<Service, Base, Request, Response>;

  static void Await(ServerQueue& queue, const Method& method) { new UnaryCall(queue, method); }

  void Finish(const grpc::Status& status) override {
    queue_.Run([this, status] {
      if (status.ok()) {
        writer_.Finish(response_, status, Tag());
      } else {
        writer_.FinishWithError(status, Tag());
      }
    });
  }

 private:
  UnaryCall(ServerQueue& queue, const Method& method) : queue_(queue), method_(method) {
    queue_.AddCall();
    (method_.base.*method_.await)(&context_, &request_, &writer_, queue_.get(),
                                  queue_.server_queue(), Tag());
  }

  ~UnaryCall() { queue_.RemoveCall(); }

  CallQueue::Operation* Tag() { return this; }

  void OnDone(bool ok) override {
    if (has_come_ || !ok) return delete this;
    has_come_ = true;
    Await(queue_, method_);
    (method_.service.*method_.handle)(&context_, &request_, &response_, this);
  }

  ServerQueue& queue_;
  const Method method_;
  grpc::ServerContext context_;
  Request request_;
  Response response_;
  grpc::ServerAsyncResponseWriter<Response> writer_{&context_};
  bool has_come_ = false;  // On the queue's thread only.
};

// Takes all calls of a method from now on.
template <typename Service, typename Base, typename Request, typename Response>
void TakeUnaryCalls(
    ServerQueue& queue, Service& service, std::type_identity_t<Base>& base,
    void (Base::*await)(grpc::ServerContext*, Request*, grpc::ServerAsyncResponseWriter<Response>*,
                        grpc::CompletionQueue*, grpc::ServerCompletionQueue*, void*),
    void (Service::*handle)(grpc::ServerContext*, const Request*, Response*, UnaryResponder*)) {
  // So many of those that come together need not wait for the one before to be taken.
  constexpr int kCallsAwaited = 4;
  for (int i = 0; i < kCallsAwaited; ++i) {
    UnaryCall<Service, Base, Request, Response>::Await(queue, {service, base, await, handle});
  }
}

}  // namespace caucus

#endif  // COMMON_GRPC_UNARY_CALL_H_
