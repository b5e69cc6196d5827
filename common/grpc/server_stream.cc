#include "common/grpc/server_stream.h"

#include <utility>

namespace caucus {

void ServerStream::Await(ServerQueue& queue, std::shared_ptr<const Method> method) {
  new ServerStream(queue, std::move(method));
}

ServerStream::ServerStream(ServerQueue& queue, std::shared_ptr<const Method> method)
    : queue_(queue), method_(std::move(method)) {
  queue_.AddCall();
  context_.AsyncNotifyWhenDone(ended_.get());
  method_->await(&context_, &request_, &writer_, queue_.get(), queue_.server_queue(),
                 started_.get());
}

ServerStream::~ServerStream() { queue_.RemoveCall(); }

void ServerStream::Write(const grpc::ByteBuffer& message) {
  queue_.Run([this, message] { writer_.Write(message, written_.get()); });
}

void ServerStream::Finish(const grpc::Status& status) {
  queue_.Run([this, status] { writer_.Finish(status, finished_.get()); });
}

void ServerStream::WriteAndFinish(const grpc::ByteBuffer& message, const grpc::Status& status) {
  queue_.Run([this, message, status] {
    writer_.WriteAndFinish(message, grpc::WriteOptions(), status, finished_.get());
  });
}

void ServerStream::OnStarted(bool ok) {
  // A call that never came is not said to have ended.
  if (!ok) return delete this;
  Await(queue_, method_);
  method_->start(*this);
}

void ServerStream::OnFinished(bool) {
  has_finished_ = true;
  DestroyIfOver();
}

void ServerStream::OnEnded(bool) {
  has_ended_ = true;
  if (context_.IsCancelled() && !has_finished_) handler_->OnCancel();
  DestroyIfOver();
}

void ServerStream::DestroyIfOver() {
  if (!has_finished_ || !has_ended_) return;
  handler_->OnDone();
  delete this;
}

}  // namespace caucus
