// From a service's name to its addresses.

#ifndef EDGE_BACKEND_RESOLVER_H_
#define EDGE_BACKEND_RESOLVER_H_

#include <sys/socket.h>

#include <cstring>
#include <functional>
#include <memory>
#include <vector>

#include "edge/backend/target.h"
#include "edge/event_loop/event_loop.h"

namespace caucus::edge::backend {

struct Endpoint {
  sockaddr_storage address = {};
  socklen_t bytes = 0;

  bool operator==(const Endpoint& other) const {
    return bytes == other.bytes && std::memcmp(&address, &other.address, bytes) == 0;
  }
};

// Asks the system's resolver, which blocks, on a thread of its own. Confined to its loop's thread.
class Resolver {
 public:
  using Callback = std::function<void(std::vector<Endpoint>)>;

  explicit Resolver(EventLoop& loop);
  ~Resolver();

  // Calls `done` on the loop, later, with the target's addresses; none: it has none, or nobody
  // could be asked. Not called any more when this has been destroyed.
  void Resolve(const Target& target, Callback done);

 private:
  struct Link;

  const std::shared_ptr<Link> link_;
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_RESOLVER_H_
