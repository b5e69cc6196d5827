#include "tests/load/poll_messages.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"

namespace caucus::load {
namespace {

std::string_view ValueAt(std::string_view json, size_t at) {
  json.remove_prefix(at);
  if (json.empty()) return {};
  if (json.front() != '"') return json.substr(0, json.find_first_of(",}]"));
  json.remove_prefix(1);
  return json.substr(0, json.find('"'));
}

std::string Key(std::string_view name) { return absl::StrCat("\"", ToAbsl(name), "\":"); }

}  // namespace

PollUpdate ReadPollUpdate(const Message& event) {
  PollUpdate update;
  if (absl::StartsWith(ToAbsl(event.head), "[\"poll_changed\",")) {
    update.kind = PollUpdate::Kind::kChanges;
    const std::string_view begin = event.head.substr(0, 200);
    update.revision = ToRevision(FindMember(begin, "revision"));
    update.previous_revision = ToRevision(FindMember(begin, "previousRevision"));
  } else if (absl::StartsWith(ToAbsl(event.head), "[\"poll_updated\",")) {
    update.kind = PollUpdate::Kind::kState;
    update.revision = ToRevision(FindLastMember(event.tail, "revision"));
  }
  return update;
}

std::string_view FindMember(std::string_view json, std::string_view name) {
  const std::string key = Key(name);
  const size_t at = json.find(key);
  return at == std::string_view::npos ? std::string_view() : ValueAt(json, at + key.size());
}

std::string_view FindLastMember(std::string_view json, std::string_view name) {
  const std::string key = Key(name);
  const size_t at = json.rfind(key);
  return at == std::string_view::npos ? std::string_view() : ValueAt(json, at + key.size());
}

uint32_t ToRevision(std::string_view value) {
  uint32_t revision = 0;
  return absl::SimpleAtoi(ToAbsl(value), &revision) ? revision : 0;
}

}  // namespace caucus::load
