#include "polls-service/ballot_files/json_cursor.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "polls-service/ballot_files/json_string.h"

namespace caucus::tally {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kScalarEnd = " \t\r\n,]}";

}  // namespace

size_t JsonCursor::Offset() {
  at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size());
  return at_;
}

JsonCursor::Kind JsonCursor::Peek() {
  switch (text_[Offset()]) {
    case '{':
      return Kind::kObject;
    case '[':
      return Kind::kArray;
    case '"':
      return Kind::kString;
    default:
      return Kind::kScalar;
  }
}

void JsonCursor::Enter() { at_ = Offset() + 1; }

std::string JsonCursor::ReadString() {
  std::optional<JsonString> string = ReadJsonString(text_.substr(Offset()));
  at_ += string->bytes;
  return std::move(string->value);
}

std::string_view JsonCursor::ReadScalar() {
  const size_t start = Offset();
  at_ = std::min(text_.find_first_of(kScalarEnd, at_), text_.size());
  return text_.substr(start, at_ - start);
}

bool JsonCursor::HasNext() {
  const char next = text_[Offset()];
  if (next == ',') ++at_;
  if (next != ']' && next != '}') return true;
  ++at_;
  return false;
}

JsonCursor::Key JsonCursor::ReadKey() {
  const size_t offset = Offset();
  std::string name = ReadString();
  at_ = Offset() + 1;  // The colon.
  return {.name = std::move(name), .offset = offset};
}

void JsonCursor::Skip() {
  size_t depth = 0;
  do {
    const char next = text_[Offset()];
    if (next == '"') {
      ReadString();
    } else if (next == '{' || next == '[') {
      ++depth;
      ++at_;
    } else if (next == '}' || next == ']') {
      --depth;
      ++at_;
    } else if (next == ',' || next == ':') {
      ++at_;
    } else {
      ReadScalar();
    }
  } while (depth > 0);
}

}  // namespace caucus::tally
