#include "edge/event_loop/tcp_socket.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <boost/asio/error.hpp>
#include <cerrno>

namespace caucus::edge {
namespace {

ErrorCode LastError() { return {errno, boost::system::system_category()}; }

}  // namespace

size_t TcpSocket::Read(std::span<char> buffer, ErrorCode& error) {
  const ssize_t bytes = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
  error = bytes > 0 ? ErrorCode() : bytes == 0 ? ErrorCode(net::error::eof) : LastError();
  return bytes > 0 ? static_cast<size_t>(bytes) : 0;
}

size_t TcpSocket::Write(std::span<const net::const_buffer> buffers, ErrorCode& error) {
  ssize_t bytes = 0;
  if (buffers.size() == 1) {
    bytes = ::send(descriptor_, buffers[0].data(), buffers[0].size(), MSG_NOSIGNAL);
  } else {
    std::array<iovec, kBuffersMax> pieces;
    for (size_t i = 0; i < buffers.size(); ++i) {
      pieces[i] = {.iov_base = const_cast<void*>(buffers[i].data()), .iov_len = buffers[i].size()};
    }
    msghdr message = {};
    message.msg_iov = pieces.data();
    message.msg_iovlen = buffers.size();
    bytes = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
  }
  error = bytes < 0 ? LastError() : ErrorCode();
  return bytes < 0 ? 0 : static_cast<size_t>(bytes);
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
