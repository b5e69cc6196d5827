// A field path of a rule, `a.b.c`, resolved to the fields along it.

#ifndef EDGE_TRANSCODING_FIELD_CHAIN_H_
#define EDGE_TRANSCODING_FIELD_CHAIN_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "edge/transcoding/wire_fields.h"
#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {

// Immutable. The descriptors must outlive it.
class FieldChain {
 public:
  // Parts are proto names of singular fields, all but the last messages.
  //   kInvalidArgument    a part is no such field; the message names it.
  static absl::StatusOr<FieldChain> Resolve(const google::protobuf::Descriptor& root,
                                            std::string_view path);

  // The last field.
  const google::protobuf::FieldDescriptor& leaf() const { return *fields_.back(); }
  const std::vector<const google::protobuf::FieldDescriptor*>& fields() const { return fields_; }

  // Finds the message that holds the leaf: `root` or, read into `below`, one in it. Null: one on
  // the way is absent, and so is the leaf.
  //   kInternal    one on the way is malformed.
  absl::StatusOr<const WireFields*> Holder(const WireFields& root, WireFields& below) const;

 private:
  explicit FieldChain(std::vector<const google::protobuf::FieldDescriptor*> fields)
      : fields_(std::move(fields)) {}

  std::vector<const google::protobuf::FieldDescriptor*> fields_;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_FIELD_CHAIN_H_
