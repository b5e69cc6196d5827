// A TCP connection's descriptor, watched by an event loop.

#ifndef EDGE_EVENT_LOOP_TCP_SOCKET_H_
#define EDGE_EVENT_LOOP_TCP_SOCKET_H_

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "edge/event_loop/event_loop.h"
#include "edge/event_loop/net.h"

namespace caucus::edge {

// Closed by its destructor. Nothing blocks. Confined to the loop's thread once it is watched. The
// loop must outlive it.
class TcpSocket {
 public:
  // Takes `descriptor` over, which must not block.
  TcpSocket(EventLoop& loop, int descriptor) : loop_(&loop), descriptor_(descriptor) {}
  TcpSocket(TcpSocket&& other) noexcept
      : loop_(other.loop_),
        descriptor_(std::exchange(other.descriptor_, kClosed)),
        interest_(std::exchange(other.interest_, {})),
        watched_(std::exchange(other.watched_, false)) {}
  TcpSocket& operator=(TcpSocket&&) = delete;
  ~TcpSocket() { Close(); }

  bool is_open() const { return descriptor_ != kClosed; }
  int descriptor() const { return descriptor_; }

  // Return how many bytes were moved, and set `error`: would_block if none can be now, eof at the
  // stream's end. A socket that is closed fails.
  size_t Read(std::span<char> buffer, ErrorCode& error);
  size_t Write(std::string_view bytes, ErrorCode& error);
  // Gathers what lies in several places. REQUIRES: at most IOV_MAX of them.
  size_t Write(std::span<iovec> pieces, ErrorCode& error);

  // Says that nothing more will be written; that nothing will be read either.
  void ShutdownSend();
  void Shutdown();
  // Nobody is told of it any more. The watcher may be destroyed.
  void Close();

  // Has the loop tell `watcher` what is of interest, and keep it alive until another takes its
  // place, or the socket is closed.
  void Watch(std::shared_ptr<Watcher> watcher, Interest interest);
  // REQUIRES: watched. No effect once closed.
  void SetInterest(Interest interest);

  // Gives the descriptor away.
  int Release();

 private:
  static constexpr int kClosed = -1;

  EventLoop* loop_;
  int descriptor_;
  Interest interest_;
  bool watched_ = false;
};

// A connection that was accepted.
struct AcceptedSocket {
  TcpSocket socket;
  std::string address;  // Of the peer, without a port.
};

}  // namespace caucus::edge

#endif  // EDGE_EVENT_LOOP_TCP_SOCKET_H_
