#include "common/grpc/health_service.h"

#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/byte_buffer.h>

#include <utility>

namespace caucus {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

grpc::ByteBuffer Message(HealthCheckResponse::ServingStatus status) {
  HealthCheckResponse response;
  response.set_status(status);
  const grpc::Slice slice(response.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

// One who watches. Destroys itself at the end of the call.
class HealthService::Watch final : public ServerStream::Handler {
 public:
  Watch(HealthService& service, ServerStream& stream) : service_(service), stream_(stream) {
    stream_.Handle(*this);
  }

  void Send(HealthCheckResponse::ServingStatus status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(service_.mutex_) {
    is_writing_ = true;
    stream_.Write(Message(status));
  }

  void SayNotServing() ABSL_EXCLUSIVE_LOCKS_REQUIRED(service_.mutex_) {
    if (is_writing_ || std::exchange(has_finished_, true)) return;
    stream_.WriteAndFinish(Message(HealthCheckResponse::NOT_SERVING),
                           {grpc::StatusCode::UNAVAILABLE, "the server stops"});
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&service_.mutex_);
    is_writing_ = false;
    if (!ok || is_cancelled_) return Finish();
    if (!service_.is_serving_) SayNotServing();
  }

  void OnCancel() override {
    absl::MutexLock lock(&service_.mutex_);
    is_cancelled_ = true;
    if (!is_writing_) Finish();
  }

  void OnDone() override {
    {
      absl::MutexLock lock(&service_.mutex_);
      service_.watches_.erase(this);
    }
    delete this;
  }

 private:
  void Finish() ABSL_EXCLUSIVE_LOCKS_REQUIRED(service_.mutex_) {
    if (!std::exchange(has_finished_, true)) stream_.Finish(grpc::Status::CANCELLED);
  }

  HealthService& service_;
  ServerStream& stream_;
  bool is_writing_ ABSL_GUARDED_BY(service_.mutex_) = false;
  bool is_cancelled_ ABSL_GUARDED_BY(service_.mutex_) = false;
  bool has_finished_ ABSL_GUARDED_BY(service_.mutex_) = false;
};

void HealthService::TakeCalls(ServerQueue& queue) {
  TakeUnaryCalls(queue, *this, methods_, &Methods::RequestCheck, &HealthService::Check);
  TakeStreams(queue, *this, methods_, &Methods::RequestWatch, &HealthService::StartWatch);
}

void HealthService::SayNotServing() {
  absl::MutexLock lock(&mutex_);
  is_serving_ = false;
  for (Watch* const watch : watches_) watch->SayNotServing();
}

void HealthService::Check(grpc::ServerContext* /*context*/, const Request* request,
                          Response* response, UnaryResponder* responder) {
  if (!request->service().empty()) {
    return responder->Finish({grpc::StatusCode::NOT_FOUND, "no such service is known"});
  }
  absl::MutexLock lock(&mutex_);
  response->set_status(is_serving_ ? Response::SERVING : Response::NOT_SERVING);
  responder->Finish(grpc::Status::OK);
}

void HealthService::StartWatch(ServerStream& stream) {
  auto* const watch = new Watch(*this, stream);
  Request request;
  grpc::ByteBuffer bytes = stream.request();
  const bool is_known = grpc::SerializationTraits<Request>::Deserialize(&bytes, &request).ok() &&
                        request.service().empty();
  absl::MutexLock lock(&mutex_);
  watches_.insert(watch);
  if (!is_serving_) return watch->SayNotServing();
  watch->Send(is_known ? Response::SERVING : Response::SERVICE_UNKNOWN);
}

}  // namespace caucus
