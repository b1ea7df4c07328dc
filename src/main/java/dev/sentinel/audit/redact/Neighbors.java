package dev.sentinel.audit.redact;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the texts of one open object or list imply for each other: a sibling names a value, as does the element before
 * it; the type of a JSON Web Key makes some of its members secrets, and the kind of a Secret of Kubernetes all that is
 * in its data. The code that copies an event's members asks before it writes a text ({@link #hides}) and says where it
 * wrote it ({@link #written}).
 *
 * <p>Members come in any order, so a text that a later member may make a secret is remembered: its name and its
 * position, as long as its object is open. Reused for many objects and lists; one thread.
 */
public final class Neighbors {
    private static final int REPLACEMENT = RedactionRules.REPLACEMENT.length() + 2;

    private static final String COOKIES = "cookies";
    private static final String SECRET = "Secret";

    /**
     * What may make a text a secret.
     *
     * @param content whether it is in the data of the object around, if that is a Secret
     */
    private record Remembered(EarlierValue value, boolean named, boolean keyPart, boolean content) {
        boolean isFor(MemberRole reason) {
            return switch (reason) {
                case NAME -> named;
                case KEY_TYPE -> keyPart;
                case KIND -> value.within() != null;
                default -> false;
            };
        }

        Remembered movedBy(int shift) {
            EarlierValue moved = new EarlierValue(
                    value.within(), value.name(), value.start() + shift, value.end() + shift, value.reported());
            return new Remembered(moved, named, keyPart, content);
        }
    }

    private final Redactor redactor;
    /** In the order of their positions. */
    private List<Remembered> remembered = new ArrayList<>();

    private @Nullable Neighbors around;
    private boolean array;
    private String name = "";
    private MemberRole role = MemberRole.NONE;
    /** The secrecy that a sibling or the previous element implies for the value that it names. */
    private NameSecrecy named = NameSecrecy.NONE;
    /** Whether the objects of this list are cookies, which have a name and a value. */
    private boolean cookies;
    /** Whether a member of this object was a role, whose secret may follow. */
    private boolean appRole;
    /** Whether this object is a JSON Web Key. */
    private boolean webKey;
    /** Whether this object is a Secret of Kubernetes. */
    private boolean secret;
    /** Whether this object is the data of the one around it, which may be a Secret. */
    private boolean content;

    /** What the text says that {@link #hides} was asked for last. */
    private NameSecrecy says = NameSecrecy.NONE;

    private MemberRole reason = MemberRole.NONE;
    private boolean mayBeNamed;
    private boolean mayBeKeyPart;
    private boolean mayBeContent;

    /** @param redactor decides of a single text */
    public Neighbors(Redactor redactor) {
        this.redactor = redactor;
    }

    /**
     * Starts an object or a list.
     *
     * @param outer of the object or list that it is a value of; null if there is none
     * @param told the secrecy that its name implies
     */
    public void begin(boolean isArray, @Nullable Neighbors outer, NameSecrecy told) {
        around = outer;
        array = isArray;
        name = "";
        role = MemberRole.NONE;
        remembered.clear();
        appRole = false;
        webKey = false;
        secret = false;
        boolean member = outer != null && !outer.array;
        cookies = array && member && told.compareTo(NameSecrecy.TEXT) >= 0 && isCookies(outer.name);
        named = !array && outer != null && outer.cookies ? NameSecrecy.ANY : NameSecrecy.NONE;
        content = !array && member && outer.role == MemberRole.CONTENT;
    }

    /** Of ASCII, as in the SDK for Python: another letter may have an i as its small one. */
    private static boolean isCookies(String name) {
        return name.equalsIgnoreCase(COOKIES) && Terms.isAscii(name);
    }

    /** Starts a member of this object. */
    public void name(String member) {
        name = member;
        role = redactor.roleOf(member);
    }

    /** A value other than a text: what an element says, it says of the next one only. */
    public void passed() {
        if (array) {
            named = NameSecrecy.NONE;
        }
    }

    /**
     * Whether a text of this object or list is a secret. If it is none, {@link #written} follows.
     *
     * @param told the secrecy that its name implies
     */
    public boolean hides(NameSecrecy told, char[] text, int from, int length) {
        NameSecrecy secrecy = secrecy(told, text, from, length);
        appRole |= role == MemberRole.ROLE;
        if (redactor.hidesText(secrecy, text, from, length)) {
            passed();
            return true;
        }
        says = array ? ofNext(text, from, length) : NameSecrecy.NONE;
        mayBeNamed = role == MemberRole.VALUE && redactor.hidesText(Siblings.secrecyOf(name), text, from, length);
        mayBeKeyPart = role == MemberRole.KEY_PART && redactor.hidesText(NameSecrecy.LIKELY, text, from, length);
        mayBeContent = content && redactor.hidesText(NameSecrecy.TEXT, text, from, length);
        reason = MemberRole.NONE;
        if (role == MemberRole.NAME && redactor.secrecyNamedBy(text, from, length) != NameSecrecy.NONE) {
            reason = role;
        } else if (role == MemberRole.KEY_TYPE || (role == MemberRole.KIND && isSecret(text, from, length))) {
            reason = role;
        }
        return false;
    }

    private NameSecrecy secrecy(NameSecrecy told, char[] text, int from, int length) {
        NameSecrecy secrecy = told;
        if (told == NameSecrecy.NONE && array) {
            secrecy = named;
        } else if (!array && role == MemberRole.VALUE && named != NameSecrecy.NONE) {
            secrecy = atLeast(Siblings.secrecyOf(name), told);
        }
        if (webKey && role == MemberRole.KEY_PART) {
            secrecy = atLeast(NameSecrecy.LIKELY, secrecy);
        }
        boolean ofRole = appRole && role == MemberRole.SECRET_OF_ROLE && AppRoles.isUuid(text, from, from + length);
        boolean ofSecret = content && around != null && around.secret;
        return ofRole || ofSecret ? atLeast(NameSecrecy.TEXT, secrecy) : secrecy;
    }

    private static NameSecrecy atLeast(NameSecrecy least, NameSecrecy secrecy) {
        return secrecy.compareTo(least) < 0 ? least : secrecy;
    }

    /** Lists often contain names only, so the element after a name must look random. */
    private NameSecrecy ofNext(char[] text, int from, int length) {
        NameSecrecy next = redactor.secrecyNamedBy(text, from, length);
        boolean option = length > 2 && text[from] == '-' && text[from + 1] == '-';
        return next == NameSecrecy.NONE || option ? next : NameSecrecy.LIKELY;
    }

    private static boolean isSecret(char[] text, int from, int length) {
        return length == SECRET.length() && Chars.startsWith(text, from, from + length, SECRET);
    }

    /**
     * Tells where the text was written that {@link #hides} was asked for.
     *
     * @param start the position of its JSON
     * @param end where its JSON ends
     * @param reported whether the caller has reported that something of it is redacted; {@link EarlierValue} returns it
     * @return the texts that are secrets because of this one, in the order of their positions. The caller replaces
     *     their JSON by that of {@link RedactionRules#REPLACEMENT}.
     */
    public List<EarlierValue> written(int start, int end, boolean reported) {
        if (array) {
            named = says;
            return List.of();
        }
        if (mayBeNamed || mayBeKeyPart || mayBeContent) {
            EarlierValue value = new EarlierValue(null, name, start, end, reported);
            remembered.add(new Remembered(value, mayBeNamed, mayBeKeyPart, mayBeContent));
        }
        return isNew(reason) && !remembered.isEmpty() ? takenFor(reason) : List.of();
    }

    /** Notes a reason. What comes after the first one is hidden, so the next ones find nothing that is remembered. */
    private boolean isNew(MemberRole noted) {
        boolean known;
        switch (noted) {
            case NAME -> {
                known = named == NameSecrecy.ANY;
                named = NameSecrecy.ANY;
            }
            case KEY_TYPE -> {
                known = webKey;
                webKey = true;
            }
            case KIND -> {
                known = secret;
                secret = true;
            }
            default -> known = true;
        }
        return !known;
    }

    /**
     * Takes the texts that are secrets for this reason. The positions of the others are those after the replacement.
     */
    private List<EarlierValue> takenFor(MemberRole because) {
        List<EarlierValue> taken = new ArrayList<>();
        List<Remembered> others = new ArrayList<>();
        int shift = 0;
        for (Remembered text : remembered) {
            if (text.isFor(because)) {
                taken.add(text.value());
                shift += REPLACEMENT - (text.value().end() - text.value().start());
            } else {
                others.add(shift == 0 ? text : text.movedBy(shift));
            }
        }
        remembered = others;
        return taken;
    }

    /** Ends this object or list. What it has may be the data of a Secret whose kind follows. */
    public void end() {
        if (!content || around == null || around.secret) {
            return;
        }
        for (Remembered text : remembered) {
            if (text.content()) {
                EarlierValue value = text.value();
                EarlierValue inner =
                        new EarlierValue(around.name, value.name(), value.start(), value.end(), value.reported());
                around.remembered.add(new Remembered(inner, false, false, false));
            }
        }
    }

    /** Forgets what was written from this position on: it was written otherwise, or not at all. */
    public void forgetFrom(int position) {
        remembered.removeIf(text -> text.value().start() >= position);
    }
}
