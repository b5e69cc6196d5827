#include "edge/event_loop/tcp_socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/error.hpp>
#include <cerrno>

namespace caucus::edge {
namespace {

ErrorCode LastError() { return {errno, boost::system::system_category()}; }

size_t Written(ssize_t bytes, ErrorCode& error) {
  error = bytes < 0 ? LastError() : ErrorCode();
  return bytes < 0 ? 0 : static_cast<size_t>(bytes);
}

}  // namespace

size_t TcpSocket::Read(std::span<char> buffer, ErrorCode& error) {
  const ssize_t bytes = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
  error = bytes > 0 ? ErrorCode() : bytes == 0 ? ErrorCode(net::error::eof) : LastError();
  return bytes > 0 ? static_cast<size_t>(bytes) : 0;
}

size_t TcpSocket::Write(std::string_view bytes, ErrorCode& error) {
  return Written(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL), error);
}

size_t TcpSocket::Write(std::span<iovec> pieces, ErrorCode& error) {
  msghdr message = {};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  return Written(::sendmsg(descriptor_, &message, MSG_NOSIGNAL), error);
}

void TcpSocket::ShutdownSend() { ::shutdown(descriptor_, SHUT_WR); }

void TcpSocket::Shutdown() { ::shutdown(descriptor_, SHUT_RDWR); }

void TcpSocket::Close() {
  if (!is_open()) return;
  const int descriptor = std::exchange(descriptor_, kClosed);
  ::close(descriptor);  // Takes it out of the epoll set too.
  if (std::exchange(watched_, false)) loop_->Forget(descriptor);
}

void TcpSocket::Watch(std::shared_ptr<Watcher> watcher, Interest interest) {
  watched_ = true;
  loop_->Watch(descriptor_, std::exchange(interest_, interest), interest, std::move(watcher));
}

void TcpSocket::SetInterest(Interest interest) {
  if (is_open()) loop_->Change(descriptor_, std::exchange(interest_, interest), interest);
}

int TcpSocket::Release() {
  loop_->Change(descriptor_, std::exchange(interest_, {}), {});
  const int descriptor = std::exchange(descriptor_, kClosed);
  if (std::exchange(watched_, false)) loop_->Forget(descriptor);
  return descriptor;
}

}  // namespace caucus::edge
