package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Durability.WhenAlone;
import io.conclave.workload.LedgerCheck;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives every test a whole group under load, and asks of each that the group is whole again afterwards and that nothing is
 * lost. A start costs as much as a test, so a cell serves one test after the other, over all classes; after a test that
 * failed the next one gets a new cell.
 */
abstract class OneCell
    implements BeforeEachCallback,
        AfterTestExecutionCallback,
        AfterEachCallback,
        ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(OneCell.class);

  /** Where commits wait when no standby is left. */
  static final class Strict extends OneCell {
    Strict() {
      super(WhenAlone.STRICT);
    }
  }

  /** Where commits go on unprotected when no standby is left. */
  static final class Available extends OneCell {
    Available() {
      super(WhenAlone.AVAILABLE);
    }
  }

  /** The one cell there is at a time; closed with the last test of all. */
  private static final class Current implements AutoCloseable {
    private Optional<TestCell> cell = Optional.empty();

    TestCell start(WhenAlone whenAlone) throws Exception {
      if (cell.filter(running -> running.whenAlone() != whenAlone).isPresent()) {
        close();
      }
      if (cell.isEmpty()) {
        cell = Optional.of(TestCell.start(whenAlone));
      }
      return cell.get();
    }

    @Override
    public void close() throws Exception {
      if (cell.isPresent()) {
        cell.get().close();
        cell = Optional.empty();
      }
    }
  }

  private final WhenAlone whenAlone;

  private OneCell(WhenAlone whenAlone) {
    this.whenAlone = whenAlone;
  }

  private static Current current(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Current.class, key -> new Current(), Current.class);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    current(context).start(whenAlone).awaitWhole();
  }

  @Override
  public void afterTestExecution(ExtensionContext context) throws Exception {
    if (context.getExecutionException().isEmpty()) {
      TestCell cell = current(context).start(whenAlone);
      cell.awaitWhole();
      cell.awaitWrites(40);
      LedgerCheck check = cell.check();
      assertEquals(0, check.lost(), () -> "lost: " + check);
      assertEquals(0, check.duplicates(), () -> "duplicates: " + check);
      assertTrue(check.clean(), check::toString);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (context.getExecutionException().isPresent()) {
      Current current = current(context);
      if (current.cell.isPresent()) {
        current
            .cell
            .get()
            .keepLogs(context.getRequiredTestClass().getSimpleName() + "."
                + context.getRequiredTestMethod().getName());
        current.close();
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestCell.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return current(context).cell.orElseThrow();
  }
}
