package io.syncguard.conformance;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The views that a class tests: each, unless a parameter names one of them. */
final class ViewsOfRun implements ArgumentsProvider {
    /** The configuration parameter, a view's name in lower case. With a dot and the name of a class it is for that class. Empty is none. */
    static final String PARAMETER = "syncguard.conformance.view";

    @Override
    public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        return Stream.of(parameterFor(context.getRequiredTestClass()), PARAMETER)
                .flatMap(parameter -> context
                        .getConfigurationParameter(parameter)
                        .filter(name -> !name.isBlank())
                        .map(name -> named(name, parameter))
                        .stream())
                .findFirst()
                .map(Stream::of)
                .orElseGet(() -> Arrays.stream(View.values()))
                .map(Arguments::of);
    }

    /** Returns the parameter for a class alone. */
    static String parameterFor(Class<?> suite) {
        return PARAMETER + "." + suite.getName();
    }

    private static View named(String name, String parameter) {
        return Arrays.stream(View.values())
                .filter(view -> parameterOf(view).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the parameter " + parameter + " is '" + name
                        + "': set it to one of " + names() + ", or leave it out to have both views tested"));
    }

    private static String names() {
        return Arrays.stream(View.values()).map(ViewsOfRun::parameterOf).collect(Collectors.joining(", "));
    }

    private static String parameterOf(View view) {
        return view.name().toLowerCase(Locale.ROOT);
    }
}
