#include "tests/load/fanout.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/text/absl_view.h"

namespace caucus::load {
namespace {

constexpr uint64_t kNumberBase = 1'000'000'000'000'000;  // All numbers are of 16 digits.

// Returns the text between `before` and the next quote, and moves `text` behind it.
std::string_view TakeString(std::string_view& text, std::string_view before) {
  const size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  const std::string_view found = text.substr(0, text.find('"'));
  text.remove_prefix(found.size());
  return found;
}

}  // namespace

Fanout::Fanout(Options options, Say say)
    : options_(options), say_(std::move(say)), rooms_(options.rooms), next_(options.clients) {
  for (size_t i = 0; i < options.rooms; ++i) rooms_[i].name = absl::StrCat("r", i);
  for (size_t i = 0; i < options.clients; ++i) ++RoomOf(i).members;
  bench::v1::BenchPoll& poll = *message_.mutable_poll();
  poll.set_id("A1B2C3");
  poll.set_topic("Where shall we eat?");
  (*poll.mutable_votes())["a"] = 3;
  (*poll.mutable_votes())["b"] = 5;
  (*poll.mutable_votes())["c"] = 1;
  poll.set_participants(12);
  poll.set_open(true);
}

void Fanout::OnConnected(size_t) { ++connected_; }

void Fanout::OnEvent(size_t client, const Message& event) {
  const absl::Time now = absl::Now();
  std::string_view text = event.head;
  Room& room = RoomOf(client);
  if (TakeString(text, R"("room":")") != room.name) {
    ++faults_.misrouted;
    return;
  }
  uint64_t number = 0;
  if (!absl::SimpleAtoi(ToAbsl(TakeString(text, R"("ts":")")), &number)) {
    failure_ = absl::InternalError(absl::StrCat("a message has no number: ", ToAbsl(event.head)));
    return;
  }
  number -= kNumberBase;
  message_bytes_ = event.head.size();
  if (number < next_[client]) {
    ++faults_.duplicated;
    return;
  }
  if (number > next_[client]) ++faults_.reordered;
  next_[client] = number + 1;
  UnderWay& message = room.under_way[number % kInflightMax];
  --message.missing;
  if (counting_) latencies_.Add(now - message.said);
  bool room_for_more = false;
  while (room.oldest < room.next && room.under_way[room.oldest % kInflightMax].missing <= 0) {
    ++room.oldest;
    room_for_more = true;
    if (counting_) ++messages_;
  }
  if (room_for_more && publishing_ && !Publish(room)) {
    failure_ = absl::UnavailableError(absl::StrCat("nobody follows ", room.name, " any more"));
  }
}

void Fanout::OnEnded(size_t client, std::string_view why) {
  failure_ = absl::UnavailableError(absl::StrCat("client ", client, ": ", ToAbsl(why)));
}

bool Fanout::PublishEverywhere() {
  bool all = true;
  for (Room& room : rooms_) all = Publish(room) && all;
  publishing_ = all;
  return all;
}

bool Fanout::everything_arrived() const {
  return std::all_of(rooms_.begin(), rooms_.end(),
                     [](const Room& room) { return room.oldest == room.next; });
}

Fanout::Faults Fanout::CountFaults() const {
  Faults faults = faults_;
  for (const Room& room : rooms_) {
    for (uint64_t i = room.oldest; i < room.next; ++i) {
      faults.lost += static_cast<uint64_t>(std::max(room.under_way[i % kInflightMax].missing, 0));
    }
  }
  return faults;
}

bool Fanout::Publish(Room& room) {
  while (room.next < room.oldest + options_.inflight) {
    message_.set_room(room.name);
    message_.set_ts(absl::StrCat(kNumberBase + room.next));
    room.under_way[room.next % kInflightMax] = {absl::Now(), room.members};
    if (!say_(message_)) return false;
    ++room.next;
  }
  return true;
}

}  // namespace caucus::load
