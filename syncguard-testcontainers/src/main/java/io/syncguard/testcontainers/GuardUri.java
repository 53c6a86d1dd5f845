package io.syncguard.testcontainers;

/** The URI of a guard for a test. Stateless. */
final class GuardUri {
    private static final String PREFIX = "keyPrefix=";

    private GuardUri() {}

    /**
     * Returns it.
     *
     * @param address the server's, which may have parameters
     * @param client such as {@code jedis}; blank for the only one that there is
     * @param parameters more of them; blank for none
     * @param prefix what keys begin with, unless the parameters say
     */
    static String of(String address, String client, String parameters, String prefix) {
        int scheme = address.indexOf(':');
        boolean named = client.isBlank() || address.substring(0, scheme).contains("+");
        String uri = named ? address : address.substring(0, scheme) + "+" + client + address.substring(scheme);
        String all = with(uri, parameters);
        return all.contains(PREFIX) ? all : with(all, PREFIX + prefix);
    }

    private static String with(String uri, String parameters) {
        return parameters.isBlank() ? uri : uri + (uri.contains("?") ? "&" : "?") + parameters;
    }
}
