package io.conclave.chaos;

import io.conclave.chaos.Selector.Part;
import io.conclave.chaos.Service.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds whom a scenario means. */
final class Selection {
  private final Picture picture;

  Selection(Picture picture) {
    this.picture = picture;
  }

  /**
   * All who are meant, each once.
   *
   * @throws ChaosException when a selector means nobody
   */
  List<Service> of(Targets targets) throws ChaosException {
    List<Service> chosen = new ArrayList<>();
    for (Selector selector : targets.selectors()) {
      chosen.addAll(of(selector));
    }
    return chosen.stream().distinct().toList();
  }

  private List<Service> of(Selector selector) throws ChaosException {
    List<Service> chosen = choose(selector);
    if (chosen.isEmpty()) {
      throw new ChaosException(
          "%s means nobody: primary %s, coordinator %s, virtual address %s; services %s"
              .formatted(
                  Targets.of(selector),
                  picture.primary().orElse("unknown"),
                  picture.coordinator().orElse("unknown"),
                  picture.addressHolder().orElse("nowhere"),
                  picture.services().stream()
                      .map(Service::name)
                      .collect(Collectors.joining(", "))));
    }
    return chosen;
  }

  private List<Service> choose(Selector selector) {
    if (selector instanceof Part part) {
      return choose(part);
    }
    if (selector instanceof Selector.Standby standby) {
      return standbys().stream().skip(standby.number() - 1L).limit(1).toList();
    }
    if (selector instanceof Selector.InRegion in) {
      return all(s -> s.region().equals(in.region()));
    }
    return named(Optional.of(((Selector.Named) selector).service()));
  }

  private List<Service> choose(Part part) {
    return switch (part) {
      case PRIMARY -> named(picture.primary());
      case MEMBERS -> all(s -> s.is(Kind.MEMBER));
      case STANDBYS -> standbys();
      case REPLICAS -> all(s -> s.is(Kind.REPLICA));
      case SENTINELS -> all(s -> s.is(Kind.SENTINEL));
      case COORDINATOR -> named(picture.coordinator());
      case EDGES -> all(s -> s.is(Kind.EDGE));
      case ADDRESS_HOLDER -> named(picture.addressHolder());
      case ROUTER -> all(s -> s.is(Kind.ROUTER));
      case PRIMARY_REGION ->
        named(picture.primary()).stream()
            .flatMap(primary -> all(s -> s.region().equals(primary.region())).stream())
            .toList();
      case EVERYBODY -> all(s -> !s.is(Kind.ROUTER));
    };
  }

  private List<Service> standbys() {
    return all(s -> s.is(Kind.MEMBER) && !picture.primary().equals(Optional.of(s.name())));
  }

  private List<Service> named(Optional<String> name) {
    return all(s -> name.equals(Optional.of(s.name())));
  }

  private List<Service> all(Predicate<Service> which) {
    return picture.services().stream().filter(which).toList();
  }
}
