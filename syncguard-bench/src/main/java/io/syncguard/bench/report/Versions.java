package io.syncguard.bench.report;

import java.security.CodeSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which versions of other libraries run here. */
public final class Versions {
    private static final Pattern IN_JAR_NAME = Pattern.compile("-(\\d[\\w.]*)\\.jar$");

    private Versions() {}

    /** Returns the version that the name of a class's jar ends with, after a blank; empty if there is none. */
    public static String of(Class<?> type) {
        return Optional.ofNullable(type.getProtectionDomain().getCodeSource())
                .map(CodeSource::getLocation)
                .flatMap(jar -> in(jar.getPath()))
                .map(version -> " " + version)
                .orElse("");
    }

    static Optional<String> in(String jar) {
        Matcher matcher = IN_JAR_NAME.matcher(jar);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
