#include "edge/transcoding/context_value.h"

#include <boost/json/value.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"
#include "edge/transcoding/json_text.h"

namespace caucus::edge::transcoding {
namespace {

std::string NumberText(double number) {
  std::string text;
  AppendJsonNumber(number, text);
  return text;
}

std::string TextOf(const google::protobuf::Value& value) {
  switch (value.kind_case()) {
    case google::protobuf::Value::kStringValue:
      return value.string_value();
    case google::protobuf::Value::kNumberValue:
      return NumberText(value.number_value());
    case google::protobuf::Value::kBoolValue:
      return value.bool_value() ? "true" : "false";
    default:
      return "";
  }
}

std::string TextOf(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::string:
      return {value.get_string().data(), value.get_string().size()};
    case boost::json::kind::int64:
      return absl::StrCat(value.get_int64());
    case boost::json::kind::uint64:
      return absl::StrCat(value.get_uint64());
    case boost::json::kind::double_:
      return NumberText(value.get_double());
    case boost::json::kind::bool_:
      return value.get_bool() ? "true" : "false";
    default:
      return "";
  }
}

}  // namespace

absl::StatusOr<ContextValue> ContextValue::Parse(std::string_view path) {
  struct Root {
    std::string_view text;
    Source source;
    bool named;
  };
  static constexpr Root kRoots[] = {{"claims.", Source::kClaim, true},
                                    {"socket.id", Source::kSocketId, false},
                                    {"edge.id", Source::kEdgeId, false},
                                    {"handshake.auth.", Source::kAuth, true},
                                    {"handshake.query.", Source::kQuery, true},
                                    {"handshake.headers.", Source::kHeader, true},
                                    {"handshake.address", Source::kAddress, false}};
  for (const Root& root : kRoots) {
    if (!path.starts_with(root.text)) continue;
    const std::string_view name = path.substr(root.text.size());
    if (name.empty() != root.named) return ContextValue(root.source, std::string(name));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", ToAbsl(path),
                   "\" is none of claims.<name>, socket.id, edge.id, handshake.auth.<name>, "
                   "handshake.query.<name>, handshake.headers.<name>, handshake.address"));
}

std::string ContextValue::Read(const ConnectionContext& context) const {
  switch (source_) {
    case Source::kSocketId:
      return std::string(context.socket_id);
    case Source::kEdgeId:
      return std::string(context.edge_id);
    case Source::kAddress:
      return std::string(context.address);
    case Source::kClaim: {
      if (context.claims == nullptr) return "";
      const auto claim = context.claims->fields().find(name_);
      return claim == context.claims->fields().end() ? "" : TextOf(claim->second);
    }
    case Source::kAuth: {
      if (context.auth == nullptr) return "";
      const boost::json::value* const member = context.auth->if_contains(name_);
      return member == nullptr ? "" : TextOf(*member);
    }
    case Source::kQuery: {
      if (context.query == nullptr) return "";
      const auto parameter = context.query->find(name_);
      return parameter == context.query->end() ? "" : parameter->second;
    }
    case Source::kHeader: {
      if (context.headers == nullptr) return "";
      for (const auto& [name, value] : *context.headers) {
        if (name == name_) return ReplaceMalformedUtf8(value);
      }
      return "";
    }
  }
  return "";
}

}  // namespace caucus::edge::transcoding
