/**
 * Real servers for tests, and guards on them.
 *
 * <ul>
 *   <li>{@link io.syncguard.testcontainers.WithSyncGuard} gives a JUnit test guards on a real Redis.
 *   <li>{@link io.syncguard.testcontainers.TestServer} is the server itself, for a test that connects by its own means.
 *   <li>{@link io.syncguard.testcontainers.ContainerConformance} runs the conformance suite for a backend of your own.
 * </ul>
 *
 * <h2>Where a server comes from</h2>
 *
 * <p>The first of these that there is:
 *
 * <ol>
 *   <li>A server that runs and that the environment names: {@code SYNCGUARD_TEST_REDIS=redis://host:6379},
 *       {@code SYNCGUARD_TEST_FIRESTORE=host:8080}.
 *   <li>A program that it names: {@code SYNCGUARD_TEST_REDIS_SERVER=/usr/bin/redis-server},
 *       {@code SYNCGUARD_TEST_FIRESTORE_JAR=…/cloud-firestore-emulator.jar}.
 *   <li>Docker, if it runs. A test or {@code SYNCGUARD_TEST_REDIS_IMAGE} and {@code SYNCGUARD_TEST_FIRESTORE_IMAGE} choose the image;
 *       {@code none} keeps Docker out of it.
 *   <li>A program that is there: the Redis of {@code org.signal:embedded-redis}, if that is on the class path, and the Firestore emulator
 *       of an installed Google Cloud CLI.
 * </ol>
 *
 * <p>Otherwise tests are skipped. A JVM looks for Docker once. Where none runs, that takes two seconds at most, and no time at all where
 * {@code DOCKER_HOST} is not set and no daemon has a socket. {@code SYNCGUARD_REQUIRE_DOCKER=1} makes a missing Docker a failure, for
 * servers that nothing else names.
 *
 * <h2>Dependencies</h2>
 *
 * <p>Testcontainers 2.x comes along. Three things do not:
 *
 * <ul>
 *   <li>JUnit Jupiter, 5.14 or 6: a project has its own version of it.
 *   <li>{@code syncguard-conformance-tests}, which only authors of backends need.
 *   <li>{@code org.signal:embedded-redis}, which brings programs for several systems, for tests on machines without Docker.
 * </ul>
 *
 * <p>A backend for {@code redis://} must be on the class path of a test that uses {@code WithSyncGuard}.
 */
@NullMarked
package io.syncguard.testcontainers;

import org.jspecify.annotations.NullMarked;
