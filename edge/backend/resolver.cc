#include "edge/backend/resolver.h"

#include <netdb.h>
#include <sys/un.h>

#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace caucus::edge::backend {
namespace {

Endpoint UnixEndpoint(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  Endpoint endpoint;
  std::memcpy(&endpoint.address, &address, sizeof(address));
  endpoint.bytes = sizeof(address);
  return endpoint;
}

// `flags` as of getaddrinfo. Adds what there is.
void LookUp(const Target::Host& host, int flags, std::vector<Endpoint>& endpoints) {
  addrinfo hints = {};
  hints.ai_flags = flags | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* first = nullptr;
  if (getaddrinfo(host.name.c_str(), host.port.c_str(), &hints, &first) != 0) return;
  for (const addrinfo* found = first; found != nullptr; found = found->ai_next) {
    Endpoint& endpoint = endpoints.emplace_back();
    std::memcpy(&endpoint.address, found->ai_addr, found->ai_addrlen);
    endpoint.bytes = found->ai_addrlen;
  }
  freeaddrinfo(first);
}

std::vector<Endpoint> LookUp(const Target& target, int flags) {
  std::vector<Endpoint> endpoints;
  for (const Target::Host& host : target.hosts) LookUp(host, flags, endpoints);
  return endpoints;
}

}  // namespace

// From a thread that looks up a name to the loop, as long as somebody waits.
struct Resolver::Link {
  absl::Mutex mutex;
  EventLoop* loop ABSL_GUARDED_BY(mutex);
};

Resolver::Resolver(EventLoop& loop) : link_(std::make_shared<Link>()) {
  const absl::MutexLock lock(&link_->mutex);
  link_->loop = &loop;
}

Resolver::~Resolver() {
  const absl::MutexLock lock(&link_->mutex);
  link_->loop = nullptr;
}

void Resolver::Resolve(const Target& target, Callback done) {
  const auto deliver = [link = link_, done = std::move(done)](std::vector<Endpoint> endpoints) {
    // Runs on the loop, which the resolver's end precedes or not.
    const auto tell = [link, done, endpoints = std::move(endpoints)] {
      {
        const absl::MutexLock lock(&link->mutex);
        if (link->loop == nullptr) return;
      }
      done(endpoints);
    };
    const absl::MutexLock lock(&link->mutex);
    if (link->loop != nullptr) link->loop->Post(tell);
  };
  if (!target.unix_path.empty()) return deliver({UnixEndpoint(target.unix_path)});
  if (std::vector<Endpoint> known = LookUp(target, AI_NUMERICHOST); !known.empty()) {
    return deliver(std::move(known));
  }
  std::thread([target, deliver] { deliver(LookUp(target, AI_ADDRCONFIG)); }).detach();
}

}  // namespace caucus::edge::backend
