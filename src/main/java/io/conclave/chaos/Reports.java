package io.conclave.chaos;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The files that programs read. */
final class Reports {
  private static final ObjectWriter JSON =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

  private Reports() {}

  static String json(Report report) throws IOException {
    return JSON.writeValueAsString(report) + "\n";
  }

  /**
   * JUnit's form, as Jenkins, GitLab and GitHub read it: each run is a test case, each goal that has runs enough, and the
   * invocation when it has failed. A suite that merely lacks cases looks as if it had passed.
   */
  static String junit(Report report) throws IOException {
    List<RunResult> results = report.runs();
    List<Median.Goal> goals =
        report.medians().stream().flatMap(m -> told(m).stream()).toList();
    long failures = results.stream().filter(r -> !r.passed()).count()
        + goals.stream().filter(Median.Goal::missed).count();
    int errors = report.error() == null ? 0 : 1;
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "chaos");
      xml.writeAttribute(
          "tests",
          String.valueOf(results.size() + goals.size() + report.skipped().size() + errors));
      xml.writeAttribute("failures", String.valueOf(failures));
      xml.writeAttribute("errors", String.valueOf(errors));
      xml.writeAttribute("skipped", String.valueOf(report.skipped().size()));
      xml.writeAttribute(
          "time", seconds(results.stream().mapToDouble(RunResult::seconds).sum()));
      xml.writeCharacters("\n");
      for (RunResult result : results) {
        testCase(xml, result);
      }
      for (Skipped skipped : report.skipped()) {
        begin(xml, "chaos." + skipped.scenario(), skipped.title(), 0);
        problem(xml, "skipped", skipped.reason());
        end(xml);
      }
      for (Median median : report.medians()) {
        for (Median.Goal goal : told(median)) {
          testCase(xml, median, goal);
        }
      }
      if (report.error() != null) {
        begin(xml, "chaos", "all %d runs are made".formatted(report.wanted()), 0);
        problem(xml, "error", report.error());
        end(xml);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.writeCharacters("\n");
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
    return text.toString();
  }

  private static void testCase(XMLStreamWriter xml, RunResult result) throws XMLStreamException {
    begin(
        xml,
        "chaos." + result.scenario(),
        "%s, run %d".formatted(result.title(), result.run()),
        result.seconds());
    if (!result.passed()) {
      problem(xml, "failure", String.join("\n", result.complaints()));
    }
    end(xml);
  }

  /** The goals that runs enough tell something of. */
  private static List<Median.Goal> told(Median median) {
    return median.goals().stream().filter(goal -> goal.met() != null).toList();
  }

  private static void testCase(XMLStreamWriter xml, Median median, Median.Goal goal)
      throws XMLStreamException {
    String name = "goal: the %s %s through %s is at most %d ms"
        .formatted(goal.of(), median.measured().word(), median.channel().word(), goal.ms());
    begin(xml, "chaos." + median.scenario(), name, 0);
    if (goal.missed()) {
      problem(
          xml,
          "failure",
          String.format(
              Locale.ROOT,
              "the %s of %d runs is %.0f ms (%s)",
              goal.of(),
              median.runs(),
              goal.valueMs(),
              others(median, goal)));
    }
    end(xml);
  }

  private static String others(Median median, Median.Goal goal) {
    boolean ofMedian = goal.of().equals("median");
    return String.format(
        Locale.ROOT,
        "min %.0f, %s %.0f",
        median.minMs(),
        ofMedian ? "max" : "median",
        ofMedian ? median.maxMs() : median.medianMs());
  }

  private static void begin(XMLStreamWriter xml, String className, String name, double seconds)
      throws XMLStreamException {
    xml.writeCharacters("  ");
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", className);
    xml.writeAttribute("name", name);
    xml.writeAttribute("time", seconds(seconds));
  }

  private static void end(XMLStreamWriter xml) throws XMLStreamException {
    xml.writeEndElement();
    xml.writeCharacters("\n");
  }

  /** An element that says why; its first line is what lists show. */
  private static void problem(XMLStreamWriter xml, String element, String text)
      throws XMLStreamException {
    xml.writeStartElement(element);
    xml.writeAttribute("message", printable(text.lines().findFirst().orElse("")));
    xml.writeCharacters(printable(text));
    xml.writeEndElement();
  }

  /** XML has no control characters. */
  private static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?");
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f", seconds);
  }

  static void write(Path file, String text) throws IOException {
    if (file.toAbsolutePath().getParent() != null) {
      Files.createDirectories(file.toAbsolutePath().getParent());
    }
    Files.writeString(file, text);
  }
}
