// Any rules are either refused with a message that names the file, or can be used with any JSON and
// any response.
//
// Input, divided by lines `%%`: the options, in protobuf's text format, of the service and of its
// methods Say, Listen and Handle; a JSON array of arguments; a response; a room's name.

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/types/span.h"
#include "caucus/socketio/v1/annotations.pb.h"
#include "edge/transcoding/event_table.h"
#include "edge/transcoding/testdata/fuzz.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/text_format.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

void Check(bool holds) {
  if (!holds) std::abort();
}

void AddWithImports(const FileDescriptor& file, FileDescriptorSet& files) {
  for (const FileDescriptorProto& known : files.file()) {
    if (known.name() == file.name()) return;
  }
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), files);
  file.CopyTo(files.add_file());
}

FileDescriptorSet BaseFiles() {
  FileDescriptorSet files;
  AddWithImports(*testdata::Part::descriptor()->file(), files);
  return files;
}

template <typename Options>
bool ParseOptions(std::string_view text, Options* options) {
  google::protobuf::TextFormat::Parser parser;
  parser.SetRecursionLimit(32);
  google::protobuf::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
  class Silent : public google::protobuf::io::ErrorCollector {
    void AddError(int, int, const std::string&) override {}
  } silent;
  parser.RecordErrorsTo(&silent);
  return parser.Parse(&stream, options);
}

struct Input {
  std::array<std::string_view, 7> sections;

  explicit Input(std::string_view bytes) {
    for (std::string_view& section : sections) {
      const size_t end = bytes.find("\n%%\n");
      section = bytes.substr(0, end);
      bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 4);
    }
  }
};

void UseRule(const UnaryRule& rule, absl::Span<const boost::json::value> arguments,
             std::string_view response) {
  const ConnectionContext context = {
      .socket_id = "AAAAAAAAAAAAAAAAAAAA", .edge_id = "edge", .address = "127.0.0.1"};
  std::string request;
  if (!rule.is_raw()) {
    const auto encoded = rule.EncodeRequest(arguments, context);
    if (!encoded.ok()) Check(absl::IsInvalidArgument(encoded.status()));
    request = encoded.value_or("");
  }
  const auto outcome = rule.DecodeResponse(request, response, context);
  if (!outcome.ok()) Check(absl::IsInternal(outcome.status()));
}

void UseTable(const EventTable& table, const Input& input) {
  boost::json::error_code error;
  boost::json::parse_options limits;
  limits.max_depth = 32;
  const boost::json::value json =
      boost::json::parse({input.sections[4].data(), input.sections[4].size()}, error, {}, limits);
  absl::Span<const boost::json::value> arguments;
  if (!error && json.is_array()) {
    arguments = {json.get_array().data(), json.get_array().size()};
  }
  for (const auto& rules : table.namespaces()) {
    if (rules->connect != nullptr) UseRule(*rules->connect, {}, input.sections[5]);
    if (rules->disconnect != nullptr) UseRule(*rules->disconnect, {}, input.sections[5]);
    for (const auto& [name, rule] : rules->events) UseRule(*rule, arguments, input.sections[5]);
    for (const auto& feed : rules->feeds) {
      const auto captures = feed->MatchRoom(input.sections[6]);
      if (!captures) continue;
      feed->EncodeRequest(*captures, 7);
      const auto message = feed->DecodeMessage(input.sections[5]);
      if (!message.ok()) Check(absl::IsInternal(message.status()));
    }
  }
}

}  // namespace
}  // namespace caucus::edge::transcoding

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caucus::edge::transcoding;
  static const google::protobuf::LogSilencer* const silencer = new google::protobuf::LogSilencer();
  (void)silencer;
  static const auto* const base = new google::protobuf::FileDescriptorSet(BaseFiles());
  const Input input({reinterpret_cast<const char*>(data), size});
  google::protobuf::FileDescriptorSet files = *base;
  auto& service = *files.mutable_file(files.file_size() - 1)->mutable_service(0);
  if (!ParseOptions(input.sections[0], service.mutable_options())) return 0;
  for (int i = 0; i < 3; ++i) {
    const std::string_view text = input.sections[static_cast<size_t>(1 + i)];
    if (!ParseOptions(text, service.mutable_method(i)->mutable_options())) return 0;
  }
  const auto table = EventTable::Create(files);
  if (table.ok()) {
    UseTable(**table, input);
  } else {
    Check(absl::IsInvalidArgument(table.status()));
    Check(absl::StrContains(table.status().message(), "edge/transcoding/testdata/fuzz.proto"));
  }
  return 0;
}
