package io.conclave.cli;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Option {@code --url}: the hosts that a command may ask. */
final class Hosts {
  private static final String DEFAULT = "http://127.0.0.1:8558";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--url",
      split = ",",
      paramLabel = "URL",
      description = {
        "HTTP interfaces of hosts, tried in turn.",
        "Default: environment variable CONCLAVE_URL, else the demo that runs on this machine, else "
            + DEFAULT + "."
      })
  private List<String> urls;

  /** The hosts to ask, in order. */
  ControlPlane connect() {
    if (urls != null) {
      return new ControlPlane(urls.stream().map(this::uri).toList());
    }
    Optional<String> environment =
        Optional.ofNullable(System.getenv("CONCLAVE_URL")).filter(text -> !text.isBlank());
    if (environment.isPresent()) {
      return new ControlPlane(
          Arrays.stream(environment.get().split(",")).map(this::uri).toList());
    }
    return new ControlPlane(
        RunningDemo.find().map(RunningDemo::urls).orElse(List.of(URI.create(DEFAULT))));
  }

  private URI uri(String text) {
    try {
      URI uri = URI.create(text.strip());
      if (List.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException notUri) {
      throw new ParameterException(command.commandLine(), sentence(text), notUri);
    }
    throw new ParameterException(command.commandLine(), sentence(text));
  }

  private static String sentence(String text) {
    return "'%s' must be a URL such as %s".formatted(text, DEFAULT);
  }
}
