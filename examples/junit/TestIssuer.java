import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The issuer for all tests of a JVM. Each test begins with it as it was at its start. */
public final class TestIssuer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static TestIssuer shared;

  private final HttpClient http = HttpClient.newHttpClient();
  private final JsonNode ready;

  private TestIssuer() throws IOException, InterruptedException {
    Path file = Files.createTempDirectory("issuer").resolve("ready.json");
    String npx = System.getProperty("os.name").startsWith("Windows") ? "npx.cmd" : "npx";
    Process process =
        new ProcessBuilder(npx, "eiam-token", "issuer", "--control", "--port", "0", "--ready-file", file.toString())
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.INHERIT)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    while (!Files.exists(file)) {
      if (!process.isAlive()) throw new IllegalStateException("the issuer did not start: it has said why");
      Thread.sleep(50);
    }
    ready = JSON.readTree(file.toFile());
  }

  /** What there is to know about a client: its issuer, clientId, clientSecret, and its endpoints by their names. */
  public JsonNode client(String id) {
    return ready.get("clients").get(id);
  }

  /** Sends a request to the control of the issuer, and gives what it answers. */
  public JsonNode control(String method, String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(ready.get("control").asText() + "/" + path))
            .header("Authorization", "Bearer " + ready.get("controlToken").asText())
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    if (response.statusCode() >= 300) throw new IllegalArgumentException(response.body());
    return JSON.readTree(response.body());
  }

  /** Hands the issuer to tests that have a parameter of this type. */
  public static final class Extension implements BeforeEachCallback, ParameterResolver {
    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
      synchronized (TestIssuer.class) {
        if (shared == null) shared = new TestIssuer();
      }
      shared.control("POST", "reset", null);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == TestIssuer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return shared;
    }
  }
}
