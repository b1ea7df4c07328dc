package dev.sentinel.audit.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The numbers of the guide "Security": how many secrets are found, and how much is hidden without need. */
final class RecallTest {
    /** What a secret of any form may stand in. {@code %s} is the secret. */
    private static final List<String> CARRIERS = List.of(
            "%s",
            "it is %s.",
            "(%s)",
            "\"%s\"",
            "'%s'",
            "{\"note\":\"%s\"}",
            "{\\\"note\\\":\\\"%s\\\"}",
            "{\\\\\\\"note\\\\\\\":\\\\\\\"%s\\\\\\\"}",
            "line one\\n%s\\nline three",
            "line one\n%s\nline three",
            "a\\t%s",
            "x\\u0022%s\\u0022",
            "https://h/x?q=%s&r=1",
            "https://h/x?q%%3D%s%%26r",
            "q=%%20%s",
            "\u001b[32m%s\u001b[0m",
            "\\u001b[1;31m%s\\u001b[0m",
            "2026-11-02 INFO got %s from u",
            "[%s, 1]",
            "<b>%s</b>",
            "a,%s,b",
            "`%s`");

    /** Notations that give a value to a name. */
    private static final List<String> NOTATIONS = List.of(
            "%s=%s",
            "export %s=%s\n",
            "%s = '%s'",
            "%s=\"%s\" next=1",
            "{\"%s\": \"%s\", \"n\": 1}",
            "{\\\"%s\\\":\\\"%s\\\",\\\"n\\\":1}",
            "{\\\\\\\"%s\\\\\\\":\\\\\\\"%s\\\\\\\"}",
            "{'%s': '%s'}",
            "{'%s': b'%s'}",
            "'%s' => '%s',",
            "%s := \"%s\"",
            "%s: \"%s\"",
            "%s: str = \"%s\"",
            "a\n%s: %s\nb: 1",
            "a\\n%s: %s\\nb: 1",
            "https://h/?x=1&%s=%s&y=2",
            "%%22%s%%22%%3A%%22%s%%22",
            "%s%%3D%s%%26y%%3D2",
            "<%1$s>%2$s</%1$s>",
            "<a %s=\"%s\"/>",
            "tool --%s %s -v",
            "tool --%s=%s -v",
            "[\"tool\",\"--%s\",\"%s\"]",
            "{\"name\":\"%s\",\"value\":\"%s\"}",
            "{\"value\":\"%2$s\",\"name\":\"%1$s\"}",
            "<add key=\"%s\" value=\"%s\"/>",
            "user[%s]=%s&x=1",
            "d['%s'] = '%s'",
            "a=1;%s=%s;b=2");

    private static final List<String> NAMES = List.of(
            "password",
            "DB_PASSWORD",
            "userPassword",
            "secret",
            "client_secret",
            "apiKey",
            "x-api-key",
            "access_token",
            "GITHUB_TOKEN",
            "private_key",
            "credential",
            "passphrase");

    private static final List<String> VALUES =
            List.of("hunter2secret", "aB3$dE6fGh", "correct-horse-battery-9", "0123456789abcdef", "Zm9vYmFyYmF6cXV4MQ");

    private final ShapeScanner scanner =
            new ShapeScanner(new SecretNames(List.of(), List.of()), Shapes.BUILT_IN, false);

    /** Every shape of the table in every carrier; every name in every notation with every value. */
    @Test
    void recall_crossProduct_isAlmostComplete(TestReporter reporter) {
        List<String> missed = new ArrayList<>();
        int all = 0;
        for (String line : RuleFiles.SHAPES) {
            String[] columns = line.split("\t", -1);
            for (String carrier : CARRIERS) {
                all++;
                check(String.format(carrier, columns[0] + columns[7]), columns[7], missed);
            }
        }
        for (String notation : NOTATIONS) {
            for (String name : NAMES) {
                for (String value : VALUES) {
                    all++;
                    check(String.format(notation, name, value), value, missed);
                }
            }
        }
        publish(reporter, "recall of the cross product", all - missed.size(), all);
        assertThat(missed).as("of %s", all).hasSizeLessThanOrEqualTo(all / 100);
    }

    @Test
    void recall_collectedSecrets_isNoLessThanBefore(TestReporter reporter) {
        List<String> missed = new ArrayList<>();
        List<String> secrets = Corpus.collectedSecrets();
        for (String marked : secrets) {
            if (isMissed(marked)) {
                missed.add(marked);
            }
        }
        publish(reporter, "recall of the collection", secrets.size() - missed.size(), secrets.size());
        assertThat(missed).as("of %s", secrets.size()).hasSizeLessThanOrEqualTo(secrets.size() * 3 / 100);
    }

    @Test
    void falseAlarms_innocents_areFew(TestReporter reporter) {
        List<String> innocents = new ArrayList<>(Corpus.innocents());
        innocents.addAll(Corpus.collectedInnocents());
        List<String> hidden =
                innocents.stream().filter(text -> clean(text) != null).toList();
        publish(reporter, "false alarms", hidden.size(), innocents.size());
        assertThat(hidden).as("of %s", innocents.size()).hasSizeLessThanOrEqualTo(innocents.size() / 200);
    }

    /** What the server has redacted, it redacts no further: a client may have done it before. */
    @Test
    void clean_cleanedText_staysAlmostAlways() {
        List<String> changed = new ArrayList<>();
        List<String> secrets = new ArrayList<>(Corpus.secrets());
        secrets.addAll(Corpus.collectedSecrets());
        for (String marked : secrets) {
            String once = clean(Corpus.unmarked(marked));
            if (once != null && clean(once) != null && !once.equals(clean(once))) {
                changed.add(once);
            }
        }
        assertThat(changed).as("of %s", secrets.size()).hasSizeLessThanOrEqualTo(2);
    }

    private void check(String text, String secret, List<String> missed) {
        String clean = clean(text);
        if (clean == null || clean.contains(secret)) {
            missed.add(text);
        }
    }

    /** Whether any character of a marked part stays. */
    private boolean isMissed(String marked) {
        String text = Corpus.unmarked(marked);
        clean(text);
        int at = 0;
        boolean secret = false;
        for (int i = 0; i < marked.length(); i++) {
            char c = marked.charAt(i);
            if (c == '«' || c == '»') {
                secret = c == '«';
            } else if (secret && !scanner.found().covers(1 + at++)) {
                return true;
            } else {
                at += secret ? 0 : 1;
            }
        }
        return false;
    }

    private String clean(String text) {
        return scanner.clean(("\"" + text + "\"").toCharArray(), 1, 1 + text.length());
    }

    private static void publish(TestReporter reporter, String what, int part, int all) {
        String line =
                String.format(Locale.ROOT, "redaction: %s %,d of %,d (%.2f %%)", what, part, all, 100.0 * part / all);
        reporter.publishEntry(line);
        System.out.println(line);
    }
}
