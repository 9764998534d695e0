package io.conclave.mutation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The cores and the simulator with some sources patched: compiled in memory, and loaded apart from the program's own. Nothing
 * of it is ever on disk.
 */
final class TestBuild extends ClassLoader {
  /** By the begin of their names; the last one plays histories of the others, and knows them by name. */
  private static final List<String> APART =
      List.of("io.conclave.core.", "io.conclave.simulator.", "io.conclave.cli.FailingHistory");

  private final Map<String, byte[]> patched;

  private TestBuild(Map<String, byte[]> patched) {
    super(TestBuild.class.getClassLoader());
    this.patched = patched;
  }

  /**
   * @throws IllegalStateException when a patch does not fit its source, or the result does not compile
   */
  static TestBuild of(List<Patch> patches) {
    Map<String, String> sources = new LinkedHashMap<>();
    for (Patch patch : patches) {
      sources.put(
          patch.type(), patch.appliedTo(sources.getOrDefault(patch.type(), patch.source())));
    }
    return new TestBuild(sources.isEmpty() ? Map.of() : compile(sources));
  }

  /** Calls a static method that shares no type with its caller but those of the JDK. */
  @SuppressWarnings("unchecked")
  List<String> call(String type, String method, Object... arguments) {
    try {
      for (var candidate : loadClass(type).getMethods()) {
        if (candidate.getName().equals(method)
            && candidate.getParameterCount() == arguments.length) {
          return (List<String>) candidate.invoke(null, arguments);
        }
      }
      throw new IllegalStateException("no method " + method + " of " + type);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(type + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot call " + type + "." + method, e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (APART.stream().noneMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes = patched.getOrDefault(name, null);
    if (bytes == null) {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        bytes = in.readAllBytes();
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  // Compiling.

  private static Map<String, byte[]> compile(Map<String, String> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    Map<String, ByteArrayOutputStream> classes = new HashMap<>();
    try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null)) {
      List<JavaFileObject> units = new ArrayList<>();
      sources.forEach((type, text) -> units.add(new Source(type, text)));
      boolean good = compiler
          .getTask(
              messages,
              new InMemory(standard, classes),
              null,
              List.of("-proc:none", "-nowarn", "-classpath", System.getProperty("java.class.path")),
              null,
              units)
          .call();
      if (!good) {
        throw new IllegalStateException("a mutation does not compile:\n" + messages);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, byte[]> bytes = new HashMap<>();
    classes.forEach((name, out) -> bytes.put(name, out.toByteArray()));
    return bytes;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String type, String text) {
      super(URI.create("mutant:///" + type.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes;

    InMemory(JavaFileManager standard, Map<String, ByteArrayOutputStream> classes) {
      super(standard);
      this.classes = classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location,
        String className,
        JavaFileObject.Kind kind,
        javax.tools.FileObject sibling) {
      return new SimpleJavaFileObject(
          URI.create("mutant:///" + className.replace('.', '/') + ".class"), kind) {
        @Override
        public OutputStream openOutputStream() {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          classes.put(className, out);
          return out;
        }
      };
    }
  }
}
