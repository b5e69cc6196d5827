// The echo application of echo.proto.

#ifndef TESTS_CONFORMANCE_ECHO_BACKEND_H_
#define TESTS_CONFORMANCE_ECHO_BACKEND_H_

#include <grpcpp/alarm.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <memory>

#include "absl/status/status.h"
#include "caucus/socketio/v1/raw_event.pb.h"
#include "common/status/grpc_status.h"
#include "tests/conformance/echo.grpc.pb.h"

namespace caucus::conformance {

// How an event is answered, beside its reply.
struct EchoOutcome {
  absl::Status status;
  std::chrono::milliseconds delay{0};  // Until the answer.
};

// What echo.proto says of connecting and of events. Thread-safe: free functions without state.
EchoOutcome AnswerConnect(const socketio::v1::RawEvent& event, socketio::v1::RawReply& reply);
EchoOutcome AnswerEvent(const socketio::v1::RawEvent& event, socketio::v1::RawReply& reply);

// Serves them as one of the generated services. Thread-safe.
template <typename CallbackService>
class EchoService final : public CallbackService {
 public:
  grpc::ServerUnaryReactor* Enter(grpc::CallbackServerContext* context,
                                  const socketio::v1::RawEvent* event,
                                  socketio::v1::RawReply* reply) override {
    return Finish(context, AnswerConnect(*event, *reply));
  }

  grpc::ServerUnaryReactor* Handle(grpc::CallbackServerContext* context,
                                   const socketio::v1::RawEvent* event,
                                   socketio::v1::RawReply* reply) override {
    return Finish(context, AnswerEvent(*event, *reply));
  }

 private:
  static grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context,
                                          const EchoOutcome& outcome) {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    const grpc::Status status = ToGrpcStatus(outcome.status);
    if (outcome.delay.count() == 0) {
      reactor->Finish(status);
      return reactor;
    }
    const auto alarm = std::make_shared<grpc::Alarm>();
    alarm->Set(std::chrono::system_clock::now() + outcome.delay,
               [alarm, reactor, status](bool) { reactor->Finish(status); });
    return reactor;
  }
};

using RootEchoService = EchoService<v1::RootEcho::CallbackService>;
using CustomEchoService = EchoService<v1::CustomEcho::CallbackService>;

}  // namespace caucus::conformance

#endif  // TESTS_CONFORMANCE_ECHO_BACKEND_H_
