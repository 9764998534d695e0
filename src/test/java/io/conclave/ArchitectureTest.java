package io.conclave;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.Signal;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which package may use what. A rule about a package that does not exist yet holds. */
class ArchitectureTest {
  private static final String ROOT = "io.conclave";
  private static final JavaClasses PROGRAM = new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      .importPackages(ROOT);
  private static final JavaClasses ALL = new ClassFileImporter().importPackages(ROOT);

  static Stream<ArchRule> rules() {
    return Stream.of(
            coreKnowsNothing(),
            coreHasNoClock(),
            rolesDoNotKnowEachOther("agent", "sentinel", "coordinator", "register", "ops", "edge"),
            rolesDoNotKnowEachOther("sentinel", "agent", "coordinator", "register", "ops"),
            rolesDoNotKnowEachOther("coordinator", "agent", "sentinel", "ops"),
            rolesDoNotKnowEachOther("edge", "agent", "sentinel", "coordinator", "register", "ops"),
            rolesDoNotKnowEachOther("register", "agent", "sentinel", "coordinator", "ops"),
            nobodyKnowsTheRoot(),
            only("java.sql..", "..postgres..", "..workload..")
                .as("SQL lives in postgres (and in the ledger workload)"),
            only("akka.cluster.ddata..", "..register..", ROOT)
                .as("distributed data lives in register"),
            only("akka.http..", "..ops..", ROOT).as("HTTP routes live in ops"),
            onlySettingsReadConfig(),
            commandLineHasNoAkka(),
            whatIsClosedAtTheEndIsClosedBeforeARestart(),
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles())
        .map(rule -> rule.allowEmptyShould(true));
  }

  private static ArchRule coreKnowsNothing() {
    return classes()
        .that()
        .resideInAPackage(ROOT + ".core..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(ROOT + ".core..", "java.lang..", "java.util..", "java.time..");
  }

  private static ArchRule coreHasNoClock() {
    return noClasses()
        .that()
        .resideInAPackage(ROOT + ".core..")
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .orShould()
        .callConstructor(Random.class);
  }

  /** Akka says PostStop when an actor ends, and only PreRestart when one that has failed is made anew. */
  private static ArchRule whatIsClosedAtTheEndIsClosedBeforeARestart() {
    return classes()
        .that(handle(PostStop.class))
        .should(ArchCondition.from(handle(PreRestart.class)));
  }

  private static DescribedPredicate<JavaClass> handle(Class<? extends Signal> signal) {
    return DescribedPredicate.describe(
        "handle " + signal.getSimpleName(),
        type -> type.getReferencedClassObjects().stream()
            .anyMatch(use -> use.getRawType().isEquivalentTo(signal)));
  }

  private static ArchRule rolesDoNotKnowEachOther(String role, String... others) {
    String[] packages =
        Stream.of(others).map(other -> ROOT + "." + other + "..").toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(ROOT + "." + role + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages);
  }

  private static ArchRule nobodyKnowsTheRoot() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT);
  }

  /** What is in {@code used} is used in these packages alone. */
  private static ArchRule only(String used, String... where) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(where)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(used);
  }

  private static ArchRule onlySettingsReadConfig() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".settings..", ROOT)
        .and()
        .haveSimpleNameNotEndingWith("Settings")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.typesafe.config..");
  }

  private static ArchRule commandLineHasNoAkka() {
    return noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".cli..", ROOT + ".settings..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("akka..");
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(PROGRAM);
  }

  @Test
  void nobodySleepsInPlaceOfACondition() {
    noClasses()
        .that()
        .doNotHaveSimpleName("Await")
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .check(ALL);
  }

  @Test
  void thereIsSomethingToCheck() {
    assertTrue(PROGRAM.contain(ROOT + ".core.Ballot"));
  }
}
