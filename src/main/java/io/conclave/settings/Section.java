package io.conclave.settings;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One {@code { … }} of the file. Each reader method notes what is wrong and then answers empty, so that reading goes on;
 * {@link #close} notes the keys that nobody asked for.
 */
public final class Section implements AutoCloseable {
  private final ConfigObject object;
  private final String path;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();

  Section(ConfigObject object, String path, Problems problems) {
    this.object = object;
    this.path = path;
    this.problems = problems;
    problems.locate(path, object.origin());
    object.forEach((key, value) -> problems.locate(path(key), value.origin()));
  }

  /**
   * The root of a file; close it to note the keys that nobody asked for.
   *
   * @throws SettingsException when the file cannot be read, or is no HOCON
   */
  public static Section ofFile(Path file, Problems problems) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw problems.fatal("", "must be a readable file");
    }
    try {
      ConfigParseOptions strict = ConfigParseOptions.defaults().setAllowMissing(false);
      return new Section(
          ConfigFactory.parseFile(file.toFile(), strict)
              .resolve(ConfigResolveOptions.noSystem())
              .root(),
          "",
          problems);
    } catch (ConfigException wrong) {
      throw problems.fatal(wrong.getMessage(), "must be HOCON");
    }
  }

  /** The keys that are there. */
  public Set<String> keys() {
    return Set.copyOf(object.keySet());
  }

  /** Whether the key is there and a section. */
  public boolean isSection(String key) {
    return object.get(key) instanceof ConfigObject;
  }

  /** {@code true} or {@code false}, if it is there. */
  public Optional<Boolean> flag(String key) {
    return has(key)
        ? parsed(key, "true or false", text -> {
          if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("must be true or false");
          }
          return Boolean.valueOf(text);
        })
        : Optional.empty();
  }

  /** One text, or a list of them. */
  public Optional<List<String>> oneOrMore(String key, String what) {
    return find(key).filter(ConfigList.class::isInstance).isPresent()
        ? texts(key, what)
        : text(key, what).map(List::of);
  }

  /** Full path of this section in the file; empty for the root. */
  public String path() {
    return path;
  }

  /** Full path of one of its keys. */
  public String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** The value, if the file has it. */
  private Optional<ConfigValue> find(String key) {
    known.add(key);
    return Optional.ofNullable(object.get(key))
        .filter(value -> value.valueType() != ConfigValueType.NULL);
  }

  private Optional<ConfigValue> require(String key, String what) {
    Optional<ConfigValue> value = find(key);
    if (value.isEmpty()) {
      problems.error(path(key), "", "is missing; must be " + what);
    }
    return value;
  }

  private <T> Optional<T> wrong(String key, Object value, String allowed) {
    problems.error(path(key), value, allowed);
    return Optional.empty();
  }

  /** Whether the file has the key. */
  public boolean has(String key) {
    return find(key).isPresent();
  }

  /** A text; a number is taken as it is written. */
  public Optional<String> text(String key, String what) {
    return require(key, what).flatMap(value -> scalar(key, value, what));
  }

  public Optional<String> text(String key, String what, String otherwise) {
    return has(key) ? text(key, what) : Optional.of(otherwise);
  }

  private Optional<String> scalar(String key, ConfigValue value, String what) {
    return switch (value.valueType()) {
      case STRING, NUMBER, BOOLEAN -> Optional.of(String.valueOf(value.unwrapped()));
      default -> wrong(key, describe(value), "must be " + what);
    };
  }

  /** A text that is turned into a value by a constructor that says what it allows. */
  public <T> Optional<T> parsed(String key, String what, Function<String, T> parse) {
    return text(key, what).flatMap(text -> parse(key, text, parse));
  }

  public <T> Optional<T> parsed(
      String key, String what, String otherwise, Function<String, T> parse) {
    return text(key, what, otherwise).flatMap(text -> parse(key, text, parse));
  }

  private <T> Optional<T> parse(String key, String text, Function<String, T> parse) {
    try {
      return Optional.of(parse.apply(text));
    } catch (IllegalArgumentException refused) {
      return wrong(key, text, refused.getMessage());
    }
  }

  /** One of an enum's constants, written in lower case with hyphens. */
  public <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    return text(key, oneOf(type)).flatMap(text -> constant(key, text, type));
  }

  public <E extends Enum<E>> Optional<E> choice(String key, Class<E> type, E otherwise) {
    return has(key) ? choice(key, type) : Optional.of(otherwise);
  }

  private <E extends Enum<E>> Optional<E> constant(String key, String text, Class<E> type) {
    Optional<E> found = Arrays.stream(type.getEnumConstants())
        .filter(constant -> lowerCase(constant).equals(text))
        .findFirst();
    return found.isPresent()
        ? found
        : wrong(key, text, "must be " + oneOf(type) + Nearest.hint(text, names(type)));
  }

  public <E extends Enum<E>> Optional<List<E>> choices(String key, Class<E> type) {
    Optional<List<String>> texts = texts(key, "a list of " + String.join(", ", names(type)));
    List<E> constants = texts.stream()
        .flatMap(List::stream)
        .flatMap(text -> constant(key, text, type).stream())
        .toList();
    return texts.filter(all -> all.size() == constants.size()).map(all -> constants);
  }

  static <E extends Enum<E>> List<String> names(Class<E> type) {
    return Arrays.stream(type.getEnumConstants()).map(Section::lowerCase).toList();
  }

  static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <E extends Enum<E>> String oneOf(Class<E> type) {
    return "one of " + String.join(", ", names(type));
  }

  /** A whole number within bounds, written as a number or (from an environment variable) as a text. */
  public Optional<Integer> integer(String key, int least, int most) {
    String what = "a whole number from %d to %d".formatted(least, most);
    return text(key, what).flatMap(text -> {
      try {
        int number = Integer.parseInt(text);
        return number >= least && number <= most
            ? Optional.of(number)
            : wrong(key, text, "must be " + what);
      } catch (NumberFormatException notWhole) {
        return wrong(key, text, "must be " + what);
      }
    });
  }

  public Optional<Integer> integer(String key, int least, int most, int otherwise) {
    return has(key) ? integer(key, least, most) : Optional.of(otherwise);
  }

  /** A duration above zero in ms, written as HOCON does: 500ms, 2s, 1 minute. */
  public Optional<Long> millis(String key, long otherwise) {
    String what = "must be a duration above zero, such as 500ms or 2s";
    return find(key)
        .map(value -> {
          try {
            long millis = value.atKey("it").getDuration("it").toMillis();
            return millis > 0
                ? Optional.of(millis)
                : this.<Long>wrong(key, value.unwrapped(), what);
          } catch (ConfigException notDuration) {
            return this.<Long>wrong(key, describe(value), what);
          }
        })
        .orElse(Optional.of(otherwise));
  }

  /** A list of texts. */
  public Optional<List<String>> texts(String key, String what) {
    return list(key, what).flatMap(values -> {
      List<String> texts =
          values.stream().flatMap(value -> scalar(key, value, what).stream()).toList();
      return texts.size() == values.size() ? Optional.of(texts) : Optional.empty();
    });
  }

  /** A list of texts, each turned into a value by a constructor that says what it allows; empty if one is refused. */
  <T> Optional<List<T>> textsOf(String key, String what, Function<String, T> parse) {
    return texts(key, what).flatMap(texts -> {
      List<T> values =
          texts.stream().flatMap(text -> parse(key, text, parse).stream()).toList();
      return values.size() == texts.size() ? Optional.of(values) : Optional.empty();
    });
  }

  /** A list of sections; those that are none are noted. */
  public List<Section> sections(String key, String what) {
    List<ConfigValue> values = list(key, what).orElse(List.of());
    List<Section> sections = new ArrayList<>();
    IntStream.range(0, values.size())
        .forEach(i -> child("%s[%d]".formatted(key, i), values.get(i)).ifPresent(sections::add));
    return sections;
  }

  private Optional<List<ConfigValue>> list(String key, String what) {
    return require(key, what).flatMap(value -> {
      if (!(value instanceof ConfigList list)) {
        return wrong(key, describe(value), "must be " + what);
      }
      return list.isEmpty()
          ? wrong(key, "[]", "must not be empty")
          : Optional.of(List.copyOf(list));
    });
  }

  /** A section that must be there. */
  public Optional<Section> section(String key, String what) {
    return require(key, what).flatMap(value -> child(key, value));
  }

  /** A section that may be left out: then an empty one. */
  public Section sectionOrEmpty(String key) {
    ConfigObject empty = ConfigFactory.empty().root();
    return find(key)
        .flatMap(value -> child(key, value))
        .orElseGet(() -> new Section(empty, path(key), problems));
  }

  private Optional<Section> child(String key, ConfigValue value) {
    problems.locate(path(key), value.origin());
    return value instanceof ConfigObject child
        ? Optional.of(new Section(child, path(key), problems))
        : wrong(key, describe(value), "must be a section { … }");
  }

  /** All scalar values below this section by their dotted keys: settings of a server. */
  Map<String, String> flattened() {
    TreeMap<String, String> flat = new TreeMap<>();
    object.forEach((key, value) -> {
      known.add(key);
      if (value instanceof ConfigObject child) {
        new Section(child, path(key), problems)
            .flattened()
            .forEach((below, text) -> flat.put(key + "." + below, text));
      } else {
        scalar(key, value, "a text, a number or a boolean").ifPresent(text -> flat.put(key, text));
      }
    });
    return flat;
  }

  /** Notes the keys that nobody asked for. */
  @Override
  public void close() {
    object.forEach((key, value) -> {
      if (!known.contains(key)) {
        problems.error(
            path(key),
            describe(value),
            "is unknown" + Nearest.hint(key, known) + "; known here: " + String.join(", ", known));
      }
    });
  }

  private static String describe(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> "{ … }";
      case LIST -> "[ … ]";
      default -> String.valueOf(value.unwrapped());
    };
  }
}
