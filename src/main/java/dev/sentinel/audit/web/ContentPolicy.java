package dev.sentinel.audit.web;

/** Values of the header Content-Security-Policy. No policy allows another host or anything inline. */
final class ContentPolicy {
    /** For our own pages: only files of this server, no frames, no text that becomes markup. */
    static final String STRICT = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'");

    /** Swagger UI makes markup of text and has icons in data URLs. It sets styles from scripts, which needs no rule. */
    static final String SWAGGER_UI = String.join(
            "; ",
            "default-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'");

    private ContentPolicy() {}
}
