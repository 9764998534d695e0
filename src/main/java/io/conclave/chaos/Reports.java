package io.conclave.chaos;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The files that programs read. */
final class Reports {
  private static final ObjectWriter JSON =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

  private Reports() {}

  static String json(List<RunResult> results) throws IOException {
    return JSON.writeValueAsString(Map.of("runs", results)) + "\n";
  }

  /** JUnit's form, as Jenkins, GitLab and GitHub read it: each run is a test case. */
  static String junit(List<RunResult> results) throws IOException {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "chaos");
      xml.writeAttribute("tests", String.valueOf(results.size()));
      xml.writeAttribute(
          "failures", String.valueOf(results.stream().filter(r -> !r.passed()).count()));
      xml.writeAttribute(
          "time", seconds(results.stream().mapToDouble(RunResult::seconds).sum()));
      xml.writeCharacters("\n");
      for (RunResult result : results) {
        testCase(xml, result);
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
    xml.writeCharacters("  ");
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "chaos." + result.scenario());
    xml.writeAttribute("name", "%s, run %d".formatted(result.title(), result.run()));
    xml.writeAttribute("time", seconds(result.seconds()));
    if (!result.passed()) {
      xml.writeStartElement("failure");
      xml.writeAttribute("message", printable(firstLine(result)));
      xml.writeCharacters(printable(String.join("\n", result.complaints())));
      xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeCharacters("\n");
  }

  private static String firstLine(RunResult result) {
    return result.complaints().get(0).lines().findFirst().orElse("");
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
