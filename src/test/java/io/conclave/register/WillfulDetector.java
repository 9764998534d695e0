package io.conclave.register;

import akka.event.EventStream;
import akka.remote.PhiAccrualFailureDetector;
import com.typesafe.config.Config;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Akka's failure detector, but that a test may tell it whom to find unreachable. Named in the configuration of a test. */
public final class WillfulDetector extends PhiAccrualFailureDetector {
  /** Who finds whom unreachable, by the addresses of the actor systems. */
  private record Cut(String observer, String other) {}

  private static final Set<Cut> CUTS = ConcurrentHashMap.newKeySet();

  private final String observer;

  /** Akka makes one for each host that is watched. */
  public WillfulDetector(Config config, EventStream events) {
    super(config, events);
    this.observer = config.getString("observer");
  }

  /** From now on these two find each other unreachable. */
  static void cut(String one, String other) {
    CUTS.add(new Cut(one, other));
    CUTS.add(new Cut(other, one));
  }

  /** Of all. */
  static void heal() {
    CUTS.clear();
  }

  @Override
  public boolean isAvailable() {
    return super.isAvailable() && !CUTS.contains(new Cut(observer, address()));
  }
}
