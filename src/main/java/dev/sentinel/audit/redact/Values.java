package dev.sentinel.audit.redact;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Distinguishes secrets from what else may be in their place: placeholders, references, types, words. Reads a bounded
 * number of characters, because longer texts are no placeholders.
 */
final class Values {
    /** The maximum length of placeholders and references. */
    static final int LONGEST_HARMLESS = 256;

    private static final int SHORTEST_RANDOM = 6;
    private static final int LONG_RANDOM = 20;
    private static final int LONGEST_WORD = 4096;
    private static final int SHORTEST_GENERATED = 16;
    private static final int LONGEST_NUMBER = 12;
    private static final String FILLERS = "*xX.-_#\u2022\u2026";

    private static final Set<String> WORDS = RuleFiles.words("words");
    private static final Set<String> OWNERS = RuleFiles.words("owners");
    private static final Set<String> LINKING = RuleFiles.words("linking");
    private static final Set<String> PROSE = RuleFiles.words("prose");
    private static final List<String> REFERENCES = RuleFiles.ordered("references");

    private Values() {}

    /** Whether a text under a name of this secrecy is a secret. */
    static boolean isSecret(NameSecrecy secrecy, char[] text, int from, int to) {
        return switch (secrecy) {
            case NONE -> false;
            case GENERATED -> isGenerated(text, from, to);
            case LIKELY -> isRandom(text, from, to) && !isStandIn(text, from, to);
            case TEXT, ANY -> to > from && !isStandIn(text, from, to);
        };
    }

    /** Whether a text is a placeholder: {@code ${DB_PASSWORD}}, {@code {{token}}}, {@code ****}. */
    static boolean isPlaceholder(char[] text, int from, int to) {
        int length = to - from;
        if (length == 0 || length > LONGEST_HARMLESS) {
            return length == 0;
        }
        char first = text[from];
        char last = text[to - 1];
        return switch (first) {
            case '$' -> isVariable(text, from, to);
            case '{' -> last == '}' && ((length > 1 && text[from + 1] == '{') || isFilledIn(text, from + 1, to - 1));
            case '#' -> (length > 2 && text[from + 1] == '{' && last == '}') || isFiller(text, from, to);
            case '<' -> last == '>' && isLabel(text, from + 1, to - 1);
            case '[' -> last == ']' && isLabel(text, from + 1, to - 1);
            case '%' -> length <= 2 || (last == '%' && isName(text, from + 1, to - 1)) || isFormat(text, from, to);
            case ':', '@' -> length > 1 && isName(text, from + 1, to) && !hasDigit(text, from, to);
            case '!' -> isName(text, from + 1, to) && !hasDigit(text, from, to);
            case '?' -> length == 1;
            default -> isFiller(text, from, to);
        };
    }

    /** Whether a text is a placeholder, a reference or an instruction. */
    static boolean isStandIn(char[] text, int from, int to) {
        return isPlaceholder(text, from, to) || isMeant(text, from, to);
    }

    /** Whether a text is a placeholder, or a word, a type, a call or a variable in text or code. */
    static boolean isHarmless(char[] text, int from, int to, boolean quoted, SecretNames names) {
        if (isPlaceholder(text, from, to)) {
            return true;
        }
        int length = to - from;
        if (length > LONGEST_HARMLESS) {
            return false;
        }
        String value = new String(text, from, length);
        if (WORDS.contains(firstWord(value).toLowerCase(Locale.ROOT))) {
            return true;
        }
        return isMeant(text, from, to)
                || isAddress(value)
                || isPattern(value)
                || isFile(value)
                || isNumberOrDotted(value)
                || isAboutSecret(value, names)
                || ((quoted || value.contains("${")) && isTemplate(text, from, to))
                || (!quoted && isReference(value, names));
    }

    /** {@code deleted orphaned secret} */
    private static boolean isAboutSecret(String value, SecretNames names) {
        int blank = value.lastIndexOf(' ');
        return blank > 0
                && value.chars().allMatch(c -> c == ' ' || Chars.isLetter((char) c))
                && names.secrecy(value.substring(blank + 1)) != NameSecrecy.NONE;
    }

    /** {@code required|min:8}, {@code REDACTED/}: the word, if nothing but a sign or a rule follows it. */
    private static String firstWord(String value) {
        int bar = value.indexOf('|');
        int end = bar > 0 ? bar : value.length();
        while (end > 0 && "/.!;:".indexOf(value.charAt(end - 1)) >= 0) {
            end--;
        }
        return value.substring(0, end);
    }

    /** References, instructions, versions and dates. */
    private static boolean isMeant(char[] text, int from, int to) {
        if (to - from > LONGEST_HARMLESS) {
            return false;
        }
        for (String reference : REFERENCES) {
            if (Chars.startsWith(text, from, to, reference)) {
                return true;
            }
        }
        return isSentence(text, from, to)
                || isVersion(text, from, to)
                || isDate(text, from, to)
                || isConstant(text, from, to)
                || isInstruction(text, from, to);
    }

    /** {@code This field may not be blank.} */
    private static boolean isSentence(char[] text, int from, int to) {
        int word = from;
        while (word < to && (Chars.isLetter(text[word]) || text[word] == '\'')) {
            word++;
        }
        if (word == from || word == to || text[word] != ' ') {
            return false;
        }
        int blanks = 0;
        for (int i = word; i < to; i++) {
            blanks += text[i] == ' ' ? 1 : 0;
        }
        boolean begins = PROSE.contains(new String(text, from, word - from).toLowerCase(Locale.ROOT));
        return ((begins && blanks >= 2) || (blanks >= 3 && hasLinkingWord(text, from, to)))
                && !isRandomWord(text, word, to);
    }

    private static boolean hasLinkingWord(char[] text, int from, int to) {
        for (String word :
                new String(text, from, to - from).toLowerCase(Locale.ROOT).split(" ", -1)) {
            if (LINKING.contains(word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRandomWord(char[] text, int from, int to) {
        int word = from;
        for (int i = from; i <= to; i++) {
            if (i == to || text[i] == ' ') {
                if (i > word && isRandom(text, word, i)) {
                    return true;
                }
                word = i + 1;
            }
        }
        return false;
    }

    /** {@code ^9.0.2}, {@code 0.18.1}, {@code ~> 1.4}. */
    private static boolean isVersion(char[] text, int from, int to) {
        int i = from;
        while (i < to && "^~=v>< ".indexOf(text[i]) >= 0) {
            i++;
        }
        boolean marked = i > from;
        int points = 0;
        while (i < to && (Chars.isDigit(text[i]) || text[i] == '.')) {
            points += text[i] == '.' ? 1 : 0;
            i++;
        }
        return i == to && (points == 2 || (marked && points == 1)) && Chars.isDigit(text[to - 1]);
    }

    /** {@code 2026-11-27}, also with a time behind it. */
    private static boolean isDate(char[] text, int from, int to) {
        if (to - from < 10 || text[from + 4] != '-' || text[from + 7] != '-') {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (!Chars.isDigit(text[i]) && "-:.+TZ ".indexOf(text[i]) < 0) {
                return false;
            }
        }
        return true;
    }

    /** {@code HIDDEN_DUE_TO_SECURITY_REASONS} */
    private static boolean isConstant(char[] text, int from, int to) {
        int underscores = 0;
        boolean digit = false;
        for (int i = from; i < to; i++) {
            digit |= Chars.isDigit(text[i]);
            if (text[i] == '_') {
                underscores++;
            } else if (!Chars.isUpper(text[i]) && !Chars.isDigit(text[i])) {
                return false;
            }
        }
        return underscores >= (digit ? 3 : 2);
    }

    /** {@code your-api-key-here}, {@code YOUR_TOKEN}, {@code sk-...}. */
    private static boolean isInstruction(char[] text, int from, int to) {
        if (to - from > 3 && text[to - 1] == '.' && text[to - 2] == '.' && text[to - 3] == '.') {
            return to - from < 16;
        }
        boolean yours = Chars.startsWithIgnoringCase(text, from, to, "your-")
                || Chars.startsWithIgnoringCase(text, from, to, "your_")
                || Chars.startsWithIgnoringCase(text, from, to, "<your");
        return yours && !hasDigit(text, from, to);
    }

    /** An address. Other rules find the secrets in it. */
    private static boolean isAddress(String value) {
        int sign = value.indexOf("://");
        return sign > 1 && sign < 12 && Chars.isLetter(value.charAt(0)) && value.indexOf('@') < 0;
    }

    /** A regular expression for one. */
    private static boolean isPattern(String value) {
        return value.contains("(?")
                || value.contains("[^")
                || value.contains("[A-Z")
                || value.contains("[a-z")
                || value.contains("[0-9]")
                || value.contains("\\w")
                || value.contains("\\s")
                || value.contains("\\d+")
                || value.contains("\\d{")
                || value.startsWith(".*");
    }

    /** {@code 0x00000377L}, {@code java.naming.security.credentials} and a sign alone. */
    private static boolean isNumberOrDotted(String value) {
        if (value.length() == 1) {
            return !Character.isLetterOrDigit(value.charAt(0));
        }
        if (value.startsWith("0x")) {
            return value.length() <= LONGEST_NUMBER;
        }
        int points = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            points += c == '.' ? 1 : 0;
            if (!Chars.isLetter(c) && c != '.' && c != '_') {
                return false;
            }
        }
        return points >= 2;
    }

    private static boolean isFile(String value) {
        if (value.startsWith("./") || value.startsWith("../") || value.startsWith("~/")) {
            return true;
        }
        int slash = value.lastIndexOf('/');
        int point = value.lastIndexOf('.');
        int kind = value.length() - point - 1;
        boolean named = slash > 0 && point > slash && kind >= 2 && kind <= 4;
        return named && value.chars().allMatch(c -> (c >= 'a' && c <= 'z') || "/._-".indexOf(c) >= 0);
    }

    /** {@code f"{user}-token"}: the rest is no secret. */
    private static boolean isTemplate(char[] text, int from, int to) {
        char[] rest = new char[to - from];
        int length = 0;
        boolean any = false;
        int i = from;
        while (i < to) {
            int close = text[i] == '{' ? indexOf(text, i, to, "}") : -1;
            if (close > i + 1 && isFilledIn(text, i + 1, close)) {
                any = true;
                i = close + 1;
            } else if (text[i] == '$' && i + 1 < to && (text[i + 1] == '{' || text[i + 1] == '(')) {
                i++;
            } else {
                rest[length++] = text[i++];
            }
        }
        return any && !isRandom(rest, 0, length);
    }

    private static boolean isVariable(char[] text, int from, int to) {
        if (to - from < 2) {
            return false;
        }
        char open = text[from + 1];
        if (open == '{' || open == '(') {
            // The text after ":-" is the default value.
            return text[to - 1] == (open == '{' ? '}' : ')') && indexOf(text, from, to, ":-") < 0;
        }
        if (Chars.isDigit(open)) {
            return to - from == 2;
        }
        int name = from + 1;
        while (name < to && (Chars.isLetter(text[name]) || Chars.isDigit(text[name]) || text[name] == '_')) {
            name++;
        }
        if (name == to && isMixed(text, from + 1, to)) {
            // A secret may begin with this sign too.
            return false;
        }
        boolean member = name > from + 1 && name < to && (text[name] == '[' || Chars.startsWith(text, name, to, "->"));
        return name == to || member;
    }

    private static boolean isMixed(char[] text, int from, int to) {
        boolean upper = false;
        boolean lower = false;
        for (int i = from; i < to; i++) {
            upper |= Chars.isUpper(text[i]);
            lower |= text[i] >= 'a' && text[i] <= 'z';
        }
        return upper && lower && hasDigit(text, from, to);
    }

    /** {@code %s}, {@code %(name)s}. */
    private static boolean isFormat(char[] text, int from, int to) {
        return text[from + 1] == '(' && (text[to - 1] == 's' || text[to - 1] == 'd') && text[to - 2] == ')';
    }

    private static boolean isFiller(char[] text, int from, int to) {
        char first = text[from];
        if (FILLERS.indexOf(first) < 0) {
            return false;
        }
        for (int i = from + 1; i < to; i++) {
            if (text[i] != first) {
                return false;
            }
        }
        return true;
    }

    private static boolean isName(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Chars.isLetter(text[i]) && !Chars.isDigit(text[i]) && text[i] != '_') {
                return false;
            }
        }
        return to > from;
    }

    /** Words that describe the value. */
    private static boolean isLabel(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text[i];
            if (!Chars.isToken(c) && c != ' ' && c != '.') {
                return false;
            }
        }
        return to > from && !isRandom(text, from, to);
    }

    /** The fields of format strings: {@code {token}}, {@code {token[:4]}}. */
    private static boolean isFilledIn(char[] text, int from, int to) {
        int i = from;
        while (i < to && (Chars.isToken(text[i]) || text[i] == '.' || text[i] == ' ')) {
            i++;
        }
        boolean name = !isRandom(text, from, i) || !hasDigit(text, from, i);
        return name && (i == to || text[i] == '[' || text[i] == '(' || text[i] == '!' || text[i] == ':');
    }

    /** {@code os.environ[...]}, {@code getToken()}, {@code self.password}, {@code Optional[str]}. */
    private static boolean isReference(String value, SecretNames names) {
        int i = 0;
        if (value.startsWith("[]")) {
            i = 2;
        }
        while (i < value.length() && "*&!".indexOf(value.charAt(i)) >= 0) {
            i++;
        }
        int part = i;
        String owner = "";
        while (i < value.length()) {
            char c = value.charAt(i);
            if (Chars.isLetter(c) || c == '_' || c == '#' || (i > part && Chars.isDigit(c))) {
                i++;
            } else if (i > part && (c == '(' || c == '[' || c == '{')) {
                return true;
            } else if (i > part && c == '!' && i == value.length() - 1) {
                break;
            } else if (i > part && (c == '.' || value.startsWith("->", i) || value.startsWith("::", i))) {
                owner = owner.isEmpty() ? value.substring(0, i) : owner;
                i += c == '.' ? 1 : 2;
                part = i;
            } else {
                return false;
            }
        }
        if (i == part) {
            return false;
        }
        boolean owned = OWNERS.contains(owner.toLowerCase(Locale.ROOT));
        boolean digit = hasDigit(value.toCharArray(), part, i);
        return owned || (!digit && names.secrecy(value.substring(part)) != NameSecrecy.NONE);
    }

    /** Whether a text looks random: no word, no sentence, no path. */
    static boolean isRandom(char[] text, int from, int to) {
        int length = to - from;
        if (length < SHORTEST_RANDOM || text[from] == '#' || isPath(text, from, to)) {
            return false;
        }
        if (length > LONGEST_WORD) {
            return true;
        }
        boolean digit = false;
        boolean upper = false;
        boolean lower = false;
        for (int i = from; i < to; i++) {
            char c = text[i];
            if (c <= ' ' || c > '~' || isEscapedLetter(text, i, to) || isRedacted(text, i, to)) {
                return false;
            }
            digit |= Chars.isDigit(c);
            upper |= Chars.isUpper(c);
            lower |= c >= 'a' && c <= 'z';
        }
        return (digit && (upper || lower)) || (length >= LONG_RANDOM && upper && lower);
    }

    /** The JSON escape of a letter outside ASCII, as in tokens of language models. */
    private static boolean isEscapedLetter(char[] text, int at, int to) {
        return text[at] == '\\'
                && at + 5 < to
                && text[at + 1] == 'u'
                && Chars.isHex(text[at + 2])
                && (text[at + 2] != '0' || text[at + 3] != '0');
    }

    /** A redacted text would look random only because of the replacement. */
    private static boolean isRedacted(char[] text, int at, int to) {
        return text[at] == '[' && Chars.startsWith(text, at, to, RedactionRules.REPLACEMENT);
    }

    /** Whether a text looks generated: long, and without the separators of words and ids. */
    static boolean isGenerated(char[] text, int from, int to) {
        if (to - from < SHORTEST_GENERATED || to - from > LONGEST_WORD || isPath(text, from, to)) {
            return false;
        }
        int run = from;
        boolean base64 = text[to - 1] == '=' || indexOf(text, from, to, "+") >= 0;
        boolean digit = false;
        boolean letter = false;
        boolean found = false;
        for (int i = from; i < to; i++) {
            char c = text[i];
            if (Chars.isLetter(c) || Chars.isDigit(c) || (base64 && (c == '+' || c == '/' || c == '='))) {
                digit |= Chars.isDigit(c);
                letter |= Chars.isLetter(c);
                found |= i + 1 - run >= SHORTEST_GENERATED && digit && letter;
            } else if ("+/=_-.~%:".indexOf(c) >= 0) {
                run = i + 1;
                digit = false;
                letter = false;
            } else {
                return false;
            }
        }
        return found;
    }

    static boolean isPath(char[] text, int from, int to) {
        char first = text[from];
        return first == '/'
                || first == '~'
                || (first == '.' && to - from > 1 && (text[from + 1] == '/' || text[from + 1] == '.'))
                || (to - from > 2 && Chars.isLetter(first) && text[from + 1] == ':' && isSlash(text[from + 2]));
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }

    private static boolean hasDigit(char[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (Chars.isDigit(text[i])) {
                return true;
            }
        }
        return false;
    }

    private static int indexOf(char[] text, int from, int to, String what) {
        for (int i = from; i <= to - what.length(); i++) {
            if (Chars.startsWith(text, i, to, what)) {
                return i;
            }
        }
        return -1;
    }
}
