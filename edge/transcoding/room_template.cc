#include "edge/transcoding/room_template.h"

#include <cstdint>
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
using google::protobuf::MethodDescriptor;

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

absl::StatusOr<std::string> FieldText(const FieldChain& chain, const WireFields& root) {
  WireFields below;
  ASSIGN_OR_RETURN(const WireFields* const holder, chain.Holder(root, below));
  const FieldDescriptor& field = chain.leaf();
  const WireValue value =
      holder == nullptr ? WireValue() : holder->Get(holder->type().FieldOf(field));
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(static_cast<int64_t>(value.bits));
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(value.bits);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = static_cast<int>(value.bits);
      const EnumValueDescriptor* const named = field.enum_type()->FindValueByNumber(number);
      return named == nullptr ? absl::StrCat(number) : named->name();
    }
    default:
      return std::string(value.data);
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
      ASSIGN_OR_RETURN(text, FieldText(request->chain, *values.request));
    } else if (const auto* response = std::get_if<ResponseField>(&part.value)) {
      ASSIGN_OR_RETURN(text, FieldText(response->chain, *values.response));
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
