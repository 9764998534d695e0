package io.conclave.postgres;

import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport.Receiver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The one query of {@link LocalSession#observe()}, and how its row is read. Lists come as text: rows by ';', fields by '|';
 * every field is a number, a position, a UUID or a checked name, but for application names, which are filtered by their form.
 */
final class ObserveQuery {
  private static final String NAME_FORM = "^[a-z][a-z0-9_-]{0,39}$";

  // Recovery may end while the query runs. It is asked once: functions for standbys answer on a
  // primary too (NULL), those
  // for primaries fail on a standby.
  private static final String COMMON = """
      WITH r AS MATERIALIZED (SELECT pg_is_in_recovery() AS rec),
      act AS MATERIALIZED (SELECT pid, backend_type, coalesce(wait_event, '') AS wait_event FROM pg_stat_activity
        WHERE backend_type IN ('startup', 'walreceiver', 'walsender', 'checkpointer'))
      SELECT r.rec,
        CASE WHEN r.rec THEN greatest((SELECT received_tli FROM pg_stat_wal_receiver),
            (pg_control_checkpoint()).timeline_id, (pg_control_recovery()).min_recovery_end_timeline)
          ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END AS timeline,
        CASE WHEN r.rec THEN coalesce(pg_last_wal_replay_lsn(), '0/0') ELSE pg_current_wal_flush_lsn() END::text AS position,
        CASE WHEN r.rec THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(), '0/0')
          ELSE '0/0' END::text AS received,
        pg_last_wal_receive_lsn() IS NOT NULL AS ever,
        CASE WHEN r.rec THEN pg_get_wal_replay_pause_state() <> 'not paused' ELSE false END AS paused,
        EXISTS (SELECT FROM act WHERE backend_type = 'walreceiver') AS receiver,
        coalesce((SELECT status FROM pg_stat_wal_receiver), '') AS receiver_status,
        (SELECT pid || '|' || wait_event FROM act WHERE backend_type = 'startup') AS startup,
        (SELECT pid || '|' || wait_event FROM act WHERE backend_type = 'checkpointer') AS checkpointer,
        (SELECT string_agg(concat_ws('|', s.pid, s.application_name, coalesce(s.state, ''), coalesce(s.flush_lsn, '0/0'),
            coalesce(s.sync_priority, 0), coalesce(s.sync_state, ''),
            coalesce((extract(epoch FROM clock_timestamp() - s.reply_time) * 1000)::bigint, -1),
            coalesce(a.wait_event, '')), ';')
          FROM pg_stat_replication s LEFT JOIN act a USING (pid) WHERE s.application_name ~ '%s') AS senders,
        current_setting('synchronous_standby_names') AS sync_names,
        current_setting('primary_conninfo') AS conninfo,
        (extract(epoch FROM pg_conf_load_time()) * 1000000)::bigint AS loaded,
      """.formatted(NAME_FORM);

  /** Without the schema; says whether it is there by now. */
  static final String BARE = COMMON + """
            to_regclass('conclave.epoch') IS NOT NULL AND to_regclass('conclave.barrier') IS NOT NULL AS schema,
            NULL AS history, NULL AS barrier FROM r
          """;

  static final String WITH_SCHEMA = COMMON + """
            true AS schema,
            (SELECT string_agg(concat_ws('|', epoch, promotion, node, timeline, start), ';' ORDER BY epoch)
              FROM (SELECT * FROM conclave.epoch ORDER BY epoch DESC LIMIT 20) e) AS history,
            (SELECT id::text FROM conclave.barrier ORDER BY age(xmin) LIMIT 1) AS barrier FROM r
          """;

  private ObserveQuery() {}

  static Observation read(ResultSet row) throws SQLException {
    boolean recovery = row.getBoolean("rec");
    Lsn position = Lsn.parse(row.getString("position"));
    String barrier = row.getString("barrier");
    return new Observation(
        recovery,
        row.getInt("timeline"),
        position,
        recovery ? Lsn.parse(row.getString("received")) : position,
        row.getBoolean("ever"),
        receiver(row.getBoolean("receiver"), row.getString("receiver_status")),
        process(row.getString("startup")).map(p -> new Observation.Startup(p.pid(), p.waitEvent())),
        process(row.getString("checkpointer"))
            .map(p -> new Observation.Checkpointer(p.pid(), p.waitEvent())),
        row.getBoolean("paused"),
        senders(row.getString("senders")),
        history(row.getString("history")),
        Optional.ofNullable(barrier).map(UUID::fromString),
        row.getString("sync_names"),
        row.getString("conninfo"),
        row.getLong("loaded"),
        row.getBoolean("schema"));
  }

  private static Receiver receiver(boolean process, String status) {
    if (!process && status.isEmpty()) {
      return Receiver.NONE;
    }
    return status.equals("streaming") ? Receiver.STREAMING : Receiver.CONNECTING;
  }

  private record Waiting(long pid, String waitEvent) {}

  private static Optional<Waiting> process(String text) {
    if (text == null) {
      return Optional.empty();
    }
    String[] f = text.split("\\|", -1);
    return Optional.of(new Waiting(Long.parseLong(f[0]), f[1]));
  }

  private static List<Observation.Sender> senders(String text) {
    List<Observation.Sender> senders = new ArrayList<>();
    for (String[] f : rows(text)) {
      senders.add(new Observation.Sender(
          Long.parseLong(f[0]),
          f[1],
          f[2],
          Lsn.parse(f[3]),
          Integer.parseInt(f[4]),
          f[5],
          Long.parseLong(f[6]),
          f[7]));
    }
    return senders;
  }

  private static List<EpochRow> history(String text) {
    List<EpochRow> history = new ArrayList<>();
    for (String[] f : rows(text)) {
      history.add(new EpochRow(
          Long.parseLong(f[0]),
          UUID.fromString(f[1]),
          new NodeId(f[2]),
          Integer.parseInt(f[3]),
          Lsn.parse(f[4])));
    }
    return history;
  }

  private static List<String[]> rows(String text) {
    List<String[]> rows = new ArrayList<>();
    if (text != null && !text.isEmpty()) {
      for (String row : text.split(";")) {
        rows.add(row.split("\\|", -1));
      }
    }
    return rows;
  }
}
