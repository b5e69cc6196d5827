#include "edge/transport/flush_queue.h"

#include <utility>

namespace caucus::edge::transport {
namespace {

// Half a millisecond's work.
constexpr int kFlushesPerTurn = 128;

}  // namespace

void FlushQueue::Add(Flushable& flushable) {
  if (flushable.is_linked()) return;
  waiting_.push_back(flushable);
  FlushSomeLater();
}

void FlushQueue::FlushSomeLater() {
  if (!std::exchange(flush_posted_, true)) loop_.PostLast([this] { FlushSome(); });
}

void FlushQueue::FlushSome() {
  flush_posted_ = false;
  for (int flushed = 0; flushed < kFlushesPerTurn && !waiting_.empty(); ++flushed) {
    Flushable& next = waiting_.front();
    waiting_.pop_front();
    next.Flush();
  }
  if (!waiting_.empty()) FlushSomeLater();
}

}  // namespace caucus::edge::transport
