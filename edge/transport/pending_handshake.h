// A session whose client has joined no namespace yet.

#ifndef EDGE_TRANSPORT_PENDING_HANDSHAKE_H_
#define EDGE_TRANSPORT_PENDING_HANDSHAKE_H_

#include <cstddef>

namespace caucus::edge::transport {

// Counts as one while it exists. Confined to its shard; the count must outlive it.
class PendingHandshake {
 public:
  explicit PendingHandshake(size_t& count) : count_(count) { ++count_; }
  ~PendingHandshake() { --count_; }

  PendingHandshake(const PendingHandshake&) = delete;
  PendingHandshake& operator=(const PendingHandshake&) = delete;

 private:
  size_t& count_;
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_PENDING_HANDSHAKE_H_
