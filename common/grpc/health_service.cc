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

// One who watches. Destroys itself at the end of the call. The service's mutex guards its state.
struct HealthService::Watch final : ServerStream::Handler {
  Watch(HealthService& service, ServerStream& stream) : service(service), stream(stream) {
    stream.Handle(*this);
  }

  void OnWriteDone(bool ok) override { service.OnWriteDone(*this, ok); }
  void OnCancel() override { service.OnCancel(*this); }
  void OnDone() override {
    service.Forget(*this);
    delete this;
  }

  HealthService& service;
  ServerStream& stream;
  bool is_writing = false;
  bool is_cancelled = false;
  bool has_finished = false;
};

void HealthService::TakeCalls(ServerQueue& queue) {
  TakeUnaryCalls(queue, *this, methods_, &Methods::RequestCheck, &HealthService::Check);
  TakeStreams(queue, *this, methods_, &Methods::RequestWatch, &HealthService::StartWatch);
}

void HealthService::SayNotServing() {
  absl::MutexLock lock(&mutex_);
  is_serving_ = false;
  for (Watch* const watch : watches_) SayNotServing(*watch);
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
  if (!is_serving_) return SayNotServing(*watch);
  watch->is_writing = true;
  stream.Write(Message(is_known ? Response::SERVING : Response::SERVICE_UNKNOWN));
}

void HealthService::OnWriteDone(Watch& watch, bool ok) {
  absl::MutexLock lock(&mutex_);
  watch.is_writing = false;
  if (!ok || watch.is_cancelled) return Finish(watch);
  if (!is_serving_) SayNotServing(watch);
}

void HealthService::OnCancel(Watch& watch) {
  absl::MutexLock lock(&mutex_);
  watch.is_cancelled = true;
  if (!watch.is_writing) Finish(watch);
}

void HealthService::Forget(Watch& watch) {
  absl::MutexLock lock(&mutex_);
  watches_.erase(&watch);
}

void HealthService::SayNotServing(Watch& watch) {
  if (watch.is_writing || std::exchange(watch.has_finished, true)) return;
  watch.stream.WriteAndFinish(Message(Response::NOT_SERVING),
                              {grpc::StatusCode::UNAVAILABLE, "the server stops"});
}

void HealthService::Finish(Watch& watch) {
  if (!std::exchange(watch.has_finished, true)) watch.stream.Finish(grpc::Status::CANCELLED);
}

}  // namespace caucus
