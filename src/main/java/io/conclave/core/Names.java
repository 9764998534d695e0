package io.conclave.core;

import java.util.regex.Pattern;

/** The form every name of a cell must have, so that it can stand in SQL identifiers, file names and URLs unquoted. */
public final class Names {
  /** Lower-case letters, digits, '-' and '_', beginning with a letter, 40 characters at most. */
  public static final Pattern FORM = Pattern.compile("[a-z][a-z0-9_-]{0,39}");

  private Names() {}

  static void check(String kind, String value) {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "%s name '%s' must match %s".formatted(kind, value, FORM.pattern()));
    }
  }
}
