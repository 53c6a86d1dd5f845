#!/bin/sh
# Builds what a benchmark needs and runs it: syncguard-bench/run.sh hand-off [flags]; hand-off --help shows the flags.
set -eu

module=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
benchmark=${1:-}
case $benchmark in
    hand-off) main=io.syncguard.bench.handoff.HandOff ;;
    *)
        echo "Usage: run.sh hand-off [flags]" >&2
        exit 2
        ;;
esac
shift

class_path=target/bench/class-path
"$module/../mvnw" -q -B -ntp -f "$module/../pom.xml" -pl syncguard-bench -am -DskipTests compile \
    org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile="$class_path" -Dmdep.includeScope=runtime >&2

cd "$module"
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "target/classes:$(cat "$class_path")" "$main" "$@"
