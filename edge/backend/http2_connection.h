// One HTTP/2 connection to a service, with the gRPC calls that go over it. nghttp2 reads and writes
// the frames.

#ifndef EDGE_BACKEND_HTTP2_CONNECTION_H_
#define EDGE_BACKEND_HTTP2_CONNECTION_H_

#include <nghttp2/nghttp2.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "edge/backend/http2_call.h"
#include "edge/backend/resolver.h"
#include "edge/event_loop/event_loop.h"
#include "edge/event_loop/tcp_socket.h"
#include "edge/event_loop/timer_queue.h"

namespace caucus::edge::backend {

class Http2Connection;

// Told how a connection does. Must outlive it.
class Http2ConnectionObserver {
 public:
  virtual ~Http2ConnectionObserver() = default;

  // Calls may be submitted, at last or again.
  virtual void OnReady(Http2Connection& connection) = 0;
  // No further call may be. Those under way may go on. Called once, unless Close was.
  virtual void OnRetired(Http2Connection& connection) = 0;
  // The service has certainly not begun with this call: another connection may carry it.
  virtual void OnRefused(Http2Call& call) = 0;
  // The service does not want to hear from us as often as that.
  virtual void OnTooManyPings() = 0;
};

// Kept alive by its loop until it is closed. Everything that one turn of the loop submits
// leaves in one system call, and one that brings many answers is read at once: that is why the
// shards make their calls themselves (docs/adr/2026-11-21-calls-over-nghttp2.md). Confined to its
// shard.
class Http2Connection final : public Http2Carrier,
                              public Watcher,
                              private Timer,
                              public std::enable_shared_from_this<Http2Connection> {
 public:
  // While calls are under way and nothing comes, the service is asked every `keepalive_time`
  // whether it is there.
  Http2Connection(EventLoop& loop, std::string authority, std::chrono::seconds keepalive_time,
                  Http2ConnectionObserver& observer);
  ~Http2Connection() override;

  // Connects; the service must have answered within some seconds.
  void Start(const Endpoint& endpoint);

  // Whether it takes another call, and its service too.
  bool ready() const { return state_ == State::kReady && HasRoom(); }

  // Sends a call. False: this connection has made all the calls that it can, and is retired.
  // REQUIRES: ready.
  bool Submit(Http2Call& call);

  // Takes no further calls, gives back those that are not sent, and closes when those under way
  // have ended.
  void Retire();

  // Closes at once. The calls under way end with `status`; the observer is not told.
  void Close(const absl::Status& status);

  void OnConsumed(Http2Call& call, size_t bytes) override;
  void OnFinished(Http2Call& call) override;
  void OnReady(bool readable, bool writable) override;

 private:
  enum class State : uint8_t { kConnecting, kReady, kRetired, kClosed };
  struct SessionDeleter {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };

  void BeginSession();
  bool HasRoom() const;
  // False: there is nothing to read now, or the connection has failed.
  bool Read();
  void FlushLater();
  void Flush();
  // Writes what waits. False: the socket takes no more now, or has failed.
  bool WriteOutput();
  void ArmTimer(std::chrono::steady_clock::duration delay);
  void OnTimer() override;
  // The connection has failed.
  void Fail();
  // Neither carries the call any more, nor has a stream for it, whose identifier is returned.
  int32_t Detach(Http2Call& call);
  void GiveBackUnsent();
  void OnFrame(const nghttp2_frame& frame);
  void OnGoaway(uint32_t error);
  void OnHeadersNotSent(int32_t stream_id, int error);
  void OnStreamClosed(int32_t stream_id, uint32_t error);
  void EndClosed(Http2Call& call, uint32_t error);
  Http2Call* CallOf(int32_t stream_id) const;
  void AddHeader(std::string_view name, std::string_view value, uint8_t flags);

  static const nghttp2_session_callbacks& Callbacks();

  EventLoop& loop_;
  const std::string authority_;
  const std::chrono::seconds keepalive_time_;
  Http2ConnectionObserver& observer_;
  std::optional<TcpSocket> socket_;  // Closed with the connection.
  std::unique_ptr<nghttp2_session, SessionDeleter> session_;
  Http2Call::List calls_;
  uint32_t streams_ = 0;  // Open, or waiting for their turn.
  State state_ = State::kConnecting;
  std::vector<nghttp2_nv> headers_;  // Of the call that is being submitted.
  std::string output_;               // Frames, and how much of them is written.
  size_t output_written_ = 0;
  bool flush_posted_ = false;
  bool write_blocked_ = false;
  bool ping_out_ = false;
  bool heard_ = false;  // Something has come since the timer was armed.
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_HTTP2_CONNECTION_H_
