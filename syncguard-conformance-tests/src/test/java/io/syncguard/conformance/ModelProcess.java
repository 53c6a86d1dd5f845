package io.syncguard.conformance;

import java.time.Duration;

/** A process with a backend on a model server, which is in this process. Killing it cuts its backend off without closing it. */
final class ModelProcess implements ClientProcess {
    private final ModelBackend backend;
    private final ClientCommands commands;

    ModelProcess(ModelBackend backend, View view, Duration clockAhead) {
        this.backend = backend;
        this.commands = new ClientCommands(view.of(backend), () -> System.currentTimeMillis() + clockAhead.toMillis());
    }

    @Override
    public String does(String command) {
        return commands.answer(command);
    }

    @Override
    public void kill() {
        backend.die();
    }

    @Override
    public void close() {
        if (backend.isDead()) {
            // Its threads alone, which would end with a process.
            backend.async().close();
        } else {
            commands.close();
        }
    }
}
