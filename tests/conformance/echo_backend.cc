#include "tests/conformance/echo_backend.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "caucus/socketio/v1/effects.pb.h"
#include "common/status/error_details.h"

namespace caucus::conformance {
namespace {

namespace json = boost::json;
using socketio::v1::Effect;
using socketio::v1::RawEvent;
using socketio::v1::RawReply;

constexpr int64_t kTicksMax = 1'000;
constexpr int64_t kDelayMillisecondsMax = 10'000;

// One event, its arguments read, and the reply that is being made.
struct Call {
  const RawEvent& event;
  RawReply& reply;
  json::array arguments;

  std::optional<std::string> Text(size_t index) const {
    if (index >= arguments.size() || !arguments[index].is_string()) return std::nullopt;
    return std::string(arguments[index].get_string());
  }

  std::optional<int64_t> Number(size_t index, int64_t max) const {
    if (index >= arguments.size() || !arguments[index].is_int64()) return std::nullopt;
    const int64_t number = arguments[index].get_int64();
    return number >= 0 && number <= max ? std::optional(number) : std::nullopt;
  }

  // The arguments from `first` on, as JSON.
  std::string Rest(size_t first) const {
    return json::serialize(
        json::array(arguments.begin() + static_cast<std::ptrdiff_t>(first), arguments.end()));
  }

  Effect::Emit& Emit(std::string_view name, std::string arguments_json) {
    Effect::Emit& emit = *reply.mutable_effects()->add_effects()->mutable_emit();
    emit.set_event(std::string(name));
    emit.set_arguments_json(std::move(arguments_json));
    *emit.mutable_attachments() = event.arguments().attachments();
    return emit;
  }

  void Ack(std::string arguments_json) { reply.mutable_ack()->set_json(std::move(arguments_json)); }

  // With arguments of the event, and so with its binary values.
  void AckBack(std::string arguments_json) {
    Ack(std::move(arguments_json));
    *reply.mutable_ack()->mutable_attachments() = event.arguments().attachments();
  }
};

absl::Status BadArguments() { return absl::InvalidArgumentError("bad arguments"); }

absl::Status Join(Call& call) {
  const auto room = call.Text(0);
  if (!room) return BadArguments();
  Effect::Join& join = *call.reply.mutable_effects()->add_effects()->mutable_join();
  join.mutable_target()->set_socket_id(call.event.socket_id());
  join.set_room(*room);
  return absl::OkStatus();
}

absl::Status Leave(Call& call) {
  const auto room = call.Text(0);
  if (!room) return BadArguments();
  Effect::Leave& leave = *call.reply.mutable_effects()->add_effects()->mutable_leave();
  leave.mutable_target()->set_socket_id(call.event.socket_id());
  leave.set_room(*room);
  return absl::OkStatus();
}

enum class Target { kRoom, kSocket, kEveryone, kOthers };

// The arguments are the target, unless that is everyone, the event's name, and its arguments.
absl::Status Send(Call& call, Target target) {
  const bool named = target == Target::kRoom || target == Target::kSocket;
  const size_t name_index = named ? 1 : 0;
  const auto name = call.Text(name_index);
  const auto destination = call.Text(0);
  if (!name || !destination) return BadArguments();
  Effect::Emit& emit = call.Emit(*name, call.Rest(name_index + 1));
  if (target == Target::kRoom) emit.mutable_to()->set_room(*destination);
  if (target == Target::kSocket) emit.mutable_to()->set_socket_id(*destination);
  if (!named) emit.mutable_to()->set_all(true);
  const bool except_sender = target == Target::kRoom || target == Target::kOthers;
  if (except_sender) emit.mutable_to()->add_except_socket_ids(call.event.socket_id());
  return absl::OkStatus();
}

absl::Status Count(Call& call) {
  const auto count = call.Number(0, kTicksMax);
  if (!count) return BadArguments();
  for (int64_t i = 0; i < *count; ++i) {
    call.Emit("tick", json::serialize(json::array{i}))
        .mutable_to()
        ->set_socket_id(call.event.socket_id());
  }
  return absl::OkStatus();
}

absl::Status Kick(Call& call) {
  Effect::Disconnect& disconnect =
      *call.reply.mutable_effects()->add_effects()->mutable_disconnect();
  disconnect.mutable_target()->set_socket_id(call.event.socket_id());
  disconnect.set_close(!call.arguments.empty() && call.arguments[0].is_bool() &&
                       call.arguments[0].get_bool());
  return absl::OkStatus();
}

absl::Status Announce(Call& call, Announcements& announcements) {
  const auto room = call.Text(0);
  if (!room) return BadArguments();
  announcements.Set(call.event.socket_id(), *room);
  return absl::OkStatus();
}

absl::Status DescribeHandshake(Call& call) {
  const auto& query = call.event.handshake().query();
  const auto test = query.find("test");
  call.Ack(json::serialize(
      json::array{json::parse(call.event.handshake().auth_json()),
                  test == query.end() ? json::value(nullptr) : json::value(test->second)}));
  return absl::OkStatus();
}

EchoOutcome Slow(Call& call) {
  const auto delay = call.Number(0, kDelayMillisecondsMax);
  if (!delay) return {.status = BadArguments()};
  call.AckBack(call.Rest(1));
  return {.status = absl::OkStatus(), .delay = std::chrono::milliseconds(*delay)};
}

}  // namespace

void Announcements::Set(const std::string& socket_id, const std::string& room) {
  absl::MutexLock lock(&mutex_);
  rooms_[socket_id] = room;
}

std::optional<std::string> Announcements::Take(const std::string& socket_id) {
  absl::MutexLock lock(&mutex_);
  const auto found = rooms_.find(socket_id);
  if (found == rooms_.end()) return std::nullopt;
  std::string room = std::move(found->second);
  rooms_.erase(found);
  return room;
}

void AnswerDisconnect(const RawEvent& event, Announcements& announcements, RawReply& reply) {
  const std::optional<std::string> room = announcements.Take(event.socket_id());
  if (!room) return;
  Call call{.event = event, .reply = reply, .arguments = {}};
  call.Emit("left", json::serialize(json::array{event.socket_id()})).mutable_to()->set_room(*room);
}

EchoOutcome AnswerConnect(const RawEvent& event, RawReply& reply) {
  const json::value auth = json::parse(event.handshake().auth_json());
  if (const json::value* refuse = auth.as_object().if_contains("refuse")) {
    const std::string message = refuse->is_string() ? std::string(refuse->get_string()) : "refused";
    return {.status = ErrorWithReason(absl::StatusCode::kPermissionDenied, message,
                                      {.domain = "conformance", .reason = "REFUSED"})};
  }
  Call call{.event = event, .reply = reply, .arguments = {}};
  call.Emit("auth", json::serialize(json::array{auth}))
      .mutable_to()
      ->set_socket_id(event.socket_id());
  return {};
}

EchoOutcome AnswerEvent(const RawEvent& event, Announcements& announcements, RawReply& reply) {
  Call call{.event = event, .reply = reply, .arguments = {}};
  const std::string& text = event.arguments().json();
  // Text that this parser does not take, such as half a surrogate pair, can still be echoed.
  boost::system::error_code refused;
  const json::value arguments = json::parse(text, refused);
  if (!refused && arguments.is_array()) call.arguments = arguments.get_array();
  const std::string_view name = event.event();
  if (name == "message") {
    call.Emit("message-back", text).mutable_to()->set_socket_id(event.socket_id());
    return {};
  }
  if (name == "message-with-ack") {
    call.AckBack(text);
    return {};
  }
  if (name == "whoami") {
    call.Ack(json::serialize(json::array{event.socket_id()}));
    return {};
  }
  if (name == "join") return {.status = Join(call)};
  if (name == "leave") return {.status = Leave(call)};
  if (name == "to-room") return {.status = Send(call, Target::kRoom)};
  if (name == "to-socket") return {.status = Send(call, Target::kSocket)};
  if (name == "broadcast") return {.status = Send(call, Target::kEveryone)};
  if (name == "broadcast-others") return {.status = Send(call, Target::kOthers)};
  if (name == "handshake") return {.status = DescribeHandshake(call)};
  if (name == "count") return {.status = Count(call)};
  if (name == "kick") return {.status = Kick(call)};
  if (name == "announce") return {.status = Announce(call, announcements)};
  if (name == "slow") return Slow(call);
  if (name == "fail")
    return {.status = absl::InvalidArgumentError(call.Text(0).value_or("failed"))};
  return {};
}

}  // namespace caucus::conformance
