package io.syncguard.spring;

import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.NamedBeanHolder;

/** The context's guards, and what locks by default. Asks for them when they are first needed. Thread-safe. */
final class Guards {
    private final AutowireCapableBeanFactory beans;
    private final ConcurrentMap<String, NamedBeanHolder<SyncGuard>> found = new ConcurrentHashMap<>();
    private volatile @Nullable LockedDefaults defaults;

    Guards(AutowireCapableBeanFactory beans) {
        this.beans = beans;
    }

    /**
     * Returns a guard, with the name of its bean.
     *
     * @param name empty for the only one, or the primary one
     * @throws LockException {@code INVALID_ARGUMENT} if there is none, or if there are several
     */
    NamedBeanHolder<SyncGuard> get(String name) {
        NamedBeanHolder<SyncGuard> known = found.get(name);
        if (known == null) {
            known = find(name);
            found.put(name, known);
        }
        return known;
    }

    private NamedBeanHolder<SyncGuard> find(String name) {
        try {
            return name.isEmpty()
                    ? beans.resolveNamedBean(SyncGuard.class)
                    : new NamedBeanHolder<>(name, beans.getBean(name, SyncGuard.class));
        } catch (BeansException e) {
            throw LockException.invalidArgument(
                    name.isEmpty()
                            ? "@Locked needs one SyncGuard bean: declare one, or name one by guard"
                            : "@Locked names the SyncGuard bean \"" + name + "\", which cannot be had: see the cause",
                    e);
        }
    }

    /** Returns the bean of that type, or else those of the library. */
    LockedDefaults defaults() {
        LockedDefaults known = defaults;
        if (known == null) {
            known = beans.getBeanProvider(LockedDefaults.class).getIfAvailable(LockedDefaults::defaults);
            defaults = known;
        }
        return known;
    }
}
