#include "edge/backend/grpc_rpc_stream.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/status/grpc_status.h"
#include "edge/backend/byte_buffer.h"

namespace caucus::edge::backend {

// Holds itself until OnDone. A hold keeps OnDone away as long as ReadNext may still start a read.
class GrpcRpcStream::Reactor final
    : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Reactor(RpcInvoker::MessageCallback on_message, RpcInvoker::EndCallback on_end,
          PendingCalls& pending)
      : on_message_(std::move(on_message)), on_end_(std::move(on_end)), pending_(pending) {
    pending_.Add(context_);
  }

  void Start(grpc::GenericStub& stub, const RpcCall& call, std::shared_ptr<Reactor> self) {
    self_ = std::move(self);
    for (const auto& [key, value] : call.metadata) context_.AddMetadata(key, value);
    context_.set_wait_for_ready(true);
    request_ = ToByteBuffer(call.request);
    method_ = call.method;
    stub.PrepareBidiStreamingCall(&context_, call.method, grpc::StubOptions(), this);
    AddHold();
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&response_);
    StartCall();
  }

  void ReadNext() {
    {
      const absl::MutexLock lock(&mutex_);
      if (cancelled_ || reading_) return;
      reading_ = true;
    }
    StartRead(&response_);
  }

  void Cancel() {
    bool release = false;
    {
      const absl::MutexLock lock(&mutex_);
      cancelled_ = true;
      release = !reading_ && std::exchange(held_, false);
    }
    context_.TryCancel();
    if (release) RemoveHold();
  }

  void OnReadDone(bool ok) override {
    absl::StatusOr<std::string> message;
    if (ok) message = ToMessage(response_, method_);
    const bool unusable = ok && !message.ok();
    if (unusable) error_ = message.status();
    bool release = false;
    bool deliver = false;
    {
      const absl::MutexLock lock(&mutex_);
      reading_ = false;
      deliver = message.ok() && !cancelled_;
      release = !deliver && std::exchange(held_, false);
    }
    if (deliver) on_message_(*std::move(message));
    if (unusable) context_.TryCancel();
    if (release) RemoveHold();
  }

  void OnDone(const grpc::Status& status) override {
    bool deliver = false;
    {
      const absl::MutexLock lock(&mutex_);
      deliver = !cancelled_;
    }
    if (deliver) on_end_(error_.ok() ? FromGrpcStatus(status) : error_);
    pending_.Remove(context_);
    self_.reset();  // May destroy this.
  }

 private:
  const RpcInvoker::MessageCallback on_message_;
  const RpcInvoker::EndCallback on_end_;
  PendingCalls& pending_;
  std::shared_ptr<Reactor> self_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  std::string method_;
  absl::Status error_;  // Why this side ended the stream; written before OnDone.

  absl::Mutex mutex_;
  bool reading_ ABSL_GUARDED_BY(mutex_) = true;  // Start begins with a read.
  bool held_ ABSL_GUARDED_BY(mutex_) = true;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

std::unique_ptr<RpcStream> GrpcRpcStream::Open(grpc::GenericStub& stub, RpcCall call,
                                               RpcInvoker::MessageCallback on_message,
                                               RpcInvoker::EndCallback on_end,
                                               PendingCalls& pending) {
  auto reactor = std::make_shared<Reactor>(std::move(on_message), std::move(on_end), pending);
  reactor->Start(stub, call, reactor);
  return std::unique_ptr<RpcStream>(new GrpcRpcStream(std::move(reactor)));
}

GrpcRpcStream::GrpcRpcStream(std::shared_ptr<Reactor> reactor) : reactor_(std::move(reactor)) {}

GrpcRpcStream::~GrpcRpcStream() { reactor_->Cancel(); }

void GrpcRpcStream::ReadNext() { reactor_->ReadNext(); }

}  // namespace caucus::edge::backend
