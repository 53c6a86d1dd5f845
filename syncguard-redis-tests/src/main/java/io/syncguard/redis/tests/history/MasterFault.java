package io.syncguard.redis.tests.history;

import io.syncguard.redis.tests.GroupNode;

/** What is done to a master, and how it is undone once the master has been replaced. */
enum MasterFault {
    /** It stops in its tracks and goes on later, as a virtual machine does that is suspended. */
    HANG {
        @Override
        void begin(GroupNode master) {
            master.server().suspend();
        }

        @Override
        void end(GroupNode master) {
            master.server().resume();
        }
    },

    /** It dies, and comes back without its data. */
    KILL {
        @Override
        void begin(GroupNode master) {
            master.server().kill();
        }

        @Override
        void end(GroupNode master) {
            master.server().restart();
        }
    },

    /** It works, but nothing gets through to it or from it, on connections that stay open. */
    SILENCE {
        @Override
        void begin(GroupNode master) {
            master.proxy().orElseThrow().silence(true);
        }

        @Override
        void end(GroupNode master) {
            master.proxy().orElseThrow().silence(false);
        }
    };

    abstract void begin(GroupNode master);

    abstract void end(GroupNode master);
}
