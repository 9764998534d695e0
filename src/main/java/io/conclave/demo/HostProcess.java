package io.conclave.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** The JVM of one host: {@code conclave node}, in a session of its own, so that Ctrl-C reaches the demo alone. */
public final class HostProcess {
  private static final List<String> JVM = List.of(
      "-Xmx64m",
      "-Xss512k",
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "-XX:CompileThresholdScaling=0.1",
      "--add-opens=java.base/java.nio=ALL-UNNAMED",
      "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
  private static final int LOG_LINES = 20;

  private final DemoHost host;
  private final Path configuration;
  private final List<String> jvmOptions;
  private Process process;

  HostProcess(DemoHost host, Path configuration, List<String> jvmOptions) {
    this.host = host;
    this.configuration = configuration;
    this.jvmOptions = List.copyOf(jvmOptions);
  }

  /** What the host is. */
  public DemoHost host() {
    return host;
  }

  synchronized void start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command());
    if (!jvmOptions.isEmpty()) {
      // Of the launcher; a JVM that is started without it has them in its command.
      builder.environment().put("CONCLAVE_JAVA_OPTS", String.join(" ", jvmOptions));
    }
    process = builder
        .directory(host.directory().toFile())
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(host.log().toFile()))
        .start();
  }

  private List<String> command() {
    List<String> command = new ArrayList<>(List.of("setsid"));
    String launcher = System.getProperty("conclave.launcher");
    if (launcher != null) {
      command.add(Path.of(launcher).toAbsolutePath().toString());
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(JVM);
      command.addAll(jvmOptions);
      command.addAll(List.of("-cp", absoluteClassPath(), "io.conclave.Main"));
    }
    command.addAll(List.of("node", "--config", configuration.toString(), "--host", host.name()));
    return command;
  }

  private static String absoluteClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Whether the JVM runs. */
  public synchronized boolean alive() {
    return process != null && process.isAlive();
  }

  /** What the JVM ended with; empty while it runs. */
  public synchronized OptionalInt exitCode() {
    return process == null || process.isAlive()
        ? OptionalInt.empty()
        : OptionalInt.of(process.exitValue());
  }

  /** The JVM and what it has started, servers left out: a launcher may stand before the JVM. */
  public synchronized List<Long> jvmPids() {
    // Servers last: a session that is forked between the two looks must not be taken for a part of
    // the JVM.
    List<Long> all = pids();
    List<Long> servers = ProcessList.pidsUnder(host.dataDirectory());
    return all.stream().filter(pid -> !servers.contains(pid)).toList();
  }

  /** Every process of the host. */
  public synchronized List<Long> pids() {
    Set<Long> pids = new LinkedHashSet<>();
    if (alive()) {
      pids.add(process.pid());
      process.descendants().map(ProcessHandle::pid).forEach(pids::add);
    }
    pids.addAll(ProcessList.pidsUnder(host.directory()));
    return List.copyOf(pids);
  }

  /** The last lines that the JVM has written. */
  String logTail() {
    try {
      List<String> lines = Files.readAllLines(host.log());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      return "(" + host.log() + " cannot be read: " + e.getMessage() + ")";
    }
  }
}
