// HTTP answers as a client of load tests reads them.

#ifndef TESTS_LOAD_HTTP_ANSWER_H_
#define TESTS_LOAD_HTTP_ANSWER_H_

#include <optional>
#include <string_view>

namespace caucus::load {

// Views into what it was read from.
struct HttpAnswer {
  int status = 0;  // 0: it is no HTTP.
  std::string_view body;
  std::string_view rest;  // What comes after it.
};

// Returns the answer that `bytes` begins with; nothing if it is not all there. Its body has a
// Content-Length, or there is none.
std::optional<HttpAnswer> ReadHttpAnswer(std::string_view bytes);

}  // namespace caucus::load

#endif  // TESTS_LOAD_HTTP_ANSWER_H_
