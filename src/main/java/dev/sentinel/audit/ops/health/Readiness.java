package dev.sentinel.audit.ops.health;

/**
 * The switch that takes the server out of service before it stops. Owned by the composition root; any thread.
 *
 * <p>{@code /health/ready} follows within {@link HealthVerticle#PACE}. There is no way back.
 */
public final class Readiness {
    private volatile boolean shuttingDown;

    /** Shutdown begins: from now on the server is not ready. */
    public void shutDown() {
        shuttingDown = true;
    }

    boolean isShuttingDown() {
        return shuttingDown;
    }
}
