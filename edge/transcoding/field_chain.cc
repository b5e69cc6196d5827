#include "edge/transcoding/field_chain.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/text/absl_view.h"

namespace caucus::edge::transcoding {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

absl::StatusOr<FieldChain> FieldChain::Resolve(const Descriptor& root, std::string_view path) {
  std::vector<const FieldDescriptor*> fields;
  const Descriptor* type = &root;
  for (const std::string& part : std::vector<std::string>(absl::StrSplit(ToAbsl(path), '.'))) {
    const auto fault = [&](std::string_view what) {
      return absl::InvalidArgumentError(
          absl::StrCat("field path \"", ToAbsl(path), "\": ", ToAbsl(what)));
    };
    if (type == nullptr) return fault(fields.back()->full_name() + " is no message");
    const FieldDescriptor* const field = type->FindFieldByName(part);
    if (field == nullptr) return fault(type->full_name() + " has no field \"" + part + "\"");
    if (field->is_repeated()) return fault(field->full_name() + " is repeated");
    fields.push_back(field);
    type = field->message_type();
  }
  return FieldChain(std::move(fields));
}

absl::StatusOr<const WireFields*> FieldChain::Holder(const WireFields& root,
                                                     WireFields& below) const {
  const WireFields* holder = &root;
  for (size_t i = 0; i + 1 < fields_.size(); ++i) {
    const FieldType& field = holder->type().FieldOf(*fields_[i]);
    const WireValue* const found = holder->Find(field);
    if (found == nullptr) return nullptr;
    if (!below.Parse(*field.message, found->data)) {
      return absl::InternalError(absl::StrCat(fields_[i]->full_name(), " is malformed"));
    }
    holder = &below;
  }
  return holder;
}

}  // namespace caucus::edge::transcoding
