package io.conclave.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that was probably meant. */
final class Nearest {
  private Nearest() {}

  /** The candidate that the word is the beginning of, or the one that differs least, if by no more than a third. */
  static Optional<String> to(String word, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> difference(word, candidate)))
        .filter(candidate -> difference(word, candidate) <= Math.max(2, word.length() / 3));
  }

  /** " (did you mean …?)", or nothing. */
  static String hint(String word, Collection<String> candidates) {
    return to(word, candidates).map(" (did you mean %s?)"::formatted).orElse("");
  }

  private static int difference(String word, String candidate) {
    return candidate.startsWith(word) ? 0 : distance(word, candidate);
  }

  /** Levenshtein's distance, row by row. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
