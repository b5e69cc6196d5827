// What the Engine.IO sessions of a process go through, for whoever counts it.

#ifndef EDGE_TRANSPORT_ENGINE_OBSERVER_H_
#define EDGE_TRANSPORT_ENGINE_OBSERVER_H_

#include "edge/engineio/close_reason.h"
#include "edge/engineio/session.h"

namespace caucus::edge::transport {

// Called from every shard, on the path of the messages. Thread-safe; must not block.
class EngineObserver {
 public:
  virtual ~EngineObserver() = default;

  // A session was opened on this transport.
  virtual void OnSessionOpened(engineio::Transport transport) = 0;

  // A session went from polling to a WebSocket.
  virtual void OnUpgraded() = 0;

  // A session has ended, though its last words may still go out. Called once for each that was
  // opened, but for those that the end of the process cuts off.
  virtual void OnSessionClosed(engineio::CloseReason reason) = 0;
};

// Counts nothing.
class NullEngineObserver final : public EngineObserver {
 public:
  void OnSessionOpened(engineio::Transport) override {}
  void OnUpgraded() override {}
  void OnSessionClosed(engineio::CloseReason) override {}
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_ENGINE_OBSERVER_H_
