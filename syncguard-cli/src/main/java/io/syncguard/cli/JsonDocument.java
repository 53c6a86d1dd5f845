package io.syncguard.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes and writes objects of JSON. Stateless. */
final class JsonDocument {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonDocument() {}

    static ObjectNode empty() {
        return JSON.createObjectNode();
    }

    /** Returns the object in one line. */
    static String line(ObjectNode document) {
        return document.toString();
    }

    /** Returns the object in lines for people. */
    static String text(ObjectNode document) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that cannot be written", e);
        }
    }
}
