package io.conclave.settings;

import java.util.Set;
import java.util.regex.Pattern;

/** Which texts are addresses. Nothing is looked up: a name may be unknown on the machine that checks the file. */
final class Addresses {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?");
  private static final Pattern IP4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
  private static final Pattern IP6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*");
  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::");

  private Addresses() {}

  /** An address that others can connect to. */
  static String reachable(String text) {
    if (WILDCARDS.contains(text)) {
      throw new IllegalArgumentException("must be an address that the other hosts can connect to");
    }
    return bindable(text);
  }

  /** An address to listen on. */
  static String bindable(String text) {
    if (!NAME.matcher(text).matches() && !IP6.matcher(text).matches()) {
      throw new IllegalArgumentException("must be a host name or an IP");
    }
    return text;
  }

  /** Whether it is an IP, and not a name. */
  static boolean isIp(String address) {
    return IP4.matcher(address).matches() || IP6.matcher(address).matches();
  }

  static boolean isLoopback(String address) {
    return address.startsWith("127.") || address.equals("::1") || address.equals("localhost");
  }
}
