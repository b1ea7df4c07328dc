package dev.sentinel.audit.kafka;

import java.util.concurrent.Callable;

/** The client of Kafka loads classes by their names with the loader of the thread, which knows no plugins. */
final class PluginLoader {
    private PluginLoader() {}

    /** Calls with the loader of the plugin as that of this thread. */
    static <T> T call(Callable<T> work) throws Exception {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(PluginLoader.class.getClassLoader());
        try {
            return work.call();
        } finally {
            current.setContextClassLoader(before);
        }
    }
}
