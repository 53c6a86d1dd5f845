#!/bin/sh
# Builds what a benchmark needs and runs it: syncguard-bench/run.sh quick [flags]; --help after it shows the flags.
set -eu

module=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
benchmark=${1:-}
case $benchmark in
    quick | full) main=io.syncguard.bench.suite.Suite ;;
    gate) main=io.syncguard.bench.gate.Gate ;;
    hand-off) main=io.syncguard.bench.handoff.HandOff ;;
    *)
        cat >&2 <<'USAGE'
Usage: syncguard-bench/run.sh BENCHMARK [flags]

  quick      the library beside bare clients and peers: tables and charts in target/bench; about ten minutes
  full       the same with more and longer rounds; about half an hour
  gate       measures every target and fails if one is missed; about twenty minutes
  hand-off   how a contended lock goes from one to the next

--help after any of them shows its flags.
USAGE
        exit 2
        ;;
esac
case $benchmark in
    gate | hand-off) shift ;;
esac

class_path=target/bench/class-path
"$module/../mvnw" -q -B -ntp -f "$module/../pom.xml" -pl syncguard-bench -am -DskipTests compile \
    org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile="$class_path" -Dmdep.includeScope=runtime >&2

# The server that people run, if there is one here: the built-in one has another allocator, which wastes more.
SYNCGUARD_TEST_REDIS_SERVER=${SYNCGUARD_TEST_REDIS_SERVER:-$(command -v redis-server || true)}
export SYNCGUARD_TEST_REDIS_SERVER

cd "$module"
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "target/classes:$(cat "$class_path")" "$main" "$@"
