#include "edge/transcoding/room_template.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::Reflection;

constexpr std::string_view kRequestRoot = "request.";
constexpr std::string_view kResponseRoot = "response.";

absl::Status TemplateError(std::string_view text, std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("template \"", ToAbsl(text), "\": ", ToAbsl(what)));
}

absl::StatusOr<FieldChain> ResolvePart(const Descriptor& type, std::string_view path) {
  ASSIGN_OR_RETURN(FieldChain chain, FieldChain::Resolve(type, path));
  switch (chain.leaf().type()) {
    case FieldDescriptor::TYPE_MESSAGE:
    case FieldDescriptor::TYPE_GROUP:
    case FieldDescriptor::TYPE_BYTES:
    case FieldDescriptor::TYPE_BOOL:
    case FieldDescriptor::TYPE_DOUBLE:
    case FieldDescriptor::TYPE_FLOAT:
      return absl::InvalidArgumentError(
          absl::StrCat(chain.leaf().full_name(), " is no string, integer or enum"));
    default:
      return chain;
  }
}

std::string FieldText(const FieldChain& chain, const Message& root) {
  const Message& holder = chain.Holder(root);
  const Reflection& reflection = *holder.GetReflection();
  const FieldDescriptor* const field = &chain.leaf();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(holder, field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(reflection.GetUInt32(holder, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(holder, field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(reflection.GetUInt64(holder, field));
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = reflection.GetEnumValue(holder, field);
      const EnumValueDescriptor* const value = field->enum_type()->FindValueByNumber(number);
      return value == nullptr ? absl::StrCat(number) : value->name();
    }
    default:
      return reflection.GetString(holder, field);
  }
}

}  // namespace

absl::StatusOr<std::vector<TemplateToken>> SplitTemplate(std::string_view text) {
  if (text.empty()) return TemplateError(text, "is empty");
  std::vector<TemplateToken> tokens;
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t brace = rest.find_first_of("{}");
    if (brace != 0) {
      tokens.push_back({TemplateToken::Kind::kText, std::string(rest.substr(0, brace))});
    }
    if (brace == std::string_view::npos) break;
    const size_t end = rest.find_first_of("{}", brace + 1);
    if (rest[brace] != '{' || end == std::string_view::npos || rest[end] != '}') {
      return TemplateError(text, "braces do not match");
    }
    if (end == brace + 1) return TemplateError(text, "{} names nothing");
    tokens.push_back(
        {TemplateToken::Kind::kPath, std::string(rest.substr(brace + 1, end - brace - 1))});
    rest.remove_prefix(end + 1);
  }
  return tokens;
}

absl::StatusOr<RoomTemplate> RoomTemplate::Parse(std::string_view text,
                                                 const MethodDescriptor& method) {
  ASSIGN_OR_RETURN(const std::vector<TemplateToken> tokens, SplitTemplate(text));
  RoomTemplate room;
  for (const TemplateToken& token : tokens) {
    if (token.kind == TemplateToken::Kind::kText) {
      room.parts_.push_back({token.value, token.value});
      continue;
    }
    absl::StatusOr<Part> part = ParsePath(token.value, method);
    if (!part.ok()) return TemplateError(text, FromAbsl(part.status().message()));
    if (std::holds_alternative<RequestField>(part->value)) room.reads_request_ = true;
    room.parts_.push_back(*std::move(part));
  }
  return room;
}

absl::StatusOr<RoomTemplate::Part> RoomTemplate::ParsePath(const std::string& path,
                                                           const MethodDescriptor& method) {
  if (path.starts_with(kRequestRoot)) {
    ASSIGN_OR_RETURN(FieldChain chain,
                     ResolvePart(*method.input_type(), path.substr(kRequestRoot.size())));
    return Part{path, RequestField{std::move(chain)}};
  }
  if (path.starts_with(kResponseRoot)) {
    ASSIGN_OR_RETURN(FieldChain chain,
                     ResolvePart(*method.output_type(), path.substr(kResponseRoot.size())));
    return Part{path, ResponseField{std::move(chain)}};
  }
  if (path.starts_with("claims.") || path == "socket.id") {
    ASSIGN_OR_RETURN(ContextValue value, ContextValue::Parse(path));
    return Part{path, std::move(value)};
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "{", path,
      "} is none of {request.<field>}, {response.<field>}, {claims.<name>}, {socket.id}"));
}

absl::StatusOr<std::string> RoomTemplate::Expand(const Values& values) const {
  std::string room;
  for (const Part& part : parts_) {
    std::string text;
    if (const auto* fixed = std::get_if<std::string>(&part.value)) {
      text = *fixed;
    } else if (const auto* request = std::get_if<RequestField>(&part.value)) {
      text = FieldText(request->chain, *values.request);
    } else if (const auto* response = std::get_if<ResponseField>(&part.value)) {
      text = FieldText(response->chain, *values.response);
    } else {
      text = std::get<ContextValue>(part.value).Read(values.connection);
    }
    if (text.empty()) {
      return absl::InternalError(absl::StrCat("{", part.source, "} of a room is empty"));
    }
    room.append(text);
  }
  return room;
}

}  // namespace caucus::edge::transcoding
