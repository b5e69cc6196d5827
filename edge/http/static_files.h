// Files that are served as they are, from memory.

#ifndef EDGE_HTTP_STATIC_FILES_H_
#define EDGE_HTTP_STATIC_FILES_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "edge/http/http_message.h"

namespace caucus::edge::http {

struct StaticFile {
  std::string content_type;
  std::string etag;  // With its quotes.
  std::shared_ptr<const std::string> content;
  // Compressed forms; null where one would not be smaller.
  std::shared_ptr<const std::string> brotli;
  std::shared_ptr<const std::string> gzip;
  std::shared_ptr<const std::string> deflate;
};

// Returns the content type that a file's extension stands for, `application/octet-stream` for an
// unknown one.
std::string_view ContentTypeOf(std::string_view name);

// Returns the file of a name and content, with its compressed forms. `etag` is without quotes; if
// empty, it is a hash of the content.
StaticFile MakeStaticFile(std::string_view name, std::string content, std::string_view etag = "");

// Returns a path with its escapes undone, once; nothing if one is malformed, or stands for NUL, a
// slash or a backslash: what parts a path may not come out of an escape.
std::optional<std::string> DecodePath(std::string_view path);

// Files by name. Names are compared byte for byte, and there is nothing behind them: no request can
// reach beyond what was put in. Immutable once it is const.
class StaticFiles {
 public:
  // `name` is relative, e.g. `assets/app.js`.
  void Add(std::string name, StaticFile file) {
    files_.insert_or_assign(std::move(name), std::move(file));
  }

  const StaticFile* Find(std::string_view name) const;
  size_t size() const { return files_.size(); }
  bool empty() const { return files_.empty(); }

  // Answers a request of any method for the file of a name; nothing for another name.
  std::optional<Response> Answer(const Request& request, std::string_view name) const;

  // Answers a GET or HEAD by its path, escapes undone: `/` and `/x/` are `index.html` and
  // `x/index.html`. Nothing for another method or a path that leads to no file.
  std::optional<Response> AnswerPath(const Request& request) const;

 private:
  std::map<std::string, StaticFile, std::less<>> files_;
};

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_STATIC_FILES_H_
