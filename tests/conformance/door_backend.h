// The doors of echo.proto.

#ifndef TESTS_CONFORMANCE_DOOR_BACKEND_H_
#define TESTS_CONFORMANCE_DOOR_BACKEND_H_

#include <grpcpp/support/server_callback.h>

#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/empty.pb.h"
#include "tests/conformance/echo.grpc.pb.h"

namespace caucus::conformance {

// Serves a door as one of the generated services. Thread-safe.
template <typename CallbackService>
class DoorService final : public CallbackService {
 public:
  grpc::ServerUnaryReactor* Enter(grpc::CallbackServerContext* context,
                                  const v1::EnterDoorRequest* request,
                                  google::protobuf::Empty*) override {
    int failures = 0;
    int code = 0;
    (void)absl::SimpleAtoi(request->failures(), &failures);
    (void)absl::SimpleAtoi(request->code(), &code);
    absl::MutexLock lock(&mutex_);
    const bool fails = ++visits_[request->visitor()] <= failures;
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(fails ? grpc::Status(static_cast<grpc::StatusCode>(code), "failed on purpose")
                          : grpc::Status::OK);
    return reactor;
  }

 private:
  absl::Mutex mutex_;
  std::map<std::string, int> visits_ ABSL_GUARDED_BY(mutex_);  // By the visitor's name.
};

using SwingDoorService = DoorService<v1::SwingDoor::CallbackService>;
using PlainDoorService = DoorService<v1::PlainDoor::CallbackService>;

}  // namespace caucus::conformance

#endif  // TESTS_CONFORMANCE_DOOR_BACKEND_H_
