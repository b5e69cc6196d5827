#include "edge/http/body_reader.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "edge/http/http_syntax.h"

namespace caucus::edge::http {
namespace {

// The size before any extension: 16 digits of 4 bits.
constexpr size_t kSizeDigitsMax = 16;

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Returns the line at the front, without its CRLF; nothing if it is not whole.
std::optional<std::string_view> LineOf(std::string_view input) {
  const size_t end = input.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  return input.substr(0, end);
}

bool IsTrailer(std::string_view line) {
  const size_t colon = line.find(':');
  return colon != std::string_view::npos && IsToken(line.substr(0, colon)) &&
         IsFieldValue(line.substr(colon + 1));
}

}  // namespace

BodyReader::BodyReader(const BodyLimits& limits, uint64_t length)
    : limits_(limits), is_chunked_(false), state_(State::kData), left_(length) {
  if (length <= limits.bytes_max) body_.reserve(std::min<uint64_t>(length, 64 * 1024));
}

BodyReader::BodyReader(const BodyLimits& limits)
    : limits_(limits), is_chunked_(true), state_(State::kChunkHeader) {}

BodyReader::Progress BodyReader::Read(std::string_view& input) {
  while (true) {
    Progress progress = Progress::kDone;
    switch (state_) {
      case State::kChunkHeader:
        progress = ReadChunkHeader(input);
        break;
      case State::kData:
        progress = ReadData(input);
        break;
      case State::kDataEnd:
        progress = ReadDataEnd(input);
        break;
      case State::kTrailers:
        progress = ReadTrailers(input);
        break;
      case State::kDone:
        return Progress::kDone;
    }
    if (progress != Progress::kDone) return progress;
  }
}

BodyReader::Progress BodyReader::ReadChunkHeader(std::string_view& input) {
  const size_t bytes_max =
      kSizeDigitsMax + limits_.chunk_extension_bytes_max - extension_bytes_ + 2;
  const std::optional<std::string_view> line = LineOf(input.substr(0, bytes_max));
  if (!line) return input.size() < bytes_max ? Progress::kNeedMore : Progress::kTooLarge;
  const size_t digits =
      static_cast<size_t>(std::find_if_not(line->begin(), line->end(), IsHexDigit) - line->begin());
  const std::string_view extension = line->substr(digits);
  if (digits == 0 || digits > kSizeDigitsMax) return Progress::kMalformed;
  if (!extension.empty() && (extension.front() != ';' || !IsFieldValue(extension))) {
    return Progress::kMalformed;
  }
  extension_bytes_ += extension.size();
  if (extension_bytes_ > limits_.chunk_extension_bytes_max) return Progress::kTooLarge;
  std::from_chars(line->data(), line->data() + digits, left_, 16);
  input.remove_prefix(line->size() + 2);
  state_ = left_ == 0 ? State::kTrailers : State::kData;
  return Progress::kDone;
}

BodyReader::Progress BodyReader::ReadData(std::string_view& input) {
  if (left_ > limits_.bytes_max - body_.size()) return Progress::kTooLarge;
  const size_t bytes = std::min<uint64_t>(left_, input.size());
  body_.append(input.substr(0, bytes));
  input.remove_prefix(bytes);
  left_ -= bytes;
  if (left_ > 0) return Progress::kNeedMore;
  state_ = is_chunked_ ? State::kDataEnd : State::kDone;
  return Progress::kDone;
}

BodyReader::Progress BodyReader::ReadDataEnd(std::string_view& input) {
  if (!std::string_view("\r\n").starts_with(input.substr(0, 2))) return Progress::kMalformed;
  if (input.size() < 2) return Progress::kNeedMore;
  input.remove_prefix(2);
  state_ = State::kChunkHeader;
  return Progress::kDone;
}

BodyReader::Progress BodyReader::ReadTrailers(std::string_view& input) {
  const size_t bytes_max = limits_.trailer_bytes_max - trailer_bytes_ + 2;
  const std::optional<std::string_view> line = LineOf(input.substr(0, bytes_max));
  if (!line) return input.size() < bytes_max ? Progress::kNeedMore : Progress::kTooLarge;
  const bool is_end = line->empty();
  if (!is_end && !IsTrailer(*line)) return Progress::kMalformed;
  trailer_bytes_ += line->size();
  input.remove_prefix(line->size() + 2);
  if (is_end) state_ = State::kDone;
  return Progress::kDone;
}

}  // namespace caucus::edge::http
