package dev.sentinel.audit.failure;

import java.net.BindException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Errors of sockets, which the JDK's transport and the native one report differently. */
public final class SocketError {
    /** {@code bind(..) failed with error(-98): Address already in use}. */
    private static final Pattern NATIVE =
            Pattern.compile("(\\w+)\\(\\.\\.\\) failed with error\\(-\\d+\\): (.*)", Pattern.DOTALL);

    private SocketError() {}

    /** Whether a server cannot listen on its address. */
    public static boolean isOfBinding(Throwable cause) {
        Matcher message = of(cause);
        return cause instanceof BindException
                || (message != null && message.group(1).equals("bind"));
    }

    /** What the operating system says; null if the exception says nothing. */
    public static @Nullable String reason(Throwable cause) {
        Matcher message = of(cause);
        return message == null ? cause.getMessage() : message.group(2);
    }

    private static @Nullable Matcher of(Throwable cause) {
        String text = cause.getMessage();
        Matcher message = text == null ? null : NATIVE.matcher(text);
        return message != null && message.matches() ? message : null;
    }
}
