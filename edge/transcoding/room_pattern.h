// Which rooms a feed is for: `{poll_id}`, `chat:{room}`.

#ifndef EDGE_TRANSCODING_ROOM_PATTERN_H_
#define EDGE_TRANSCODING_ROOM_PATTERN_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {

// Immutable.
//
// Text matches itself. A part matches one or more characters without `:`; of an enum only the names
// of its values, but for number 0. It ends where the text after it occurs first; the last text
// stands at the room's end. There is no going back: a room that needs another split does not match.
class RoomPattern {
 public:
  // kInvalidArgument: `text` is no template; a part is no top-level singular string or enum field
  // of `request`, or stands twice; two parts are not divided by text.
  static absl::StatusOr<RoomPattern> Parse(std::string_view text,
                                           const google::protobuf::Descriptor& request);

  // Returns what stands in `room` for each of fields(), or nothing if it does not match.
  std::optional<std::vector<std::string>> Match(std::string_view room) const;

  const std::vector<const google::protobuf::FieldDescriptor*>& fields() const { return fields_; }

  // The number of an enum's value in what Match has returned. REQUIRES: fields()[i] is an enum.
  int NumberOf(size_t i, const std::string& part) const { return values_[i].at(part); }

 private:
  RoomPattern() = default;

  void AddField(const google::protobuf::FieldDescriptor& field);
  bool Fits(size_t i, const std::string& part) const;

  // texts_[i] stands before fields_[i], the last one behind the last field; first and last may be
  // empty.
  std::vector<std::string> texts_;
  std::vector<const google::protobuf::FieldDescriptor*> fields_;
  // Of fields_[i], an enum: the numbers by the names. Empty of a string.
  std::vector<absl::flat_hash_map<std::string, int>> values_;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_ROOM_PATTERN_H_
