package dev.sentinel.audit.redact;

/** What the name of a member says of the other members of its object. */
enum MemberRole {
    /** Nothing. */
    NONE,
    /** Its text names the value of another member: {@code "name"}. */
    NAME,
    /** Another member may name its value: {@code "value"}. */
    VALUE,
    /** The role of a secret in Vault. */
    ROLE,
    /** The secret of a role, if that precedes it. */
    SECRET_OF_ROLE,
    /** Its object is a JSON Web Key. */
    KEY_TYPE,
    /** Private, if its object is a JSON Web Key. */
    KEY_PART,
    /** Its object is of Kubernetes. */
    KIND,
    /** An object of secrets, if the kind of its own object says so. */
    CONTENT;

    private static final int LONGEST = 14;

    static MemberRole of(String member) {
        if (member.length() > LONGEST) {
            return NONE;
        }
        if (Siblings.isValue(member)) {
            return VALUE;
        }
        if (Siblings.isName(member)) {
            return NAME;
        }
        if (WebKeys.isPrivate(member)) {
            return KEY_PART;
        }
        return switch (member) {
            case "kty" -> KEY_TYPE;
            case "kind" -> KIND;
            case "data", "stringData" -> CONTENT;
            default -> AppRoles.isRole(member) ? ROLE : AppRoles.isSecretId(member) ? SECRET_OF_ROLE : NONE;
        };
    }
}
