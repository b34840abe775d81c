#!/usr/bin/env bash
# Breaks each rule of the house once, on purpose, in a copy of the tree, and checks that the build or the architecture tests stop it,
# with the very code or the very test that belongs to the rule. A rule that nothing enforces shows here, and only here.
#
#   bash tests/negative-control.sh            one line for each rule, then "N passed, N failed"; exit code 0 only when nothing failed
#
# Builds whole once, then only the one project that a break concerns.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
log=$work/log
mkdir "$tree"
cd "$root" || exit 2
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  if [ -f "$file" ]; then printf '%s\0' "$file"; fi
done | tar --null --files-from=- -cf - | tar -xf - -C "$tree"
cd "$tree" || exit 2
# A repository of its own, so that a break is undone in one command.
git init -q . && git add -A && git -c user.name=control -c user.email=control@example.invalid -c commit.gpgsign=false commit -q -m unbroken || exit 2

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
tests=tests/Discord.ArchitectureTests
built=artifacts/bin/Discord.ArchitectureTests/release
presence=Modules/Presence/Discord.Modules.Presence
contracts=Modules/Presence/Discord.Modules.Presence.Contracts
passed=0
failed=0

verdict() { # OK|WRONG, what was broken, what was seen
  if [ "$1" = OK ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  printf '%-5s  %-66s %s\n' "$1" "$2" "$3"
  if [ "$1" = WRONG ]; then tail -n 15 "$log" | sed 's/^/         /'; fi
}

undo() {
  git checkout -q -- . && git clean -fdq
  rm -rf "$built" && cp -r "$work/built" "$built"
}

is_broken() { # a break that changes nothing proves nothing
  if [ -n "$(git status --porcelain)" ]; then return 0; fi
  : > "$log"
  verdict WRONG "$1" "the break changed no file"
  return 1
}

build() { # project, further options
  timeout 300 dotnet build "$1" -c Release --no-restore -p:BuildProjectReferences=false -p:BuildWebClient=false -v quiet "${@:2}" > "$log" 2>&1
}

check() { timeout 300 dotnet test "$built/Discord.ArchitectureTests.dll" "$@" > "$log" 2>&1; }

# The build of one project must stop with one code.
stops() { # what, project folder, code, file that is to be blamed
  if is_broken "$1"; then
    if build "$2"; then verdict WRONG "$1" "the build went through"
    elif grep -q "${4:-}.*error $3:" "$log"; then verdict OK "$1" "$3"
    else verdict WRONG "$1" "stopped, but not with $3: $(grep -o 'error [A-Z]*[0-9]*' "$log" | sort -u | tr '\n' ' ')"
    fi
  fi
  undo
}

# One architecture test must fail and name the culprit. With a project: it is built first, as what the tests look at.
fails() { # what, project folder or "", test, culprit
  if is_broken "$1"; then
    if [ -n "$2" ] && ! build "$2" -p:RunAnalyzers=false; then verdict WRONG "$1" "the broken project does not compile"
    else
      if [ -n "$2" ]; then cp "artifacts/bin/$(basename "$2")/release/$(basename "$2").dll" "$built/"; fi
      if check --filter "FullyQualifiedName~$3"; then verdict WRONG "$1" "the test passed"
      elif grep -q "Failed .*$3" "$log" && grep -q -- "$4" "$log"; then verdict OK "$1" "$3"
      else verdict WRONG "$1" "failed otherwise"
      fi
    fi
  fi
  undo
}

add() { # file, with the content from standard input
  mkdir -p "$(dirname "$1")" && cat > "$1"
}

refer() { # csproj, project to refer to
  sed -i "0,/<ProjectReference /s##<ProjectReference Include=\"$2\" />\n    <ProjectReference #" "$1"
}

### Unbroken, everything must hold: only then does a failure below mean what it says.
# (The analyzers have nothing to say here: below, RS0030 has to name the broken file itself.)
if ! timeout 900 dotnet build $tests -c Release -p:BuildWebClient=false -p:RunAnalyzers=false -v quiet > "$log" 2>&1; then
  verdict WRONG "nothing (the tree as it is)" "it does not build, or not within 15 minutes"
  echo "0 passed, 1 failed"
  exit 1
fi
cp -r "$built" "$work/built"
if check; then verdict OK "nothing (the tree as it is)" "builds, and every architecture test passes"
else verdict WRONG "nothing (the tree as it is)" "an architecture test fails: see below"; fi

### Who may reference whom
refer $presence/Discord.Modules.Presence.csproj ../../Users/Discord.Modules.Users/Discord.Modules.Users.csproj
stops "a module references a module" $presence DSC001

refer $contracts/Discord.Modules.Presence.Contracts.csproj ../../Users/Discord.Modules.Users.Contracts/Discord.Modules.Users.Contracts.csproj
stops "contracts reference other contracts" $contracts DSC002

refer BuildingBlocks/Discord.BuildingBlocks/Discord.BuildingBlocks.csproj ../../Modules/Users/Discord.Modules.Users.Contracts/Discord.Modules.Users.Contracts.csproj
stops "a building block references contracts" BuildingBlocks/Discord.BuildingBlocks DSC003

add Discord.Host/Broken.cs <<'CS'
namespace Discord.Host;

internal static class Broken
{
    public static string Inside => nameof(Discord.Modules.Users.Accounts.Account);
}
CS
stops "the host uses the inside of a module" Discord.Host CS0122 Broken.cs

sed -i '/Discord.Protocol.csproj/d' $presence/Discord.Modules.Presence.csproj
stops "a project uses what it reaches only through another's reference" $presence CS0234

### Banned symbols
banned() { # what, an expression of the type that is given
  add $presence/Broken.cs <<CS
using MediatR;

namespace Discord.Modules.Presence;

internal static class Broken
{
    public static $2
}
CS
  stops "a module uses $1" $presence RS0030 Broken.cs
}
banned DateTime.UtcNow 'DateTime Now => DateTime.UtcNow;'
banned Task.Result 'int Wait(Task<int> task) => task.Result;'
banned Thread.Sleep 'void Wait() => Thread.Sleep(1);'
banned "IMediator.Publish, past the outbox" 'Task Tell(IMediator mediator, INotification what) => mediator.Publish(what);'

### What only reflection sees
add $presence/Broken.cs <<'CS'
namespace Discord.Modules.Presence;

public sealed class Broken;
CS
fails "a module shows a second public type" $presence A_module_shows_only_its_module_class Discord.Modules.Presence.Broken

add $contracts/Broken.cs <<'CS'
namespace Discord.Modules.Presence.Contracts;

public sealed record Broken
{
    public int Changeable { get; set; }
}
CS
fails "a contract can be changed after it was made" $contracts Contracts_cannot_be_changed_after_they_were_made Broken.Changeable

add $contracts/Broken.cs <<'CS'
using MediatR;

namespace Discord.Modules.Presence.Contracts;

public sealed record Broken : IRequest<int>;
CS
fails "a request that nobody handles" $contracts Every_request_of_a_contract_has_exactly_one_handler "Broken has 0 handlers"

sed -i 's/target\[0\] = (byte)(0x80 | (byte)kind);/&\n        if (Enumerable.Range(0, 3).Count(number => number > length) > 3)\n            return 0;/' Discord.Host/Gateway/WebSocketFrames.cs
fails "LINQ for each recipient of an event" Discord.Host What_runs_for_each_recipient_does_nothing_that_costs_much System.Linq.Enumerable.Count

### What only the sources show
sed -i 's/Runs for each recipient: no allocation\.//' Discord.Host/Gateway/WebSocketFrames.cs
fails "a step of the hot path that does not say so" "" A_step_that_runs_for_each_recipient_says_so WebSocketFrames.WriteHeader

add $presence/Broken.cs <<'CS'
namespace Discord.Modules.Presence;

internal static class Broken
{
    public const string Sql = "SELECT id FROM guilds WHERE owner_id = $1";
}
CS
fails "a module reads the table of another" "" No_module_reads_or_writes_the_tables_of_another "belongs to Guilds"

sed -i '1i #pragma warning disable RS0030' $presence/PresenceModule.cs
fails "a file silences the banned symbols" "" Nobody_talks_the_compiler_out_of_the_banned_symbols PresenceModule.cs

sed -i '0,/"Node": {/s//"Unheard": "of",\n  "Node": {/' Discord.Host/appsettings.json
fails "a setting that the README does not name" "" The_readme_names_every_setting_with_its_default Unheard

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
