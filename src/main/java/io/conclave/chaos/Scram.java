package io.conclave.chaos;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The client's side of SCRAM-SHA-256 (RFC 5802) for thousands of logins with one password: what is hashed thousands of times
 * is hashed once for each salt.
 */
final class Scram {
  private static final String HEADER = "n,,";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String password;
  private final Map<String, byte[]> salted = new HashMap<>();

  Scram(String password) {
    this.password = password;
  }

  static String nonce() {
    byte[] bytes = new byte[18];
    RANDOM.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** The first message; PostgreSQL takes the role from the startup packet. */
  static String first(String nonce) {
    return HEADER + bare(nonce);
  }

  private static String bare(String nonce) {
    return "n=,r=" + nonce;
  }

  /** The last message, in answer to the server's first one. */
  String last(String nonce, String serverFirst) throws GeneralSecurityException {
    Map<Character, String> fields = new HashMap<>();
    for (String field : serverFirst.split(",")) {
      fields.put(field.charAt(0), field.substring(2));
    }
    byte[] key = salted(fields.get('s'), Integer.parseInt(fields.get('i')));
    String withoutProof = "c=biws,r=" + fields.get('r');
    String message = bare(nonce) + "," + serverFirst + "," + withoutProof;
    byte[] clientKey = hmac(key, "Client Key");
    byte[] signature = hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), message);
    byte[] proof = new byte[clientKey.length];
    for (int i = 0; i < proof.length; i++) {
      proof[i] = (byte) (clientKey[i] ^ signature[i]);
    }
    return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
  }

  private byte[] salted(String salt, int iterations) throws GeneralSecurityException {
    byte[] known = salted.get(salt + iterations);
    if (known == null) {
      PBEKeySpec spec =
          new PBEKeySpec(password.toCharArray(), Base64.getDecoder().decode(salt), iterations, 256);
      known = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(spec)
          .getEncoded();
      salted.put(salt + iterations, known);
    }
    return known;
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
