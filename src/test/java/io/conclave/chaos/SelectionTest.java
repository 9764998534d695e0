package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.chaos.Service.Kind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {
  private static final List<Service> SERVICES = List.of(
      service("us-db-1", Kind.MEMBER, "us"),
      service("us-db-2", Kind.MEMBER, "us"),
      service("eu-db-1", Kind.MEMBER, "eu"),
      service("ap-db-1", Kind.MEMBER, "ap"),
      service("eu-rr-1", Kind.REPLICA, "eu"),
      service("us-sentinel-1", Kind.SENTINEL, "us"),
      service("eu-sentinel-1", Kind.SENTINEL, "eu"),
      service("us-edge-1", Kind.EDGE, "us"),
      service("us-edge-2", Kind.EDGE, "us"),
      service("router", Kind.ROUTER, ""));

  private static Service service(String name, Kind kind, String region) {
    return new Service(name, "id-of-" + name, "10.0.0.1", kind, region);
  }

  private static Picture picture(String primary) {
    return new Picture(
        SERVICES, Optional.of(primary), Optional.of("eu-sentinel-1"), Optional.of("us-edge-2"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      primary           | eu-db-1
      members           | us-db-1 us-db-2 eu-db-1 ap-db-1
      standbys          | us-db-1 us-db-2 ap-db-1
      standby-1         | us-db-1
      standby-3         | ap-db-1
      replicas          | eu-rr-1
      sentinels         | us-sentinel-1 eu-sentinel-1
      coordinator       | eu-sentinel-1
      edges             | us-edge-1 us-edge-2
      address-holder    | us-edge-2
      router            | router
      primary-region    | eu-db-1 eu-rr-1 eu-sentinel-1
      region-ap         | ap-db-1
      us-edge-1         | us-edge-1
      primary eu-db-1   | eu-db-1
      primary standby-2 | eu-db-1 us-db-2
      """)
  void findsWhoIsMeantWhenThePrimaryIsInEurope(String words, String names) throws ChaosException {
    Targets targets =
        new Targets(Stream.of(words.split(" ")).map(Selector::parse).toList());
    List<Service> chosen = new Selection(picture("eu-db-1")).of(targets);
    assertEquals(names, String.join(" ", chosen.stream().map(Service::name).toList()));
  }

  @Test
  void everybodyIsNotTheRouter() throws ChaosException {
    List<Service> chosen =
        new Selection(picture("us-db-1")).of(Targets.of(Selector.Part.EVERYBODY));
    assertEquals(SERVICES.subList(0, 9), chosen);
  }

  @Test
  void whoMeansNobodyIsTold() {
    for (String word : List.of("standby-4", "region-moon", "us-db-9")) {
      ChaosException thrown = assertThrows(
          ChaosException.class,
          () -> new Selection(picture("us-db-1")).of(Targets.of(Selector.parse(word))));
      assertTrue(thrown.getMessage().startsWith(word + " means nobody"), thrown::getMessage);
    }
  }
}
