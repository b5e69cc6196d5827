#include "edge/transcoding/json_text.h"

#include <charconv>
#include <cmath>

#include "common/text/unicode.h"

namespace caucus::edge::transcoding {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

bool NeedsEscape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void AppendEscape(char c, std::string& json) {
  json.push_back('\\');
  switch (c) {
    case '"':
    case '\\':
      json.push_back(c);
      return;
    case '\b':
      json.push_back('b');
      return;
    case '\f':
      json.push_back('f');
      return;
    case '\n':
      json.push_back('n');
      return;
    case '\r':
      json.push_back('r');
      return;
    case '\t':
      json.push_back('t');
      return;
    default:
      json.append("u00");
      json.push_back(kHexDigits[static_cast<unsigned char>(c) >> 4]);
      json.push_back(kHexDigits[static_cast<unsigned char>(c) & 0xF]);
  }
}

void AppendEscaped(std::string_view text, std::string& json) {
  size_t plain_start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!NeedsEscape(text[i])) continue;
    json.append(text.substr(plain_start, i - plain_start));
    AppendEscape(text[i], json);
    plain_start = i + 1;
  }
  json.append(text.substr(plain_start));
}

// ECMA-262, Number::toString: `digits` is d or d.ddd without its point, `exponent` that of d.ddd.
void AppendDecimal(std::string_view digits, int exponent, std::string& json) {
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;
  if (point > 21 || point <= -6) {
    json.push_back(digits[0]);
    if (count > 1) json.append(".").append(digits.substr(1));
    json.append(exponent < 0 ? "e-" : "e+").append(std::to_string(std::abs(exponent)));
  } else if (point <= 0) {
    json.append("0.").append(static_cast<size_t>(-point), '0').append(digits);
  } else if (count <= point) {
    json.append(digits).append(static_cast<size_t>(point - count), '0');
  } else {
    const auto whole = static_cast<size_t>(point);
    json.append(digits.substr(0, whole)).append(".").append(digits.substr(whole));
  }
}

template <typename Float>
void AppendShortest(Float value, std::string& json) {
  if (std::isnan(value)) {
    json.append("\"NaN\"");
    return;
  }
  if (std::isinf(value)) {
    json.append(value < 0 ? "\"-Infinity\"" : "\"Infinity\"");
    return;
  }
  if (value == 0) {
    json.push_back('0');
    return;
  }
  if (value < 0) json.push_back('-');
  char buffer[32];
  const auto written = std::to_chars(buffer, buffer + sizeof(buffer), std::abs(value),
                                     std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<size_t>(written.ptr - buffer));
  const size_t e = text.find('e');
  std::string digits(1, text[0]);
  if (e > 2) digits.append(text.substr(2, e - 2));
  int exponent = 0;
  const size_t exponent_start = text[e + 1] == '+' ? e + 2 : e + 1;
  std::from_chars(text.data() + exponent_start, text.data() + text.size(), exponent);
  AppendDecimal(digits, exponent, json);
}

}  // namespace

std::string ReplaceMalformedUtf8(std::string_view text) {
  if (IsValidUtf8(text)) return std::string(text);
  std::string replaced;
  while (!text.empty()) {
    size_t bytes = 1;
    while (bytes <= 4 && bytes <= text.size() && !IsValidUtf8(text.substr(0, bytes))) ++bytes;
    if (bytes <= 4 && bytes <= text.size()) {
      replaced.append(text.substr(0, bytes));
      text.remove_prefix(bytes);
    } else {
      replaced.append("\uFFFD");
      text.remove_prefix(1);
    }
  }
  return replaced;
}

void AppendJsonString(std::string_view text, std::string& json) {
  json.push_back('"');
  if (IsValidUtf8(text)) {
    AppendEscaped(text, json);
  } else {
    AppendEscaped(ReplaceMalformedUtf8(text), json);
  }
  json.push_back('"');
}

void AppendJsonNumber(double value, std::string& json) { AppendShortest(value, json); }
void AppendJsonNumber(float value, std::string& json) { AppendShortest(value, json); }

}  // namespace caucus::edge::transcoding
