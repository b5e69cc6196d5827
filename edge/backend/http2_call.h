// One gRPC call over HTTP/2: what is sent, and what has come.

#ifndef EDGE_BACKEND_HTTP2_CALL_H_
#define EDGE_BACKEND_HTTP2_CALL_H_

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "edge/backend/length_prefixed.h"
#include "edge/backend/response_status.h"
#include "edge/backend/rpc_invoker.h"

namespace caucus::edge::backend {

class Http2Call;

// Carries a call; told when the call wants something of it.
class Http2Carrier {
 public:
  virtual ~Http2Carrier() = default;

  // The call has taken `bytes` more of what came.
  virtual void OnConsumed(Http2Call& call, size_t bytes) = 0;
  // The call is over. If its stream is open it is to be reset.
  virtual void OnFinished(Http2Call& call) = 0;
};

// Holds itself until it is finished. Linked into one list at a time, of those who carry it or will.
// Confined to its shard.
class Http2Call final : public boost::intrusive::list_base_hook<
                            boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using Clock = std::chrono::steady_clock;
  using List = boost::intrusive::list<Http2Call, boost::intrusive::constant_time_size<false>>;

  // Neither callback runs from within a function that the caller has called, but from within
  // inputs.
  static std::shared_ptr<Http2Call> Unary(RpcCall call, RpcInvoker::UnaryCallback on_response);
  static std::shared_ptr<Http2Call> Stream(RpcCall call, RpcInvoker::MessageCallback on_message,
                                           RpcInvoker::EndCallback on_end);

  const RpcCall& rpc() const { return rpc_; }
  bool is_stream() const { return on_response_ == nullptr; }
  bool finished() const { return finished_; }

  // When a unary call fails with DEADLINE_EXCEEDED; of a stream Clock::time_point::max().
  Clock::time_point deadline() const { return deadline_; }

  // --- The request ---
  // What of the prefixed request has not been taken.
  std::string_view unsent() const { return std::string_view(body_).substr(body_sent_); }
  void OnSent(size_t bytes) { body_sent_ += bytes; }
  // Whether its headers have left: the service may have seen it.
  bool begun() const { return begun_; }
  void OnBegun();
  // It was not taken, and is to be sent again, from the start. False: it was begun too often, was
  // answered, or is a stream that was begun.
  bool Rewind();

  // --- The response: inputs of its carrier ---
  void OnHeader(std::string_view name, std::string_view value) {
    answered_ = true;
    status_.OnHeader(name, value);
  }
  // Returns how much was consumed. The rest is kept until ReadNext.
  size_t OnData(std::string_view data);
  // The service has ended the stream.
  void OnRemoteEnd();
  bool remote_ended() const { return remote_ended_; }

  // --- From those who made it ---
  // Takes the next message of a stream.
  void ReadNext();
  // Ends the call without a word.
  void Cancel();

  // Ends the call. The first status counts.
  void Finish(const absl::Status& status);

  // Its stream; 0: none.
  int32_t stream_id = 0;
  // Null: nobody carries it.
  Http2Carrier* carrier = nullptr;
  // Called once when it is finished, before the callback.
  std::function<void(Http2Call&)> on_finished;

 private:
  explicit Http2Call(RpcCall call);

  void ReadMessages(std::string_view& piece);
  void OnMessage(std::string message);
  void FinishIfRead();

  std::shared_ptr<Http2Call> self_;
  RpcCall rpc_;
  Clock::time_point deadline_ = Clock::time_point::max();
  RpcInvoker::UnaryCallback on_response_;
  RpcInvoker::MessageCallback on_message_;
  RpcInvoker::EndCallback on_end_;

  std::string body_;
  size_t body_sent_ = 0;

  LengthPrefixedReader reader_;
  ResponseStatus status_;
  std::optional<std::string> response_;  // Of a unary call.
  std::string held_;                     // What came while a stream was not read.
  bool paused_ = false;   // A stream's message was delivered, and no other is asked for.
  bool reading_ = false;  // A message is being delivered, and the rest is on the stack.
  uint8_t times_begun_ = 0;
  bool begun_ = false;
  bool answered_ = false;
  bool cancelled_ = false;
  bool remote_ended_ = false;
  bool finished_ = false;
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_HTTP2_CALL_H_
