package io.syncguard.examples.orders;

import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;

/** Starts a Redis, a SQL database, and the application twice, and ends them all with Ctrl-C. The README says what to look at. */
final class TwoProcesses {
    private TwoProcesses() {}

    public static void main(String[] args) throws Exception {
        try (LocalServers servers = new LocalServers();
                ApplicationProcess first = start(servers, 8080);
                ApplicationProcess second = start(servers, 8081)) {
            first.awaitExit();
        }
    }

    private static ApplicationProcess start(LocalServers servers, int port) throws Exception {
        List<String> arguments = new ArrayList<>(servers.properties());
        arguments.add("--server.port=" + port);
        return ApplicationProcess.start(OrdersApplication.class, Redirect.INHERIT, arguments);
    }
}
