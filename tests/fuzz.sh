#!/usr/bin/env bash
# Coverage-guided fuzzing of the core, by hand: tests/fuzz.sh [MINUTES] [TARGET...]   (5 minutes for each of all targets by default)
# Installs afl++ (Debian) and the instrumenting tool (NuGet), builds, and runs afl-fuzz on one target after the other. What it finds stays in
# out/fuzz/TARGET; a later run goes on from there. To keep a case: copy it to tests/EdgePbx.Core.Tests/Fuzzing/Cases/TARGET-WHAT-IT-IS.bin.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$root/publish-profiles/debian.sh"
cd "$root"

minutes=${1:-5}
[[ $minutes =~ ^[0-9]+$ && $minutes -gt 0 ]] || die "minutes, not $minutes"
shift $(($# > 0 ? 1 : 0))
targets=("$@")
(($#)) || targets=(messages descriptions media datagrams calls)

install_missing afl++
tools=out/fuzz/tools
[[ -x $tools/sharpfuzz ]] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$tools"

program=out/fuzz/program
rm -rf "$program"
dotnet build tests/EdgePbx.Fuzz -c Release -o "$program" -v quiet -tl:off
DOTNET_ROLL_FORWARD=Major "$tools/sharpfuzz" "$program/EdgePbx.Core.dll"
dotnet "$program/EdgePbx.Fuzz.dll" --seeds out/fuzz/seeds

# afl-fuzz looks for a native program with its marks, at the kernel's core pattern and at the clock of the processor: none of it matters here
export AFL_SKIP_BIN_CHECK=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1 AFL_AUTORESUME=1
found=0
for target in "${targets[@]}"; do
    afl-fuzz -i "out/fuzz/seeds/$target" -o "out/fuzz/$target" -t 20000 -m none -V $((minutes * 60)) -- \
        "$(command -v dotnet)" "$program/EdgePbx.Fuzz.dll" "$target" >"out/fuzz/$target.log" 2>&1 || {
        tail -n 20 "out/fuzz/$target.log"
        die "afl-fuzz failed on $target"
    }
    stats=out/fuzz/$target/default/fuzzer_stats
    awk -F ' *: *' -v target="$target" '{ value[$1] = $2 }
        END { printf "%s: %d inputs in %d s, %d paths, %s of the edges, %d crashes, %d hangs\n", target, value["execs_done"], value["run_time"],
              value["corpus_count"], value["bitmap_cvg"], value["saved_crashes"], value["saved_hangs"] }' "$stats"
    found=$((found + $(awk -F ' *: *' '$1 ~ /^saved_(crashes|hangs)/ { sum += $2 } END { print sum + 0 }' "$stats")))
done
((found == 0))
