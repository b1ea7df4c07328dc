package dev.sentinel.audit.ops.health;

/**
 * The switch that takes the server out of service before it stops. Owned by the composition root; any thread.
 *
 * <p>{@code /health/ready} follows within {@link HealthVerticle#INTERVAL}. The switch cannot be undone.
 */
public final class Readiness {
    private volatile boolean shuttingDown;

    /** Starts the shutdown: from now on the server is not ready. */
    public void shutDown() {
        shuttingDown = true;
    }

    boolean isShuttingDown() {
        return shuttingDown;
    }
}
