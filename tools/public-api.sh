#!/usr/bin/env bash
# Brings PublicAPI.Unshipped.txt up to date with the code, from the errors RS0016 (a member is not listed) and RS0017 (a
# listed one is gone) of a build. Without arguments: of all packages. Read the difference before you commit it.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- src/Registry.Runtime src/Backends src/Conformance src/Hosting src/CommandLine

for project; do
  list=$project/PublicAPI.Unshipped.txt
  build=$(dotnet build "$project" --nologo -v quiet 2>&1) || true
  missing=$(grep -oP "error RS0016: Symbol '\K.+?(?=' is not part of the declared public API)" <<<"$build" || true)
  gone=$(grep -oP "error RS0017: Symbol '\K.+?(?=' is part of the declared API)" <<<"$build" || true)
  updated=$({ tail -n +2 "$list"; echo "$missing"; } | grep -v '^$' | grep -vxF -f <(echo "${gone:-#}") | LC_ALL=C sort -u)
  printf '#nullable enable\n%s\n' "$updated" > "$list"

  # What is left is no matter of this list.
  dotnet build "$project" --nologo -v quiet || exit 1
  git --no-pager diff --stat -- "$list"
done
