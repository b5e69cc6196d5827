#include "common/config/flags.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"

namespace caucus {
namespace {

// abseil defines --help, --flagfile and others of its own.
bool IsOurs(absl::string_view filename) { return !absl::StrContains(filename, "absl/flags/"); }

[[noreturn]] void Die(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(1);
}

}  // namespace

absl::Status SetFlagsFromEnvironment() {
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (!IsOurs(flag->Filename())) continue;
    const std::string variable = absl::StrCat("CAUCUS_", absl::AsciiStrToUpper(name));
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0') continue;
    std::string error;
    if (!flag->ParseFrom(value, &error)) {
      return absl::InvalidArgumentError(
          absl::StrCat("environment variable ", variable, " is invalid: ", error));
    }
  }
  return absl::OkStatus();
}

void ParseFlags(int argc, char** argv, std::string_view usage) {
  absl::SetProgramUsageMessage(ToAbsl(usage));
  absl::FlagsUsageConfig config;
  config.contains_help_flags = IsOurs;
  config.contains_helpshort_flags = IsOurs;
  absl::SetFlagsUsageConfig(config);
  const absl::Status status = SetFlagsFromEnvironment();
  if (!status.ok()) Die(std::string(status.message()));
  const std::vector<char*> positional = absl::ParseCommandLine(argc, argv);
  if (positional.size() > 1) Die(absl::StrCat("unexpected argument '", positional[1], "'"));
}

}  // namespace caucus
