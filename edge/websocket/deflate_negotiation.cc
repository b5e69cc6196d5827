#include "edge/websocket/deflate_negotiation.h"

#include <algorithm>
#include <vector>

#include "edge/websocket/token.h"

namespace caucus::edge::websocket {
namespace {

constexpr std::string_view kExtensionName = "permessage-deflate";

struct Parameter {
  std::string_view name;
  std::optional<std::string> value;
};

struct Extension {
  std::string_view name;
  std::vector<Parameter> parameters;
};

// Takes parts off the front of a header's value. Each Take returns nothing, or false, if it finds
// something else, and then nothing more can be taken.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view rest) : rest_(rest) { SkipSpace(); }

  bool AtEnd() const { return rest_.empty(); }

  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    SkipSpace();
    return true;
  }

  std::optional<std::string_view> TakeToken() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), IsTokenCharacter);
    const std::string_view token = rest_.substr(0, static_cast<size_t>(end - rest_.begin()));
    if (token.empty()) return std::nullopt;
    rest_.remove_prefix(token.size());
    SkipSpace();
    return token;
  }

  // RFC 6455 §9.1: what is quoted must be a token too.
  std::optional<std::string> TakeValue() {
    if (rest_.empty() || rest_.front() != '"') {
      const std::optional<std::string_view> token = TakeToken();
      if (!token) return std::nullopt;
      return std::string(*token);
    }
    std::string value;
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        SkipSpace();
        if (value.empty()) return std::nullopt;
        return value;
      }
      if (rest_[i] == '\\' && ++i == rest_.size()) return std::nullopt;
      if (!IsTokenCharacter(rest_[i])) return std::nullopt;
      value.push_back(rest_[i]);
    }
    return std::nullopt;
  }

 private:
  void SkipSpace() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
      rest_.remove_prefix(1);
    }
  }

  std::string_view rest_;
};

std::optional<Extension> TakeExtension(HeaderReader& reader) {
  const std::optional<std::string_view> name = reader.TakeToken();
  if (!name) return std::nullopt;
  Extension extension = {.name = *name, .parameters = {}};
  while (reader.Take(';')) {
    const std::optional<std::string_view> parameter = reader.TakeToken();
    if (!parameter) return std::nullopt;
    std::optional<std::string> value;
    if (reader.Take('=')) {
      value = reader.TakeValue();
      if (!value) return std::nullopt;
    }
    extension.parameters.push_back({.name = *parameter, .value = std::move(value)});
  }
  return extension;
}

std::optional<std::vector<Extension>> Parse(std::string_view offers) {
  HeaderReader reader(offers);
  std::vector<Extension> extensions;
  do {
    std::optional<Extension> extension = TakeExtension(reader);
    if (!extension) return std::nullopt;
    extensions.push_back(std::move(*extension));
  } while (reader.Take(','));
  if (!reader.AtEnd()) return std::nullopt;
  return extensions;
}

// §7.1.2: 8 to 15, without leading zeros.
bool IsWindowBits(std::string_view value) {
  if (value.size() == 1) return value == "8" || value == "9";
  return value.size() == 2 && value[0] == '1' && value[1] >= '0' && value[1] <= '5';
}

bool IsAcceptable(const Parameter& parameter) {
  if (parameter.name == "server_no_context_takeover" ||
      parameter.name == "client_no_context_takeover") {
    return !parameter.value;
  }
  if (parameter.name == "server_max_window_bits") return parameter.value == "15";
  if (parameter.name == "client_max_window_bits") {
    return !parameter.value || IsWindowBits(*parameter.value);
  }
  return false;
}

std::optional<std::string> Answer(const Extension& offer) {
  if (offer.name != kExtensionName) return std::nullopt;
  std::string answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  const std::vector<Parameter>& all = offer.parameters;
  for (auto it = all.begin(); it != all.end(); ++it) {
    const auto same_name = [&](const Parameter& other) { return other.name == it->name; };
    if (!IsAcceptable(*it) || std::any_of(all.begin(), it, same_name)) return std::nullopt;
    // §7.1.2.1: a window that was asked for must be answered.
    if (it->name == "server_max_window_bits") answer += "; server_max_window_bits=15";
  }
  return answer;
}

}  // namespace

std::optional<std::string> AcceptDeflateOffer(std::string_view offers) {
  if (offers.size() > kExtensionsBytesMax) return std::nullopt;
  const std::optional<std::vector<Extension>> extensions = Parse(offers);
  if (!extensions) return std::nullopt;
  for (const Extension& extension : *extensions) {
    if (std::optional<std::string> answer = Answer(extension)) return answer;
  }
  return std::nullopt;
}

}  // namespace caucus::edge::websocket
