// The form of a time in HTTP's headers (RFC 9110 §5.6.7).
//
// Thread-safe: free functions without state.

#ifndef EDGE_HTTP_HTTP_DATE_H_
#define EDGE_HTTP_HTTP_DATE_H_

#include <chrono>
#include <string>

namespace caucus::edge::http {

// Returns an IMF-fixdate, e.g. `Sun, 06 Nov 1994 08:49:37 GMT`, whatever the locale.
// REQUIRES: the year has four digits.
std::string FormatHttpDate(std::chrono::sys_seconds time);

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_HTTP_DATE_H_
