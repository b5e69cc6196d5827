#include "edge/http/static_files.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "absl/strings/escaping.h"
#include "common/text/absl_view.h"
#include "edge/http/content_coding.h"
#include "edge/http/http_syntax.h"

namespace caucus::edge::http {
namespace {

constexpr std::string_view kDefaultType = "application/octet-stream";
constexpr std::string_view kIndex = "index.html";
constexpr size_t kEtagBytes = 12;

// The smallest first, whatever the order in which a browser lists what it takes.
constexpr std::array kCodings = {ContentCoding::kBrotli, ContentCoding::kGzip,
                                 ContentCoding::kDeflate};

constexpr std::array<std::pair<std::string_view, std::string_view>, 24> kTypes = {{
    {"avif", "image/avif"},
    {"css", "text/css; charset=utf-8"},
    {"gif", "image/gif"},
    {"htm", "text/html; charset=utf-8"},
    {"html", "text/html; charset=utf-8"},
    {"ico", "image/x-icon"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "application/javascript; charset=utf-8"},
    {"json", "application/json; charset=utf-8"},
    {"map", "application/json; charset=utf-8"},
    {"md", "text/markdown; charset=utf-8"},
    {"mjs", "application/javascript; charset=utf-8"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"png", "image/png"},
    {"svg", "image/svg+xml"},
    {"txt", "text/plain; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xml", "application/xml; charset=utf-8"},
}};

std::string HashOf(std::string_view content) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data());
  return absl::WebSafeBase64Escape({reinterpret_cast<const char*>(digest.data()), kEtagBytes});
}

std::shared_ptr<const std::string> CompressedForm(const std::string& content,
                                                  ContentCoding coding) {
  std::string form = Compress(content, coding, CompressionEffort::kSmall);
  if (form.size() >= content.size()) return nullptr;
  return std::make_shared<const std::string>(std::move(form));
}

// RFC 9110 §13.1.2: by weak comparison.
bool Matches(std::string_view if_none_match, std::string_view etag) {
  if (TrimBlanks(if_none_match) == "*") return true;
  while (!if_none_match.empty()) {
    std::string_view element = TakeListElement(if_none_match);
    if (element.starts_with("W/")) element.remove_prefix(2);
    if (element == etag) return true;
  }
  return false;
}

const std::shared_ptr<const std::string>& FormOf(const StaticFile& file, ContentCoding coding) {
  switch (coding) {
    case ContentCoding::kBrotli:
      return file.brotli;
    case ContentCoding::kGzip:
      return file.gzip;
    case ContentCoding::kDeflate:
      return file.deflate;
    case ContentCoding::kIdentity:
      break;
  }
  return file.content;
}

// Chooses the form of a file that the client takes.
void SetContent(const StaticFile& file, std::string_view accept_encoding, Response& response) {
  const ContentCoding coding = NegotiateCoding(accept_encoding, kCodings, TieBreak::kAsOffered);
  const std::shared_ptr<const std::string>& form = FormOf(file, coding);
  if (coding == ContentCoding::kIdentity || form == nullptr) {
    response.shared_body = file.content;
    return;
  }
  response.shared_body = form;
  response.headers.emplace_back("Content-Encoding", NameOf(coding));
}

}  // namespace

std::string_view ContentTypeOf(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return kDefaultType;
  const auto type = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& candidate) {
    return candidate.first == name.substr(dot + 1);
  });
  return type == kTypes.end() ? kDefaultType : type->second;
}

StaticFile MakeStaticFile(std::string_view name, std::string content, std::string_view etag) {
  StaticFile file;
  file.content_type = ContentTypeOf(name);
  file.etag.append("\"").append(etag.empty() ? HashOf(content) : std::string(etag)).append("\"");
  file.brotli = CompressedForm(content, ContentCoding::kBrotli);
  file.gzip = CompressedForm(content, ContentCoding::kGzip);
  file.deflate = CompressedForm(content, ContentCoding::kDeflate);
  file.content = std::make_shared<const std::string>(std::move(content));
  return file;
}

std::optional<std::string> DecodePath(std::string_view path) {
  std::string decoded;
  decoded.reserve(path.size());
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      decoded.push_back(path[i]);
      continue;
    }
    const std::string_view digits = path.substr(i + 1, 2);
    unsigned char byte = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    const bool is_whole = digits.size() == 2 && end == digits.data() + 2 && error == std::errc();
    if (!is_whole || byte == '\0' || byte == '/' || byte == '\\') return std::nullopt;
    decoded.push_back(static_cast<char>(byte));
    i += 2;
  }
  return decoded;
}

const StaticFile* StaticFiles::Find(std::string_view name) const {
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : &found->second;
}

std::optional<Response> StaticFiles::Answer(const Request& request, std::string_view name) const {
  const StaticFile* const file = Find(name);
  if (file == nullptr) return std::nullopt;
  Response response;
  response.headers = {{"Cache-Control", "public, max-age=0"},
                      {"ETag", file->etag},
                      {"Vary", "Accept-Encoding"},
                      {"Accept-Ranges", "none"},
                      {"X-Content-Type-Options", "nosniff"}};
  if (Matches(request.Header("if-none-match"), file->etag)) {
    response.status = 304;
    return response;
  }
  response.content_type = file->content_type;
  SetContent(*file, request.Header("accept-encoding"), response);
  return response;
}

std::optional<Response> StaticFiles::AnswerPath(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  if (!request.path.starts_with('/')) return std::nullopt;
  std::optional<std::string> name = DecodePath(std::string_view(request.path).substr(1));
  if (!name) return std::nullopt;
  if (name->empty() || name->ends_with('/')) name->append(kIndex);
  return Answer(request, *name);
}

}  // namespace caucus::edge::http
