// A poll's people: each with a connection of their own, all of them listening all the time.

#ifndef TESTS_LOAD_CROWD_H_
#define TESTS_LOAD_CROWD_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/load/latency.h"
#include "tests/load/revision_watermark.h"
#include "tests/load/socketio_clients.h"

namespace caucus::load {

// Does what people do, at the time that it is told to, and takes down what happens. The first
// person is the admin.
//
// Who is cut off comes back after a second, as a web client does, and asks again what was not
// answered.
//
// Thread-compatible. The first refusal ends it: whatever waits then returns it.
class Crowd final : public SocketIoClients::Handler {
 public:
  enum class Target { kCaucus, kNest };
  enum class Mode { kSnapshot, kDeltas };

  struct Options {
    std::string server;
    Target target = Target::kCaucus;
    Mode mode = Mode::kDeltas;
    size_t people = 100;
    size_t nominations = 50;
    size_t ranks = 3;  // Of each ballot.
    absl::Time end;    // When to give up.
  };

  // See SocketIoClients::Create.
  static absl::StatusOr<std::unique_ptr<Crowd>> Create(Options options);

  // The phases of a poll, in order. `time` is how long to spread the people over. Each waits until
  // everybody has been answered, and from Nominate() on until everybody knows what it has changed.
  absl::Status CreatePoll();
  absl::Status Join(absl::Duration time);
  absl::Status Nominate(absl::Duration time);
  absl::Status StartVote();
  absl::Status Vote(absl::Duration time);
  absl::Status Close();

  // Asks whether all votes were counted (Caucus alone can tell).
  absl::Status CheckTally();

  // From when a person was due to ask until the namespace has let them in.
  Latencies& joins() { return joins_; }
  // From when a vote was due until its ack, and until the last client has an update that contains
  // it.
  Latencies& acks() { return acks_; }
  Latencies VotesKnown() const;
  Latencies NominationsKnown() const;
  // From the last vote until the last client has the state with all votes; infinite if some have
  // not.
  absl::Duration FinalStateAfterLastVote() const;
  // From the admin's request to close until the last client knows.
  absl::Duration CloseKnown() const;
  // How late this process itself was, at most: it was too slow if that is much.
  absl::Duration late_max() const { return late_max_; }

  size_t connected() const { return connected_; }
  size_t acked() const { return acks_.count(); }
  uint64_t updates() const { return updates_; }
  uint64_t bytes_received() const { return clients_->bytes_received(); }
  // How often a connection was refused or lost, and why the last one was.
  uint64_t cut_off() const { return cut_off_; }
  const std::string& last_cut_off() const { return last_cut_off_; }
  // Updates of which the client lacked something before.
  uint64_t gaps() const { return gaps_; }
  // States that are older than what the client had.
  uint64_t older_states() const { return older_states_; }

  void OnPosted(size_t client, int status, std::string_view body) override;
  void OnConnected(size_t client) override;
  void OnEvent(size_t client, const Message& event) override;
  void OnAck(size_t client, uint64_t id, const Message& answer) override;
  void OnEnded(size_t client, std::string_view why) override;

 private:
  struct Request {
    absl::Time due;
    uint32_t revision = 0;  // From which on the poll has it; 0: not answered yet.

    bool waits() const { return due != absl::Time() && revision == 0; }
  };

  explicit Crowd(Options options);

  struct Person {
    absl::Time asked;   // When they were due to join.
    std::string token;  // Empty: not joined yet.
    bool connected = false;
    bool was_connected = false;
  };
  struct Return {
    absl::Time at;
    size_t client;
  };

  void Ask(size_t client);
  void Enter(size_t client);
  void Nominate(size_t client);
  void Vote(size_t client);
  void Emit(size_t client, uint64_t id, std::string_view event, const std::string& fields);
  absl::Status EmitAsAdmin(uint64_t id, std::string_view event);
  absl::Status Turn();
  absl::Status Await(const std::function<bool()>& done);
  absl::Status Spread(size_t count, absl::Duration time,
                      const std::function<void(size_t, absl::Time due)>& act);
  Latencies Known(const std::vector<Request>& requests) const;
  uint32_t LastRevision(const std::vector<Request>& requests) const;

  const Options options_;
  std::unique_ptr<SocketIoClients> clients_;
  RevisionWatermark watermark_;
  std::string poll_id_;
  std::vector<std::string> nomination_ids_;
  std::vector<Person> people_;
  std::deque<Return> returns_;  // Of those who were cut off, in order.
  std::vector<Request> nominations_;
  std::vector<Request> votes_;
  Request admins_request_;
  std::string admins_answer_;
  Latencies joins_;
  Latencies acks_;
  absl::Duration late_max_;
  size_t connected_ = 0;
  uint64_t updates_ = 0;
  uint64_t cut_off_ = 0;
  std::string last_cut_off_;
  uint64_t gaps_ = 0;
  uint64_t older_states_ = 0;
  absl::Status failure_;
};

}  // namespace caucus::load

#endif  // TESTS_LOAD_CROWD_H_
