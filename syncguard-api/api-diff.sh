#!/bin/sh
# Shows what the working tree changes in the public API: syncguard-api/api-diff.sh [--strict] [COMMIT]
#
# COMMIT is what to compare with: HEAD by default, or the commit before a change that is reviewed. With --strict an incompatible
# change fails. The report is printed and kept in target/japicmp.
set -eu

strict=false
if [ "${1:-}" = --strict ]; then
    strict=true
    shift
fi
commit=${1:-HEAD}
module=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$module")
scratch=$(mktemp -d)
trap 'git -C "$root" worktree remove --force "$scratch/base" >/dev/null 2>&1; rm -rf "$scratch"' EXIT INT TERM

# Nothing but two jars is wanted here: no format check, no tests.
package() {
    where=$1
    shift
    "$where/mvnw" -q -B -ntp -f "$where/pom.xml" -pl syncguard-api -am -DskipTests -Dspotless.check.skip=true package "$@"
}

git -C "$root" worktree add -q --detach "$scratch/base" "$commit"
package "$scratch/base"
package "$root" -Papi-diff -Dapi.strict="$strict" \
    -Dapi.baseline="$(ls "$scratch"/base/syncguard-api/target/syncguard-api-*.jar | head -n 1)"
cat "$module"/target/japicmp/*.diff
