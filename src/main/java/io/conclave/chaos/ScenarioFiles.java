package io.conclave.chaos;

import io.conclave.settings.Problem;
import io.conclave.settings.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The scenarios of a directory. */
final class ScenarioFiles {
  private final Path directory;

  ScenarioFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * The scenarios of these names, in this order; all of the directory by name when there is none.
   *
   * @param smoke the short set alone; of no meaning with names
   * @throws SettingsException with everything that is wrong in any of them
   * @throws IllegalArgumentException when a name is none
   */
  List<Scenario> read(List<String> names, boolean smoke) {
    List<String> all = names();
    for (String name : names) {
      if (!all.contains(name)) {
        throw new IllegalArgumentException("there is no scenario '%s' in %s; there are %s"
            .formatted(name, directory, String.join(", ", all)));
      }
    }
    List<Scenario> scenarios = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (String name : names.isEmpty() ? all : names) {
      try {
        scenarios.add(ScenarioSettings.read(directory.resolve(name + ScenarioSettings.SUFFIX)));
      } catch (SettingsException wrong) {
        problems.addAll(wrong.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return scenarios.stream()
        .filter(s -> !names.isEmpty() || !smoke || s.smoke())
        .toList();
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ScenarioSettings.SUFFIX))
          .map(name -> name.substring(0, name.length() - ScenarioSettings.SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the scenarios in " + directory + " cannot be read", e);
    }
  }
}
