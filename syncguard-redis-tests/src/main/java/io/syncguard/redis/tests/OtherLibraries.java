package io.syncguard.redis.tests;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Loads a module and the libraries of its client once more, as if these were of another version (RDS-27). */
public final class OtherLibraries extends ClassLoader {
    private final List<String> packages;
    private final String absent;
    private final String artifact;
    private final String version;

    /**
     * @param packages what the names of the classes begin with that are loaded once more
     * @param absent the name of a class that the other version does not have
     * @param artifact whose version is another, as {@code group/artifact}
     */
    public OtherLibraries(List<String> packages, String absent, String artifact, String version) {
        super(OtherLibraries.class.getClassLoader());
        this.packages = packages;
        this.absent = absent;
        this.artifact = artifact;
        this.version = version;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (packages.stream().noneMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        if (name.equals(absent)) {
            throw new ClassNotFoundException(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        URL file = getResource(name.replace('.', '/') + ".class");
        if (file == null) {
            throw new ClassNotFoundException(name);
        }
        try (InputStream in = file.openStream()) {
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    @Override
    public InputStream getResourceAsStream(String name) {
        return name.equals("META-INF/maven/" + artifact + "/pom.properties")
                ? new ByteArrayInputStream(("version=" + version).getBytes(StandardCharsets.ISO_8859_1))
                : super.getResourceAsStream(name);
    }
}
