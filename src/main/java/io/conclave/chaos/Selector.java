package io.conclave.chaos;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whom a deed is done to; found out at the moment of the deed. */
public sealed interface Selector {
  /** By what a host does in the cell at that moment. */
  enum Part implements Selector {
    /** The host of the primary. */
    PRIMARY,
    /** The hosts of all nodes that may be promoted, the primary's among them. */
    MEMBERS,
    /** The same without the primary's. */
    STANDBYS,
    /** The hosts of the read replicas. */
    REPLICAS,
    SENTINELS,
    /** The sentinel where the group's coordinator is. */
    COORDINATOR,
    EDGES,
    /** The edge that holds the virtual address. */
    ADDRESS_HOLDER,
    /** What routes between the regions. */
    ROUTER,
    /** Every host in the primary's region. */
    PRIMARY_REGION,
    /** Every host but the router. */
    EVERYBODY;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * One standby of those that may be promoted.
   *
   * @param number 1 is the first in the order of the configuration
   */
  record Standby(int number) implements Selector {}

  /** Every host of a region. */
  record InRegion(String region) implements Selector {}

  /** A host by the name of its service. */
  record Named(String service) implements Selector {}

  /** What can be written, for messages. */
  String ALLOWED =
      String.join(", ", Arrays.stream(Part.values()).map(Part::word).toList())
          + ", standby-1, region-us or the name of a service such as us-db-1";

  /**
   * Reads a word of a scenario.
   *
   * @throws IllegalArgumentException with what is right
   */
  static Selector parse(String word) {
    Optional<Part> part =
        Arrays.stream(Part.values()).filter(p -> p.word().equals(word)).findFirst();
    if (part.isPresent()) {
      return part.get();
    }
    Matcher standby = Pattern.compile("standby-([1-9])").matcher(word);
    if (standby.matches()) {
      return new Standby(Integer.parseInt(standby.group(1)));
    }
    Matcher region = Pattern.compile("region-([a-z]+)").matcher(word);
    if (region.matches()) {
      return new InRegion(region.group(1));
    }
    // Names of hosts have a region and a number: a word that was misspelt is no name.
    if (word.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*-[0-9]+")) {
      return new Named(word);
    }
    throw new IllegalArgumentException("must be one of " + ALLOWED);
  }
}
