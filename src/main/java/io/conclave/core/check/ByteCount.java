package io.conclave.core.check;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as PostgreSQL's users write it: {@code 1048576}, {@code 16kB}, {@code 64MB}, {@code 1.5GB}. */
public final class ByteCount {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,6})?) ?([a-z]*)");

  /** Multiples of 1024, as in PostgreSQL. */
  private static final Map<String, Integer> SHIFTS =
      Map.of("", 0, "b", 0, "kb", 10, "mb", 20, "gb", 30, "tb", 40);

  private ByteCount() {}

  /** Empty when the text has another form; what is too large for a long is the largest long. */
  public static Optional<Long> parse(String text) {
    Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches() || !SHIFTS.containsKey(matcher.group(2))) {
      return Optional.empty();
    }
    // Too large a double becomes the largest long.
    double count = Double.parseDouble(matcher.group(1));
    return Optional.of((long) (count * (1L << SHIFTS.get(matcher.group(2)))));
  }
}
