#include "edge/transcoding/event_table_builder.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "caucus/socketio/v1/annotations.pb.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"
#include "edge/transcoding/event_name.h"
#include "edge/transcoding/event_rule_check.h"
#include "edge/transcoding/raw_event.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using socketio::v1::EventRule;
using socketio::v1::NamespaceRule;

constexpr size_t kNamespacePathMax = 128;
constexpr int kHandshakeHeadersMax = 16;
constexpr char kDefaultErrorEvent[] = "exception";
constexpr char kDefaultUnauthenticatedMessage[] = "FORBIDDEN";

// Keeps the first of what the pool complains of.
class ErrorKeeper : public google::protobuf::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element,
                const google::protobuf::Message*, ErrorLocation,
                const std::string& message) override {
    if (first_.empty()) first_ = absl::StrCat(file, ": ", element, ": ", message);
  }
  const std::string& first() const { return first_; }

 private:
  std::string first_;
};

absl::Status ServiceError(const ServiceDescriptor& service, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(service.file()->name(), ": ", service.full_name(),
                                                 ": namespace: ", ToAbsl(what)));
}

absl::Status MethodError(const MethodDescriptor& method, std::string_view rule,
                         std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(method.file()->name(), ": ", method.full_name(),
                                                 ": ", ToAbsl(rule), ": ", ToAbsl(what)));
}

bool Contains(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// Says what is wrong with a namespace's path; empty if nothing is.
std::string_view PathMistake(std::string_view path) {
  if (!path.starts_with('/')) return "path does not begin with a slash";
  if (path.size() > kNamespacePathMax) return "path has more than 128 characters";
  // A comma ends a namespace in Socket.IO's packets, a question mark begins its query.
  const auto odd = [](char c) { return c <= ' ' || c == ',' || c == '?' || c == '\x7f'; };
  if (std::any_of(path.begin(), path.end(), odd)) {
    return "path has a comma, question mark, space or control character";
  }
  return "";
}

// RFC 9110 §5.6.2.
bool IsHeaderName(std::string_view name) {
  const auto in_token = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), in_token);
}

AuthMode AuthModeOf(NamespaceRule::Auth auth) {
  switch (auth) {
    case NamespaceRule::OPTIONAL:
      return AuthMode::kOptional;
    case NamespaceRule::REQUIRED:
      return AuthMode::kRequired;
    default:
      return AuthMode::kNone;
  }
}

// Whether a rule may take something of handshake.auth or handshake.query, in a bind or in a room's
// name.
bool ReadsHandshake(const EventRule& rule) {
  const auto reads = [](const std::string& text) {
    return text.find("handshake.auth") != std::string::npos ||
           text.find("handshake.query") != std::string::npos;
  };
  return std::any_of(rule.bind().begin(), rule.bind().end(),
                     [&](const EventRule::Bind& bind) { return reads(bind.from()); }) ||
         std::any_of(rule.join().begin(), rule.join().end(), reads) ||
         std::any_of(rule.leave().begin(), rule.leave().end(), reads) ||
         std::any_of(rule.emit().begin(), rule.emit().end(),
                     [&](const EventRule::Emit& emit) { return reads(emit.to()); });
}

// The rule of a lifecycle in a namespace. REQUIRES: rule.event() is empty.
std::unique_ptr<const UnaryRule>& LifecycleOf(NamespaceRules& rules, const EventRule& rule) {
  switch (rule.lifecycle()) {
    case EventRule::DISCONNECT:
      return rules.disconnect;
    case EventRule::HEARTBEAT:
      return rules.heartbeat;
    default:
      return rules.connect;
  }
}

}  // namespace

// Not make_unique: the constructor is private.
EventTableBuilder::EventTableBuilder() : table_(new EventTable()) {}

absl::Status EventTableBuilder::AddFile(const FileDescriptorProto& file) {
  const bool known = table_->pool_.FindFileByName(file.name()) != nullptr;
  ErrorKeeper errors;
  const FileDescriptor* const built = table_->pool_.BuildFileCollectingErrors(file, &errors);
  if (built == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("descriptor set: ", errors.first()));
  }
  if (known) return absl::OkStatus();
  for (int i = 0; i < built->service_count(); ++i) {
    RETURN_IF_ERROR(AddService(*built->service(i)));
  }
  return absl::OkStatus();
}

absl::Status EventTableBuilder::AddService(const ServiceDescriptor& service) {
  const bool has_namespace = service.options().HasExtension(socketio::v1::namespace_);
  for (int i = 0; i < service.method_count(); ++i) {
    const MethodDescriptor& method = *service.method(i);
    RETURN_IF_ERROR(AddHttp(method));
    const bool event = method.options().HasExtension(socketio::v1::event);
    const bool feed = method.options().HasExtension(socketio::v1::feed);
    if ((event || feed) && !has_namespace) {
      return MethodError(method, event ? "event" : "feed", "the service has no namespace");
    }
    if (event && feed) return MethodError(method, "event", "the method is a feed as well");
  }
  return has_namespace ? AddNamespace(service) : absl::OkStatus();
}

absl::Status EventTableBuilder::AddNamespace(const ServiceDescriptor& service) {
  const NamespaceRule& rule = service.options().GetExtension(socketio::v1::namespace_);
  if (const auto mistake = PathMistake(rule.path()); !mistake.empty()) {
    return ServiceError(service, mistake);
  }
  if (table_->FindNamespace(rule.path()) != nullptr) {
    return ServiceError(service, absl::StrCat("path \"", rule.path(), "\" has a backend already"));
  }
  auto rules = std::make_unique<NamespaceRules>();
  rules->path = rule.path();
  rules->auth = AuthModeOf(rule.auth());
  if (rule.sessions() == NamespaceRule::ONE_PER_SUBJECT) {
    if (rules->auth == AuthMode::kNone) {
      return ServiceError(service, "sessions ONE_PER_SUBJECT needs auth");
    }
    rules->sessions = SessionMode::kOnePerSubject;
  }
  rules->error_event = rule.error_event().empty() ? kDefaultErrorEvent : rule.error_event();
  if (const absl::Status name = CheckEventName(rules->error_event); !name.ok()) {
    return ServiceError(service, FromAbsl(name.message()));
  }
  rules->unauthenticated_message = rule.unauthenticated_message().empty()
                                       ? kDefaultUnauthenticatedMessage
                                       : rule.unauthenticated_message();
  rules->reconnect_when_unavailable = rule.reconnect_when_unavailable();
  RETURN_IF_ERROR(AddHeaders(service, *rules));
  // First the feeds: the others report what a feed resumes from.
  RETURN_IF_ERROR(AddFeeds(service, *rules));
  std::vector<std::string> resume_fields;
  for (const auto& feed : rules->feeds) {
    if (!feed->resume_field().empty()) resume_fields.push_back(feed->resume_field());
  }
  for (int i = 0; i < service.method_count(); ++i) {
    RETURN_IF_ERROR(AddEvent(*service.method(i), resume_fields, *rules));
  }
  table_->namespaces_.push_back(std::move(rules));
  return absl::OkStatus();
}

absl::Status EventTableBuilder::AddHeaders(const ServiceDescriptor& service,
                                           NamespaceRules& rules) {
  const NamespaceRule& rule = service.options().GetExtension(socketio::v1::namespace_);
  if (rule.handshake_headers_size() > kHandshakeHeadersMax) {
    return ServiceError(service, "handshake_headers has more than 16 names");
  }
  for (const std::string& name : rule.handshake_headers()) {
    const auto fault = [&](std::string_view what) {
      return ServiceError(service, absl::StrCat("handshake_headers \"", name, "\" ", ToAbsl(what)));
    };
    if (!IsHeaderName(name)) return fault("is no header's name");
    std::string lower = absl::AsciiStrToLower(name);
    if (Contains(rules.handshake_headers, lower)) return fault("is named twice");
    if (!Contains(table_->handshake_headers_, lower)) table_->handshake_headers_.push_back(lower);
    rules.handshake_headers.push_back(std::move(lower));
  }
  return absl::OkStatus();
}

absl::Status EventTableBuilder::AddFeeds(const ServiceDescriptor& service, NamespaceRules& rules) {
  for (int i = 0; i < service.method_count(); ++i) {
    const MethodDescriptor& method = *service.method(i);
    if (!method.options().HasExtension(socketio::v1::feed)) continue;
    auto feed =
        FeedRule::Create(method, method.options().GetExtension(socketio::v1::feed), table_->types_);
    if (!feed.ok()) return MethodError(method, "feed", FromAbsl(feed.status().message()));
    rules.feeds.push_back(*std::move(feed));
  }
  return absl::OkStatus();
}

absl::Status EventTableBuilder::AddEvent(const MethodDescriptor& method,
                                         const std::vector<std::string>& resume_fields,
                                         NamespaceRules& rules) {
  if (!method.options().HasExtension(socketio::v1::event)) return absl::OkStatus();
  const EventRule& rule = method.options().GetExtension(socketio::v1::event);
  const auto fault = [&](std::string_view what) { return MethodError(method, "event", what); };
  if (const auto mistake = EventRuleMistake(method, rule); !mistake.empty()) return fault(mistake);
  const absl::StatusOr<bool> raw = IsRawMethod(method);
  if (!raw.ok()) return fault(FromAbsl(raw.status().message()));
  if (const auto mistake = RawRuleMistake(rule, *raw); !mistake.empty()) return fault(mistake);
  for (const EventRule::Bind& bind : rule.bind()) {
    if (const auto mistake = BindMistake(rule, bind, rules.handshake_headers); !mistake.empty()) {
      return fault(absl::StrCat("bind \"", bind.field(), "\": from \"", bind.from(), "\" ",
                                ToAbsl(mistake)));
    }
  }
  rules.has_raw_methods = rules.has_raw_methods || *raw;
  bool& reads_handshake = rule.lifecycle() == EventRule::CONNECT ? rules.connect_reads_handshake
                                                                 : rules.events_read_handshake;
  reads_handshake = reads_handshake || ReadsHandshake(rule);
  // A RawEvent's Connection is made at CONNECT, whichever method is raw.
  rules.connect_reads_handshake = rules.connect_reads_handshake || *raw;
  auto made = UnaryRule::Create(method, rule, resume_fields, table_->types_);
  if (!made.ok()) return fault(FromAbsl(made.status().message()));
  if (rule.event().empty()) {
    std::unique_ptr<const UnaryRule>& moment = LifecycleOf(rules, rule);
    if (moment != nullptr) {
      return fault(absl::StrCat("lifecycle ", EventRule::Lifecycle_Name(rule.lifecycle()),
                                " has a method already: ", moment->method()));
    }
    moment = *std::move(made);
    return absl::OkStatus();
  }
  if (const absl::Status name = CheckEventName(rule.event()); !name.ok()) {
    return fault(FromAbsl(name.message()));
  }
  std::unique_ptr<const UnaryRule>& slot =
      rule.event() == kAnyEvent ? rules.other_events : rules.events[rule.event()];
  if (slot != nullptr) {
    return fault(
        absl::StrCat("event \"", rule.event(), "\" has a method already: ", slot->method()));
  }
  slot = *std::move(made);
  return absl::OkStatus();
}

absl::Status EventTableBuilder::AddHttp(const MethodDescriptor& method) {
  if (!method.options().HasExtension(socketio::v1::http)) return absl::OkStatus();
  // Nobody but the edge may say what a RawEvent says of a client.
  const absl::StatusOr<bool> raw = IsRawMethod(method);
  if (!raw.ok() || *raw) return MethodError(method, "http", "the method is raw");
  auto route =
      HttpRoute::Create(method, method.options().GetExtension(socketio::v1::http), table_->types_);
  if (!route.ok()) return MethodError(method, "http", FromAbsl(route.status().message()));
  const HttpRoute* const other = table_->FindHttp((*route)->http_method(), (*route)->path());
  if (other != nullptr) {
    return MethodError(method, "http",
                       absl::StrCat(ToAbsl(other->http_method()), " ", other->path(),
                                    " has a method already: ", other->method()));
  }
  table_->http_routes_.push_back(*std::move(route));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<const EventTable>> EventTableBuilder::Build() && {
  std::sort(table_->namespaces_.begin(), table_->namespaces_.end(),
            [](const auto& a, const auto& b) { return a->path < b->path; });
  std::sort(table_->http_routes_.begin(), table_->http_routes_.end(),
            [](const auto& a, const auto& b) {
              return std::forward_as_tuple(a->path(), a->http_method()) <
                     std::forward_as_tuple(b->path(), b->http_method());
            });
  std::sort(table_->handshake_headers_.begin(), table_->handshake_headers_.end());
  return std::unique_ptr<const EventTable>(std::move(table_));
}

}  // namespace caucus::edge::transcoding
