#include "auth-service/tokens/jwt_codec.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "auth-service/encoding/base64url.h"
#include "auth-service/encoding/strict_json.h"
#include "common/status/status_macros.h"

namespace caucus::auth {
namespace {

namespace json = boost::json;

constexpr std::size_t kKeyIdCharactersMax = 64;
constexpr std::string_view kType = "JWT";

absl::StatusOr<std::string> StringMember(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_string()) {
    return absl::InvalidArgumentError("header member missing or not a string");
  }
  return std::string(value->get_string());
}

bool IsKeyId(std::string_view text) {
  return !text.empty() && text.size() <= kKeyIdCharactersMax &&
         std::all_of(text.begin(), text.end(), [](unsigned char character) {
           return absl::ascii_isalnum(character) || character == '-' || character == '_';
         });
}

absl::StatusOr<JwtHeader> DecodeHeader(std::string_view segment) {
  ASSIGN_OR_RETURN(const std::string text, DecodeBase64Url(segment));
  ASSIGN_OR_RETURN(const json::object object, ParseJsonObject(text));
  // We issue these three only. So every extension that could change the meaning is refused too.
  if (object.size() != 3) return absl::InvalidArgumentError("unexpected header members");
  JwtHeader header;
  ASSIGN_OR_RETURN(header.algorithm, StringMember(object, "alg"));
  ASSIGN_OR_RETURN(header.key_id, StringMember(object, "kid"));
  ASSIGN_OR_RETURN(const std::string type, StringMember(object, "typ"));
  if (type != kType) return absl::InvalidArgumentError("unexpected typ");
  if (!IsKeyId(header.key_id)) return absl::InvalidArgumentError("malformed kid");
  return header;
}

}  // namespace

absl::StatusOr<UnverifiedJwt> DecodeJwt(std::string_view token) {
  if (token.size() > kTokenBytesMax) return absl::InvalidArgumentError("token too long");
  if (std::count(token.begin(), token.end(), '.') != 2) {
    return absl::InvalidArgumentError("not three segments");
  }
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  UnverifiedJwt jwt;
  ASSIGN_OR_RETURN(jwt.header, DecodeHeader(token.substr(0, first)));
  ASSIGN_OR_RETURN(jwt.payload, DecodeBase64Url(token.substr(first + 1, second - first - 1)));
  ASSIGN_OR_RETURN(jwt.signature, DecodeBase64Url(token.substr(second + 1)));
  jwt.signing_input = token.substr(0, second);
  return jwt;
}

std::string EncodeSigningInput(const JwtHeader& header, std::string_view payload) {
  const json::object object = {{"alg", header.algorithm},
                               {"typ", json::string_view(kType.data(), kType.size())},
                               {"kid", header.key_id}};
  return EncodeBase64Url(json::serialize(object)) + "." + EncodeBase64Url(payload);
}

std::string EncodeJwt(std::string_view signing_input, std::string_view signature) {
  return std::string(signing_input) + "." + EncodeBase64Url(signature);
}

}  // namespace caucus::auth
