// What reading and writing a message type as JSON needs, worked out once at the start: no look-up
// by name is left for when messages flow.

#ifndef EDGE_TRANSCODING_MESSAGE_TYPE_H_
#define EDGE_TRANSCODING_MESSAGE_TYPE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "caucus/socketio/v1/event_rule.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/message.h"

namespace caucus::edge::transcoding {

// Types that JSON treats in a way of their own.
enum class WellKnownType {
  kNone,
  kTimestamp,
  kDuration,
  kStruct,
  kValue,
  kListValue,
  kWrapper,
  kFieldMask,
  kEmpty,
  kEffects,  // caucus.socketio.v1.Effects: not for clients
};

struct MessageType;

// One field. Immutable.
struct FieldType {
  const google::protobuf::FieldDescriptor* descriptor = nullptr;
  // The JSON name in quotes and a colon: `"pollID":`.
  std::string key;
  // The type of a message field; of a map, that of its entries: key and value are its two fields.
  const MessageType* message = nullptr;
  // What stands before the field in protobuf's wire format; of a packed field, before all items.
  uint32_t tag = 0;
  bool is_packed = false;
  // Whether zero and the empty string are values like any other: of a field with presence, of items
  // and of what maps hold. Other fields are absent then.
  bool has_zero = false;
  // Whether protobuf refuses what is no UTF-8: of strings of proto3.
  bool is_utf8 = false;
  // Whether protobuf takes numbers that the enum does not name for unknown fields: in proto2.
  bool is_closed_enum = false;
  // The one that was declared; null if there is none.
  const google::protobuf::OneofDescriptor* oneof = nullptr;
  // (caucus.socketio.v1.field); empty if there is none.
  ::caucus::socketio::v1::FieldRule rule;
};

// One message type. Immutable; its MessageTypes must outlive it.
struct MessageType {
  const google::protobuf::Descriptor* descriptor = nullptr;
  // Of which messages are made, with New(arena).
  const google::protobuf::Message* prototype = nullptr;
  WellKnownType well_known = WellKnownType::kNone;
  // In the order of their declaration: fields[i] is descriptor->field(i).
  std::vector<FieldType> fields;
  // Places in `fields`: of all by their number, and of those that proto2 requires.
  std::vector<size_t> by_number;
  std::vector<size_t> required;

  // Returns the field of that number, or null. Fastest if it is declared after `previous`, which
  // may be null.
  const FieldType* FieldNumbered(int number, const FieldType* previous) const;

  const FieldType& FieldOf(const google::protobuf::FieldDescriptor& field) const {
    return fields[static_cast<size_t>(field.index())];
  }
};

// Makes and owns the message types of a pool. Thread-compatible; once nothing is added any more,
// its types are Immutable. The pool must outlive it.
class MessageTypes {
 public:
  explicit MessageTypes(const google::protobuf::DescriptorPool* pool);
  MessageTypes(const MessageTypes&) = delete;
  MessageTypes& operator=(const MessageTypes&) = delete;

  // Returns the type of `descriptor`, with those of its fields. Checks the field rules.
  //   kInvalidArgument    a field rule does not fit its field, or google.protobuf.Any is used,
  //   which
  //                       this mapping does not know.
  absl::StatusOr<const MessageType*> Add(const google::protobuf::Descriptor& descriptor);

 private:
  absl::Status AddField(const google::protobuf::FieldDescriptor& descriptor, MessageType& type);

  google::protobuf::DynamicMessageFactory factory_;
  absl::flat_hash_map<const google::protobuf::Descriptor*, std::unique_ptr<MessageType>> types_;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_MESSAGE_TYPE_H_
