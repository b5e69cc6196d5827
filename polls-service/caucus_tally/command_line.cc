#include "polls-service/caucus_tally/command_line.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"

namespace caucus::tally {
namespace {

// abseil defines --help, --flagfile and others of its own.
bool IsOurs(const absl::CommandLineFlag& flag) {
  return !absl::StrContains(flag.Filename(), "absl/flags/");
}

absl::CommandLineFlag* Find(std::string_view name) {
  absl::CommandLineFlag* const flag = absl::FindCommandLineFlag(ToAbsl(name));
  return flag != nullptr && IsOurs(*flag) ? flag : nullptr;
}

bool IsTruth(const absl::CommandLineFlag& flag) {
  return flag.IsOfType<bool>() || flag.IsOfType<std::optional<bool>>();
}

absl::Status Set(absl::CommandLineFlag& flag, std::string_view value) {
  std::string error;
  if (flag.ParseFrom(ToAbsl(value), &error)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag.Name(), ": '", ToAbsl(value), "' is no value for it"));
}

// Sets the flag that words[i] names; moves `i` to the flag's last word.
absl::Status SetFlag(const std::vector<std::string>& words, size_t& i) {
  std::string_view name = words[i];
  name.remove_prefix(name.starts_with("--") ? 2 : 1);
  const size_t equals = name.find('=');
  if (absl::CommandLineFlag* const flag = Find(name.substr(0, equals)); flag != nullptr) {
    if (equals != std::string_view::npos) return Set(*flag, name.substr(equals + 1));
    if (IsTruth(*flag)) return Set(*flag, "true");
    if (i + 1 < words.size()) return Set(*flag, words[++i]);
    return absl::InvalidArgumentError(absl::StrCat("--", flag->Name(), " needs a value"));
  }
  if (name.starts_with("no") && equals == std::string_view::npos) {
    absl::CommandLineFlag* const flag = Find(name.substr(2));
    if (flag != nullptr && IsTruth(*flag)) return Set(*flag, "false");
  }
  return absl::InvalidArgumentError(
      absl::StrCat("there is no flag --", ToAbsl(name.substr(0, equals))));
}

}  // namespace

absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& words) {
  CommandLine command_line;
  bool are_flags_over = false;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (are_flags_over || word == "-" || !word.starts_with('-')) {
      command_line.arguments.push_back(word);
    } else if (word == "--") {
      are_flags_over = true;
    } else if (word == "--help" || word == "-h") {
      command_line.wants_help = true;
    } else if (const absl::Status set = SetFlag(words, i); !set.ok()) {
      return set;
    }
  }
  return command_line;
}

std::string HelpOnFlags() {
  std::map<std::string, std::string> helps;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (IsOurs(*flag)) helps.emplace(std::string(name), flag->Help());
  }
  std::string text;
  for (const auto& [name, help] : helps)
    absl::StrAppend(&text, "  --", name, "\n      ", help, "\n");
  return text;
}

}  // namespace caucus::tally
