/** Histories that several processes write while servers fail, and what must hold for them. */
package io.syncguard.redis.tests.history;
