package dev.sentinel.audit.http;

/** Carries a {@link Problem} to the error handler. Stackless: it is an expected response, not a defect. */
public final class ProblemException extends RuntimeException {
    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
