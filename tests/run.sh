#!/usr/bin/env bash
# Installs what the tests need (Debian packages, npm packages), builds everything, and runs every test of the project.
# Ends with one line: "N passed, N failed". Exits with 1 when anything failed or did not run.
set -uo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
passed=0 failed=0

say() { printf '\n== %s\n' "$*"; }

# A suite that broke off without counting is a failure, not a silence.
count() { # NAME PASSED FAILED EXIT
  printf '%s: %s passed, %s failed\n' "$1" "$2" "$3"
  passed=$((passed + $2)) failed=$((failed + $3))
  if [ "$4" -ne 0 ] && [ "$3" -eq 0 ]; then failed=$((failed + 1)); echo "$1 ended with exit code $4"; fi
  if [ "$2" -eq 0 ] && [ "$3" -eq 0 ]; then failed=$((failed + 1)); echo "$1 ran no test"; fi
}

say "Debian packages"
need=()
[ -x /usr/lib/postgresql/15/bin/postgres ] || need+=(postgresql)
[ -x /usr/bin/chromium ] || need+=(chromium)
command -v turnserver >/dev/null || need+=(coturn)
ldconfig -p | grep -q libsodium.so.23 || need+=(libsodium23)
for tool in g++ make python3; do command -v "$tool" >/dev/null || need+=("$tool"); done
if [ ${#need[@]} -gt 0 ]; then
  echo "installing: ${need[*]}"
  sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
  { $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${need[@]}"; } >"$out/apt.log" 2>&1 \
    || { tail -20 "$out/apt.log"; echo "apt-get could not install ${need[*]}"; exit 1; }
else
  echo "all there"
fi

say "Build"
dotnet build Discord.sln -c Release --nologo -v quiet || { echo "0 passed, 1 failed"; exit 1; }

for project in tests/Discord.ArchitectureTests tests/Discord.UnitTests tests/Discord.IntegrationTests; do
  name=$(basename "$project")
  say "$name"
  dotnet test "$project" -c Release --no-build --nologo --logger "console;verbosity=minimal" --logger "trx;LogFileName=$out/$name.trx" >"$out/$name.log" 2>&1
  code=$?
  [ $code -eq 0 ] || cat "$out/$name.log"
  counters=$(grep -o '<Counters [^>]*>' "$out/$name.trx" 2>/dev/null || echo '')
  number() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  p=$(number passed) f=$(number failed)
  count "$name" "${p:-0}" "${f:-0}" $code
done

# Suites that end with a line "N passed, N failed" of their own.
plain_suite() { # NAME COMMAND...
  local name=$1
  shift
  say "$name"
  "$@" >"$out/plain.log" 2>&1
  local code=$?
  cat "$out/plain.log"
  local p f
  p=$(sed -nE 's/^([0-9]+) passed, [0-9]+ failed.*/\1/p' "$out/plain.log" | tail -1)
  f=$(sed -nE 's/^[0-9]+ passed, ([0-9]+) failed.*/\1/p' "$out/plain.log" | tail -1)
  count "$name" "${p:-0}" "${f:-0}" $code
}

plain_suite "Allocated bytes" dotnet artifacts/bin/Discord.Benchmarks/release/Discord.Benchmarks.dll gate
plain_suite "Module rules, each broken once" bash tests/negative-control.sh

node_suite() { # NAME FOLDER COMMAND...
  local name=$1 folder=$2
  shift 2
  say "$name"
  (cd "$folder" && { [ -f node_modules/.package-lock.json ] && [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --loglevel=error; }) \
    >"$out/$name.npm" 2>&1 || { cat "$out/$name.npm"; count "$name" 0 1 1; return; }
  (cd "$folder" && "$@") >"$out/$name.log" 2>&1
  local code=$?
  [ $code -eq 0 ] || cat "$out/$name.log"
  local p f
  p=$(sed -nE 's/^(# |ℹ )pass ([0-9]+).*/\2/p' "$out/$name.log" | tail -1)
  f=$(sed -nE 's/^(# |ℹ )fail ([0-9]+).*/\2/p' "$out/$name.log" | tail -1)
  if [ -z "$p" ]; then
    # vitest: "Tests  12 passed (12)", "Tests  1 failed | 11 passed (12)"
    local line
    line=$(sed 's/\x1b\[[0-9;]*m//g' "$out/$name.log" | grep -E '^ *Tests ' | tail -1)
    p=$(grep -oE '[0-9]+ passed' <<<"$line" | grep -oE '[0-9]+')
    f=$(grep -oE '[0-9]+ failed' <<<"$line" | grep -oE '[0-9]+')
  fi
  count "$name" "${p:-0}" "${f:-0}" $code
}

node_suite web-client Discord.Host/ClientApp npm test --silent
node_suite real-clients tests/clients npm test --silent
node_suite browser tests/browser npm test --silent

printf '\n%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
