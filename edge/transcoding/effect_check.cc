#include "edge/transcoding/effect_check.h"

#include <string_view>

#include "common/status/status_macros.h"
#include "common/text/absl_view.h"
#include "edge/transcoding/arguments.h"
#include "edge/transcoding/event_name.h"

namespace caucus::edge::transcoding {
namespace {

using socketio::v1::Effect;

absl::Status Fault(std::string_view what) { return absl::InternalError(ToAbsl(what)); }

absl::Status CheckTarget(const Effect::Target& target) {
  switch (target.target_case()) {
    case Effect::Target::kRoom:
      return target.room().empty() ? Fault("a target room without a name") : absl::OkStatus();
    case Effect::Target::kSocketId:
      return target.socket_id().empty() ? Fault("a target socket without an id") : absl::OkStatus();
    case Effect::Target::kAll:
      return target.all() ? absl::OkStatus() : Fault("no target");
    case Effect::Target::TARGET_NOT_SET:
      return Fault("no target");
  }
  return Fault("no target");
}

absl::Status CheckRoom(const std::string& room) {
  return room.empty() ? Fault("a room without a name") : absl::OkStatus();
}

absl::Status CheckEmit(const Effect::Emit& emit) {
  RETURN_IF_ERROR(CheckTarget(emit.to()));
  if (const absl::Status name = CheckEventName(emit.event()); !name.ok()) {
    return Fault(FromAbsl(name.message()));
  }
  return CheckArguments(emit.arguments_json(), static_cast<size_t>(emit.attachments_size()))
      .status();
}

}  // namespace

absl::Status CheckEffect(const Effect& effect) {
  switch (effect.action_case()) {
    case Effect::kEmit:
      return CheckEmit(effect.emit());
    case Effect::kJoin:
      RETURN_IF_ERROR(CheckTarget(effect.join().target()));
      return CheckRoom(effect.join().room());
    case Effect::kLeave:
      RETURN_IF_ERROR(CheckTarget(effect.leave().target()));
      return CheckRoom(effect.leave().room());
    case Effect::kDisconnect:
      return CheckTarget(effect.disconnect().target());
    case Effect::ACTION_NOT_SET:
      return Fault("no action");
  }
  return Fault("no action");
}

}  // namespace caucus::edge::transcoding
