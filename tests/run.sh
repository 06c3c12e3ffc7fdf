#!/usr/bin/env bash
# The test command: installs what it needs, publishes the x64 binary, builds everything and runs all tests, those of the binary included.
# tests/run.sh [PROJECT...]   (all of tests/EdgePbx.* and the simulation by default)   The last line is "N passed, N failed"; the exit code is 0 when none failed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=../publish-profiles/debian.sh
source "$root/publish-profiles/debian.sh"
cd "$root"

passed=0 failed=0
log=$(mktemp)
finish() {
    local status=$?
    rm -f "$log"
    # Whatever stopped us before the end is a failure too.
    ((status == 0 || failed > 0)) || failed=1
    echo "$passed passed, $failed failed"
}
trap finish EXIT

# Nothing may stay behind that holds the caller's output open.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# step WORDS COMMAND... : quiet while it goes well.
step() {
    local words=$1 start=$SECONDS
    shift
    "$@" >"$log" 2>&1 </dev/null || {
        tail -n 60 "$log"
        failed=$((failed + 1))
        echo "FAIL $words"
        return 1
    }
    echo "ok   $words ($((SECONDS - start)) s)"
}

# The sum that `dotnet test` printed: counted KEY
counted() { awk -v key="$1:" '$1 == key { sum += $2 } END { print sum + 0 }' "$log"; }

run_tests() {
    local name=${1##*/} start=$SECONDS status=0 good bad
    dotnet test --project "$1" --no-build --no-ansi --no-progress >"$log" 2>&1 </dev/null || status=$?
    good=$(counted succeeded) bad=$(($(counted failed) + $(counted skipped)))
    # A run that crashed, or that found no test, has no honest sum.
    ((bad > 0 || (status == 0 && good > 0))) || bad=1
    passed=$((passed + good)) failed=$((failed + bad))
    if ((bad > 0)); then
        cat "$log"
        echo "FAIL $name: $good passed, $bad failed ($((SECONDS - start)) s)"
    else
        echo "ok   $name: $good passed ($((SECONDS - start)) s)"
    fi
}

# simulate WORDS OPTION... : the simulation; its last line says how many calls it simulated per second.
simulate() {
    local words=$1 start=$SECONDS
    shift
    if dotnet run --no-build --project tests/EdgePbx.Simulation -- "$@" >"$log" 2>&1 </dev/null; then
        passed=$((passed + 1))
        echo "ok   $words: $(tail -n 1 "$log") ($((SECONDS - start)) s)"
    else
        failed=$((failed + 1))
        cat "$log"
        echo "FAIL $words"
    fi
}

# What a package brings as a service is not started here.
policy=/usr/sbin/policy-rc.d
if ((EUID == 0)) && [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
else
    policy=
fi
status=0
(install_missing python3 sip-tester baresip-core linphone-cli sipsak iproute2 util-linux sox opus-tools) || status=$?
[[ ! $policy ]] || rm -f "$policy"
((status == 0)) || exit "$status"
command -v dotnet >/dev/null || die "the .NET SDK is not on the PATH; global.json says which version is wanted."
projects=("$@")
(($#)) || projects=(tests/EdgePbx.*Tests tests/EdgePbx.EndToEnd)

step "the linux-x64 binary is published" publish-profiles/publish.sh linux-x64 out/linux-x64
export EDGEPBX_BINARY=$root/out/linux-x64/edgepbx
step "everything builds without a warning" dotnet build EdgePbx.sln -tl:off -v:quiet
for project in "${projects[@]}"; do
    run_tests "$project"
done
if ((!$#)); then
    simulate "fixed seeds" --seed 1 --worlds 250
    simulate "fresh seeds" --fresh --seconds 20
fi
((failed == 0))
