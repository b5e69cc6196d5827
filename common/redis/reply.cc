#include "common/redis/reply.h"

#include <hiredis/hiredis.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"

namespace caucus {
namespace {

constexpr std::string_view kTransient[] = {
    "LOADING", "READONLY", "MASTERDOWN",  "OOM",   "NOREPLICAS", "MISCONF",
    "BUSY",    "TRYAGAIN", "CLUSTERDOWN", "MOVED", "ASK",
};

}  // namespace

Reply Reply::Copy(const redisReply& reply) {
  Reply copy;
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      copy.kind = Kind::kInteger;
      copy.integer = reply.integer;
      break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      copy.kind = Kind::kString;
      copy.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_ERROR:
      copy.kind = Kind::kError;
      copy.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_ARRAY:
      copy.kind = Kind::kArray;
      copy.elements.reserve(reply.elements);
      for (size_t i = 0; i < reply.elements; ++i) copy.elements.push_back(Copy(*reply.element[i]));
      break;
    default:
      break;
  }
  return copy;
}

bool TellsOfNoMaster(const Reply& reply) {
  if (!reply.is_error()) return false;
  const std::string_view code = CodeOfError(reply.text);
  return code == "READONLY" || code == "MASTERDOWN" || code == "LOADING" || code == "UNBLOCKED";
}

bool TellsOfMaster(const Reply& reply) {
  return reply.is_array() && !reply.elements.empty() && reply.elements[0].text == "master";
}

std::string_view CodeOfError(std::string_view error) { return error.substr(0, error.find(' ')); }

absl::Status StatusOfError(std::string_view error) {
  const std::string_view code = CodeOfError(error);
  const std::string message = absl::StrCat("Redis: ", ToAbsl(error));
  if (std::find(std::begin(kTransient), std::end(kTransient), code) != std::end(kTransient)) {
    return absl::UnavailableError(message);
  }
  return absl::InternalError(message);
}

}  // namespace caucus
