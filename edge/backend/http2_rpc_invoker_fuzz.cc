// Whatever a service sends after its settings: a unary call is answered once, and a stream says
// nothing after its end.

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "edge/backend/http2_rpc_invoker.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/backend/target.h"
#include "edge/event_loop/event_loop.h"

namespace caucus::edge::backend {
namespace {

using std::literals::operator""sv;

// A socket that listens where only this process knows.
class Listener {
 public:
  Listener() {
    char folder[] = "/tmp/caucus-fuzz-XXXXXX";
    if (::mkdtemp(folder) == nullptr) std::abort();
    path_ = std::string(folder) + "/s";
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
    descriptor_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(descriptor_, 16) != 0) {
      std::abort();
    }
    std::atexit([] { Get().Remove(); });
  }
  static Listener& Get() {
    static auto* const listener = new Listener;
    return *listener;
  }

  const std::string& path() const { return path_; }
  // -1: nobody is there.
  int Accept() const { return ::accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK); }

 private:
  void Remove() const {
    ::unlink(path_.c_str());
    ::rmdir(path_.substr(0, path_.rfind('/')).c_str());
  }

  std::string path_;
  int descriptor_ = -1;
};

void Check(bool holds) {
  if (!holds) std::abort();
}

void Send(int peer, std::string_view bytes) {
  // What its buffer does not take is left out.
  if (::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) return;
}

void RunWith(std::string_view bytes) {
  constexpr auto kSoon = std::chrono::milliseconds(1);
  EventLoop loop;
  auto invoker = std::make_unique<Http2RpcInvoker>(
      loop, *ParseTarget("unix:" + std::string(Listener::Get().path())));
  int answers = 0;
  bool ended = false;
  std::unique_ptr<RpcStream> stream;
  invoker->Invoke({.method = "/chat/Say", .request = "x", .metadata = {}},
                  [&](const absl::StatusOr<std::string>&) { ++answers; });
  stream = invoker->OpenStream(
      {.method = "/chat/Follow", .request = "x", .metadata = {}},
      [&](const std::string& message) {
        Check(!ended);
        if (message != "pause") stream->ReadNext();
      },
      [&](const absl::Status&) {
        Check(!ended);
        ended = true;
      });
  int peer = -1;
  while (peer < 0) {
    loop.RunFor(kSoon);
    peer = Listener::Get().Accept();
  }
  Send(peer, "\0\0\0\4\0\0\0\0\0"sv);  // Settings, of which there are none.
  loop.RunFor(kSoon);
  Send(peer, bytes);
  loop.RunFor(kSoon);
  ::close(peer);
  loop.RunFor(kSoon);
  Check(answers <= 1);
  stream.reset();
  invoker.reset();
  Check(answers == 1);
}

}  // namespace
}  // namespace caucus::edge::backend

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  caucus::edge::backend::RunWith({reinterpret_cast<const char*>(data), size});
  return 0;
}
