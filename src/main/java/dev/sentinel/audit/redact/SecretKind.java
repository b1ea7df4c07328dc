package dev.sentinel.audit.redact;

/** How a secret was recognized. */
public enum SecretKind {
    /** By the name of its JSON member, such as {@code password}. */
    KEY,
    /** By the name before it in a text, such as {@code api_key=} or {@code Cookie:}. */
    ASSIGNMENT,
    /** HTTP credentials: {@code Bearer} (RFC 6750) or {@code Basic} (RFC 7617). */
    HTTP_CREDENTIALS,
    /** A signed token (RFC 7519). */
    JWT,
    /** An AWS access key id. */
    AWS_KEY,
    /** A token with the prefix of a known issuer. */
    ISSUED_TOKEN,
    /** A private key in PEM (RFC 7468). */
    PRIVATE_KEY,
    /** A payment card number with a valid check digit (ISO/IEC 7812). */
    CARD_NUMBER,
    /** The password in a URL's authority (RFC 3986, section 3.2.1). */
    URL_PASSWORD
}
