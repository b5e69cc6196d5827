#include "edge/transcoding/room_pattern.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"
#include "edge/transcoding/room_template.h"

namespace caucus::edge::transcoding {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

namespace {

bool IsPart(const FieldDescriptor* field) {
  return field != nullptr && !field->is_repeated() &&
         (field->type() == FieldDescriptor::TYPE_STRING ||
          field->type() == FieldDescriptor::TYPE_ENUM);
}

}  // namespace

absl::StatusOr<RoomPattern> RoomPattern::Parse(std::string_view text, const Descriptor& request) {
  const auto fault = [&](std::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("room \"", ToAbsl(text), "\": ", ToAbsl(what)));
  };
  ASSIGN_OR_RETURN(const std::vector<TemplateToken> tokens, SplitTemplate(text));
  RoomPattern pattern;
  bool text_before = false;
  pattern.texts_.emplace_back();
  for (const TemplateToken& token : tokens) {
    if (token.kind == TemplateToken::Kind::kText) {
      pattern.texts_.back() = token.value;
      text_before = true;
      continue;
    }
    const FieldDescriptor* const field = request.FindFieldByName(token.value);
    if (!IsPart(field)) {
      return fault(absl::StrCat("{", token.value, "} is no top-level string or enum field of ",
                                request.full_name()));
    }
    if (!pattern.fields_.empty() && !text_before) return fault("two parts are not divided by text");
    if (std::count(pattern.fields_.begin(), pattern.fields_.end(), field) > 0) {
      return fault(absl::StrCat("{", token.value, "} stands twice"));
    }
    pattern.AddField(*field);
    pattern.texts_.emplace_back();
    text_before = false;
  }
  return pattern;
}

void RoomPattern::AddField(const FieldDescriptor& field) {
  fields_.push_back(&field);
  absl::flat_hash_map<std::string, int>& values = values_.emplace_back();
  if (field.type() != FieldDescriptor::TYPE_ENUM) return;
  for (int i = 0; i < field.enum_type()->value_count(); ++i) {
    const auto& value = *field.enum_type()->value(i);
    if (value.number() != 0) values[value.name()] = value.number();
  }
}

bool RoomPattern::Fits(size_t i, const std::string& part) const {
  if (fields_[i]->type() == FieldDescriptor::TYPE_ENUM) return values_[i].contains(part);
  return part.find(':') == std::string::npos;
}

std::optional<std::vector<std::string>> RoomPattern::Match(std::string_view room) const {
  if (!room.starts_with(texts_.front())) return std::nullopt;
  room.remove_prefix(texts_.front().size());
  if (fields_.empty()) {
    if (!room.empty()) return std::nullopt;
    return std::vector<std::string>();
  }
  if (!room.ends_with(texts_.back())) return std::nullopt;
  room.remove_suffix(texts_.back().size());
  std::vector<std::string> captures;
  captures.reserve(fields_.size());
  for (size_t i = 0; i < fields_.size(); ++i) {
    const bool last = i + 1 == fields_.size();
    const size_t end = last ? room.size() : room.find(texts_[i + 1], 1);
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    if (!Fits(i, captures.emplace_back(room.substr(0, end)))) return std::nullopt;
    room.remove_prefix(last ? end : end + texts_[i + 1].size());
  }
  return captures;
}

}  // namespace caucus::edge::transcoding
