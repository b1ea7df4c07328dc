package dev.sentinel.audit.redact;

/** The kind of rule that found a secret. */
public enum SecretKind {
    /** The name of the JSON member that holds it, such as {@code password}. */
    KEY,
    /** A name in front of it within a text, such as {@code api_key=} or {@code Cookie:}. */
    ASSIGNMENT,
    /** HTTP credentials: {@code Bearer} (RFC 6750) or {@code Basic} (RFC 7617). */
    HTTP_CREDENTIALS,
    /** A signed token (RFC 7519). */
    JWT,
    /** An AWS access key id. */
    AWS_KEY,
    /** A token that says in its prefix who issued it. */
    ISSUED_TOKEN,
    /** A private key in PEM (RFC 7468). */
    PRIVATE_KEY,
    /** A number of a payment card with a valid check digit (ISO/IEC 7812). */
    CARD_NUMBER,
    /** The password in a URL's authority (RFC 3986, section 3.2.1). */
    URL_PASSWORD
}
