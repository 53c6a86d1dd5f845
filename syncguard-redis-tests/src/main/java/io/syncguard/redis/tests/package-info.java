/** What every Redis backend is put through on real servers, whatever client carries it; extended by their modules. */
package io.syncguard.redis.tests;
