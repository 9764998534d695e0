package io.conclave.chaos;

import java.util.List;
import java.util.stream.Collectors;

/** Whom a deed is done to, all at once. */
public record Targets(List<Selector> selectors) {
  public Targets {
    selectors = List.copyOf(selectors);
  }

  static Targets of(Selector... selectors) {
    return new Targets(List.of(selectors));
  }

  @Override
  public String toString() {
    return selectors.stream().map(Targets::word).collect(Collectors.joining(" + "));
  }

  private static String word(Selector selector) {
    if (selector instanceof Selector.Part part) {
      return part.word();
    }
    if (selector instanceof Selector.Standby standby) {
      return "standby-" + standby.number();
    }
    if (selector instanceof Selector.InRegion in) {
      return "region-" + in.region();
    }
    return ((Selector.Named) selector).service();
  }
}
