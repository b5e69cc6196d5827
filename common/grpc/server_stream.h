// A server-streaming call whose messages are serialized by its handler.

#ifndef COMMON_GRPC_SERVER_STREAM_H_
#define COMMON_GRPC_SERVER_STREAM_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <type_traits>

#include "common/grpc/server_queue.h"

namespace caucus {

// One call, from its being awaited to its end. Destroys itself after the handler's OnDone().
//
// Thread-safe.
class ServerStream {
 public:
  // All calls come from the queue's thread, which they must not block.
  class Handler {
   public:
    virtual void OnWriteDone(bool ok) = 0;  // Not ok: nothing can be written any more.
    virtual void OnCancel() = 0;            // Wants Finish(), unless it was called before.
    virtual void OnDone() = 0;              // After Finish(); the stream ends when it returns.

   protected:
    ~Handler() = default;
  };

  struct Method {
    std::function<void(grpc::ServerContext*, grpc::ByteBuffer* request,
                       grpc::ServerAsyncWriter<grpc::ByteBuffer>*, grpc::CompletionQueue*,
                       grpc::ServerCompletionQueue*, void* tag)>
        await;
    // Called on the queue's thread; calls Handle() before it returns.
    std::function<void(ServerStream&)> start;
  };

  static void Await(ServerQueue& queue, std::shared_ptr<const Method> method);

  void Handle(Handler& handler) { handler_ = &handler; }

  const grpc::ServerContext& context() const { return context_; }
  const grpc::ByteBuffer& request() const { return request_; }
  CallQueue& queue() { return queue_; }

  // One at a time; OnWriteDone() says when.
  void Write(const grpc::ByteBuffer& message);

  // Ends the call, once, while nothing is being written; the second form with a last message.
  void Finish(const grpc::Status& status);
  void WriteAndFinish(const grpc::ByteBuffer& message, const grpc::Status& status);

 private:
  struct Tag final : CallQueue::Operation {
    Tag(ServerStream& stream, void (ServerStream::*done)(bool)) : stream(stream), done(done) {}
    void OnDone(bool ok) override { (stream.*done)(ok); }
    void* get() { return static_cast<CallQueue::Operation*>(this); }

    ServerStream& stream;
    void (ServerStream::*const done)(bool);
  };

  ServerStream(ServerQueue& queue, std::shared_ptr<const Method> method);
  ~ServerStream();

  void OnStarted(bool ok);
  void OnWritten(bool ok) { handler_->OnWriteDone(ok); }
  void OnFinished(bool ok);
  void OnEnded(bool ok);  // Of the call, for whatever reason.
  void DestroyIfOver();

  ServerQueue& queue_;
  const std::shared_ptr<const Method> method_;
  Handler* handler_ = nullptr;
  grpc::ServerContext context_;
  grpc::ByteBuffer request_;
  grpc::ServerAsyncWriter<grpc::ByteBuffer> writer_{&context_};
  Tag started_{*this, &ServerStream::OnStarted};
  Tag written_{*this, &ServerStream::OnWritten};
  Tag finished_{*this, &ServerStream::OnFinished};
  Tag ended_{*this, &ServerStream::OnEnded};
  bool has_finished_ = false;  // Both on the queue's thread only.
  bool has_ended_ = false;
};

// Takes all calls of a method that `service` handles from now on. `Base` is the generated class
// that has its Request function.
template <typename Service, typename Base>
void TakeStreams(ServerQueue& queue, Service& service, std::type_identity_t<Base>& base,
                 void (Base::*await)(grpc::ServerContext*, grpc::ByteBuffer*,
                                     grpc::ServerAsyncWriter<grpc::ByteBuffer>*,
                                     grpc::CompletionQueue*, grpc::ServerCompletionQueue*, void*),
                 void (Service::*start)(ServerStream&)) {
  ServerStream::Await(
      queue, std::make_shared<const ServerStream::Method>(ServerStream::Method{
                 .await = [&base, await](auto... arguments) { (base.*await)(arguments...); },
                 .start = [&service, start](ServerStream& stream) { (service.*start)(stream); }}));
}

}  // namespace caucus

#endif  // COMMON_GRPC_SERVER_STREAM_H_
