#include "tests/load/phase_meter.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"

namespace caucus::load {
namespace {

double Megabytes(int64_t bytes) { return static_cast<double>(bytes) / 1e6; }

}  // namespace

absl::StatusOr<std::vector<NamedProcess>> ParseProcesses(std::string_view text) {
  std::vector<NamedProcess> processes;
  for (const absl::string_view entry : absl::StrSplit(ToAbsl(text), ',', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(entry, absl::MaxSplits('=', 1));
    NamedProcess process{.name = parts.first};
    if (!absl::SimpleAtoi(parts.second, &process.pid) || process.pid <= 0) {
      return absl::InvalidArgumentError(absl::StrCat("no name=pid: ", entry));
    }
    processes.push_back(std::move(process));
  }
  return processes;
}

PhaseMeter::PhaseMeter(std::vector<NamedProcess> processes) : processes_(std::move(processes)) {}

absl::Status PhaseMeter::Begin(std::string_view name, const Traffic& traffic) {
  Sample now{.time = absl::Now(), .traffic = traffic};
  ASSIGN_OR_RETURN(now.own, ReadProcessUsage(0));
  for (const NamedProcess& process : processes_) {
    ASSIGN_OR_RETURN(now.processes.emplace_back(), ReadProcessUsage(process.pid));
  }
  if (phase_.empty()) {
    first_ = now;
  } else {
    Phase phase{
        .name = phase_,
        .time = now.time - last_.time,
        .traffic = {traffic.bytes - last_.traffic.bytes, traffic.updates - last_.traffic.updates},
        .own_cpu = now.own.cpu - last_.own.cpu};
    for (size_t i = 0; i < processes_.size(); ++i) {
      phase.cpu.push_back(now.processes[i].cpu - last_.processes[i].cpu);
    }
    phases_.push_back(std::move(phase));
  }
  last_ = std::move(now);
  phase_ = name;
  return absl::OkStatus();
}

std::string PhaseMeter::ToJson() const {
  std::string json = "\"phases\": {";
  for (const Phase& phase : phases_) {
    absl::StrAppendFormat(
        &json,
        "%s\"%s\": {\"seconds\": %.3f, \"bytes\": %d, \"updates\": %d, \"own_cpu_seconds\": %.3f",
        &phase == &phases_.front() ? "" : ", ", phase.name, absl::ToDoubleSeconds(phase.time),
        phase.traffic.bytes, phase.traffic.updates, absl::ToDoubleSeconds(phase.own_cpu));
    for (size_t i = 0; i < processes_.size(); ++i) {
      absl::StrAppendFormat(&json, ", \"%s_cpu_seconds\": %.3f", processes_[i].name,
                            absl::ToDoubleSeconds(phase.cpu[i]));
    }
    json += "}";
  }
  json += "}, \"processes\": {";
  const auto append = [&](absl::string_view name, const ProcessUsage& before,
                          const ProcessUsage& after) {
    absl::StrAppendFormat(
        &json,
        "\"%s\": {\"cpu_seconds\": %.3f, \"user_seconds\": %.2f, \"system_seconds\": %.2f, "
        "\"resident_mb_before\": %.1f, \"resident_mb\": %.1f, \"resident_mb_peak\": %.1f}",
        name, absl::ToDoubleSeconds(after.cpu - before.cpu),
        absl::ToDoubleSeconds(after.user - before.user),
        absl::ToDoubleSeconds(after.system - before.system), Megabytes(before.resident_bytes),
        Megabytes(after.resident_bytes), Megabytes(after.resident_bytes_peak));
  };
  for (size_t i = 0; i < processes_.size() && !phases_.empty(); ++i) {
    append(processes_[i].name, first_.processes[i], last_.processes[i]);
    json += ", ";
  }
  append("own", first_.own, last_.own);
  return json + "}";
}

}  // namespace caucus::load
