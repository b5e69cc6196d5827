// The echo application of echo.proto.

#ifndef TESTS_CONFORMANCE_ECHO_BACKEND_H_
#define TESTS_CONFORMANCE_ECHO_BACKEND_H_

#include <grpcpp/alarm.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "caucus/socketio/v1/raw_event.pb.h"
#include "common/status/grpc_status.h"
#include "tests/conformance/echo.grpc.pb.h"

namespace caucus::conformance {

// How an event is answered, beside its reply.
struct EchoOutcome {
  absl::Status status;
  std::chrono::milliseconds delay{0};  // Until the answer.
};

// The rooms that are told when a socket leaves. Thread-safe.
class Announcements {
 public:
  void Set(const std::string& socket_id, const std::string& room);

  // Forgets the socket and returns its room; nothing if it has none.
  std::optional<std::string> Take(const std::string& socket_id);

 private:
  absl::Mutex mutex_;
  std::map<std::string, std::string> rooms_ ABSL_GUARDED_BY(mutex_);  // By the socket's id.
};

// What echo.proto says of connecting, of events and of leaving. Thread-safe.
EchoOutcome AnswerConnect(const socketio::v1::RawEvent& event, socketio::v1::RawReply& reply);
EchoOutcome AnswerEvent(const socketio::v1::RawEvent& event, Announcements& announcements,
                        socketio::v1::RawReply& reply);
void AnswerDisconnect(const socketio::v1::RawEvent& event, Announcements& announcements,
                      socketio::v1::RawReply& reply);

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
    return Finish(context, AnswerEvent(*event, announcements_, *reply));
  }

  grpc::ServerUnaryReactor* Exit(grpc::CallbackServerContext* context,
                                 const socketio::v1::RawEvent* event,
                                 socketio::v1::RawReply* reply) override {
    AnswerDisconnect(*event, announcements_, *reply);
    return Finish(context, {});
  }

  // Gives slow answers at once: the server ends.
  void HurryUp() {
    absl::MutexLock lock(&mutex_);
    for (const auto& [alarm, owned] : alarms_) alarm->Cancel();
  }

 private:
  grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context,
                                   const EchoOutcome& outcome) {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    const grpc::Status status = ToGrpcStatus(outcome.status);
    if (outcome.delay.count() == 0) {
      reactor->Finish(status);
      return reactor;
    }
    // The callback must not own its alarm: the alarm owns the callback.
    auto owned = std::make_unique<grpc::Alarm>();
    grpc::Alarm* const alarm = owned.get();
    absl::MutexLock lock(&mutex_);
    alarms_[alarm] = std::move(owned);
    alarm->Set(std::chrono::system_clock::now() + outcome.delay,
               [this, alarm, reactor, status](bool) {
                 Forget(alarm);
                 reactor->Finish(status);
               });
    return reactor;
  }

  void Forget(grpc::Alarm* alarm) {
    absl::MutexLock lock(&mutex_);
    alarms_.erase(alarm);
  }

  Announcements announcements_;
  absl::Mutex mutex_;
  // Of slow answers.
  std::map<grpc::Alarm*, std::unique_ptr<grpc::Alarm>> alarms_ ABSL_GUARDED_BY(mutex_);
};

using RootEchoService = EchoService<v1::RootEcho::CallbackService>;
using CustomEchoService = EchoService<v1::CustomEcho::CallbackService>;

}  // namespace caucus::conformance

#endif  // TESTS_CONFORMANCE_ECHO_BACKEND_H_
