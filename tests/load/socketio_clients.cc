#include "tests/load/socketio_clients.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"
#include "tests/load/http_answer.h"

namespace caucus::load {
namespace {

constexpr size_t kBufferBytes = 256 * 1024;
constexpr size_t kEvents = 256;
// Left to itself the kernel lets each socket's buffer grow to tcp_rmem's maximum. Thousands of
// clients that are sent whole polls then reach tcp_mem: segments are dropped, and clients stall for
// seconds (1,000 people, polls_nest: joining took 38 s instead of 12).
constexpr int kReceiveBufferBytes = 256 * 1024;
constexpr size_t kOtherFiles = 64;

std::optional<sockaddr_in> ParseAddress(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  std::string host = text.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  sockaddr_in address{};
  address.sin_family = AF_INET;
  uint32_t port = 0;
  if (!absl::SimpleAtoi(text.substr(colon + 1), &port) || port == 0 || port > 0xffff) {
    return std::nullopt;
  }
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return std::nullopt;
  return address;
}

absl::Status RaiseFileLimit(size_t files) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= files) return absl::OkStatus();
  limit.rlim_cur = files;
  limit.rlim_max = std::max<rlim_t>(limit.rlim_max, files);
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("cannot open ", files, " files: raise RLIMIT_NOFILE (ulimit -n)"));
}

}  // namespace

struct SocketIoClients::Client {
  enum class Phase { kIdle, kPosting, kUpgrading, kOpening, kConnecting, kConnected };

  Phase phase = Phase::kIdle;
  int fd = -1;
  std::string unsent;
  std::string http_answer;  // While it is not complete.
  std::string auth;
  FrameReader frames;
};

void SocketIoClients::Handler::OnPosted(size_t, int, std::string_view) {}
void SocketIoClients::Handler::OnAck(size_t, uint64_t, const Message&) {}

absl::StatusOr<std::unique_ptr<SocketIoClients>> SocketIoClients::Create(Options options,
                                                                         Handler& handler) {
  const std::optional<sockaddr_in> address = ParseAddress(options.server);
  if (!address) return absl::InvalidArgumentError(absl::StrCat("no address: ", options.server));
  if (const absl::Status raised = RaiseFileLimit(options.clients + kOtherFiles); !raised.ok()) {
    return raised;
  }
  const int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) return absl::ResourceExhaustedError(std::strerror(errno));
  return std::unique_ptr<SocketIoClients>(
      new SocketIoClients(std::move(options), *address, handler, epoll_fd));
}

SocketIoClients::SocketIoClients(Options options, sockaddr_in address, Handler& handler,
                                 int epoll_fd)
    : options_(std::move(options)),
      packet_address_(options_.socketio_namespace == "/" ? "" : options_.socketio_namespace + ","),
      address_(address),
      handler_(handler),
      epoll_fd_(epoll_fd),
      clients_(options_.clients),
      buffer_(std::make_unique<char[]>(kBufferBytes)) {}

SocketIoClients::~SocketIoClients() {
  for (Client& client : clients_) Close(client);
  close(epoll_fd_);
}

void SocketIoClients::Post(size_t index, std::string_view path, std::string_view body) {
  Client& client = clients_[index];
  client.phase = Client::Phase::kPosting;
  Dial(client, absl::StrCat("POST ", ToAbsl(path), " HTTP/1.1\r\nHost: ", options_.server,
                            "\r\nContent-Type: application/json\r\nContent-Length: ", body.size(),
                            "\r\n\r\n", ToAbsl(body)));
}

void SocketIoClients::Connect(size_t index, std::string_view auth) {
  Client& client = clients_[index];
  client.phase = Client::Phase::kUpgrading;
  client.auth = auth;
  client.frames = FrameReader();
  Dial(client,
       absl::StrCat("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ", options_.server,
                    "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    "Sec-WebSocket-Version: 13\r\n\r\n"));
}

void SocketIoClients::Emit(size_t client, std::string_view event) {
  packet_ = absl::StrCat("42", packet_address_, ToAbsl(event));
  SendPacket(clients_[client], packet_);
}

void SocketIoClients::EmitWithAck(size_t client, uint64_t id, std::string_view event) {
  packet_ = absl::StrCat("42", packet_address_, id, ToAbsl(event));
  SendPacket(clients_[client], packet_);
}

void SocketIoClients::Turn(absl::Duration timeout) {
  std::array<epoll_event, kEvents> events;
  const auto milliseconds = static_cast<int>(absl::ToInt64Milliseconds(timeout));
  const int count = epoll_wait(epoll_fd_, events.data(), kEvents, milliseconds);
  for (int i = 0; i < count; ++i) {
    Client& client = clients_[events[i].data.u32];
    if ((events[i].events & EPOLLOUT) != 0 && client.fd >= 0) Flush(client);
    if ((events[i].events & ~EPOLLOUT) != 0 && client.fd >= 0) OnReadable(client);
  }
}

void SocketIoClients::Dial(Client& client, std::string request) {
  client.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (client.fd < 0) return End(client, std::strerror(errno));
  const int on = 1;
  setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  setsockopt(client.fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBufferBytes, sizeof(kReceiveBufferBytes));
  client.unsent = std::move(request);
  epoll_event event{.events = EPOLLIN | EPOLLOUT, .data = {}};
  event.data.u32 = static_cast<uint32_t>(IndexOf(client));
  epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, client.fd, &event);
  if (connect(client.fd, reinterpret_cast<const sockaddr*>(&address_), sizeof(address_)) != 0 &&
      errno != EINPROGRESS) {
    End(client, absl::StrCat("cannot connect: ", std::strerror(errno)));
  }
}

void SocketIoClients::SendPacket(Client& client, std::string_view packet) {
  frame_.clear();
  AppendTextFrame(packet, frame_);
  Send(client, frame_);
}

void SocketIoClients::Send(Client& client, std::string_view bytes) {
  if (client.fd < 0) return;
  if (client.unsent.empty()) {
    const ssize_t sent = send(client.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return End(client, std::strerror(errno));
    if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
    if (bytes.empty()) return;
  }
  client.unsent.append(bytes);
  Listen(client);
}

void SocketIoClients::Flush(Client& client) {
  const ssize_t sent = send(client.fd, client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return End(client, std::strerror(errno));
  if (sent > 0) client.unsent.erase(0, static_cast<size_t>(sent));
  if (client.unsent.empty()) Listen(client);
}

void SocketIoClients::Listen(const Client& client) {
  epoll_event event{.events = EPOLLIN, .data = {}};
  if (!client.unsent.empty()) event.events |= EPOLLOUT;
  event.data.u32 = static_cast<uint32_t>(IndexOf(client));
  epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, client.fd, &event);
}

void SocketIoClients::OnReadable(Client& client) {
  const ssize_t received = recv(client.fd, buffer_.get(), kBufferBytes, 0);
  if (received < 0 && errno == EAGAIN) return;
  if (received < 0) return End(client, std::strerror(errno));
  if (received == 0) return End(client, "the server has closed the connection");
  bytes_received_ += static_cast<uint64_t>(received);
  OnBytes(client, {buffer_.get(), static_cast<size_t>(received)});
}

void SocketIoClients::OnBytes(Client& client, std::string_view bytes) {
  if (client.phase <= Client::Phase::kUpgrading) return OnHttpAnswer(client, bytes);
  const bool readable = client.frames.Read(bytes, [&](const Frame& frame) {
    if (client.fd >= 0) OnFrame(client, frame);
  });
  if (!readable && client.fd >= 0) End(client, "the server sends what is no plain frame");
}

void SocketIoClients::OnHttpAnswer(Client& client, std::string_view bytes) {
  std::string received = std::exchange(client.http_answer, {});
  received.append(bytes);
  const std::optional<HttpAnswer> answer = ReadHttpAnswer(received);
  if (!answer) {
    client.http_answer = std::move(received);
    return;
  }
  if (client.phase == Client::Phase::kPosting) {
    Close(client);
    return handler_.OnPosted(IndexOf(client), answer->status, answer->body);
  }
  if (answer->status != 101)
    return End(client, absl::StrCat("no WebSocket: HTTP ", answer->status));
  client.phase = Client::Phase::kOpening;
  if (!answer->rest.empty()) OnBytes(client, answer->rest);
}

void SocketIoClients::OnFrame(Client& client, const Frame& frame) {
  if (frame.opcode == Opcode::kText && !frame.head.empty()) return OnPacket(client, frame);
  if (frame.opcode == Opcode::kClose) return End(client, "the server has closed the WebSocket");
  End(client, "the server has sent a frame that nobody expects");
}

// packet := engine.io type [socket.io type [namespace `,`] [ack id] JSON]
void SocketIoClients::OnPacket(Client& client, const Frame& frame) {
  const char type = frame.head[0];
  if (type == '2') return SendPacket(client, "3");
  if (type == '0') {
    client.phase = Client::Phase::kConnecting;
    return SendPacket(client, absl::StrCat("40", packet_address_, client.auth));
  }
  const std::string_view head =
      frame.head.substr(std::min(frame.head.size(), 2 + packet_address_.size()));
  if (type != '4' || frame.head.size() < 2) return End(client, frame.head.substr(0, 100));
  switch (frame.head[1]) {
    case '0':
      client.phase = Client::Phase::kConnected;
      return handler_.OnConnected(IndexOf(client));
    case '2':
      return handler_.OnEvent(IndexOf(client), {head, frame.tail});
    case '3': {
      const size_t array = std::min(head.find('['), head.size());
      uint64_t id = 0;
      if (!absl::SimpleAtoi(ToAbsl(head.substr(0, array)), &id))
        return End(client, "an ack has no id");
      return handler_.OnAck(IndexOf(client), id, {head.substr(array), frame.tail});
    }
    default:
      return End(client, frame.head.substr(0, 300));
  }
}

void SocketIoClients::Close(Client& client) {
  if (client.fd >= 0) close(client.fd);
  client.fd = -1;
  client.phase = Client::Phase::kIdle;
  client.unsent.clear();
  client.http_answer.clear();
}

void SocketIoClients::End(Client& client, std::string_view why) {
  const std::string kept(why);
  Close(client);
  handler_.OnEnded(IndexOf(client), kept);
}

size_t SocketIoClients::IndexOf(const Client& client) const {
  return static_cast<size_t>(&client - clients_.data());
}

}  // namespace caucus::load
