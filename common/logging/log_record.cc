#include "common/logging/log_record.h"

#include <array>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace caucus {
namespace {

constexpr std::array<std::pair<std::string_view, Severity>, 4> kSeverities = {{
    {"debug", Severity::kDebug},
    {"info", Severity::kInfo},
    {"warning", Severity::kWarning},
    {"error", Severity::kError},
}};

// Returns the length of the character that begins at `offset`, or 0 if there is no well-formed one
// (RFC 3629 §4).
std::size_t CharacterLength(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t index) {
    return offset + index < text.size() ? static_cast<unsigned char>(text[offset + index]) : 0u;
  };
  const auto continues = [&](std::size_t index, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(index) >= low && byte(index) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool second = continues(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
    return second && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool second = continues(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
    return second && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

void AppendAscii(char character, std::string& out) {
  switch (character) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      if (character < 0x20 || character == 0x7F) {
        absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned>(character));
      } else {
        out += character;
      }
  }
}

void AppendString(std::string_view text, std::string& out) {
  out += '"';
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t length = CharacterLength(text, offset);
    if (offset + length > kLogFieldBytesMax || offset >= kLogFieldBytesMax) break;
    if (length == 1) {
      AppendAscii(text[offset], out);
    } else if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(offset, length);
    }
    offset += length == 0 ? 1 : length;
  }
  out += '"';
}

struct ValueAppender {
  std::string& out;

  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::int64_t value) const { absl::StrAppend(&out, value); }
  void operator()(std::uint64_t value) const { absl::StrAppend(&out, value); }
  void operator()(double value) const {
    out += std::isfinite(value) ? absl::StrFormat("%.17g", value) : std::string("null");
  }
  void operator()(std::string_view value) const { AppendString(value, out); }
};

void AppendField(std::string_view key, const LogValue& value, std::string& out) {
  out += ',';
  AppendString(key, out);
  out += ':';
  std::visit(ValueAppender{out}, value.get());
}

}  // namespace

std::string_view SeverityName(Severity severity) {
  return kSeverities[static_cast<std::size_t>(severity)].first;
}

bool AbslParseFlag(absl::string_view text, Severity* severity, std::string* error) {
  for (const auto& [name, value] : kSeverities) {
    if (std::string_view(text.data(), text.size()) == name) {
      *severity = value;
      return true;
    }
  }
  *error = "must be debug, info, warning or error";
  return false;
}

std::string AbslUnparseFlag(Severity severity) { return std::string(SeverityName(severity)); }

std::string FormatLogRecord(const LogRecord& record) {
  std::string out = absl::StrCat(
      "{\"ts\":\"", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", record.time, absl::UTCTimeZone()),
      "\"");
  AppendField("level", SeverityName(record.severity), out);
  AppendField("service", record.service, out);
  AppendField("msg", record.message, out);
  for (const LogField& field : record.fields) AppendField(field.key, field.value, out);
  out += '}';
  return out;
}

}  // namespace caucus
