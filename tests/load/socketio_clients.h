// Socket.IO clients for load tests: thousands of them on one thread, as cheap as they can be, so
// that what is measured is the server.

#ifndef TESTS_LOAD_SOCKETIO_CLIENTS_H_
#define TESTS_LOAD_SOCKETIO_CLIENTS_H_

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/load/websocket_frames.h"

namespace caucus::load {

// Where a message begins and where it ends, as in Frame: of a short one, both are all of it.
struct Message {
  std::string_view head;
  std::string_view tail;
};

// Speaks Engine.IO 4 and Socket.IO 5 over WebSocket, without compression, on one namespace. Looks
// no further into messages than it must. A ping is answered, nothing reconnects by itself.
//
// Thread-compatible. The handler is called by Turn() alone, must outlive it, and may call anything
// but Turn().
class SocketIoClients {
 public:
  class Handler {
   public:
    virtual ~Handler() = default;

    // The answer to Post().
    virtual void OnPosted(size_t client, int status, std::string_view body);
    // The namespace has let the client in.
    virtual void OnConnected(size_t client) = 0;
    // `event` is a JSON array, the event's name first.
    virtual void OnEvent(size_t client, const Message& event) = 0;
    // `answer` is the JSON array of an ack's arguments.
    virtual void OnAck(size_t client, uint64_t id, const Message& answer);
    // The client is refused or cut off, or its connection failed. It stays idle.
    virtual void OnEnded(size_t client, std::string_view why) = 0;
  };

  struct Options {
    std::string server;  // "a.b.c.d:port" of this machine.
    std::string socketio_namespace = "/";
    size_t clients = 1;
  };

  // Raises RLIMIT_NOFILE as far as that takes.
  //   kInvalidArgument    `server` is no IPv4 address with a port.
  //   kResourceExhausted  there may not be so many file descriptors.
  static absl::StatusOr<std::unique_ptr<SocketIoClients>> Create(Options options, Handler& handler);

  ~SocketIoClients();
  SocketIoClients(const SocketIoClients&) = delete;
  SocketIoClients& operator=(const SocketIoClients&) = delete;

  // Posts a JSON body on a connection of its own. REQUIRES: the client is idle.
  void Post(size_t client, std::string_view path, std::string_view body);

  // Connects; `auth` is a JSON object. REQUIRES: the client is idle; not to be called by OnEnded().
  void Connect(size_t client, std::string_view auth);

  // `event` is a JSON array, the event's name first. REQUIRES: the client is connected.
  void Emit(size_t client, std::string_view event);
  void EmitWithAck(size_t client, uint64_t id, std::string_view event);

  // Waits until something arrives, at most for `timeout`, and handles all that has arrived.
  void Turn(absl::Duration timeout);

  // Of everything that the server has sent, headers too.
  uint64_t bytes_received() const { return bytes_received_; }
  size_t size() const { return options_.clients; }

 private:
  struct Client;

  SocketIoClients(Options options, sockaddr_in address, Handler& handler, int epoll_fd);

  void Dial(Client& client, std::string request);
  void Send(Client& client, std::string_view bytes);
  void SendPacket(Client& client, std::string_view packet);
  void Flush(Client& client);
  void Listen(const Client& client);
  void OnReadable(Client& client);
  void OnBytes(Client& client, std::string_view bytes);
  void OnHttpAnswer(Client& client, std::string_view bytes);
  void OnFrame(Client& client, const Frame& frame);
  void OnPacket(Client& client, const Frame& frame);
  void Close(Client& client);
  void End(Client& client, std::string_view why);
  size_t IndexOf(const Client& client) const;

  const Options options_;
  const std::string packet_address_;  // "/polls,"; empty for "/".
  const sockaddr_in address_;
  Handler& handler_;
  const int epoll_fd_;
  std::vector<Client> clients_;
  std::unique_ptr<char[]> buffer_;
  std::string packet_;  // Reused by SendPacket's callers.
  std::string frame_;   // Reused by SendPacket.
  uint64_t bytes_received_ = 0;
};

}  // namespace caucus::load

#endif  // TESTS_LOAD_SOCKETIO_CLIENTS_H_
