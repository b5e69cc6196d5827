#include "edge/backend/response_status.h"

#include <grpcpp/support/status.h>
#include <nghttp2/nghttp2.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/grpc_status.h"
#include "common/text/absl_view.h"

namespace caucus::edge::backend {
namespace {

constexpr uint32_t kCodeMax = 16;  // UNAUTHENTICATED.

int HexValue(char c) {
  return absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10;
}

// What is no escape stays as it is: the specification asks for that.
std::string PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && absl::ascii_isxdigit(text[i + 1]) &&
        absl::ascii_isxdigit(text[i + 2])) {
      decoded.push_back(static_cast<char>(HexValue(text[i + 1]) << 4 | HexValue(text[i + 2])));
      i += 2;
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

absl::StatusCode CodeOfHttp(uint16_t status) {
  switch (status) {
    case 400:
      return absl::StatusCode::kInternal;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kUnimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kUnknown;
  }
}

absl::StatusCode CodeOfReset(uint32_t error) {
  switch (error) {
    case NGHTTP2_REFUSED_STREAM:
      return absl::StatusCode::kUnavailable;
    case NGHTTP2_CANCEL:
      return absl::StatusCode::kCancelled;
    case NGHTTP2_ENHANCE_YOUR_CALM:
      return absl::StatusCode::kResourceExhausted;
    case NGHTTP2_INADEQUATE_SECURITY:
      return absl::StatusCode::kPermissionDenied;
    default:
      return absl::StatusCode::kInternal;
  }
}

}  // namespace

void ResponseStatus::OnHeader(std::string_view name, std::string_view value) {
  uint32_t number = 0;
  if (name == ":status") {
    if (absl::SimpleAtoi(ToAbsl(value), &number)) http_status_ = static_cast<uint16_t>(number);
  } else if (name == "grpc-status") {
    const bool known = absl::SimpleAtoi(ToAbsl(value), &number) && number <= kCodeMax;
    code_ = static_cast<uint8_t>(known ? number : static_cast<int>(absl::StatusCode::kUnknown));
  } else if (name == "grpc-message") {
    message_ = PercentDecode(value);
  } else if (name == "grpc-status-details-bin") {
    if (!absl::Base64Unescape(ToAbsl(value), &details_)) details_.clear();
  }
}

absl::Status ResponseStatus::Get() const {
  if (code_)
    return FromGrpcStatus(grpc::Status(static_cast<grpc::StatusCode>(*code_), message_, details_));
  if (http_status_ == kHttpOk)
    return absl::UnknownError("the service has ended the call without a status");
  return absl::Status(CodeOfHttp(http_status_),
                      absl::StrCat("the service has answered with HTTP status ", http_status_));
}

absl::Status StatusOfReset(uint32_t http2_error) {
  return absl::Status(CodeOfReset(http2_error), absl::StrCat("the call was reset with ",
                                                             nghttp2_http2_strerror(http2_error)));
}

}  // namespace caucus::edge::backend
